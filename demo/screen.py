"""What the demo prints: set-up progress, a timeline, messages as people see them."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TextIO, cast

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from demo.mailbox import Mail
from demo.recorder import Recorder

# Mails are wrapped for this width already.
COLUMNS = 80


class Screen:
    """Prints the story; the time in front of a line is counted from the last attack."""

    def __init__(self, recorder: Recorder | None = None) -> None:
        real = Console()
        self._console = Console(
            highlight=False, width=min(real.width, COLUMNS) if real.is_terminal else COLUMNS
        )
        self._recorder = recorder
        if recorder:
            self._console = Console(
                file=cast(TextIO, recorder),
                highlight=False,
                width=COLUMNS,
                force_terminal=True,
                color_system="standard",
            )
        self._zero = time.monotonic()

    def title(self, text: str) -> None:
        self._console.print()
        self._console.rule(Text(text, style="bold"))

    def setup(self, step: str, seconds: float | None) -> None:
        """A set-up step that begins (None) or is done."""
        if seconds is None:
            self._console.print(f"  ... {step}")
        else:
            self._console.print(f"      {step}: {seconds:.1f} s", style="dim")

    def attack(self, who: str, what: str) -> None:
        """Somebody does something; the clock starts at zero."""
        self._zero = time.monotonic()
        self._console.print()
        self._line(who, what, "red")

    def event(self, who: str, what: str, style: str = "") -> None:
        """Something happened since the attack."""
        self._line(who, what, style)

    def trailkeeper(self, what: str) -> None:
        """Trailkeeper did something."""
        self._line("Trailkeeper", what, "green")

    def mail(self, mail: Mail) -> None:
        """A mail as its reader sees it."""
        if self._recorder:
            self._recorder.mail(mail)
        self._console.rule("mail", style="blue", align="left")
        self._console.print(Text(f"To: {mail.to}"))
        self._console.print(Text(f"Subject: {mail.subject}", style="bold"), soft_wrap=True)
        self._console.print()
        self._console.print(Text(mail.text), soft_wrap=True)
        self._console.rule(style="blue")

    def subject(self, mail: Mail) -> None:
        """A mail by its subject alone."""
        self._console.print(Text.assemble("  mail: ", (mail.subject, "bold")), soft_wrap=True)

    def slack(self, lines: list[str]) -> None:
        """A Slack message as the channel shows it."""
        self._console.rule("Slack", style="magenta", align="left")
        self._console.print(Text("\n".join(lines)), soft_wrap=True)
        self._console.rule(style="magenta")

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Answers beside each other."""
        shown = Table(*heads, box=box.SIMPLE_HEAD, pad_edge=False)
        for row in rows:
            shown.add_row(*(Text(cell) for cell in row))
        self._console.print(shown)

    def output(self, text: str) -> None:
        """What a command printed."""
        self._console.print(Text(textwrap.indent(text.strip("\n"), "  ")), soft_wrap=True)

    def say(self, text: str, style: str = "") -> None:
        self._console.print(text, style=style, markup=False, soft_wrap=True)

    def _line(self, who: str, what: str, style: str) -> None:
        since = time.monotonic() - self._zero
        clock = datetime.now(UTC).strftime("%H:%M:%S")
        head = Text.assemble(f"{clock} {since:+7.2f} s  ", (f"{who:<13}", "bold"))
        room = max(20, self._console.width - len(head) - 1)
        for line in textwrap.wrap(what, room, break_long_words=False, break_on_hyphens=False):
            self._console.print(Text.assemble(head, " ", (line, style)), soft_wrap=True)
            head = Text(" " * len(head))
