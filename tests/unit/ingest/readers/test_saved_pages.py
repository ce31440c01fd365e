"""Pages as people save them: frames, addresses, dates, and what stands before the text."""

import plistlib
from base64 import b64encode
from email.message import EmailMessage
from html import escape
from pathlib import Path

import pytest

from corpus_cli.errors import SourceError
from corpus_cli.ingest import file_formats
from corpus_cli.ingest.readers.port import Document, Unread
from corpus_cli.ingest.saved_files import load_saved_file, saved_folders
from tests.unit.ingest.readers.test_html import PROSE, STORY, read, texts, values

LEAD = "Nobody in the valley had expected that the river would rise so early in the year."
TITLE = "The river rose at night"
INNER = f"<html><body><p>{PROSE[0]}</p><p>{LEAD}</p></body></html>"
FRAME = f'<iframe srcdoc="{escape(INNER)}"></iframe>'


def page(body: str, head: str = "", title: str = TITLE) -> str:
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    )


def article(inside: str = "", attributes: str = "") -> str:
    return page(f"<article {attributes}><h1>{TITLE}</h1>{inside}{STORY}</article>")


def lines(document: Document) -> list[str]:
    return [line.text for line in document.lines]


# --- frames and shadow trees ---


@pytest.mark.parametrize(
    "frame",
    [
        FRAME,
        f'<iframe src="data:text/html,{escape(INNER)}">no frames here</iframe>',
        f'<object data="data:text/html;charset=utf-8;base64,{b64encode(INNER.encode()).decode()}">',
        f'<iframe srcdoc="{escape(FRAME)}"></iframe>',
        f"<x-part><template shadowrootmode=open><p>{LEAD}</p></template></x-part>",
        f"<x-part><template shadowmode=closed><p>{LEAD}</p></template></x-part>",
        f"<x-part><template data-savepage-shadowroot=''><p>{LEAD}</p></template></x-part>",
    ],
)
def test_what_a_page_shows_inside_it_is_read(frame: str) -> None:
    found = read(page(f"<h1>{TITLE}</h1>{STORY}{frame}"))
    assert lines(found).count(LEAD) == 1
    assert PROSE[-1] in texts(found, "body")
    assert "no frames here" not in lines(found)


def test_a_template_for_a_script_is_not_read() -> None:
    assert LEAD not in lines(read(page(f"{STORY}<template><p>{LEAD}</p></template>")))


def test_a_frameset_is_read_where_its_pages_are_inside() -> None:
    frames = f"<frameset><frame src='data:text/html,{escape(INNER)}'></frameset>"
    assert LEAD in lines(read(f"<html><head><title>A</title></head>{frames}</html>"))


def test_the_text_for_browsers_without_frames_is_read_if_it_is_one() -> None:
    frames = "<html><head><title>A</title></head><frameset><frame src=a.html><noframes>{}</noframes></frameset></html>"
    assert PROSE[0] in lines(read(frames.format(f"<body><h1>{TITLE}</h1>{STORY}</body>")))
    with pytest.raises(SourceError, match="frames"):
        read(frames.format("Your browser has no frames."))


def test_the_toolbar_of_an_archive_is_chrome() -> None:
    toolbar = (
        "<div id=wm-ipp-base><div id=wm-ipp-print>The Wayback Machine - "
        "https://web.archive.org/web/20200131000000/https://www.example.org/w</div>"
        "<p>12 captures 3 Feb 2019 - 5 May 2021</p></div>"
    )
    found = read(page(f"{toolbar}<h1>{TITLE}</h1>{STORY}"))
    assert all(line.kind.startswith("chrome") for line in found.lines[:2])
    assert values(found, "url") == ["https://www.example.org/w"]
    assert values(found, "published") == []


@pytest.mark.parametrize("address", ["http://[", "data:text/html;base64,%", "data:,x", "", "#a"])
def test_a_frame_without_a_page_is_left_out(address: str) -> None:
    found = read(page(f'{STORY}<iframe src="{address}"></iframe>'))
    assert lines(found)[-1] == PROSE[-1]


def test_frames_inside_frames_end() -> None:
    inner = INNER
    for _ in range(12):
        inner = f'<iframe srcdoc="{escape(inner)}"></iframe>'
    assert PROSE[0] in lines(read(page(STORY + inner)))


