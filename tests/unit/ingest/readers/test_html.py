"""Pages: the article told from what is around it, whole; and nothing that hangs or is lost."""

import json
import re
import subprocess
import time
import tomllib
from html import escape
from pathlib import Path
from typing import Any

import pytest

from corpus_cli.errors import SourceError
from corpus_cli.ingest import file_formats
from corpus_cli.ingest.readers.html.alignment import mark_extracted
from corpus_cli.ingest.readers.html.block_kinds import classify_blocks
from corpus_cli.ingest.readers.html.blocks import Block
from corpus_cli.ingest.readers.port import Document, DocumentLine, Unread
from corpus_cli.model import CLAIMED, Datum
from tests.conftest import DATA, SEEDS

SITE = (DATA / "formats" / "site.html").read_text("utf-8")
LINES = (DATA / "formats" / "site.tsv").read_text("utf-8")
TRUTH: dict[str, Any] = tomllib.loads((DATA / "kinds.toml").read_text("utf-8"))

PROSE = [
    "The ministry said on Monday that its forces had taken the whole of the valley after a week of fighting there.",
    "Nobody could say how many people had left their houses, and the roads to the north were closed.",
    "A spokesman for the governor, who did not want to be named, called the reports “exaggerated”.",
    "Two weeks earlier the council had asked for talks, but no answer ever came back from the capital.",
    "Traders at the border said that prices had doubled, and that flour could hardly be had at all.",
]


def read(page: str | bytes, name: str = "page.html", media: str = "") -> Document:
    data = page if isinstance(page, bytes) else page.encode()
    found = next(iter(file_formats.read(name, data, media, {})))
    assert isinstance(found, Document)
    return found


def texts(document: Document, *broad: str) -> list[str]:
    return [line.text for line in document.lines if line.kind.partition(":")[0] in broad]


def values(document: Document, field: str) -> list[str]:
    return [datum.value for datum in document.metadata if datum.field == field]


def site(body: str, title: str = "A story of the valley") -> str:
    return SITE.replace("[title]", escape(title)).replace("[body]", body)


def paragraphs(*lines: str) -> str:
    return "\n".join(f"<p>{escape(line, quote=False)}</p>" for line in lines)


STORY = paragraphs(*PROSE)


def seed(name: str) -> tuple[str, list[str]]:
    """The title and the text of one of the five articles."""
    lines = (SEEDS / name).read_text("utf-8").split("\n")
    body = TRUTH[name]["kinds"]["body"]
    return TRUTH[name]["title"], [re.sub(" +", " ", lines[n - 1].strip()) for n in body]


@pytest.mark.parametrize("name", TRUTH)
def test_an_article_in_a_site_is_whole_and_nothing_else_is_in_it(name: str) -> None:
    title, body = seed(name)
    document = read(site(paragraphs(*body), title))
    assert texts(document, "body") == body
    assert texts(document, "title")[:1] == [title]
    assert values(document, "title") == [title]


def test_every_visible_line_of_a_page_is_kept_in_its_order() -> None:
    document = read(site("<h2>What happened</h2>" + STORY))
    wanted = [line.split("\t") for line in LINES.splitlines() if not line.startswith("#")]
    story = [["body", text] for text in PROSE]
    at = wanted.index(["heading", "What happened"]) + 1
    assert [[line.kind, line.text] for line in document.lines] == wanted[:at] + story + wanted[at:]


def test_metadata_says_where_it_was_read() -> None:
    document = read(site(STORY))
    assert list(document.metadata) == [
        Datum("title", "A story of the valley", "h1", CLAIMED),
        Datum("author", "Ann Example", "JSON-LD author", CLAIMED),
        Datum("author", "Bob Sample", "JSON-LD author", CLAIMED),
        Datum("published", "2023-03-08", "JSON-LD datePublished", CLAIMED),
        Datum("modified", "2023-03-10", "JSON-LD dateModified", CLAIMED),
        Datum("source", "The Valley Courier", "meta property og:site_name", CLAIMED),
        Datum(
            "url",
            "https://www.valleycourier.example/world/2023/03/a-story-of-the-valley",
            "link canonical",
            CLAIMED,
        ),
        Datum("section", "World", "meta property article:section", CLAIMED),
        Datum("language", "en", "html lang", CLAIMED),
        Datum("tag", "Valleys", "meta property article:tag", CLAIMED),
        Datum("tag", "Borders", "meta property article:tag", CLAIMED),
    ]


