"""Names that stand in none of the five articles, each written in several ways."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.search.request import SearchRequest
from tests.conftest import SEEDS, article

# Each row is one name as different papers write it: any of them finds all of them.
NAMES = [
    ("Lashkar-e-Taiba", "Lashkar-e-Tayyiba", "Lashkar-i-Toiba", "LeT"),
    ("Jaish-e-Mohammed", "Jaish-e-Muhammad", "Jaish-i-Mohammad"),
    ("Hezbollah", "Hizbullah", "Hizballah", "Hizbollah"),
    ("Boko Haram", "Jama'atu Ahlis Sunna Lidda'awati wal-Jihad"),
    ("al-Shabaab", "Al Shabab", "Harakat al-Shabaab al-Mujahideen"),
    ("Houthis", "Huthis", "Ansar Allah", "Houthi"),
    ("AQAP", "al-Qaeda in the Arabian Peninsula", "Al-Qaida in the Arabian Peninsula"),
    ("Kurdistan Workers' Party", "PKK", "P.K.K."),
    ("Inter-Services Intelligence", "ISI", "I.S.I."),
    ("Ayman al-Zawahiri", "Ayman Zawahiri", "Ayman al-Zawahri", "Ayman el-Zawahiri"),
    ("Abu Bakr al-Baghdadi", "Abu Bakr Baghdadi"),
    ("Gulbuddin Hekmatyar", "Gulbuddin Hikmatyar"),
    ("Qassem Soleimani", "Qasem Soleimani", "Qassem Suleimani"),
    ("Muammar Gaddafi", "Moammar Gadhafi", "Muammar Qaddafi"),
    ("North Atlantic Treaty Organization", "NATO", "Nato"),
    ("United Arab Emirates", "UAE", "U.A.E."),
    ("Myanmar", "Burma"),
    ("Kyiv", "Kiev"),
    ("Kobani", "Kobane", "Ain al-Arab"),
    ("Deir ez-Zor", "Deir al-Zour"),
    ("ICRC", "International Committee of the Red Cross"),
    ("Shin Bet", "Shabak"),
]  # fmt: skip

# What must not be found by what: it is another name, or only a word.
APART = [
    ("Taliban", "Pakistani Taliban"),
    ("Islamic State", "Islamic State West Africa Province"),
    ("al-Qaeda", "al-Qaeda in the Islamic Maghreb"),
    ("ISI", "ISIS"),
    ("Hamas", "Hama"),
    ("LeT", "let"),
    ("US", "us"),
    ("ISIS-Z", "ISIS-K"),
    ("ISKQ", "ISKP"),
]


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    folder = tmp_path_factory.mktemp("papers")
    for n, forms in enumerate(NAMES):
        for m, form in enumerate(forms):
            (folder / f"{n}-{m}.txt").write_text(
                article(f"Yesterday {form} was named by officials"), "utf-8"
            )
    for n, (_, other) in enumerate(APART):
        (folder / f"apart-{n}.txt").write_text(article(f"They did not {other} go"), "utf-8")
    with Corpus.in_memory() as corpus:
        corpus.ingest([str(SEEDS), str(folder)])
        yield corpus


def meant(corpus: Corpus, line: str) -> set[str]:
    hits = corpus.search(line, SearchRequest(limit=1_000)).hits
    return {
        Path(hit.header.sources[0].path).stem
        for hit in hits
        if any(why != "word" for *_, why in hit.spans)
    }


@pytest.mark.parametrize("n", range(len(NAMES)), ids=lambda n: NAMES[n][0])
def test_any_form_finds_all_of_them(papers: Corpus, n: int) -> None:
    wanted = {f"{n}-{m}" for m in range(len(NAMES[n]))}
    apart = {f"apart-{i}" for i in range(len(APART))}
    for form in NAMES[n]:
        assert wanted <= meant(papers, form) <= wanted | apart, form


@pytest.mark.parametrize("form", ["Hezbollah", "Hizballah", "Kyiv", "Kiev", "Kobani", "Kobane"])
def test_the_typed_form_comes_first_at_equal_worth(papers: Corpus, form: str) -> None:
    assert form in papers.search(form, SearchRequest(limit=1)).hits[0].passage.text


@pytest.mark.parametrize(("name", "other"), APART)
def test_another_name_is_not_meant(papers: Corpus, name: str, other: str) -> None:
    n = APART.index((name, other))
    assert f"apart-{n}" not in meant(papers, name)


def test_a_surname_means_the_person_named_in_full_in_the_article() -> None:
    with Corpus.in_memory() as corpus:
        Path("a.txt").write_text(article("Ayman al-Zawahiri spoke", "Zawahri was filmed"), "utf-8")
        Path("b.txt").write_text(article("A Mr Zawahri sells cars"), "utf-8")
        corpus.ingest(["a.txt", "b.txt"])
        found = corpus.search("Ayman al-Zawahri").hits
        places = {(Path(hit.header.sources[0].path).stem, hit.passage.lines[0]) for hit in found}
        assert places == {("a", 1), ("a", 3)}
