"""Nothing in a text reaches a terminal as a command."""

import json
import unicodedata

import pytest

from corpus_cli.text.printable import columns, escape_json, one_line, printable


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain", "plain"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x1b]52;c;QQ==\x07", r"\x1b]52;c;QQ==\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("\x00\x7f\r\b", r"\x00\x7f\r\x08"),
        ("user\u202egnp.exe", r"user\u202egnp.exe"),
        ("\u2066a\u2069", r"\u2066a\u2069"),
        ("\ufeffbom", r"\ufeffbom"),
        ("\ud800", r"\ud800"),
        ("[/url] [red]", "[/url] [red]"),
    ],
)
def test_shown_as_escapes(text: str, safe: str) -> None:
    assert printable(text) == safe


def test_no_control_or_format_character_of_unicode_gets_through() -> None:
    kept = {"\t", "\n", "\u00ad", "\u200c", "\u200d"}
    for code in range(0x110000):
        char = chr(code)
        if unicodedata.category(char) == "Cc" or unicodedata.bidirectional(char) in (
            ["LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"]
        ):
            assert char in kept or printable(char) != char, hex(code)


def test_json_is_harmless_and_exact() -> None:
    text = 'a\x1b\x9b\u202e"\\\ud800 é'
    line = escape_json(json.dumps({"t": text}, ensure_ascii=False))
    assert json.loads(line) == {"t": text}
    assert printable(line) == line
    assert "é" in line


def test_one_line_has_no_line_feed() -> None:
    assert one_line(" a\n b\tc ") == "a b c"


def test_wide_characters_take_two_columns() -> None:
    assert columns("领英 ab") == 7
    assert columns("e\u0301") == 1