def test_lines_over_the_text_tell_what_no_metadata_does() -> None:
    bare = f"<html><body><h1>A story</h1><p class=byline>By Ann Example</p><time>3 May 2021</time>{STORY}"
    document = read(bare)
    assert [(d.field, d.value, d.certainty) for d in document.metadata][1:] == [
        ("published", "2021-05-03", "inferred"),
        ("author", "Ann Example", "inferred"),
    ]
    marked = bare.replace("<time>", "<time datetime='2021-05-02T22:00'>")
    assert values(read(marked), "published") == ["2021-05-02"]


def test_a_date_is_never_that_of_a_teaser_the_text_or_the_copyright() -> None:
    aside = "<div class=related><time datetime='2020-02-01'>1 Feb 2020</time></div>"
    page = f"""<html><body><h1>A story</h1>{STORY}{aside}<p>It was on March 8, 2023 that the war began there.</p>
        <div class=related><a href=x><time datetime="2020-02-02">2 Feb 2020</time> Another story</a></div>
        <footer>Copyright 2019</footer>"""
    assert values(read(page), "published") == []


@pytest.mark.parametrize(
    ("head", "h1", "title"),
    [
        (
            "<title>Peace talks fail - The Daily Example</title>",
            "Peace talks fail",
            "Peace talks fail",
        ),
        (
            "<title>Talks fail | Example</title><meta property=og:title content='Why the talks failed'>",
            "Why the peace talks failed",
            "Why the peace talks failed",
        ),
        (
            "<title>Why talks fail - Example Times</title><meta property=og:site_name content='Example Times'>",
            "Example Times",
            "Why talks fail",
        ),
        (
            "<title>Example » Why talks – once more – fail</title><link rel=canonical href='https://example.org/a'>",
            "",
            "Why talks – once more – fail",
        ),
        ("", "Only a heading", "Only a heading"),
    ],
)
def test_the_title_is_the_one_printed_without_the_site(head: str, h1: str, title: str) -> None:
    assert values(read(f"<html><head>{head}</head><body><h1>{h1}</h1>{STORY}"), "title") == [title]


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("By Ann Example and Bob O’Sample", ["Ann Example", "Bob O’Sample"]),
        ("https://www.facebook.com/example", []),
        ("@example", []),
        ("Staff Reporter", []),
        ("Ann Example, MD, PhD", ["Ann Example"]),
        ("أحمد رشيد", ["أحمد رشيد"]),
        ("Example Times", []),
    ],
)
def test_authors_are_persons(written: str, names: list[str]) -> None:
    head = f"<meta property='og:site_name' content='Example Times'><meta name=author content='{written}'>"
    assert values(read(f"<html><head>{head}</head><body>{STORY}"), "author") == names


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        (
            "<p>one <b>bold</b>\n word<br>and a break<br><br>another",
            ["one bold word and a break", "another"],
        ),
        ("<ul><li>first <i>item</i><li>second</ul>", ["first item", "second"]),
        ("<table><tr><th>a<th>b<tr><td>1<td><p>2</p></table>", ["a\tb", "1\t2"]),
        ("<table><tr><td><td>b <tr><td>1<td>2<br><br>3</table>", ["\tb", "1\t2 3"]),
        ("<table><tr><td>menu<td><h2>head</h2><p>text</table>", ["menu", "head", "text"]),
        ("<pre>def f():\n    pass\n</pre>", ["def f():", "    pass"]),
        ("<dl><dt>term<dd>what it is</dl>", ["term", "what it is"]),
        ("<div>loose<p>in a p</p>after</div>", ["loose", "in a p", "after"]),
        (
            "a\u00a0b &amp; c&#8217;s<!-- no --><script>no</script><svg><text>no</text></svg>",
            ["a\u00a0b & c’s"],
        ),
        ("<p hidden>no<p style='display:none'>no<p>yes", ["yes"]),
    ],
)
def test_blocks_are_lines(markup: str, lines: list[str]) -> None:
    document = read(f"<html><body>{markup}")
    assert [line.text for line in document.lines] == lines


