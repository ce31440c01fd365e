"""Generate texts, articles, corpora and queries."""

import gc
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from hypothesis import Phase
from hypothesis import strategies as st

ANY_TEXT = st.text(st.characters(), max_size=60)
"""Any characters, including control characters, surrogates, marks and zero-width characters."""

_TRICKY = (
    "ISIS-K al-Qaeda U.S. US us Us WHO who NGOs NGO IS is isis isi counter-terrorism counter "
    "terrorism counterterrorism Pakistan’s don't O'Brien o’brien 1,000 27% 9/11 1.5 .5 Erdoğan "
    "Афганистан 领英推荐 领英 领英-x 한국 が the and of to AND OR NOT NEAR/3 title: title:x -x +y "
    '" “ ” ( ) [/url] * ? a*b a~1 \\ \\AND date:2023 exact:"a" policies policy running runs '
    "TROOPS LEAVE Title zero\u200bwidth soft\u00adhyphen e\u0301tude é a-b-c a--b -- – — … _x_ x_y "
    "naïve straße ŁÓDŹ ﬁne ½ ① ١٢٣ محمد على \u200b \u00a0 B.L.A. B.L.A.s a.b '90s rock'n'roll "
    "AK-47s S-400s 1990s MiG29s 1267/1989 15.08.2021 l'Abbé d’Estaing l'OTAN qu'il Qaʿida Qa`ida "
    "٢٠٢١ ۱۴۰۲/۰۵ ｶﾌﾞｰﾙ รัฐมนตรี น้ำ ខ្មែរ ကျွန်ုပ် বাংলা"
)
TRICKY = tuple(_TRICKY.split(" "))
"""Words that are difficult for a tokeniser or a query language."""

_IN_FILES = st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r\n")
_FEW = st.sampled_from(["alpha", "beta", "gamma", "delta", "epsilon"])

words = st.one_of(
    _FEW,
    _FEW,
    st.sampled_from(["alpha beta", "gamma alpha beta", "counter terrorism", "US", "ISIS-K"]),
    st.sampled_from(TRICKY),
    st.text("abcdeABCDE'-.1", min_size=1, max_size=6),
    st.text(_IN_FILES, min_size=1, max_size=5),
)
"""A word of an article, plain or unusual."""


def _line(low: int, high: int, end: str = "") -> st.SearchStrategy[str]:
    return st.lists(words, min_size=low, max_size=high).map(lambda found: " ".join(found) + end)


lines = st.one_of(
    _line(20, 40, "."),
    _line(20, 60, "."),
    _line(1, 12),
    _line(1, 4),
    st.just(""),
    st.text(_IN_FILES, max_size=30),
    st.sampled_from(
        [
            "By Ann Smith and Omar al-Said",
            "3 May 2021",
            "Tags: war, peace Topic: Asia",
            "Home » World » alpha beta",
            "Share this article",
            "The post alpha beta first appeared on The Site.",
            "Ann Smith is a professor at a university.",
            "* * *",
        ]
    ),
)
"""A line of a file."""

articles = st.lists(lines, min_size=1, max_size=12).map(lambda found: ["alpha beta", "", *found])
"""The lines of a file, beginning with a title."""


def written(folder: Path, files: Sequence[Sequence[str]]) -> list[Path]:
    """Write a text file for each list of lines, and return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{n}.txt" for n in range(len(files))]
    for path, held in zip(paths, files, strict=True):
        path.write_bytes("\n".join(held).encode())
    return paths


_ASKED = st.one_of(
    _FEW,
    st.sampled_from(["US", "us", "WHO", "ISIS-K", "isisk", "U.S.", "counter", "terrorism", "the"]),
)
_PHRASE = st.lists(_ASKED, min_size=1, max_size=3).map(" ".join)
_LEAF = st.one_of(
    _ASKED,
    _ASKED,
    st.builds('"{}"'.format, _PHRASE),
    st.builds('"{}"~{}'.format, _PHRASE, st.integers(0, 9)),
    st.builds('exact:"{}"'.format, _PHRASE),
    st.builds("{} NEAR/{} {}".format, _ASKED, st.integers(0, 9), _ASKED),
    st.sampled_from(["al*", "*eta", "b?ta", "t*a", "e*", "alhpa~1", "bta~2", "us~1", "c*m"]),
    st.sampled_from(["date:2021", "date:..2020", "date:2021-05..", "lang:en", "path:1", "tag:war"]),
    st.builds("{}:{}".format, st.sampled_from(["title", "heading", "author", "source"]), _ASKED),
    st.builds('{}:"{}"'.format, st.sampled_from(["title", "heading", "tag"]), _PHRASE),
    st.builds("title:({})".format, _PHRASE),
    st.builds("{} article:{}".format, _ASKED, _ASKED),
    st.builds('article:"{}" {} -article:{}'.format, _PHRASE, _ASKED, _ASKED),
    st.sampled_from(['"alpha beta" beta', '"alpha beta" "gamma alpha"', "ISIS-K alpha beta"]),
    st.sampled_from(["author:smith", 'author:"ann smith"', "author:sm*", "author:smyth~1"]),
)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("+({})".format, inner),
        st.builds("-({})".format, inner),
        st.builds("({}) AND ({})".format, inner, inner),
        st.builds("({}) OR ({})".format, inner, inner),
        st.builds("{} {}".format, inner, inner),
        st.builds("({} {})".format, inner, inner),
    )


queries = st.recursive(_LEAF, _grown, max_leaves=5)
"""Queries of every node type, with words of the generated articles."""

fragments = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *'()"+-\\*?~ ',
                *(
                    "AND",
                    "OR",
                    "NOT",
                    "NEAR/3",
                    "NEAR/5",
                    "title:",
                    "article:",
                    "author:",
                    "date:",
                    "exact:",
                ),
                *("date:2023..", "date:..2024-06", "~2", "~", "“", "”", "’", "don’t", 'exact:"'),
                *("foo", "bar", "ISIS-K", "U.S.", "a.b", "领英", "https://x.org/", "x:", ".."),
            ]
        ),
        st.just(" "),
        st.just(" "),
        st.text(max_size=3),
    ),
    max_size=14,
).map("".join)
"""Lines of random pieces of the query language."""


UNSHRUNK = (Phase.explicit, Phase.generate)
"""For tests that write to the disk: a failing example is shown as it was drawn, not shrunk."""


class TooLong(Exception):
    """Raised when a block of code takes too long."""


@contextmanager
def soon(seconds: float = 15.0) -> Iterator[None]:
    """Raise `TooLong` if a block hangs; the limit is far above the time it needs."""

    def stop(_: int, __: FrameType | None) -> None:
        raise TooLong(f"not done after {seconds:g} seconds")

    # An exception in a callback of the garbage collector would be lost.
    gc.disable()
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        gc.enable()
