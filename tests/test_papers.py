"""What people read is so: links lead somewhere, commands exist, the README is short."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import click
import pytest
from awscli.clidriver import create_clidriver
from click.testing import CliRunner

from stacks.settings import Settings
from tests.test_architecture import MAY_IMPORT, MAY_USE
from tools import pictures
from tools.alert_examples import examples
from trailkeeper.cli.__main__ import COMMANDS, main
from trailkeeper.rendering import email
from trailkeeper.rendering.wording import Reader

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
GOLDEN = ROOT / "tests" / "golden"
PICTURES = DOCS / "pictures"
# Their alerts have titles of their own.
_ABOUT_INSTANCES = {"instance-calls", "instance-states"}
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md")])
# Made by people; the others hold thousands of lines of examples.
WRITTEN = [page for page in PAGES if page.name not in {"alerts.md", "techniques.md"}]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")

_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^]]*\]\(([^)\s]+)\)")
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
# Options that every command of the AWS command line takes.
_OF_ALL = {"--query", "--output", "--region", "--profile", "--max-items", "--endpoint-url"}


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def commands(page: Path, program: str) -> Iterator[list[str]]:
    """The words of every command of a program, in fenced blocks and in code within a line."""
    text = page.read_text(encoding="utf-8")
    lines = [
        line
        for language, block in _FENCE.findall(text)
        if language == "sh"
        for line in block.replace("\\\n", " ").splitlines()
    ]
    for line in [*lines, *_INLINE.findall(_FENCE.sub("", text))]:
        found = re.search(rf"(?:^|[$(] *){program} (.*)", line.strip())
        if found:
            yield shlex.split(found[1].rstrip(")"), comments=True)


def named(program: str, pages: list[Path] = PAGES) -> list[object]:
    return [
        pytest.param(words, id=f"{name(page)}: {' '.join(words)[:60]}")
        for page in pages
        for words in commands(page, program)
    ]


def test_the_readme_is_read_in_a_few_minutes() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = set()
    for target in _LINK.findall(prose(page)):
        if target.startswith(("http:", "https:", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        if not place.exists() or (anchor and anchor not in anchors(place)):
            lost.add(target)

    assert lost == set()


def test_the_index_has_every_page_once() -> None:
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    pages = {page.name for page in DOCS.glob("*.md")} - {"README.md"}

    assert sorted(t for t in _LINK.findall(index) if "/" not in t) == sorted(pages)


def test_what_the_index_marks_as_generated_is_what_make_docs_writes() -> None:
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    recipe = MAKEFILE.partition("\ndocs: ")[2].partition("\n\n")[0]

    marked = set(re.findall(r"\]\((\w+\.md)\) \*", index))
    assert marked == set(re.findall(r"--write docs/(\w+\.md)", recipe))


@pytest.mark.parametrize("page", WRITTEN, ids=name)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    used = {words[0] for words in commands(page, "make") if words}

    assert used <= targets


@pytest.mark.parametrize("page", WRITTEN, ids=name)
def test_every_module_that_is_run_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    for module in set(re.findall(r"python -m ([\w.]+)", text)):
        assert importlib.util.find_spec(module), module


@pytest.mark.parametrize("words", named("trailkeeper", WRITTEN))
def test_every_command_of_ours_exists_with_its_options(words: list[str]) -> None:
    command: click.Command = main
    context = click.Context(main)
    path = []
    options = {option for each in main.params for option in each.opts}
    for word in words:
        if isinstance(command, click.Group) and not word.startswith("-"):
            below = command.get_command(context, word)
            assert below, word
            command = below
            path.append(word)
            options |= {option for each in command.params for option in each.opts}

    used = {word.strip("[]").partition("=")[0] for word in words if "--" in word}
    assert used <= options | {"--help"}
    assert CliRunner().invoke(main, [*path, "--help"]).exit_code == 0


def test_the_page_of_operating_has_every_command() -> None:
    table = (DOCS / "operating.md").read_text(encoding="utf-8").partition("\n## ")[0]

    for each in COMMANDS:
        assert re.search(rf"`(trailkeeper )?{each.name}[ `]", table), each.name


@pytest.mark.parametrize("words", named("aws", WRITTEN))
def test_every_call_of_aws_exists_with_its_parameters(words: list[str]) -> None:
    service, operation, *rest = words
    operations = _of(_services()[service])
    if operation == "wait":
        operation, *rest = rest
        operations = _of(operations["wait"])

    assert operation in operations
    used = {word.partition("=")[0] for word in rest if word.startswith("--")}
    assert used <= {f"--{each}" for each in operations[operation].arg_table} | _OF_ALL


@cache
def _services() -> dict[str, Any]:
    return _of(create_clidriver())


def _of(command: Any) -> dict[str, Any]:
    """The commands below one of the AWS command line, which has no public name for most."""
    written = getattr(command, "subcommand_table", None)  # `aws s3` is
    return dict(written or command._get_command_table())


def test_the_page_of_settings_has_each_with_its_default() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| .+? \| `(.+?)` \| .+? \|$",
        (DOCS / "settings.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    defaults = {each.name: getattr(Settings(), each.name) for each in fields(Settings)}

    assert {setting: json.loads(default) for setting, default in rows} == json.loads(
        json.dumps(defaults)
    )


def test_the_page_of_permissions_has_every_action_that_a_person_approved() -> None:
    page = (DOCS / "permissions.md").read_text(encoding="utf-8")

    for role in ("heal-role", "alert-role", "schedule-role", "delivery-role-policy"):
        for file in GOLDEN.glob(f"{role}*.json"):
            allowed = _actions(json.loads(file.read_text(encoding="utf-8")))
            assert {each for each in allowed if f"`{each}`" not in page} == set(), file.name


def _actions(document: Any) -> set[str]:
    """All actions in a golden document, but for that of trust."""
    match document:
        case {"Action": action}:
            return {action} if isinstance(action, str) else set(action)
        case dict():
            inside = (_actions(each) for key, each in document.items() if key != "trust")
            return set().union(*inside)
        case list():
            return set().union(*map(_actions, document))
        case _:
            return set()


def test_the_page_of_troubleshooting_explains_every_alarm() -> None:
    alarms = json.loads((GOLDEN / "alarms.json").read_text(encoding="utf-8"))
    page = (DOCS / "troubleshooting.md").read_text(encoding="utf-8")

    rows = set(re.findall(r"^\| `(trailkeeper-[\w-]+)` \|", page, re.MULTILINE))
    assert rows == set(alarms)


def test_the_page_of_how_it_is_built_names_every_room() -> None:
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")

    for room in {**MAY_IMPORT, **MAY_USE}:
        assert re.search(rf"`{room}/?`", page), room


@pytest.mark.parametrize("page", ["alerts.md", "techniques.md"])
def test_the_generated_pages_have_every_detection(page: str) -> None:
    recorded = {each.name for each in (ROOT / "tests" / "events").iterdir() if each.is_dir()}
    titles = re.findall(r"^#+ `?([\w-]+)`?$", prose(DOCS / page), re.MULTILINE)

    assert recorded - _ABOUT_INSTANCES - {"__pycache__"} <= set(titles)


def test_the_pictures_are_those_of_the_recorded_demo() -> None:
    for file, drawn in pictures.pictures(PICTURES / "recorded").items():
        assert (PICTURES / file).read_text(encoding="utf-8") == drawn, "run: make pictures"


@pytest.mark.parametrize("picture", ["mail.svg", "slack.svg", "demo.svg"])
def test_a_picture_needs_nothing_from_elsewhere_and_shows_what_was_told(picture: str) -> None:
    drawn = (PICTURES / picture).read_text(encoding="utf-8")
    words = re.sub(r"<[^>]+>", "", drawn).replace("&#160;", " ")

    assert ElementTree.fromstring(drawn).tag == "{http://www.w3.org/2000/svg}svg"
    assert "url(http" not in drawn
    assert "@import" not in drawn
    assert "stopped the CloudTrail trail" in words
    assert "saw that it logs" in words


def test_the_mail_of_the_pictures_is_built_as_mails_are_now() -> None:
    recorded = json.loads((PICTURES / "recorded" / "mail.json").read_text(encoding="utf-8"))
    _, alert = next(examples())
    mail = email.render(alert, Reader.of("en", "UTC", ""))

    assert _headings(recorded["text"]) == _headings(mail.body), "run: make recording"


def _headings(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.isupper()]