@pytest.fixture
def saved_page(tmp_path: Path) -> Path:
    """Return a page that a browser saved, with a frame that has a frame itself."""
    folder = tmp_path / "story_files"
    folder.mkdir()
    (folder / "frame.html").write_text(
        page('<p>Frame one says it.</p><iframe src="in%20side.html">')
    )
    (folder / "in side.html").write_text(page(f"<p>{LEAD}</p><iframe src=frame.html></iframe>"))
    path = tmp_path / "story.html"
    path.write_text(
        page(f'<h1>{TITLE}</h1>{STORY}<iframe src="./story_files/frame.html"></iframe>')
    )
    return path


def read_saved(path: Path) -> list[Document | Unread]:
    def beside(address: str) -> bytes:
        return load_saved_file(str(path), address, 10_000)

    return list(file_formats.read(path.name, path.read_bytes(), "", {}, beside))


def test_frames_in_the_folder_of_a_page_are_part_of_it(saved_page: Path) -> None:
    (found,) = read_saved(saved_page)
    assert isinstance(found, Document)
    assert lines(found).count(LEAD) == lines(found).count("Frame one says it.") == 1


def test_a_frame_that_cannot_be_read_is_named(saved_page: Path) -> None:
    (saved_page.parent / "story_files" / "frame.html").write_bytes(b"x" * 10_001)
    failed, found = read_saved(saved_page)
    assert isinstance(failed, Unread)
    assert failed.record == "story_files/frame.html"
    assert "larger than" in failed.reason
    assert isinstance(found, Document)
    assert PROSE[0] in lines(found)


@pytest.mark.parametrize(
    "address",
    [
        "other.html",
        "story_files/../secret.html",
        "/etc/passwd",
        "story_files/link.html",
        "story_files/missing.html",
        "story_files/picture.png",
        "story_files/a\0.html",
        "https://example.org/story_files/frame.html",
    ],
)
def test_nothing_else_is_read_beside_a_page(saved_page: Path, address: str) -> None:
    secret = saved_page.with_name("secret.html")
    secret.write_text("secret")
    secret.with_name("other.html").write_text("secret")
    (saved_page.parent / "story_files" / "link.html").symlink_to(secret)
    (saved_page.parent / "story_files" / "picture.png").write_text("secret")
    assert load_saved_file(str(saved_page), address, 10_000) == b""


def test_only_pages_have_such_folders() -> None:
    assert {"a_files", "a-Dateien", "a_fichiers"} <= saved_folders("a.html")
    assert not saved_folders("a.txt")


def test_frames_of_a_web_archive_of_safari() -> None:
    def resource(address: str, text: str) -> dict[str, object]:
        return {
            "WebResourceData": text.encode("utf-16"),
            "WebResourceURL": address,
            "WebResourceMIMEType": "text/html",
            "WebResourceTextEncodingName": "UTF-16",
        }

    body = page(f'<h1>{TITLE}</h1>{STORY}<iframe src="/frame?a=1&amp;b=2"></iframe>')
    archive = {
        "WebMainResource": resource("https://www.example.org/story", body),
        "WebSubframeArchives": [
            {"WebMainResource": resource("https://www.example.org/frame?a=1&b=2", INNER)}
        ],
    }
    for form in (plistlib.FMT_BINARY, plistlib.FMT_XML):
        (found,) = file_formats.read("a.webarchive", plistlib.dumps(archive, fmt=form), "", {})
        assert isinstance(found, Document)
        assert LEAD in lines(found)
        assert PROSE[0] in texts(found, "body")
        assert values(found, "url") == ["https://www.example.org/story"]


@pytest.mark.parametrize(
    "data", [b"bplist00", b"", plistlib.dumps([]), plistlib.dumps({"WebMainResource": {}})]
)
def test_a_web_archive_without_a_page_says_so(data: bytes) -> None:
    with pytest.raises(SourceError, match=r"damaged|no page"):
        list(file_formats.read("a.webarchive", data, "", {}))


def test_frames_of_mhtml_are_part_of_the_page() -> None:
    made = EmailMessage()
    made["From"] = "<Saved by Blink>"
    made["Snapshot-Content-Location"] = "https://www.example.org/story"
    made.set_content(
        page(f"{STORY}<iframe src='cid:frame-1@mhtml.blink'></iframe>"), subtype="html"
    )
    made.make_related()
    made.add_related(INNER, subtype="html", cid="<frame-1@mhtml.blink>")
    (found,) = file_formats.read("a.mhtml", made.as_bytes(), "", {})
    assert isinstance(found, Document)
    assert LEAD in lines(found)


