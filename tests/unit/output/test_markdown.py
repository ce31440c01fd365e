"""No character of an article is markup; read by a Markdown parser."""

import re
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus_cli.model import Snippet, Source, Span
from corpus_cli.output.markdown import escaped, format_markdown
from tests.unit.output.made import hit, results

PARSER = MarkdownIt("js-default", {"html": True})

BLOCKS = ("1. ", "2) ", "- ", "+ ", "* ", "# ", "> ", "---", "===", "    ", "\n", "```", "<!--")
MARKS = ("**", "~~", "~~a~~", "[a]", "(b)", "![", "]: ", "<b>", "&lt;", "&#65;", "|a|", "|-|")
hostile = st.lists(st.sampled_from([*"a*_`\\", *BLOCKS, *MARKS]), max_size=6).map("".join)
texts = st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"])) | hostile


def parsed(text: str) -> list[Token]:
    return PARSER.parse(text)


def plain(token: Token) -> str:
    """What is to be read in a line, whatever its marks."""
    return "".join(child.content for child in token.children or ())


def kinds(token: Token) -> set[str]:
    return {child.type for child in token.children or ()}


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@example(title="+ a &lt;b&gt;", author="1. a", text="2) &amp;")
@example(title="- a", author="<b>", text="+ a")
@given(title=texts, author=texts, text=texts)
def test_what_is_read_is_what_was_written(title: str, author: str, text: str) -> None:
    one = hit(text, "\0", title=title, authors=(author,), published="", source="", url="")
    tokens = parsed("\n".join(format_markdown(results(one))))
    inline = [token for token in tokens if token.type == "inline"]
    told = one_line(title) or "a.txt"
    facts = f" — {one_line(author)}" if author.strip() else ""
    assert plain(inline[0]) == one_line(told + facts)
    assert [plain(token) for token in inline[1:-1]] == ([one_line(text)] if text.strip() else [])
    assert plain(inline[-1]) == "a.txt:7"
    assert all(kinds(token) == {"text"} for token in inline[:-1])
    assert {token.type for token in tokens} <= {
        *("ordered_list_open", "list_item_open", "paragraph_open", "blockquote_open", "inline"),
        *("ordered_list_close", "list_item_close", "paragraph_close", "blockquote_close"),
    }


@given(
    before=texts, after=texts, word=st.sampled_from(["Kabul", "(Kabul)", "B.L.A.", "領英", "*a*"])
)
def test_matches_are_bold(before: str, after: str, word: str) -> None:
    one = hit()
    span = Span(len(before), len(before) + len(word), "word")
    one = one._replace(snippet=Snippet(before + word + after, (span,)))
    (quotation,) = (
        inside
        for outside, inside in pairwise(parsed("\n".join(format_markdown(results(one)))))
        if outside.type == "paragraph_open" and outside.level == 3
    )
    assert plain(quotation) == one_line(before + word + after)
    bold = [
        inside.content
        for outside, inside in pairwise(quotation.children or ())
        if outside.type == "strong_open"
    ]
    assert bold == [word.strip("().*") if word != "*a*" else "a"]


def test_an_item_as_it_is_pasted() -> None:
    assert list(format_markdown(results(hit("In *Kabul* fell\nall.", rank=12)))) == [
        "12. [A title](<https://paper.example/a?b=1&c=2>) — Ann, Ben · 2024-03-31 · The Paper",
        "",
        r"    > In \***Kabul**\* fell all.",
        "",
        "    `a.txt:7`",
        "",
    ]


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("https://x.example/a_b (c)?d=<e>&lt;#f", "https://x.example/a_b%20(c)?d=%3Ce%3E&lt;#f"),
        ("javascript:alert(1)", ""),
        ("paper.example", ""),
        (
            "https://x.example/\n> [b](https://y.example)",
            "https://x.example/%0A%3E%20[b](https://y.example)",
        ),
    ],
)
def test_an_address_leads_where_it_says_or_nowhere(url: str, leads: str) -> None:
    tokens = parsed("\n".join(format_markdown(results(hit(url=url)))))
    links = [
        child.attrs["href"]
        for token in tokens
        for child in token.children or ()
        if child.type == "link_open"
    ]
    assert [str(link).replace("%5B", "[").replace("%5D", "]") for link in links] == [leads] * bool(
        leads
    )


def test_what_only_some_readers_take_for_markup() -> None:
    text = "www.x.example http://y.example :fire: ==a== %%b%% 5% a=b, at 12: no"
    assert escaped(text) == (
        r"www\.x.example http\://y.example \:fire: \=\=a\=\= \%\%b\%\% 5% a=b, at 12: no"
    )


def test_a_path_with_backticks_is_code() -> None:
    one = hit(sources=(Source("`a``b\n.txt"),))
    inline = [t for t in parsed("\n".join(format_markdown(results(one)))) if t.type == "inline"]
    assert kinds(inline[-1]) == {"code_inline"}
    assert plain(inline[-1]) == r"`a``b\n.txt:7"


def test_a_batch_has_headings() -> None:
    assert list(format_markdown(results(id="q_1", query="# zzz"))) == [
        r"## q\_1: \# zzz",
        "",
        "Nothing found.",
        "",
    ]