def test_an_article_that_scripts_would_unfold_is_read() -> None:
    document = read(f"<html><body><div style='visibility: hidden'><article>{STORY}</article></div>")
    assert texts(document, "body") == PROSE


def test_links_to_other_articles_and_labels_within_the_text_are_no_text() -> None:
    link = "<p><a href=/x>Read more: the bridge that nobody wanted to pay for</a></p>"
    document = read(site(paragraphs(*PROSE[:2]) + link + paragraphs(*PROSE[2:], "Tags: a, b")))
    assert texts(document, "body") == PROSE
    talk = read(site(STORY + paragraphs(f"Author: {PROSE[0]}")))
    assert len(texts(talk, "body")) == len(PROSE) + 1


def test_a_page_without_an_article_is_left_to_its_form() -> None:
    document = read("<html><body><nav><a href=/>Home</a></nav><p><a href=x>World</a>")
    assert document.lines == [DocumentLine("Home"), DocumentLine("World")]


@pytest.mark.parametrize(
    ("written", "encoding"),
    [
        ("<html><meta charset=windows-1251>", "cp1251"),
        (
            "<?xml version='1.0' encoding='iso-8859-5'?><html xmlns='http://www.w3.org/1999/xhtml'>",
            "iso-8859-5",
        ),
        ("<html><meta http-equiv='Content-Type' content='text/html; charset=koi8-r'>", "koi8-r"),
        ("<html>", "utf-8-sig"),
        ("<html>", "utf-16"),
    ],
)
def test_a_page_is_read_in_the_encoding_it_states(written: str, encoding: str) -> None:
    data = f"{written}<body><p>Талибан взял Кабул.</p></body></html>".encode(encoding)
    assert [line.text for line in read(data).lines] == ["Талибан взял Кабул."]


def test_the_media_type_states_an_encoding_too() -> None:
    data = "<html><body><p>Привет, мир</p>".encode("cp1251")
    document = read(data, "page", "text/html; charset=windows-1251")
    assert [line.text for line in document.lines] == ["Привет, мир"]


@pytest.mark.parametrize(
    ("tag", "depth"),
    [("div", 300), ("span", 300), ("blockquote", 5_000), ("span", 5_000), ("div", 50_000)],
)
def test_no_word_is_lost_in_the_deep(tag: str, depth: int) -> None:
    page = f"<html><body><p>before{f'<{tag}>' * depth}deepword{f'</{tag}>' * depth}<p>after"
    words = " ".join(line.text for line in read(page).lines)
    assert all(word in words for word in ("before", "deepword", "after"))


@pytest.mark.parametrize(
    "junk",
    [
        "<!--" * 200_000,
        "<a " * 50_000,
        "<" * 500_000,
        "<![CDATA[" * 100_000,
        "x</html>" * 40_000,
        "x</body>" * 40_000,
    ],
)
def test_no_page_hangs(junk: str) -> None:
    began = time.process_time()
    document = read(f"<html><body><p>word{junk}")
    assert "word" in document.lines[0].text
    assert time.process_time() - began < 5


@pytest.mark.parametrize("page", ["<html></html>", "<html", "<!doctype html><script>x</script>"])
def test_a_page_without_text_says_so(page: str) -> None:
    with pytest.raises(SourceError, match="there is no text in it"):
        read(page)


HEADLINE = "<title>A story of the valley</title>"
STORY_ARTICLE = f"<article><h1>A story of the valley</h1>{STORY}</article>"


