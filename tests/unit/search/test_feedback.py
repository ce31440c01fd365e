"""What the best passages share puts the first in a better order."""

from pathlib import Path

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.model import Hit
from corpus_cli.search import feedback
from corpus_cli.search.request import SearchRequest

SUBJECT = "the harbour customs seized smuggled rifles and arrested three smugglers at the harbour"


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    texts = {
        **{f"best-{n}": f"Zarmina Zarmina: {SUBJECT} again, report {n}." for n in range(5)},
        # Worth the same by the query; one of them is on the subject.
        "a-other": "Zarmina likes to bake bread and cakes for her friends who live in the mountain.",
        "b-subject": "Zarmina wrote on the harbour where smugglers were arrested with seized rifles.",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_text(f"{text}\n")
    made = Corpus.in_memory()
    made.ingest([str(tmp_path)])
    return made


def hits(corpus: Corpus, line: str, limit: int = 50) -> list[Hit]:
    chosen = SearchRequest(limit=limit, explain=True, duplicates=True)
    return list(corpus.search(line, chosen).hits)


def names(found: list[Hit]) -> list[str]:
    return [hit.header.sources[0].document for hit in found]


def earned(found: list[Hit]) -> dict[str, float]:
    return {
        hit.header.sources[0].document: part.score
        for hit in found
        for part in hit.parts
        if part.why == "feedback"
    }


def test_what_is_on_the_subject_of_the_best_comes_first(corpus: Corpus) -> None:
    found = names(hits(corpus, "Zarmina"))
    assert found.index("b-subject") < found.index("a-other")
    gains = earned(hits(corpus, "Zarmina"))
    assert gains["b-subject"] > gains.get("a-other", 0)


def test_the_query_keeps_the_upper_hand(corpus: Corpus) -> None:
    found = hits(corpus, "Zarmina")
    assert max(earned(found).values()) <= feedback.WEIGHT * found[0].score
    assert set(names(found)[:5]) == {f"best-{n}" for n in range(5)}


@pytest.mark.parametrize("line", ['"Zarmina"', "+Zarmina harbour", "Zarmina NEAR/9 harbour"])
def test_what_is_required_is_meant_as_it_is(corpus: Corpus, line: str) -> None:
    assert hits(corpus, line)
    assert not earned(hits(corpus, line))


def test_a_filter_leaves_it_as_it_is(corpus: Corpus) -> None:
    assert earned(hits(corpus, "Zarmina path:*.txt"))


def test_the_rest_follows_in_its_order(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "REORDERED", 3)
    found = hits(corpus, "Zarmina")
    assert len(names(found)) == len(set(names(found))) == 7
    assert set(earned(found)) == set(names(found)[:3])
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    assert names(hits(corpus, "Zarmina", 3)) == names(found)[:3]


def test_another_form_of_a_name_gains_nothing_by_its_words(tmp_path: Path) -> None:
    forms = ["AQAP", "Al-Qaida in the Arabian Peninsula", "Al-Qaeda in the Arabian Peninsula"]
    for n in range(2):
        for m, form in enumerate(forms):
            text = f"The harbour office wrote on day {n} that {form} had sent nobody at all."
            (tmp_path / f"{m}{n}.txt").write_text(f"{text}\n")
    with Corpus.in_memory() as corpus:
        corpus.ingest([str(tmp_path)])
        found = hits(corpus, "AQAP")
    assert {name[0] for name in names(found)[:2]} == {"0"}
    shared = {part.words for hit in found for part in hit.parts if part.why == "feedback"}
    assert shared
    assert not any("peninsula" in words or "arabian" in words for words in shared)
