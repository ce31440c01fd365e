"""TSV and CSV: every cell comes back as it was."""

import csv
import io
import re

from hypothesis import given
from hypothesis import strategies as st

from corpus_cli.output import tables
from corpus_cli.output.records import Record

BACK = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}

texts = st.text() | st.text(alphabet="ab\\tnr\t\n\r,;\"'=-")


@given(st.lists(texts, min_size=1, max_size=4))
def test_a_row_of_tsv_is_one_line_and_reads_back(values: list[str]) -> None:
    row: Record = {str(n): value for n, value in enumerate(values)}
    (line,) = tables.tsv([row], list(row))
    assert "\n" not in line
    assert "\r" not in line
    cells = [re.sub(r"\\[\\tnr]", lambda found: BACK[found[0]], cell) for cell in line.split("\t")]
    assert cells == values


@given(st.lists(texts, min_size=1, max_size=4))
def test_a_row_of_csv_reads_back_and_is_no_formula(values: list[str]) -> None:
    row: Record = {str(n): value for n, value in enumerate(values)}
    lines = tables.csv([row], list(row))
    text = "".join(f"{line}\n" for line in lines)
    header, read = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert header == list(row)
    for cell, value in zip(read, values, strict=True):
        assert (cell.removeprefix("'")) == value
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
        assert cell in (value, f"'{value}")


def test_numbers_stay_numbers_and_texts_that_begin_like_formulas_do_not() -> None:
    row: Record = {"n": -3, "score": 2.5, "text": "-3", "sum": "=1+1", "mail": "@x", "wide": "＝1"}
    assert list(tables.csv([row], list(row), header=False)) == ["-3,2.5,'-3,'=1+1,'@x,'＝1"]


def test_several_values_and_values_with_parts() -> None:
    row: Record = {"authors": ["Ann", "Ben\tX"], "spans": [[0, 5, "word"]], "suggested": True}
    assert list(tables.tsv([row], [*row, "page"])) == ['Ann; Ben\\tX\t[[0, 5, "word"]]\ttrue\t']
