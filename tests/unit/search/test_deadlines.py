"""Each step of a search reads no more than the time allows, and nothing twice."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.engines import postings
from corpus_cli.engines.clock import Clock
from corpus_cli.engines.fields import ANYWHERE
from corpus_cli.engines.plan import plan_query
from corpus_cli.engines.term_forms import TermForm
from corpus_cli.model import Name
from corpus_cli.query.nodes import Bag, Mention
from corpus_cli.query.parse import parse
from corpus_cli.search import feedback, meant_names, select
from corpus_cli.search.meant_names import MeantNames
from corpus_cli.search.request import SearchRequest
from corpus_cli.search.select import Selected, select_hits
from tests.conftest import article

OVER = Clock(1e-9)


@pytest.fixture
def copies(tmp_path: Path) -> Iterator[Corpus]:
    """Yield a corpus of three near-copies."""
    text = article("Kabul fell and the needle stands here", "Balkh fell as well, they said")
    for n in range(3):
        (tmp_path / f"{n}.txt").write_text(f"{text}\nUpdated {n}.\n")
    with Corpus.in_memory() as corpus:
        corpus.ingest([str(tmp_path)])
        yield corpus


def hits(corpus: Corpus, line: str, clock: Clock) -> Sequence[Selected]:
    with corpus.snapshot() as moment:
        plan = plan_query(parse(line).query, moment.index, {})
        candidates = moment.index.match(plan, Clock(0))
        return select_hits(candidates, moment.store, SearchRequest(), clock)


def test_near_copies_are_not_looked_for_when_the_time_is_over(
    copies: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(hits(copies, "needle", Clock(0))) == 1
    # Some time is left for the first, also when matching took all of it.
    assert len(hits(copies, "needle", OVER)) == 1
    monkeypatch.setattr(select, "_COPIES_SECONDS", 1e-9)
    assert len(hits(copies, "needle", OVER)) == 3


def test_an_answer_says_that_it_may_show_near_copies(
    copies: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = select.select_hits

    def find_slowly(*arguments: object) -> object:
        *others, _ = arguments
        clock = arguments[-1]
        assert isinstance(clock, Clock)
        monkeypatch.setattr(clock, "_end", 0.0)
        return find(*others, clock)  # type: ignore[call-arg, arg-type]

    monkeypatch.setattr("corpus_cli.search.pipeline.select_hits", find_slowly)
    notes = copies.search("needle", SearchRequest(seconds=60)).notes
    assert any("near-copies" in note for note in notes)
    monkeypatch.undo()
    notes = copies.search("needle", SearchRequest(seconds=60)).notes
    assert not any("near-copies" in note for note in notes)


def test_a_form_is_read_once_in_the_passages_that_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(20):
        words = " ".join(f"w{n}x{m}" for m in range(20))
        (tmp_path / f"{n}.txt").write_text(f"City {n}\n\n{words} fell.\n")
    read: list[int] = []
    positions = postings.Postings.positions

    def positions_counted(self: postings.Postings, passage: int) -> Sequence[int]:
        read.append(passage)
        return positions(self, passage)

    monkeypatch.setattr(postings.Postings, "positions", positions_counted)
    with Corpus.in_memory() as corpus:
        corpus.ingest([str(tmp_path)])
        read.clear()
        assert corpus.search("w*", SearchRequest(limit=0)).total == 20
    # Two fields, 400 words: not 400 words in each of 20 passages.
    assert len(read) <= 2 * 400


def test_forms_that_are_not_read_in_time_do_not_count(corpus: Corpus) -> None:
    with corpus.snapshot() as moment:
        index = moment.index._index  # type: ignore[attr-defined] # noqa: SLF001 - no port asks it
        forms = [TermForm("words", (word,), 1) for word in ("taliban", "pakistan", "security")]
        group = postings.FormOccurrences(index, forms, ANYWHERE, lambda: False)
        overdue = postings.FormOccurrences(index, forms, ANYWHERE, lambda: True)
        assert group.counts
        assert not overdue.counts
        # What was not read in time is not taken for words of titles.
        is_over = [False]
        late = postings.FormOccurrences(index, forms, ANYWHERE, lambda: is_over[0])
        assert late.counts == group.counts
        is_over[0] = True
        assert group.below_title() != late.below_title() == set(late.counts)


def test_names_are_looked_up_as_far_as_they_are_read(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meant_names, "_BATCH", 2)
    batches: list[list[str]] = []
    with corpus.snapshot() as moment:
        passages = [hit.passage.id for hit in corpus.search("Taliban").hits]
        names_of = type(moment.index).names_of

        def names_counted(self: object, some: Iterable[str]) -> Mapping[str, Sequence[str]]:
            batches.append(list(some))
            return names_of(self, batches[-1])  # type: ignore[arg-type]

        monkeypatch.setattr(type(moment.index), "names_of", names_counted)
        read = MeantNames(moment).names_reader(passages)
        assert read(passages[0])
        assert batches == [passages[:2]]
        assert read(passages[5])
        assert batches == [passages[:2], passages[2:4], passages[4:6]]


def test_a_name_that_a_query_repeats_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    name = Name("ISIS-K", forms=("ISIS-K", "Islamic State Khorasan", "Daesh-K"))
    forms: list[str] = []

    def read(form: str) -> str:
        forms.append(form)
        return form.lower()

    monkeypatch.setattr(feedback, "exact", read)
    feedback._stems_of_other_forms(Bag((Mention(name, ("ISIS-K",)),) * 1_000))  # noqa: SLF001 - it is seen nowhere else
    assert len(forms) <= 4
