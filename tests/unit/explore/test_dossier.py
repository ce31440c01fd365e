"""What a dossier chooses to show."""

from corpus_cli.explore.answer import Citation
from corpus_cli.explore.dossier import _choose_quotes, choose_across
from corpus_cli.explore.quotes import Quote
from corpus_cli.model import Span
from corpus_cli.text.speech.choices import Kind
from tests.unit.output.made import HEADER, passage


def quote(
    text: str, day: str, speaker: str = "Ann", kind: Kind = "direct", *, spans: bool = False
) -> Quote:
    citation = Citation(passage(text), HEADER._replace(published=day), 1)
    marked = (Span(0, 1, "word"),) if spans else ()
    return Quote(text, speaker, "said", "", kind, citation, marked)


def texts(*quotes: Quote, limit: int) -> list[str]:
    return [one.text for one in _choose_quotes(quotes, limit)]


def test_no_group_is_before_its_turn() -> None:
    rows = ["a1", "a2", "a3", "b1", "a4", "c1"]

    def choose(most: int, limit: int) -> list[str]:
        return choose_across(rows, lambda row: row[0], most, limit)

    assert choose(1, 3) == ["a1", "b1", "c1"]
    assert choose(2, 4) == ["a1", "a2", "b1", "c1"]
    assert choose(1, 5) == ["a1", "a2", "a3", "b1", "c1"]
    assert choose(1, 0) == rows


def test_quotations_on_the_query_come_first_then_direct_ones_of_people_with_names() -> None:
    quotes = (
        quote("indirect", "2014-01", kind="indirect"),
        quote("unnamed", "2014-02", "officials"),
        quote("named", "2014-03", "Bert"),
        quote("on it", "2014-04", "Cleo", "indirect", spans=True),
    )
    assert texts(*quotes, limit=1) == ["on it"]
    assert texts(*quotes, limit=2) == ["named", "on it"]
    assert texts(*quotes, limit=3) == ["unnamed", "named", "on it"]
    assert texts(*quotes, limit=0) == ["indirect", "unnamed", "named", "on it"]


def test_every_year_has_its_turn() -> None:
    quotes = [
        quote(f"{year}-{n}", str(year), f"S{year}{n}") for year in (2014, 2015) for n in (1, 2)
    ]
    assert texts(*quotes, limit=2) == ["2014-1", "2015-1"]


def test_two_of_a_speaker_are_enough_if_there_are_others() -> None:
    quotes = [quote(str(n), "2014") for n in range(4)] + [quote("other", "2014", "Bert")]
    assert texts(*quotes, limit=3) == ["0", "1", "other"]
