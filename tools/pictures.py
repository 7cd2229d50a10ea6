"""docs/pictures: the mail, the Slack message and a recording of the demo, as SVG.

`python -m demo --record docs/pictures/recorded` keeps what a real run showed; `python -m
tools.pictures docs/pictures` draws it, the same each time.
"""

from __future__ import annotations

import argparse
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.style import Style
from rich.table import Table
from rich.terminal_theme import TerminalTheme
from rich.text import Text

_COLUMNS = 98
# The height of a line and the width of a character as rich draws them.
_LINE, _CHARACTER = 24.4, 12.2
_MARGIN = 16
_FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
_PAPER = TerminalTheme(
    (255, 255, 255),
    (31, 35, 40),
    [(31, 35, 40)] * 8,
)
_NIGHT = TerminalTheme(
    (13, 17, 23),
    (201, 209, 217),
    [
        *((72, 79, 88), (255, 123, 114), (63, 185, 80), (210, 153, 34)),
        *((88, 166, 255), (188, 140, 255), (57, 197, 207), (177, 186, 196)),
    ],
)
_RECORDING = """\
<svg viewBox="0 0 WIDTH HEIGHT" xmlns="http://www.w3.org/2000/svg" role="img">
<title>TITLE</title>
<style>
.{unique_id}-matrix {{ font-family: FONTS; font-size: {char_height}px; white-space: pre }}
{styles}
@keyframes shown {{ SHOWN }}
@keyframes scrolled {{ SCROLLED }}
.shown {{ animation: shown SECONDSs step-end infinite }}
.scrolled {{ animation: scrolled SECONDSs step-end infinite }}
</style>
<defs><clipPath id="screen"><rect width="WIDTH" height="INNER"/></clipPath></defs>
<rect width="100%" height="100%" rx="8" fill="GROUND"/>
<g transform="translate(MARGIN, MARGIN)" clip-path="url(#screen)">
<g class="scrolled">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
<rect class="shown" width="100%" height="100%" fill="GROUND"/>
</g>
</svg>
"""
# {{ and }} are braces for rich, which fills in the rest; no font comes from the web.
_PICTURE = """\
<svg viewBox="0 0 {terminal_width} {terminal_height}" xmlns="http://www.w3.org/2000/svg" \
role="img">
<title>TITLE</title>
<style>
.{unique_id}-matrix {{ font-family: FONTS; font-size: {char_height}px; white-space: pre }}
{styles}
</style>
<rect width="100%" height="100%" rx="8" fill="GROUND" stroke="#d0d7de"/>
<g>
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
_GREY, _LINK = Style(color="#59636e"), Style(color="#0969da")
_STYLES = {
    "block": Style(bgcolor="#f6f8fa"),
    "code": Style(color="#c01343", bgcolor="#f6f8fa"),
    "bold": Style(bold=True),
}
_BUTTON = Style(bold=True, bgcolor="#eaeef2")
_EDGE = box.Box("    \n▌   \n    \n▌   \n    \n    \n▌   \n    \n")
_MARKUP = re.compile(r"```(?P<block>.*?)```|`(?P<code>[^`]*)`|\*(?P<bold>[^*\n]+)\*", re.DOTALL)

# A recording: how many lines are seen at once, how long one is shown at least, what a wait is cut
# to, how long the last picture stays, and the title that it ends before.
_ROWS = 34
_LINE_SECONDS, _WAIT_SECONDS, _END_SECONDS = 0.09, 1.2, 5.0
_ENDS_BEFORE = "4. The event gets lost"


def mail_picture(mail: Mapping[str, str]) -> str:
    """A mail as a program for mails shows it: `to`, `subject` and `text`."""
    subject = Text(mail["subject"], style="bold")
    head = Text.assemble("From ", ("AWS Notifications", "bold"), "  to ", mail["to"], style=_GREY)
    return _drawn("The mail", Group(subject, head, Rule(style=_GREY), *_lines_of(mail["text"])))


def _lines_of(text: str) -> Iterator[Text]:
    for line in text.splitlines():
        shown = Text(line, no_wrap=True, overflow="ellipsis")
        if line.isupper():
            shown.stylize("bold")
        shown.highlight_regex(r"https://\S+", _LINK)
        yield shown


def slack_picture(message: Mapping[str, Any]) -> str:
    """A message as Slack shows it: the body of a post to an incoming webhook."""
    name = Text.assemble(("Trailkeeper", "bold"), ("  APP  ", Style(color="#59636e")))
    shown: list[RenderableType] = [name, *_blocks(message["blocks"])]
    for attachment in message["attachments"]:
        body = Group(*_blocks(attachment["blocks"]))
        shown.append(Panel(body, box=_EDGE, border_style=attachment["color"], padding=(0, 1)))
    return _drawn("The message in Slack", Group(*shown))


def _blocks(blocks: Iterable[Mapping[str, Any]]) -> Iterator[RenderableType]:
    for number, block in enumerate(blocks):
        if number:
            yield ""
        match block:
            case {"type": "header", "text": {"text": str(text)}}:
                yield Text(text, style="bold")
            case {"type": "section", "fields": list(fields)}:
                grid = Table.grid(expand=True, padding=(0, 2, 1, 0))
                grid.add_column(ratio=1)
                grid.add_column(ratio=1)
                for first in range(0, len(fields), 2):
                    grid.add_row(*(_marked(each) for each in fields[first : first + 2]))
                yield grid
            case {"type": "section", "text": text}:
                yield _marked(text)
            case {"type": "actions", "elements": list(elements)}:
                labels = [f" {each['text']['text']} " for each in elements]
                yield Text("   ").join(Text(each, style=_BUTTON) for each in labels)
            case {"type": "context", "elements": list(elements)}:
                rest = Text("   ").join(_marked(each) for each in elements)
                rest.stylize(_GREY)
                yield rest


def _marked(text: Mapping[str, Any]) -> Text:
    """A text of Block Kit: mrkdwn's bold, code and blocks of code, without its signs."""
    content, shown, end = str(text["text"]), Text(), 0
    if text["type"] != "mrkdwn":
        return Text(content)
    for found in _MARKUP.finditer(content):
        shown.append(_unescaped(content[end : found.start()]))
        kind = found.lastgroup or ""
        shown.append(_unescaped(found[kind]), _STYLES[kind])
        end = found.end()
    return shown.append(_unescaped(content[end:]))


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a recording, with terminal colours, and the second at which it was whole."""

    seconds: float
    text: str


def recording_picture(cast: str) -> str:
    """A recording in asciicast's format as an SVG that moves: line by line, waits cut short."""
    head, *events = map(json.loads, cast.splitlines())
    lines = _short(_lines(events))
    console = _console(int(head["width"]))
    for line in lines:
        console.print(Text.from_ansi(line.text), no_wrap=True)
    seconds = lines[-1].seconds + _END_SECONDS
    inner = _ROWS * _LINE
    width = int(head["width"]) * _CHARACTER + 2 * _MARGIN
    values = {
        "WIDTH": f"{width:.0f}",
        "HEIGHT": f"{inner + 2 * _MARGIN:.0f}",
        "INNER": f"{inner:.0f}",
        "MARGIN": str(_MARGIN),
        "SECONDS": f"{seconds:.1f}",
        "SHOWN": _frames(lines, seconds, lambda count: min(count, _ROWS)),
        "SCROLLED": _frames(lines, seconds, lambda count: min(0, _ROWS - count)),
    }
    drawn = _RECORDING
    for name, value in values.items():
        drawn = drawn.replace(name, value.replace("{", "{{").replace("}", "}}"))
    return _exported(console, "A recording of the demo", _NIGHT, drawn)


