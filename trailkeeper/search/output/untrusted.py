"""Text of strangers made harmless for terminals and spreadsheets, without hiding that it is odd."""

from __future__ import annotations

import re

# Controls (a terminal obeys them), changes of direction and invisible characters (a person is
# misled by them), and halves of surrogate pairs (no encoding takes them).
_DANGEROUS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_FORMULA = re.compile(r"\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20]")


def visible(text: str) -> str:
    """One line that does nothing to a terminal: `\\x1b` is written and not obeyed."""
    return _DANGEROUS.sub(lambda found: _escape(found[0]), text)


def safe_json(text: str) -> str:
    """JSON with the same meaning that does nothing to a terminal."""
    return _IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def safe_cell(text: str) -> str:
    """A cell that a spreadsheet takes for text and never for a formula (a `'` before it)."""
    shown = visible(text)
    return f"'{shown}" if _FORMULA.match(text) or _FORMULA.match(shown) else shown


def _escape(character: str) -> str:
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