# --- addresses ---


@pytest.mark.parametrize(
    ("comment", "head"),
    [
        ("<!-- saved from url=(0031)https://www.example.org/a/b?x=1 -->", ""),
        ("<!--\n Page saved with SingleFile \n url: https://www.example.org/a/b?x=1 \n-->", ""),
        ("", '<meta name="savepage-url" content="https://www.example.org/a/b?x=1">'),
        (
            "",
            (
                '<link rel="canonical" '
                'href="https://web.archive.org/web/20200131000000/https://www.example.org/a/b?x=1">'
            ),
        ),
        (
            "",
            (
                '<script>__wm.wombat("https://www.example.org/a/b?x=1","20200131")</script>'
                '<link rel="canonical" href="/web/2020/https://www.example.org/a/b?x=1">'
            ),
        ),
        (
            "",
            (
                '<link rel="canonical" href="https://archive.ph/AbCdE"><link rel="bookmark" '
                'href="http://archive.today/20200131000000/https://www.example.org/a/b?x=1">'
            ),
        ),
    ],
)
def test_who_saves_a_page_notes_its_address(comment: str, head: str) -> None:
    found = read(comment + page(STORY, head))
    assert values(found, "url") == ["https://www.example.org/a/b?x=1"]


def test_other_notes_of_the_address() -> None:
    mirrored = "<!-- Mirrored from www.example.org/a.html by HTTrack Website Copier/3.x -->"
    assert values(read(mirrored + page(STORY)), "url") == ["http://www.example.org/a.html"]
    clipped = page(STORY).replace("<html", '<html data-scrapbook-source="https://example.org/a"')
    assert values(read(clipped), "url") == ["https://example.org/a"]


@pytest.mark.parametrize(
    "text",
    [
        "<!-- saved from url=(0014)about:internet -->",
        "<p>saved from url=(0031)https://www.example.org/a/b</p>",
    ],
)
def test_no_address_is_made_up(text: str) -> None:
    assert values(read(page(text + STORY)), "url") == []


def test_a_page_states_its_address_better() -> None:
    head = '<link rel="canonical" href="https://www.example.org/a">'
    comment = "<!-- saved from url=(0031)https://www.example.org/a?utm_source=x -->"
    assert values(read(comment + page(STORY, head)), "url") == ["https://www.example.org/a"]


# --- dates ---

ARTICLE = "itemscope itemtype='https://schema.org/NewsArticle'"


@pytest.mark.parametrize(
    ("inside", "published", "modified"),
    [
        (
            (
                "<time itemprop=dateModified datetime=2024-05-05>Updated 5 May 2024</time>"
                "<time itemprop=datePublished datetime=2024-02-03>3 Feb 2024</time>"
            ),
            "2024-02-03",
            "2024-05-05",
        ),
        ("<p><time itemprop=dateModified datetime=2024-05-05>5 May</time></p>", "", "2024-05-05"),
        ("<abbr itemprop=datePublished title=2024-02-03T03:55>3:55</abbr>", "2024-02-03", ""),
        ("<span itemprop=datePublished content=2024-02-03>today</span>", "2024-02-03", ""),
        ("<link itemprop=datePublished href=2024-02-03>", "2024-02-03", ""),
        ("<data itemprop=datePublished value=2024-02-03>x</data>", "2024-02-03", ""),
        ("<div itemprop=datePublished>3 February 2024</div>", "2024-02-03", ""),
        (
            (
                "<b property='schema:datePublished' content=2024-02-03>x</b>"
                "<b property=dcterms:modified content=2024-05-05>x</b>"
            ),
            "2024-02-03",
            "2024-05-05",
        ),
        ("<p>Just in <time pubdate datetime=2024-02-03>today</time></p>", "2024-02-03", ""),
        (
            (
                "<p>Published <time datetime=2024-02-03>3 Feb</time> · "
                "Updated <time datetime=2024-05-05>5 May</time></p>"
            ),
            "2024-02-03",
            "2024-05-05",
        ),
        ("<p>Last updated: <time datetime=2024-05-05>5 May</time></p>", "", "2024-05-05"),
        ("<p class=date>Updated May 5, 2024</p>", "", "2024-05-05"),
        ("<p>Published 3 February 2024, updated 5 May 2024</p>", "2024-02-03", "2024-05-05"),
        ("<p>Mis à jour le <time datetime=2024-05-05>5 mai</time></p>", "", "2024-05-05"),
        (
            (
                "<abbr class=published title=2024-02-03>3 Feb</abbr> "
                "<abbr class=updated title=2024-05-05>5 May</abbr>"
            ),
            "2024-02-03",
            "2024-05-05",
        ),
        ("<time class='entry-date updated' datetime=2024-02-03>3 Feb</time>", "2024-02-03", ""),
        ("<time class=dt-updated datetime=2024-05-05>5 May</time>", "", "2024-05-05"),
        ("<p class=post-modified-date>5 May 2024</p>", "", "2024-05-05"),
    ],
)
def test_both_dates_of_a_page(inside: str, published: str, modified: str) -> None:
    for attributes in ("", ARTICLE):
        found = read(article(inside, attributes))
        assert "".join(values(found, "published")) == published
        assert "".join(values(found, "modified")) == modified