@pytest.mark.parametrize(
    "page",
    [
        f"<!doctype html>\n<meta charset=utf-8>\n{HEADLINE}\n{STORY_ARTICLE}",
        f"<!doctype html><html lang=en>{HEADLINE}<main>{STORY_ARTICLE}</main>",
        f"<html><head>{HEADLINE}</head>{STORY_ARTICLE}</html>",
        f"<!-- saved --><!doctype html>{HEADLINE}<!-- text -->{STORY_ARTICLE}",
        f"<!DOCTYPE HTML><TITLE>A story of the valley</TITLE><SECTION>{STORY_ARTICLE}</SECTION>",
        f"<!doctype html>{HEADLINE}<header><nav><a href=/>Home</a></nav></header>{STORY_ARTICLE}",
        f"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>{HEADLINE}{STORY_ARTICLE}</html>",
        f"<html><head>{HEADLINE}</head><body/>{STORY_ARTICLE}</html>",
        f"<html><head>{HEADLINE}</head><body></body></html>{STORY_ARTICLE}",
        f"<html><head>{HEADLINE}</head></html>{STORY_ARTICLE}",
        f"<html><head>{HEADLINE}<noscript><body>{STORY_ARTICLE}</body></noscript></head></html>",
        f"<!doctype html>{HEADLINE}<noscript>{STORY_ARTICLE}</noscript>",
        STORY_ARTICLE,
        f"<div><h1>A story of the valley</h1>{STORY}</div>",
        f"<h1>A story of the valley</h1>{STORY}",
    ],
)
def test_the_tags_of_head_and_body_may_be_omitted(page: str) -> None:
    document = read(page)
    assert texts(document, "body") == PROSE
    assert values(document, "title") == ["A story of the valley"]


def test_what_follows_the_end_of_a_body_or_a_page_is_read_in_its_place() -> None:
    begun = f"<html><head>{HEADLINE}</head><body class=x>{paragraphs(*PROSE[:2])}</body>"
    document = read(
        f"{begun}{paragraphs(PROSE[2])}</html><section>{paragraphs(PROSE[3])}</section>{PROSE[4]}"
    )
    assert texts(document, "body") == PROSE
    (line,) = read("<!doctype html>A line, and nothing else.").lines
    assert line.text == "A line, and nothing else."


def test_metadata_counts_wherever_a_page_without_a_body_tag_has_it() -> None:
    early = "<noscript><style>p {}</style></noscript><meta name=author content='Ann Example'>"
    document = read(f"{HEADLINE}{early}{STORY_ARTICLE}<link rel=canonical href='https://x.org/a'>")
    assert values(document, "author") == ["Ann Example"]
    assert values(document, "url") == ["https://x.org/a"]
    assert texts(document, "body") == PROSE


def test_a_page_of_frames_says_where_its_text_is() -> None:
    page = f"<html><head>{HEADLINE}</head><frameset cols='1,2'><frame src=a.html></frameset></html>"
    with pytest.raises(SourceError, match="in frames: ingest those"):
        read(page)


@pytest.mark.parametrize(
    "broken",
    [
        '{"@type": "NewsArticle", "headline": ["a", 5, null], "author": {"@id": "#a"}, "@id": "#a"}',
        '{"@type": "NewsArticle", ',
        "[" * 100_000,
        '{"@graph": [{"@type": ["Article"], "datePublished": {"x": 1}, "keywords": 3, "url": "http://[x"}]}',
    ],
)
def test_broken_metadata_costs_no_text(broken: str) -> None:
    page = f"<html><head><script type='application/ld+json'>{broken}</script></head><body>{STORY}"
    assert texts(read(page), "body") == PROSE


def test_an_extract_is_found_again_however_it_is_cut() -> None:
    page = ["Menu", *PROSE[:3], "Share this", *PROSE[3:], PROSE[0][:40], "Menu"]
    extract = " ".join(PROSE[:2]) + PROSE[2].replace(" ", "\n") + " ".join(PROSE[3:])
    assert mark_extracted(page, extract) == [
        False,
        True,
        True,
        True,
        False,
        True,
        True,
        False,
        False,
    ]


def test_an_extract_may_have_a_block_elsewhere_but_must_have_most_of_it() -> None:
    assert mark_extracted(PROSE, " ".join([PROSE[4], *PROSE[:2], PROSE[2][:30]])) == [
        True,
        True,
        False,
        False,
        True,
    ]


def test_what_an_extract_leaves_out_is_found_by_its_likeness() -> None:
    text = Block(PROSE[0], "p", path=("div.text", "p."))
    lines = [
        text,
        text,
        text._replace(link_share=0.9),
        text,
        text,
        text._replace(path=("li.", "p.")),
    ]
    found = classify_blocks(lines, [True, False, False, True, True, False], [])
    assert found == ["body", "body", "chrome:page", "body", "body", "chrome:page"]
    assert classify_blocks([*lines[:2], text], [True, True, False], [])[2] == "chrome:page"
    assert classify_blocks([*lines[:2], text, text], [True, True, True, False], [])[3] == "body"


