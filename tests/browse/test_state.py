"""The state of the app: what each key and each answer makes of it."""

import pytest

from corpus_cli.browse import state
from corpus_cli.browse.open_article import ArticleKey, OpenArticle
from corpus_cli.browse.state import Filter, State
from corpus_cli.model import Facet, Facets, Hit, Line, Results, Span
from corpus_cli.query.filters import Filters
from corpus_cli.search.request import SearchRequest
from tests.unit.output.made import HEADER, hit, results

FIRST = state.start("kabul", SearchRequest())


def article_hit(n: int) -> Hit:
    return hit(rank=n + 1, id=f"{n:012}")


def answer(count: int) -> Results:
    return results(*map(article_hit, range(count)), articles=count)


def answered(count: int = 3) -> State:
    return state.receive_results(FIRST, FIRST.question, answer(count))


def reading(n: int, *lines: int, copies: tuple[str, ...] = ()) -> OpenArticle:
    """Return an article with a match in each of some lines."""
    header = HEADER._replace(id=f"{n:012}")
    matches = tuple((line, Span(0, 5, "word")) for line in lines)
    return OpenArticle(
        ArticleKey("", header.id),
        header,
        header.id,
        tuple(Line(line, "body", "Kabul fell") for line in range(1, 20)),
        {line: (span,) for line, span in matches},
        (),
        matches,
        copies=tuple(HEADER._replace(id=copy) for copy in copies),
    )


def test_filters_of_the_command_line_are_filters_to_remove() -> None:
    filters = Filters(since=("2015",), source=("BBC", "-CNN"))
    first = state.start("x", SearchRequest(filters=filters, sort="-date", all_terms="article"))
    assert state.search_request(first).filters == filters
    assert state.search_request(first).sort == "-date"
    assert state.search_request(first).all_terms == "article"
    left = state.widen(first, Filter("source", "BBC", "BBC"))
    assert state.search_request(left).filters == filters._replace(source=("-CNN",))


def test_each_change_of_what_is_asked_is_a_new_question() -> None:
    facet = Facet("source", "BBC", 2, 1)
    narrowed = state.narrow(FIRST, facet)
    for changed in (
        state.edit_line(FIRST, "kabu"),
        narrowed,
        state.change_sort(FIRST),
        state.change_scope(FIRST),
        state.load_more(FIRST),
    ):
        assert changed.question == FIRST.question + 1
        assert changed.is_waiting
    assert state.edit_line(FIRST, "kabul") == FIRST
    assert state.narrow(narrowed, facet) == narrowed
    assert state.widen(FIRST, Filter("source", "BBC", "BBC")) == FIRST


def test_an_older_answer_never_replaces_a_newer() -> None:
    newer = state.edit_line(FIRST, "kabul fell")
    assert state.receive_results(newer, FIRST.question, answer(3)) == newer
    assert state.receive_failure(newer, FIRST.question, "damaged") == newer
    assert state.receive_nothing(newer, FIRST.question) == newer
    facets = Facets("kabul", "kabul", (), 0, 0)
    assert state.receive_facets(newer, FIRST.question, facets) == newer
    shown = state.receive_results(newer, newer.question, answer(2))
    assert len(shown.hits) == 2
    assert not shown.is_waiting


def test_an_error_keeps_the_query_and_the_last_answer() -> None:
    failed = state.receive_failure(answered(), FIRST.question, "the index is damaged")
    assert (failed.line, len(failed.hits)) == ("kabul", 3)
    assert failed.error == "the index is damaged"
    assert not state.edit_line(failed, "kabul ").error


def test_a_year_replaces_a_year_and_other_values_add_up() -> None:
    one = state.narrow(FIRST, Facet("year", "2015", 1, 1))
    assert state.search_request(one).filters == Filters(since=("2015",), until=("2015",))
    two = state.narrow(one, Facet("year", "2016", 1, 1))
    assert state.search_request(two).filters == Filters(since=("2016",), until=("2016",))
    both = state.narrow(state.narrow(two, Facet("source", "A", 1, 1)), Facet("source", "B", 1, 1))
    assert state.search_request(both).filters.source == ("A", "B")
    assert not both.all_names
    assert state.narrow(both, Facet("name", "Kabul", 1, 1)).all_names
    assert state.narrow(FIRST, Facet("source", "", 1, 1)) == FIRST


