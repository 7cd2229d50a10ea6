"""The Korean particle that fits the sound a word ends with."""

from __future__ import annotations

import re

_BRACKETED = re.compile(r"\s*\([^()]*\)$")
_FIRST_SYLLABLE, _LAST_SYLLABLE = ord("가"), ord("힣")
_FINALS = 28
_FINAL_L = 8
# How a digit is read decides: 영 일 삼 육 칠 팔 end in a consonant, 이 사 오 구 do not.
_DIGIT_FINALS = {"0": 1, "1": _FINAL_L, "3": 1, "6": 1, "7": _FINAL_L, "8": _FINAL_L}


def with_particle(word: str, particles: str) -> str:
    """The word with the one of two particles that fits: `을/를`, `이/가`, `은/는`, `과/와`, `으로/로`.

    What stands in brackets at the end is not read aloud: `결제 서버(i-01)가`. A word that ends in a
    Latin letter gets both, as Korean technical writing does: `main을(를)`.
    """
    after_consonant, _, after_vowel = particles.partition("/")
    final = _final(_BRACKETED.sub("", word) or word)
    if final is None:
        both = (
            f"({after_consonant[0]}){after_vowel}"
            if after_vowel == "로"
            else (f"{after_consonant}({after_vowel})")
        )
        return word + both
    if final == 0 or (after_vowel == "로" and final == _FINAL_L):
        return word + after_vowel
    return word + after_consonant


def _final(word: str) -> int | None:
    """The final consonant of the last syllable read aloud; 0 for none, None when nobody knows."""
    last = next((each for each in reversed(word) if each.isalnum()), "")
    if last and _FIRST_SYLLABLE <= ord(last) <= _LAST_SYLLABLE:
        return (ord(last) - _FIRST_SYLLABLE) % _FINALS
    if last.isdecimal() and last.isascii():
        return _DIGIT_FINALS.get(last, 0)
    return None