def test_lines_that_say_the_same_are_all_read() -> None:
    assert (
        texts(read(f"<html><body><article>{paragraphs(*PROSE[:1] * 12)}"), "body") == PROSE[:1] * 12
    )


@pytest.mark.slow
def test_a_page_as_a_browser_saves_it(tmp_path: Path) -> None:
    title, body = seed("001_347e4e07d973289c.txt")
    path = tmp_path / "page.html"
    path.write_text(site(paragraphs(*body), title), "utf-8")
    command = [
        "chromium",
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--dump-dom",
        path.as_uri(),
    ]
    saved = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
    assert texts(read(saved), "body") == body


@pytest.mark.slow
def test_a_page_as_a_writer_exports_it(tmp_path: Path) -> None:
    title, body = seed("001_347e4e07d973289c.txt")
    path = tmp_path / "page.html"
    path.write_text(f"<html><body><h1>{escape(title)}</h1>{paragraphs(*body)}", "utf-8")
    for suffix in ("odt", "html"):
        source = path if suffix == "odt" else tmp_path / "odt" / "page.odt"
        command = [
            "soffice",
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless",
        ]
        command += ["--convert-to", suffix, "--outdir", str(tmp_path / suffix), str(source)]
        subprocess.run(command, capture_output=True, check=True, timeout=120)
    document = read((tmp_path / "html" / "page.html").read_bytes())
    assert texts(document, "body") == body


def described(text: str, **values: str) -> str:
    """The JSON-LD of an article with a text."""
    article = {"@type": "NewsArticle", "headline": "A story", "articleBody": text, **values}
    return f'<script type="application/ld+json">{json.dumps(article)}</script>'


EMPTY_PAGES = [
    f"<title>A story - Site</title>{described(chr(10).join(PROSE))}<div id=root></div>",
    f"{described(STORY)}<noscript>You need to enable JavaScript.</noscript><nav><a href=x>Home</a></nav>",
    '<title>A story | Site</title><div id=__next></div><script id="__NEXT_DATA__" type="application/json">'
    + json.dumps(
        {"props": {"article": {"title": "A story", "body": STORY}, "more": [{"title": "B"}]}}
    )
    + "</script>",
]


@pytest.mark.parametrize("page", EMPTY_PAGES)
def test_a_text_that_only_a_script_would_show_is_read(page: str) -> None:
    document = read(f"<!doctype html><html><body>{page}")
    assert texts(document, "body") == PROSE
    assert texts(document, "title") == ["A story"]
    assert values(document, "embedded") == ["text"]


def test_what_a_page_shows_of_such_a_text_comes_first_and_once() -> None:
    wall = "<p>Subscribe to continue reading this story on our site today.</p>"
    shown = f"<html><body><h1>A story</h1><p>{PROSE[0]}</p>{wall}<footer>Imprint</footer>"
    document = read(shown + described("\n\n".join(PROSE)))
    assert texts(document, "body") == PROSE
    assert [line.text for line in document.lines][-2:] == [re.sub("<.*?>", "", wall), "Imprint"]


@pytest.mark.parametrize(
    "stated",
    [
        described("\n".join(PROSE[:4])),
        described("Four words about something."),
        described(
            "Another text that the page does not show, but which is shorter than the one of it."
        ),
        f'<script type="application/json">{{"title": "A story", "body": "{PROSE[0].upper()}"}}</script>',
    ],
)
def test_a_page_that_shows_its_text_takes_none_from_a_script(stated: str) -> None:
    document = read(f"<html><body><h1>A story</h1>{STORY}{stated}")
    assert texts(document, "body") == PROSE
    assert values(document, "embedded") == []


def test_json_of_a_script_is_no_text_if_no_article_has_the_title_of_the_page() -> None:
    with pytest.raises(SourceError, match="there is no text in it"):
        read(EMPTY_PAGES[2].replace("<title>A story", "<title>Home"))


