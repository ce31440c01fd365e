"""One line a hit: for grep's readers, editors and evaluators."""

import pytest

from corpus_cli.errors import UsageError
from corpus_cli.model import Source
from corpus_cli.output import formats, plain
from tests.unit.output.made import HEADER, hit, passage, results


def lines(style: str, *hits: object, **more: object) -> list[str]:
    return list(formats.format_results(results(*hits, **more), style))  # type: ignore[arg-type]


def test_neighbours_have_the_shape_of_grep() -> None:
    one = hit()._replace(before=(passage("Before", 1, 5),), after=(passage("Af\nter", 3, 9),))
    assert lines("plain", one, one) == [
        "a.txt-5- Before",
        "a.txt:7: Kabul fell",
        "a.txt-9- Af ter",
        "--",
        "a.txt-5- Before",
        "a.txt:7: Kabul fell",
        "a.txt-9- Af ter",
    ]
    (later, *_) = formats.format_results(results(one), "plain", first=False)
    assert later == "--"


def test_matches_are_marked_where_asked() -> None:
    found = results(hit("In Kabul\nall fell"))
    assert list(formats.format_results(found, "plain", mark=True)) == [
        "a.txt:7: In [Kabul] all fell"
    ]
    assert list(formats.format_results(found, "plain")) == ["a.txt:7: In Kabul all fell"]


def test_a_corpus_is_told_only_where_a_path_is_in_several() -> None:
    stdin = hit(sources=(Source("-"),))
    one, two = stdin._replace(corpus="x/index"), stdin._replace(corpus="y/index")
    assert lines("plain", one, two, hit()._replace(corpus="y/index")) == [
        "x/index:-:7: Kabul fell",
        "y/index:-:7: Kabul fell",
        "a.txt:7: Kabul fell",
    ]
    assert lines("plain", one) == ["-:7: Kabul fell"]


def test_an_editor_gets_the_file_and_the_byte() -> None:
    one = hit("Äé Kabul\nfell", sources=(Source("m.mbox", "3"),))
    assert lines("vimgrep", one) == ["m.mbox:7:6:Äé Kabul fell"]
    assert lines("vimgrep", one, id="q1") == ["m.mbox:7:6:q1: Äé Kabul fell"]


def test_a_line_feed_in_a_name_makes_no_line() -> None:
    one = hit(sources=(Source("a\nb.txt"),))
    for style in ("plain", "vimgrep", "tsv", "trec", "jsonl"):
        (line,) = lines(style, one, id="q\n1")
        assert "\n" not in line


def test_every_line_of_a_batch_says_its_query() -> None:
    one = results(hit(), id="q1")
    assert list(formats.format_results(one, "plain")) == ["q1:a.txt:7: Kabul fell"]
    assert next(formats.format_results(one, "tsv")).startswith("q1\t0123456789ab#2\t")
    assert next(formats.format_results(one, "csv")).startswith("query_id,query,rank,")
    assert len(list(formats.format_results(one, "csv", first=False))) == 1
    assert list(formats.format_results(one, "jsonl", fields=["id"])) == [
        '{"v": 1, "query_id": "q1", "id": "0123456789ab#2"}'
    ]
    assert list(formats.format_names([HEADER], ids=False, query="q1")) == ["q1:a.txt"]
    assert list(formats.format_passage_ids(one)) == ["q1:0123456789ab#2"]


def test_a_run_keeps_its_order_and_has_each_document_once() -> None:
    hits = [
        hit(sources=(Source("in/a b.jsonl", record),))._replace(matches=1, score=score, rank=rank)
        for rank, (record, score) in enumerate(
            [("x 1", 1.0), ("y%", 3.0), ("x 1", 0.5), ("", 1.0)], 1
        )
    ]
    assert lines("trec", *hits, id="q 1") == [
        "q%201 Q0 x%201 1 1.000000 corpus",
        "q%201 Q0 y%25 2 0.999990 corpus",
        "q%201 Q0 a%20b 3 0.999980 corpus",
    ]
    # Files that hold the same are one article; whoever judged them judged each.
    twins = hit(sources=(Source("a.txt"), Source("b.txt")))._replace(matches=1)
    assert [line.split()[2:4] for line in lines("trec", twins)] == [["a", "1"], ["b", "2"]]
    assert lines("trec", hit()) == ["0 Q0 0123456789ab#2 1 2.500000 corpus"]


def test_fields_are_picked_by_name() -> None:
    assert formats.parse_fields("id, text,,id") == ("id", "text")
    for text, says in (
        ("titel", "did you mean title?"),
        ("date", "did you mean published?"),
        ("zzz", "fields: v, query_id"),
        (",", "--fields takes"),
    ):
        with pytest.raises(UsageError, match=says.replace("?", r"\?")):
            formats.parse_fields(text)


def test_how_an_answer_is_empty_is_said_truly() -> None:
    suggested = hit()._replace(suggested=True)
    assert plain.result_notes(results(suggested, total=0))[0].startswith("no passage matches")
    assert plain.result_notes(results(hints=("no article matches date:2031",))) == [
        "nothing found",
        "no article matches date:2031",
    ]
    assert plain.result_notes(results(partial=True, id="q1")) == ["q1: nothing found in that time"]
    assert plain.result_notes(results(parsed=""))[0].startswith("the query contains no words")
    assert plain.result_notes(results(hit())) == []


def test_a_tab_in_a_title_makes_no_column() -> None:
    tabbed = HEADER._replace(title="a\tb\nc\\d", sources=(Source("x\ty"),))
    assert list(plain.listed([tabbed])) == ["0123456789ab\t2024-03-31\tx\\ty\ta\\tb\\nc\\\\d"]
