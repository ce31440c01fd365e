"""Law 1: a run of whole words finds its article."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_cli.cli import main
from corpus_cli.corpus import Corpus
from corpus_cli.model import BODY, DEK, HEADING, TITLE
from corpus_cli.query.nodes import Word
from corpus_cli.query.parse import parse
from corpus_cli.search.request import SearchRequest
from corpus_cli.text.tokenise import tokenise, units
from tests.conftest import SEEDS
from tests.property.made import UNSHRUNK, articles, written

PROSE = "word " * 24 + "end."
TOLD = (TITLE, DEK, HEADING, BODY)


@contextmanager
def holding(*files: Sequence[str]) -> Iterator[tuple[Corpus, list[Path]]]:
    """A corpus in memory of made files."""
    with TemporaryDirectory() as folder, Corpus.in_memory() as corpus:
        paths = written(Path(folder), files)
        corpus.ingest([folder])
        yield corpus, paths


def finds(corpus: Corpus, run: str, article: str) -> bool:
    """Whether a run of words finds its article, as they stand and as a query if it is plain."""
    if not tokenise(run):
        return True
    ways = [True]
    if all(isinstance(node, Word) for node in parse(run).query.nodes):
        ways.append(False)
    return all(
        article
        in corpus.search(
            run, SearchRequest(limit=0, literal=literal, list_articles=True)
        ).article_ids
        for literal in ways
    )


@settings(max_examples=30, phases=UNSHRUNK)
@given(st.lists(articles, min_size=1, max_size=3), st.data())
def test_a_run_of_words_finds_its_article(files: list[list[str]], data: st.DataObject) -> None:
    with holding(*files) as (corpus, paths):
        for path, held in zip(paths, files, strict=True):
            article, _, _ = corpus.article(str(path))
            told = [line.n for line in article.lines if line.broad in TOLD]
            # A title that all three articles share is chrome, and there may be no other text.
            for _ in range(4 if told else 0):
                found = held[data.draw(st.sampled_from(told)) - 1].split()
                start = data.draw(st.integers(0, len(found) - 1))
                end = data.draw(st.integers(start + 1, min(len(found), start + 6)))
                assert finds(corpus, " ".join(found[start:end]), article.id)


def quoted(run: str) -> str:
    """The same words as a quotation."""
    return '"' + re.sub('["“”„‟＂]', " ", run) + '"'


@settings(max_examples=30, phases=UNSHRUNK)
@given(st.lists(articles, min_size=1, max_size=2), st.data())
def test_any_characters_between_word_borders_find_their_article(
    files: list[list[str]], data: st.DataObject
) -> None:
    with holding(*files) as (corpus, paths):
        for path, held in zip(paths, files, strict=True):
            article, _, _ = corpus.article(str(path))
            told = [line for line in article.lines if line.broad in TOLD]
            for _ in range(4):
                drawn = data.draw(st.sampled_from(told))
                line = held[drawn.n - 1]
                words = [found for unit in units(line) if (found := unit.text)]
                starts = [found.tokens[0].start for found in units(line)]
                if not words:
                    continue
                n = data.draw(st.integers(0, len(words) - 1))
                end = data.draw(st.integers(n, min(len(words) - 1, n + 4)))
                # With what stands before and behind it, up to the next words.
                begin = data.draw(st.integers(_end(starts, words, n - 1), starts[n]))
                after = starts[end + 1] if end + 1 < len(starts) else len(line)
                run = line[begin : data.draw(st.integers(_end(starts, words, end), after))]
                assert finds(corpus, run, article.id), run
                # A quotation is looked for in the text alone.
                if drawn.broad == BODY:
                    assert (
                        article.id
                        in corpus.search(
                            quoted(run), SearchRequest(limit=0, list_articles=True)
                        ).article_ids
                    ), run


def _end(starts: Sequence[int], words: Sequence[str], n: int) -> int:
    return starts[n] + len(words[n]) if n >= 0 else 0


# What search tools trip over, from their trackers: paperless-ng #1596, #1581 and paperless-ngx
# #10119 (Whoosh drops W-2), qmd #305, #417, #418, #916, datasette #651, sqlite-utils #296,
# markdown-vault-mcp #866 (FTS reads characters as syntax, or finds nothing and says nothing).
ODD = (
    *("W-2", "C++", "C#", ".NET", "AT&T", "R&D", "9/11", "24/7", "€5.3bn", "$1,000.50", "27%"),
    *("ISIS-K", "counter-terrorism", "al-Qa’ida", "U.S.", "B.L.A.", "O'Brien", "rock 'n' roll"),
    *("foo_bar", "__init__", "snake_case_name.py", "report-final_v2.1.pdf", "/etc/passwd", "a/b"),
    *("https://x.example/a?b=1&c=2#d", "www.x-y.example", "ann.lee+news@mail.example", "@handle"),
    *("word -- another", "--force", "-n 5", "#tag", "2023-04-05", "12:30", "1.5", "v1.2.3-rc.1"),
    *(
        "naïve",
        "Erdoğan",
        "Афганистан",
        "محمد",
        "领英推荐",
        "한국",
        "zebra 😀 okapi",
        "x*y",
        "what?",
    ),
    *(
        "a~b",
        "50:50",
        "title: none",
        "either/or",
        "and/or",
        "[sic]",
        "{brace}",
        "<tag>",
        "back\\slash",
    ),
    *(
        "AK-47s",
        "MiG29s",
        "1267/1989",
        "15.08.2021",
        "l'Abbé",
        "qu’il",
        "D'Souza",
        "Qa`ida",
        "ʿAbd",
    ),
    *("٢٠٢١", "۱۴۰۲/۰۵/۲۴", "পাকিস্তান", "ｶﾌﾞｰﾙ", "人々", "รัฐมนตรี", "ខ្មែរ", "ကျွန်ုပ်", "ລາວ"),
    *("semi;colon", "it’s", "“zebra crossing”", "(aside)", "50° N", "½ cup", "№ 5", "§ 12", "x=y"),
)


@pytest.fixture(scope="module")
def odd() -> Iterator[Corpus]:
    """A corpus in a folder, each article with one of the odd words in it."""
    files = [
        [f"Report {chr(97 + n % 26)}", "", f"Here is {run} in it: {PROSE}"]
        for n, run in enumerate(ODD)
    ]
    with TemporaryDirectory() as folder, Corpus.create(Path(folder, "index")) as corpus:
        written(Path(folder, "files"), files)
        corpus.ingest([str(Path(folder, "files"))])
        yield corpus


@pytest.mark.parametrize("run", ODD)
def test_what_others_trip_over_is_found(odd: Corpus, run: str) -> None:
    path = str(Path(str(odd.folder)).parent / "files" / f"{ODD.index(run)}.txt")
    article = odd.article(path)[0].id
    assert finds(odd, run, article)
    assert (
        article in odd.search(quoted(run), SearchRequest(limit=0, list_articles=True)).article_ids
    )


@pytest.mark.parametrize("run", ODD)
def test_what_others_trip_over_is_found_by_command(
    odd: Corpus, run: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"files/{ODD.index(run)}.txt"
    for words in ([run], run.split(), [quoted(run)]):
        for before in (["--literal"], []):
            code = main(["search", "-l", "-n", "99", "-i", str(odd.folder), *before, "--", *words])
            told = capsys.readouterr()
            plainly = before or words == [quoted(run)] or _plain(run)
            assert code in (0, 1)
            assert not plainly or f"{name}\n" in told.out, told


def _plain(run: str) -> bool:
    return all(isinstance(node, Word) for node in parse(run).query.nodes)


@pytest.mark.parametrize(
    ("line", "query", "marked"),
    [
        ("The 1267/1989 committee met.", "1267", "1267"),
        ("The 1267/1989 committee met.", '"1989 committee"', "1989 committee"),
        ("The 1267/1989 committee met.", '"the 1267/1989 committee"', "The 1267/1989 committee"),
        ("It was on 15.08.2021 in Kabul.", "2021", "2021"),
        ("It was on 15.08.2021 in Kabul.", '"on 15.08.2021 in"', "on 15.08.2021 in"),
        ("Men with AK-47s were seen.", "AK-47", "AK-47s"),
        ("Men with AK-47s were seen.", '"AK-47 were"', "AK-47s were"),
        ("Men with an AK-47 were seen.", '"AK-47s were"', None),
        ("Men with an AK-47 were seen.", "AK-47s", "AK-47"),
        ("Two S-400s and MiG29s.", "MiG-29", "MiG29s"),
        ("He said that l'Abbé was there.", "abbe", "Abbé"),
        ("He said that l’OTAN was there.", "OTAN", "OTAN"),
        ("He said that Italia was there.", "l'Italia", "Italia"),
        ("He said that M. d’Estaing was there.", '"m. d\'estaing was"', "M. d’Estaing was"),
        ("He said that Souza was there.", "D'Souza", None),
        ("Mulla `Umar of al-Qa`ida.", "Qa`id*", "Qa`ida"),
        ("Mulla `Umar of al-Qa`ida.", "+`Umar", "Umar"),
        ("Mulla `Umar of al-Qa`ida.", "Qa'idah~1", "Qa`ida"),
        ("سقطت في ٢٠٢١ كابول", "202*", "٢٠٢١"),
        ("سقطت في ٢٠٢١ كابول", "کابول", "كابول"),
        ("กล่าวว่าการเจรจาล้มเหลว", "เจรจา", "เจรจา"),
        ("ｶﾌﾞｰﾙの情勢について話した。", "カブール", "ｶﾌﾞｰﾙ"),
        ("ភាសាខ្មែរនៅកម្ពុជា", '"ខ្មែរ"', "ខ្មែរ"),
        ("မြန်မာနိုင်ငံတော်", "နိုင်ငံ", "နိုင်ငံ"),
        ("ປະເທດລາວຢູ່", "ລາວ", "ລາວ"),
    ],
)
def test_a_part_of_what_is_written_in_one_piece_is_found_and_marked(
    line: str, query: str, marked: str | None
) -> None:
    with holding(["Title", "", f"{line} {PROSE}"]) as (corpus, _):
        hits = corpus.search(query, SearchRequest(suggest=False)).hits
        spans = [hit.passage.text[span.start : span.end] for hit in hits for span in hit.spans]
        assert spans == ([marked] if marked else [])


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name[:3])
def test_runs_of_the_five_articles_find_them(path: Path, corpus: Corpus) -> None:
    article, _, _ = corpus.article(str(path))
    raw = path.read_text("utf-8").split("\n")
    for line in article.lines:
        if line.broad in TOLD:
            found = raw[line.n - 1].split()
            for start, length in ((0, len(found)), (len(found) // 2, 1), (len(found) // 3, 3)):
                assert finds(corpus, " ".join(found[start : start + length]), article.id)


@pytest.mark.parametrize("word", ["한국", "が", "パキスタン", "étude", "Ναι", "й"])
def test_a_word_is_found_however_its_marks_are_encoded(word: str) -> None:
    for form in ("NFC", "NFD"):
        with holding(["Title", "", f"Here is {word} and more.", PROSE]) as (corpus, paths):
            article = corpus.article(str(paths[0]))[0].id
            assert finds(corpus, unicodedata.normalize(form, word), article)


@pytest.mark.parametrize("run", ["foo-\u0640-bar", "\u0640 the", "\u0640-foo", "\u0640 foo"])
def test_a_lone_tatweel_hides_no_word(run: str) -> None:
    with holding(["Title", "", f"Here is {run} to be found.", PROSE]) as (corpus, paths):
        assert finds(corpus, run, corpus.article(str(paths[0]))[0].id)


def test_the_title_is_found_as_its_line_is_written() -> None:
    other = ["Other", "", "The WHO is here."]
    says = "The post Who Warns of Virus appeared first on The Site."
    with holding(["WHO WARNS OF VIRUS", "", PROSE, "", says], other) as (corpus, paths):
        assert finds(corpus, "WHO", corpus.article(str(paths[0]))[0].id)


def test_the_end_of_a_long_title_is_found() -> None:
    with holding(["T" + " word" * 8_000 + " zebra", "", PROSE]) as (corpus, paths):
        assert finds(corpus, "zebra", corpus.article(str(paths[0]))[0].id)


def test_a_compound_longer_than_a_passage_is_found() -> None:
    compound = "a-" * 1_100 + "zz"
    with holding(["Title", "", f"{compound} and more.", PROSE]) as (corpus, paths):
        assert finds(corpus, compound, corpus.article(str(paths[0]))[0].id)
