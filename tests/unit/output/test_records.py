"""Records: what is printed as JSON."""

from pathlib import Path

import pytest

from corpus_cli.output.records import shown


def test_a_name_is_shown_from_here_and_its_address_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    address = "x.warc#https://example.org/a//b"
    assert shown(f"{tmp_path}/in/{address}") == f"in/{address}"
    assert shown(f"{tmp_path}-2/{address}") == f"{tmp_path}-2/{address}"
    assert shown(str(tmp_path)) == "."
    assert shown("-") == "-"