CREDIT = "By Ann Example, 5 June 2023"
TABLES = {
    "breaks": "<title>Valley - Old Site</title><table><tr><td><a href=/>Home</a></td></tr><tr><td>"
    "<font size=5><b>Valley falls after a week</b></font><br>{credit}<br><br>{lines}</td></tr></table>",
    "rows": "<table><tr><td><h1>Valley falls after a week</h1></td></tr><tr><td>{credit}</td></tr>"
    "<tr><td>{lines}</td></tr></table>",
    "columns": "<title>Valley falls after a week</title><table><tr><td><a href=1>One</a><br>"
    "<a href=2>Two</a></td><td>{credit}<p>{lines}</td></tr></table>",
}


@pytest.mark.parametrize("layout", TABLES)
def test_a_byline_with_a_date_on_a_page_laid_out_by_a_table(layout: str) -> None:
    page = TABLES[layout].format(credit=CREDIT, lines="<br><br>".join(PROSE))
    document = read(f"<html><body>{page}")
    assert texts(document, "byline") == [CREDIT]
    assert texts(document, "body") == PROSE
    assert values(document, "author") == ["Ann Example"]
    assert values(document, "published") == ["2023-06-05"]
    if layout != "columns":
        assert texts(document, "title") == ["Valley falls after a week"]


def test_a_line_break_inside_a_paragraph_ends_no_line() -> None:
    halves = [line.replace(" and ", "<br>and ").replace(" which ", "<br>which ") for line in PROSE]
    document = read(f"<html><body><h1>A story</h1><p>{'<p>'.join(halves)}")
    assert texts(document, "body") == PROSE


OTHER = [
    "Traders at the border said that prices had doubled, and that flour could hardly be had.",
    "In the port of the south the ships waited for weeks, because nobody unloaded them any more.",
    "The union of dockers said that its members had not been paid since the end of the winter.",
]


def part(title: str, *lines: str, mark: str = "") -> str:
    return f"<article {mark}><h2>{title}</h2>{paragraphs(*lines)}</article>"


@pytest.mark.parametrize("times", [1, 4])
def test_two_articles_of_one_page_are_both_read(times: int) -> None:
    # The extractor takes the longer one.
    long = [f"{line} ({n})." for n in range(times) for line in PROSE]
    other = [f"{line} ({n})." for n in range(times) for line in OTHER]
    document = read(f"<html><body>{part('First', *long)}{part('Second', *other)}")
    assert texts(document, "body") == long + other
    assert texts(document, "heading") == ["First", "Second"]


def test_every_entry_of_a_live_report_keeps_its_heading() -> None:
    entries = "".join(part(f"Entry {n}", line) for n, line in enumerate(PROSE))
    document = read(f"<html><body><h1>Live: the valley</h1>{entries}")
    assert texts(document, "body") == PROSE
    assert texts(document, "heading") == [f"Entry {n}" for n in range(len(PROSE))]


@pytest.mark.parametrize(
    "beside",
    [
        part("Teaser", OTHER[0]),
        part("Teaser", OTHER[0]) + part("Another", OTHER[1]),
        part("A comment", *OTHER, mark="class=comment-body"),
        f"<div id=comments>{part('A comment', *OTHER)}</div>",
        f"<aside>{part('More', *OTHER)}</aside>",
    ],
)
def test_teasers_and_comments_are_no_articles_of_a_page(beside: str) -> None:
    document = read(f"<html><body>{part('First', *PROSE)}{beside}")
    assert texts(document, "body") == PROSE


def test_nul_bytes_in_a_page_are_left_out_and_said() -> None:
    page = b"<html><body>\n<h1>A story</h1><p>The kes\0trel came back to the valley of the kings."
    document, unread = file_formats.read("x.html", page, "", {})
    assert isinstance(document, Document)
    assert document.lines[-1].text == "The kestrel came back to the valley of the kings."
    assert isinstance(unread, Unread)
    assert unread.record == "line 2"
    assert (
        len(
            list(
                file_formats.read(
                    "x.html", page.decode().replace("\0", "").encode("utf-16"), "", {}
                )
            )
        )
        == 1
    )