def _lines(events: Iterable[tuple[float, str, str]]) -> Iterator[_Line]:
    rest = ""
    for seconds, _, text in events:
        *whole, rest = (rest + text).split("\n")
        for line in whole:
            if _ENDS_BEFORE in line:
                return
            yield _Line(seconds, line)


def _short(lines: Iterable[_Line]) -> list[_Line]:
    """The lines with waits cut short, and with time to read what came at once."""
    shown: list[_Line] = []
    now = before = 0.0
    for line in lines:
        now += min(max(line.seconds - before, _LINE_SECONDS), _WAIT_SECONDS)
        before = line.seconds
        shown.append(_Line(now, line.text))
    return shown


def _frames(lines: list[_Line], seconds: float, rows: Callable[[int], int]) -> str:
    """Steps of an animation: the place after each line, in rows, as CSS wants it."""
    frames = ["0% { transform: translateY(0px) }"]
    frames += [
        f"{100 * line.seconds / seconds:.2f}% "
        f"{{ transform: translateY({rows(count) * _LINE:.1f}px) }}"
        for count, line in enumerate(lines, 1)
        if rows(count) != rows(count - 1)
    ]
    return " ".join(frames)


def _drawn(title: str, shown: RenderableType) -> str:
    console = _console(_COLUMNS)
    console.print(Padding(shown, (1, 2)))
    return _exported(console, title, _PAPER, _PICTURE)


def _console(columns: int) -> Console:
    return Console(
        width=columns,
        record=True,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
    )


def _exported(console: Console, title: str, theme: TerminalTheme, code_format: str) -> str:
    ground = theme.background_color.hex
    own = code_format.replace("TITLE", title).replace("FONTS", _FONTS).replace("GROUND", ground)
    name = re.sub(r"\W+", "-", title.lower())
    drawn = console.export_svg(title="", theme=theme, code_format=own, unique_id=name)
    # rich cuts each line off at its end, which none of these reaches, and draws line breaks.
    drawn = re.sub(rf' clip-path="url\(#{name}-line-\d+\)"', "", drawn)
    return re.sub(r"<text [^>]*>\n</text>", "\n", drawn)


def pictures(recorded: Path) -> dict[str, str]:
    """The pictures by file name, from the folder in which a run of the demo was kept."""

    def read(name: str) -> str:
        return (recorded / name).read_text(encoding="utf-8")

    return {
        "mail.svg": mail_picture(json.loads(read("mail.json"))),
        "slack.svg": slack_picture(json.loads(read("slack.json"))),
        "demo.svg": recording_picture(read("demo.cast")),
    }


def main() -> None:
    """Draw the pictures into a folder."""
    parser = argparse.ArgumentParser(description="Draw docs/pictures from a recorded demo.")
    parser.add_argument("folder", type=Path, help="where the pictures go; recorded/ is below it")
    folder: Path = parser.parse_args().folder
    for name, drawn in pictures(folder / "recorded").items():
        (folder / name).write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
