"""Makes text that came from outside harmless to show: no controls, no links, no length."""

from __future__ import annotations

import re
import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
ELLIPSIS = "…"

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Letters and marks that show nothing: Hangul fillers, the braille blank, variation selectors other
# than the two that choose between text and emoji.
_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe00-\ufe0d\uffa0]")
# Joiners are part of emoji and of Persian, Arabic and Indic words, where a symbol, a letter or a
# mark stands on both sides; alone they hide in a name. A selector needs a symbol before it.
_JOINERS, _SELECTORS = "\u200c\u200d", "\ufe0e\ufe0f"
_SPACE = re.compile(r"[\s\x1c-\x1f\x85\u2028\u2029]+")
_MARK_RUN = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u20d0-\u20f0\ufe20-\ufe2f]{2})[\u0300-\u036f\u0483-\u0489\u20d0-\u20f0\ufe20-\ufe2f]+"
)
# Names, ARNs and addresses, and where in a document something stands.
_SIMPLE = re.compile(r"(?:[\w+=,.@:/*#-]|\[\d*\])+")
_CURLY = re.compile("[“”„‟]")

_SCHEME = re.compile(r":(?=//)|(?<=\bmailto):|(?<=\btel):|(?<=\bsms):|(?<=\bjavascript):", re.I)
# A dotted name that ends in letters, with what stands around it: clients turn these into links.
_HOST = re.compile(
    r"(?P<user>[^\s@<>]*@)?(?P<name>[^\W_](?:[\w-]*[.。．｡])+)(?P<top>[^\W\d_]{2,})(?P<path>[/?#]|:(?=\d))?"
)
# A bare name is a link to a mail program when it ends in a top-level domain: any two letters, or
# one of these, the most used and the most abused. Others need a scheme or a path to become one, so
# that user names, JSON paths, error codes and instance types can be read as they are.
_DOMAINS = frozenset(
    """
    com net org edu gov mil int info biz name pro mobi asia travel jobs academy accountant
    agency app art associates auction auto bank bar best bet bid blog bond boutique builders
    buzz cam camp capital cards care careers cash casino center cfd chat cheap church city
    click clinic cloud club coach codes coffee community company computer consulting contact
    country credit cricket cyou dance date dating deals delivery design dev diet digital
    direct directory download education email energy engineering enterprises estate events
    exchange expert express faith family fan farm finance financial fit fitness forum
    foundation fun fund fyi gallery games gdn gift gifts global gold graphics green group
    guide guru health help homes host hosting hot house how icu immo ink institute insure
    international investments itch land law lease legal life limited link live llc loan
    loans lol ltd luxe makeup marketing markets mba media men moe mom money monster mov
    network news ninja observer one online page partners parts party photo photos pics pizza
    place plus poker press productions properties pub quest racing realty recipes red rehab
    ren rent rentals repair report rest restaurant review reviews rip rocks run sale sbs
    school science security services sexy shop shopping show singles site ski skin social
    software solutions space stocks storage store stream studio style sucks supplies supply
    support surf systems tax taxi team tech technology tel tickets tips today tokyo tools
    top tours town toys trade trading training tube uno vacations ventures vet video villas
    vip vision vote wang watch webcam website wedding wiki win work works world wtf xyz yoga
    zip zone
    """.split()  # noqa: SIM905, two hundred lines otherwise
)
_COUNTRY = 2
# Browsers take these for full stops, too (UTS 46).
_DOT = re.compile("[.。．｡]")
# A service principal, which half of all events name; no bucket or load balancer looks like this.
_SERVICE = re.compile(r"[a-z0-9-]+\.amazonaws\.com(?:\.cn)?", re.I)


def clean(text: str, limit: int) -> str:
    """One line of visible characters, at most `limit` of them; what was hidden shows as U+FFFD."""
    # Cut before the work, so that a name of 100 KB costs no more than a short one.
    excerpt = unicodedata.normalize("NFC", text[: 4 * limit].encode("utf-8", "replace").decode())
    excerpt = _INVISIBLE.sub(REPLACEMENT, _SPACE.sub(" ", excerpt))
    excerpt = "".join(_visible(excerpt, at) for at in range(len(excerpt)))
    excerpt = _MARK_RUN.sub(r"\1", excerpt)
    return cut(excerpt.strip(), limit)


def _visible(text: str, at: int) -> str:
    """One character, or U+FFFD where it would show nothing."""
    character = text[at]
    before = text[at - 1] if at else ""
    if character in _JOINERS:
        after = text[at + 1 : at + 2]
        joins = all(each and _is_joinable(each) for each in (before, after))
        return character if joins else REPLACEMENT
    if character in _SELECTORS:
        # Digits, # and * become keycaps.
        chosen = before and (unicodedata.category(before) == "So" or before in "0123456789#*")
        return character if chosen else REPLACEMENT
    return REPLACEMENT if unicodedata.category(character) in _HIDDEN_CATEGORIES else character


def _is_joinable(character: str) -> bool:
    """Letters of scripts that join, marks, emoji and their selectors; never Latin or Hangul."""
    category = unicodedata.category(character)
    if category in {"So", "Sk", "Mn", "Mc"}:
        return character != REPLACEMENT
    return category == "Lo" and "\u0590" <= character <= "\u0dff"


def inert(text: str) -> str:
    """The text with everything that a mail program or a chat would turn into a link taken apart."""
    return _HOST.sub(_defanged, _SCHEME.sub("[:]", text))


def value(text: str, limit: int = 500) -> str:
    """Untrusted text that stands alone, behind a label."""
    return cut(inert(clean(text, limit)), limit)


def label(text: str) -> str:
    """An identifier that should be one of ours, and is not: letters and digits are left of it."""
    return "".join(each if each.isascii() and each.isalnum() else "-" for each in text[:40]) or "-"


def name(text: str, limit: int = 160) -> str:
    """Untrusted text inside one of our sentences: in quotation marks unless it is a plain name.

    So nothing in a name can be read as a part of the sentence.
    """
    shown = value(text, limit)
    if _SIMPLE.fullmatch(shown.replace("[.]", ".").replace("[:]", ":").removesuffix(ELLIPSIS)):
        return shown
    if shown.startswith(("{", "[{", '["')):  # of JSON the quotation marks are a part
        return f"“{_CURLY.sub(chr(34), shown)}”"
    return '"' + shown.replace('"', "'") + '"'


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, ended by an ellipsis when something is missing."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + ELLIPSIS


def cut_at_word(text: str, limit: int) -> str:
    """Like `cut`, at the last space when there is one in the second half."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ")
    return (head[:space] if space >= limit // 2 else head).rstrip() + ELLIPSIS


def linked(host: str) -> bool:
    """Whether clients turn a bare dotted name, or its beginning, into a link."""
    first, *others = _DOT.split(host.lower())
    return first == "www" or any(
        each in _DOMAINS or (len(each) == _COUNTRY and each.isalpha()) for each in others
    )


def _defanged(match: re.Match[str]) -> str:
    user, host, top, path = match.group("user", "name", "top", "path")
    address_of_somebody = user not in (None, "@") and path is None
    service = not user and not path and _SERVICE.fullmatch(f"{host}{top}")
    if address_of_somebody or service or not (path or linked(f"{host}{top}")):
        return match.group()
    return (user or "") + _DOT.sub("[.]", host + top) + (path or "")
