"""Marks become spans, and spans a window."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from corpus_cli.engines.fields import TITLE
from corpus_cli.model import Mark, Snippet, Span
from corpus_cli.search.snippets import WIDTH, snippet, spans, title_spans


def window_of(text: str, spans: Iterable[Span], width: int = WIDTH) -> Snippet:
    return snippet(text, {span: Mark(0, 1, span.why) for span in spans}, width)


def marked(text: str, *marks: Mark) -> list[str]:
    return [text[span.start : span.end] for span in spans(text, marks)]


def test_a_mark_covers_its_words() -> None:
    text = "The K of ISIS-K’s men; Tehreek-e-Taliban, counterterrorism"
    assert marked(text, Mark(3, 2, "word")) == ["ISIS-K’s"]
    assert marked(text, Mark(6, 3, "word")) == ["Tehreek-e-Taliban"]
    assert marked(text, Mark(9, 1, "word")) == ["counterterrorism"]


def test_length_nought_is_what_is_written_in_one_piece() -> None:
    text = "counterterrorism efforts, counter-terrorism efforts"
    assert marked(text, Mark(0, 0, "word"), Mark(2, 0, "word")) == [
        "counterterrorism",
        "counter-terrorism",
    ]


def test_spans_do_not_overlap() -> None:
    text = "Islamic State-Khorasan Province"
    assert marked(text, Mark(0, 2, "a"), Mark(1, 2, "b"), Mark(3, 1, "c")) == [
        "Islamic State",
        "Province",
    ]


def test_title_and_passage_are_kept_apart() -> None:
    marks = (Mark(0, 1, "word"), Mark(TITLE + 1, 1, "word"))
    assert marked("Taliban rule", *marks) == ["Taliban"]
    assert title_spans("The Taliban", marks) == (Span(4, 11, "word"),)


def test_han_characters() -> None:
    assert marked("见领英推荐。", Mark(1, 4, "phrase")) == ["领英推荐"]


def test_a_short_passage_is_shown_whole() -> None:
    assert window_of("short", ()).text == "short"


def test_the_window_holds_the_matches_and_says_that_it_is_one() -> None:
    text = (
        "First sentence of all. " * 30 + "The U.S. took Kabul. It fell. " + "Last words here. " * 30
    )
    at = text.index("Kabul")
    shown = window_of(text, (Span(at, at + 5, "word"),))
    assert shown.text.startswith("… The U.S. took Kabul.")
    assert shown.text.endswith(" …")
    assert len(shown.text) < 340
    (span,) = shown.spans
    assert shown.text[span.start : span.end] == "Kabul"


def test_different_matches_beat_many_of_one() -> None:
    text = "war " * 100 + "x " * 200 + "war and peace " + "y " * 200
    words = [Span(i, i + 3, "word") for i in range(0, 400, 4)]
    at = text.index("war and peace")
    both = (*words, Span(at, at + 3, "word"), Span(at + 8, at + 13, "word"))
    assert "war and peace" in window_of(text, both).text


def test_one_word_that_tells_beats_two_that_do_not() -> None:
    text = "war and peace " + "x " * 300 + "Kurilla"
    war, peace, kurilla = (
        Span(text.index(word), text.index(word) + len(word), "word")
        for word in ("war", "peace", "Kurilla")
    )
    common = {war: Mark(0, 1, "word", "war", 1.0), peace: Mark(2, 1, "word", "peace", 1.5)}
    assert "war and peace" in snippet(text, common).text
    told = common | {kurilla: Mark(303, 1, "word", "Kurilla", 6.0)}
    assert "Kurilla" in snippet(text, told).text
    # Two forms of one name tell no more than one of them.
    name = {
        war: Mark(0, 1, "name:X", "X", 4.0),
        peace: Mark(2, 1, "name:X", "X", 4.0),
        kurilla: Mark(303, 1, "word", "Kurilla", 6.0),
    }
    assert "Kurilla" in snippet(text, name).text


def test_a_match_at_the_end_is_in_the_window() -> None:
    text = (
        "One. "
        + "word " * 60
        + "with this in mind they met groups like the Grey Front and "
        + "so on " * 12
    )
    at = text.index("Grey")
    window = window_of(text, (Span(at, at + 10, "name"),))
    assert [window.text[span.start : span.end] for span in window.spans] == ["Grey Front"]


def test_whole_sentences_fill_the_window() -> None:
    text = " ".join(f"Sentence {n} of the article says nothing new." for n in range(30))
    at = text.index("15")
    window = window_of(text, (Span(at, at + 2, "word"),)).text
    assert window.startswith("… Sentence 15")
    assert window.endswith("nothing new. …")
    last = text.rindex("29")
    assert window_of(text, (Span(last, last + 2, "word"),)).text.startswith("… Sentence 23")


def test_a_sentence_that_is_too_long_is_cut_between_words() -> None:
    text = "every word of it matters " * 60
    at = text.index("matters", 700)
    window = window_of(text, (Span(at, at + 7, "word"),)).text
    assert window.startswith("… ")
    assert {*window.strip("… ").split()} == {"every", "word", "of", "it", "matters"}


def test_a_match_across_two_sentences_is_not_cut() -> None:
    text = " ".join(f"Sentence {n} of the article says nothing new." for n in range(30))
    start, later = text.index("Sentence 10"), text.index("Sentence 15")
    word = Span(start + 30, start + 34, "word")
    across = Span(later - 5, later + 40, "phrase")
    window = window_of(text, (word, across), later - start + 2)
    assert [span.why for span in window.spans] == ["word"]
    assert window.text.endswith("14 of the article says nothing …") or "14" not in window.text


@given(
    st.text("ab cd.!? \n领。é", max_size=300),
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 30)), max_size=12),
    st.integers(4, 60),
)
def test_no_window_cuts_a_match_or_lacks_one(
    text: str, ranges: list[tuple[int, int]], width: int
) -> None:
    matched: list[Span] = []
    for start, length in sorted(ranges):
        if start + length <= len(text) and (not matched or start >= matched[-1].end):
            matched.append(Span(start, start + length, str(start)))
    shown = window_of(text, tuple(matched), width)
    assert bool(shown.spans) == bool(matched)
    for span in shown.spans:
        start = int(span.why)
        whole = next(one for one in matched if one.start == start)
        assert shown.text[span.start : span.end] == text[start : whole.end]
    body = shown.text.removeprefix("… ").removesuffix(" …")
    assert body in text
    longest = max((span.end - span.start for span in matched), default=0)
    assert len(body) <= max(width + width // 4, longest)
    if shown.spans and body != text:
        # What is cut off begins and ends between the matches.
        first = shown.spans[0]
        start = int(first.why) - first.start + 2 * shown.text.startswith("… ")
        assert not any(
            span.start < edge < span.end for span in matched for edge in (start, start + len(body))
        )
