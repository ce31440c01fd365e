"""All JSON that is printed is as docs/answer.schema.json says."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from jsonschema import Draft202012Validator, ValidationError

from corpus_cli.cli.commands import app
from corpus_cli.model import Facet, Facets, Part, Source
from corpus_cli.output import formats, records
from tests.cli.conftest import Run
from tests.conftest import DATA, SEEDS, article
from tests.unit.output.made import hit, passage, results

ROOT = SEEDS.parent
SCHEMA = json.loads((ROOT / "docs" / "answer.schema.json").read_text("utf-8"))

# What each command prints with --json, and each line with --jsonl.
PRINTED = {
    "search": ("answer", "hit", ["IS-KP"]),
    "facets": ("facets", "facet", ["IS-KP"]),
    "kwic": ("kwic", "kwic_line", ["IS-KP"]),
    "verify": ("verified", "damage", []),
    "note": ("noted", "", ["20a0"]),
    "tag": ("noted", "", ["20a0"]),
    "notes": ("notes", "listed_note", []),
    "cite": ("citations", "citation_entry", ["20a0#4"]),
    "similar": ("answer", "hit", ["20a0"]),
    "timeline": ("timeline", "period", ["IS-KP"]),
    "with": ("with", "companion", ["IS-KP"]),
    "network": ("network", "pair", []),
    "collocates": ("collocates", "collocate", ["Taliban"]),
    "keywords": ("keywords", "keyword", ["Taliban"]),
    "compare": ("comparison", "compared_value", ["Taliban"]),
    "quotes": ("quotes", "quote", ["Taliban"]),
    "list": ("articles", "listed", []),
    "show": ("article", "", ["20a0"]),
    "edit": ("article", "", ["20a0"]),
    "status": ("status", "", []),
    "eval": ("measured", "value", [str(DATA / "judged.json"), "--per-query"]),
    "names list": ("names", "name", []),
    "names show": ("names", "", ["BLA"]),
    "names test": ("names", "", ["Afghan BLA and Kurilla"]),
    "names mine": ("senses", "sense", []),
    "names suggest": ("proposals", "proposal", []),
    "names mentioned": ("mentioned", "mention", ["--per", "article"]),
    "config path": ("files", "", []),
    "config get": ("settings", "", []),
}
ELSEWHERE = {"ingest", "duplicates", "new", "saved list", "saved run"}


def check(kind: str, value: Any) -> None:
    """Raise `ValidationError` for a value that is not of a kind."""
    Draft202012Validator({**SCHEMA, "anyOf": [{"$ref": f"#/$defs/{kind}"}]}).validate(value)


def commands(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{above}{name} ")
        elif command:
            yield f"{above}{name}", command


def styles(command: click.Command) -> list[str]:
    """The formats a command has."""
    return [
        choice
        for option in command.params
        if option.name == "style" and isinstance(option.type, click.Choice)
        for choice in option.type.choices
    ]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_command_that_prints_json_is_asked() -> None:
    printing = {name for name, command in commands(app) if "json" in styles(command)}
    assert printing == set(PRINTED) | ELSEWHERE
    for name, command in commands(app):
        if name in PRINTED:
            assert bool(PRINTED[name][1]) == ("jsonl" in styles(command)), name


@pytest.mark.parametrize("name", PRINTED)
def test_what_a_command_prints(here: Path, run: Run, name: str) -> None:
    kind, line, arguments = PRINTED[name]
    ran = run(*name.split(), *arguments, "--format", "json")
    (out,) = ran.out.splitlines()
    check(kind, json.loads(out))
    if line:
        for one in run(*name.split(), *arguments, "--format", "jsonl").out.splitlines()[:50]:
            check(line, json.loads(one))
            assert json.loads(one)["v"] == records.VERSION


def test_an_answer_with_chrome(here: Path, run: Run) -> None:
    arguments = ["search", '"leave a reply"', "--with", "chrome"]
    answer = json.loads(run(*arguments, "--json").out)
    check("answer", answer)
    assert answer["chrome"]
    *hits, last = map(json.loads, run(*arguments, "--jsonl", "--summary").out.splitlines())
    check("summary", last)
    for one in hits:
        check("hit", one)


def test_reports_states_and_copies(run: Run) -> None:
    Path("a.txt").write_text(article(*"abcdefgh", title="Kabul fell"))
    Path("b.txt").write_text(article(*"abcdefgh", title="Kabul fell again"))
    Path("c.txt").write_bytes(b"\x00")
    check("report", json.loads(run("ingest", ".", "--format", "json").out))
    check("status", json.loads(run("status", "--json").out))
    copies = json.loads(run("duplicates", "--json").out)
    assert copies["clusters"]
    check("clusters", copies)
    check("cluster", json.loads(run("duplicates", "--jsonl").out))


def test_every_field_a_hit_can_have() -> None:
    full = hit(sources=(Source("a.jsonl", "3"),), record_line=3)._replace(
        passage=passage("Kabul fell")._replace(heading="H", page=3, language="en"),
        lacks=("x",),
        names=("Kabul",),
        notes=(("passage", "ask"),),
        my_tags=("star",),
        suggested=True,
        only_in="title",
        copies=("ba9876543210",),
        before=(passage("before", 1),),
        after=(passage("after", 3),),
        matches=2,
        stale="gone",
        corpus="x/index",
        kind="chrome:caption",
        parts=(Part("word", "kabul", "stems", 1.5), Part("proximity", "kabul fell", "", 0.5)),
    )
    more = {"hints": ("why",), "suggested": (("a", "b"),), "suggestions": ("c",)}
    found = results(full, id="q1", partial=True, **more)
    line, summary = map(json.loads, formats.format_results(found, "jsonl", summary=True))
    assert tuple(line) == records.FIELDS == tuple(SCHEMA["$defs"]["picked"]["properties"])
    check("hit", line)
    check("summary", summary)
    (whole,) = map(json.loads, formats.format_results(found, "json", fields=["title"]))
    check("answer", whole)
    page = (ROOT / "docs" / "json.md").read_text("utf-8")
    assert not [name for name in records.FIELDS if f"`{name}`" not in page]


def test_counted_values() -> None:
    found = Facets("kabul", "kabul", (Facet("author", "", 3, 1),), 8, 3)
    check("facets", json.loads(next(formats.format_facets(found, "json"))))
    check("facet", json.loads(next(formats.format_facets(found, "jsonl"))))
    check("facet", json.loads(next(formats.format_facets(found._replace(partial=True), "jsonl"))))


@pytest.mark.parametrize(
    "wrong",
    [
        {"v": 2},
        {"rank": "1"},
        {"another": 1},
        {"id": "0123456789ab"},
        {"spans": [[0, 5]]},
        {"before": [{"id": "0123456789ab#1"}]},
        {"text": None},
    ],
)
def test_the_schema_can_fail(wrong: dict[str, object]) -> None:
    line = json.loads(next(formats.format_results(results(hit()), "jsonl")))
    check("hit", line)
    with pytest.raises(ValidationError):
        check("hit", {**line, **wrong})
