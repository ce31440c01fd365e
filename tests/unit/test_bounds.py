"""What this process parses itself takes a time that grows with its length."""

import json
import time
from collections.abc import Callable

import pytest

from corpus_cli.errors import UsageError
from corpus_cli.evaluation.columns import plain
from corpus_cli.ingest.loading import _is_json
from corpus_cli.ingest.readers.records.frontmatter import parse_front_matter
from corpus_cli.names.packs import parse_pack
from corpus_cli.system.toml_text import parse_toml

SECONDS = 10.0
"""Of processor time: what grows with the square takes hours."""


def in_time(task: Callable[[], object]) -> None:
    began = time.process_time()
    task()
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    "text",
    [
        "a." * 15_000 + "b=1",
        "[" + "a." * 15_000 + "b]",
        "x={y=1," + "a." * 15_000 + "b=1}",
        '"\\"".' * 15_000 + "b=1",
        "'x' . " * 15_000 + "b=1",
        "x = [{" + "a." * 15_000 + "b=1}]",
    ],
)
def test_a_key_of_very_many_parts_is_an_error(text: str) -> None:
    def parse() -> None:
        with pytest.raises(ValueError, match="a key has more than 100 parts"):
            parse_toml(text)
        with pytest.raises(UsageError, match="a key has more than 100 parts"):
            parse_pack(text, "names.toml", "names.toml")
        assert parse_front_matter(text, is_toml=True) is None

    in_time(parse)


@pytest.mark.parametrize(
    "text",
    [
        "a." * 99 + "b = 1",
        'note = "' + "It fell. " * 500 + '"',
        'note = """' + "It is www.a.b.c. " * 500 + '"""',
        "x = [" + "1.5, " * 500 + "]",
        "".join(f"a{n}.b.c = 1\n" for n in range(500)),
    ],
)
def test_other_keys_and_texts_are_parsed(text: str) -> None:
    assert parse_toml(text)


@pytest.mark.parametrize(
    "text",
    [" '" * 500_000, ' "' * 500_000, '\\"' * 500_000, "x=" + " \"\\'" * 200_000, "." * 1_000_000],
)
def test_what_is_no_toml_is_said_soon(text: str) -> None:
    def parse() -> None:
        with pytest.raises(ValueError, match=" "):
            parse_toml(text)

    in_time(parse)


def test_a_name_that_was_encoded_very_often_is_decoded_a_few_times() -> None:
    assert plain("a%252520b") == "a b"
    assert plain("%" + "25" * 20 + "20") == "%" + "25" * 12 + "20"
    in_time(lambda: plain("%" + "25" * 1_000_000 + "20"))


@pytest.mark.parametrize(
    ("data", "is_json"),
    [
        (b'{"a": 1}\n{"b": 2}', True),
        (b"[1,\n2]", True),
        (b'{"a": "' + b"x" * 200_000 + b'"}', True),
        (b"[\n" + b'{"a": 1},\n' * 20_000 + b"{}]", True),
        (b"[" + b"[],\n" * 5_000_000 + b"1]", True),
        (b"[" * 5_000_000, False),
        (b"[Kabul] " + b"word " * 100_000, False),
        (b'["Hi," he said] ' * 20_000, False),
        (b"{hello", False),
        (b"", False),
    ],
)
def test_json_is_recognised_by_its_start(
    data: bytes, *, is_json: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse, lengths = json.loads, [0]

    def parse_and_measure(text: str) -> object:
        lengths.append(len(text))
        return parse(text)

    monkeypatch.setattr(json, "loads", parse_and_measure)
    in_time(lambda: _is_json(data))
    assert _is_json(data) is is_json
    assert max(lengths) <= 100_000