@pytest.mark.parametrize(
    ("value", "typed"), [("-foo", "foo"), ("!x", "x"), ("What?", "What "), ("a*b", "a b")]
)
def test_a_value_is_no_pattern_and_excludes_nothing(value: str, typed: str) -> None:
    narrowed = state.narrow(FIRST, Facet("author", value, 1, 1))
    assert state.search_request(narrowed).filters.author == (typed,)
    assert narrowed.filters[0].label == value


def test_an_article_opens_at_its_best_passage() -> None:
    shown = state.receive_reading(answered(), reading(0, 2, 7, 9))
    assert shown.match == 1
    assert state.receive_reading(answered(), reading(0, 2)).match == 0
    assert state.receive_reading(answered(), reading(0)).match == 0


def test_an_article_that_is_not_selected_any_more_is_not_shown() -> None:
    assert state.receive_reading(answered(), reading(1, 2)) == answered()
    selected = state.select(answered(), 1)
    assert state.receive_reading(selected, reading(1, 2)).reading == reading(1, 2)
    assert state.receive_reading(selected, reading(0, 2)).reading is None


def test_matches_are_stepped_through_into_the_next_article_and_back() -> None:
    shown = state.receive_reading(answered(), reading(0, 7, 9))
    second = state.step_match(shown, 1)
    assert (second.selected, second.match) == (0, 1)
    over = state.step_match(second, 1)
    assert (over.selected, over.reading) == (1, None)
    assert state.step_match(over, 1) == over
    over = state.receive_reading(over, reading(1, 2, 7))
    assert over.match == 0
    back = state.receive_reading(state.step_match(over, -1), reading(0, 7, 9))
    assert (back.selected, back.match) == (0, 1)
    first = state.step_match(back, -1)
    assert state.step_match(first, -1).selected == 0
    assert state.step_match(first, -1).reading


def test_more_articles_keep_the_one_that_is_read() -> None:
    full = state.receive_results(FIRST, FIRST.question, answer(state.PAGE))
    assert full.has_more
    assert not answered().has_more
    read = state.receive_reading(state.select(full, 49), reading(49, 7))
    more = state.load_more(read)
    assert state.search_request(more).limit == 2 * state.PAGE
    longer = state.receive_results(more, more.question, answer(60))
    assert (longer.selected, longer.reading) == (49, read.reading)
    assert not longer.has_more
    other = state.edit_line(longer, "other")
    assert state.receive_results(other, other.question, answer(60)).selected == 0


def test_near_copies_are_read_one_after_the_other() -> None:
    copies = ("000000000005", "000000000007")
    shown = state.receive_reading(answered(), reading(0, 7, copies=copies))
    first = state.open_copy(shown)
    assert first.key == ArticleKey("", "000000000005")
    assert state.receive_reading(first, reading(0, 7)).reading is None
    shown = state.receive_reading(first, reading(5, 3, copies=("000000000000", "000000000007")))
    last = state.open_copy(shown)
    assert last.key == ArticleKey("", "000000000007")
    shown = state.receive_reading(last, reading(7, copies=("000000000000", "000000000005")))
    assert state.open_copy(shown).key == ArticleKey("", "000000000000")
    assert state.select(shown, 0).key == ArticleKey("", "000000000000")
    assert state.open_copy(state.receive_reading(answered(), reading(0, 7))).copy is None


def test_orders_and_scopes_come_round() -> None:
    one = FIRST
    for sort in (*state.SORTS[1:], "score"):
        one = state.change_sort(one)
        assert state.search_request(one).sort == sort
    for scope in ("article", "passage", None):
        one = state.change_scope(one)
        assert state.search_request(one).all_terms == scope
    assert state.change_sort(FIRST._replace(sort="path")).sort == "score"


def test_without_a_query_nothing_is_shown() -> None:
    empty = state.edit_line(answered(), " ")
    assert empty.is_empty
    shown = state.receive_nothing(empty, empty.question)
    assert shown.results is None
    assert shown.key is None
    assert not state.narrow(empty, Facet("source", "A", 1, 1)).is_empty