def test_the_dates_of_comments_and_teasers_are_not_those_of_the_article() -> None:
    teaser = f"<div {ARTICLE}><b itemprop=datePublished content=2023-01-01>x</b>Read this</div>"
    comment = (
        "<div itemprop=comment itemscope itemtype=https://schema.org/Comment>"
        "<b itemprop=datePublished content=2023-01-01>x</b></div>"
    )
    found = read(page(teaser + f"<article {ARTICLE}><h1>{TITLE}</h1>{STORY}{comment}</article>"))
    assert values(found, "published") == []


def test_what_an_item_states_of_its_article() -> None:
    inside = (
        "<link itemprop=mainEntityOfPage href=https://www.example.org/a>"
        "<span itemprop=publisher itemscope itemtype=https://schema.org/Organization>"
        "<meta itemprop=name content='The Daily'></span><i itemprop=articleSection>World</i>"
    )
    found = read(article(inside, ARTICLE))
    assert values(found, "url") == ["https://www.example.org/a"]
    assert values(found, "source") == ["The Daily"]
    assert values(found, "section") == ["World"]


# --- what stands before the text ---

BODY = f"<div class='article-body'>{STORY}</div>"


@pytest.mark.parametrize(
    "top",
    [
        "<main><h1>{title}</h1><p class=lead>{lead}</p>{body}</main>",
        "<main><header><h1>{title}</h1><p>{lead}</p></header>{body}</main>",
        "<header><h1>{title}</h1><p>{lead}</p></header><main>{body}</main>",
        "<main><h1>{title}</h1><div class=summary>{lead}</div>{body}</main>",
        "<main><h1>{title}</h1><details><summary>{lead}</summary></details>{body}</main>",
        "<main><h1>{title}</h1><aside class=summary><p>{lead}</p></aside>{body}</main>",
        "<article><h1>{title}</h1><h2>{lead}</h2>{body}</article>",
        "<article><hgroup><h1>{title}</h1><p>{lead}</p></hgroup>{body}</article>",
        "<article><h1>{title}</h1><ul><li>{lead}</li></ul>{body}</article>",
        "<div><h1>{title}</h1>{lead}<br><br>{body}</div>",
        "<main><div class=article-intro><p>{lead}</p></div>{body}</main>",
        "<section class=abstract><p>{lead}</p></section>{body}",
    ],
)
def test_a_lead_outside_of_the_text_is_text(top: str) -> None:
    menu = "<nav><a href=/>Home</a> <a href=/b>World</a></nav>"
    found = read(page(menu + top.format(title=TITLE, lead=LEAD, body=BODY)))
    assert LEAD in texts(found, "dek", "body")


@pytest.mark.parametrize(
    "block",
    [
        f"<div class='newsletter-signup'><p>{LEAD}</p></div>",
        f"<p><a href=/other>{LEAD}</a></p>",
        f"<nav><p>{LEAD}</p></nav>",
        f"<figure><img src=a.jpg><figcaption>{LEAD}</figcaption></figure>",
        "<p>Follow the daily</p>",
        "<h2>By Ann Lee and Ben Li Hsu</h2>",
    ],
)
def test_other_blocks_below_the_title_are_no_lead(block: str) -> None:
    found = read(page(f"<main><h1>{TITLE}</h1>{block}{BODY}</main>"))
    assert texts(found, "dek") == []
