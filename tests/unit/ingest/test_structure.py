"""What each line of a text is."""

import re
import time
import tomllib
from typing import Any

import pytest

from corpus_cli.ingest.readers.port import DocumentLine
from corpus_cli.ingest.structure import boilerplate, clues
from corpus_cli.ingest.structure.structure import structure
from corpus_cli.model import CLAIMED, STATED, Article, Datum
from tests.conftest import DATA, SEEDS

TRUTH: dict[str, Any] = tomllib.loads((DATA / "kinds.toml").read_text("utf-8"))

PROSE = "The ministry said on Monday that its forces had taken the valley after a week of fighting there."
LONG = " ".join([PROSE] * 4)


def read(*lines: str) -> Article:
    return structure(list(map(DocumentLine, lines)))


def kinds(article: Article) -> list[str]:
    return [line.kind for line in article.lines if line.kind != "blank"]


@pytest.mark.parametrize("name", TRUTH)
def test_the_five_articles(name: str) -> None:
    article = read(*(SEEDS / name).read_text("utf-8").split("\n"))
    wanted = {n: kind for kind, lines in TRUTH[name]["kinds"].items() for n in lines}
    found = {
        line.n: line.kind if line.kind == "title:repeat" else line.broad
        for line in article.lines
        if line.kind != "blank"
    }
    assert found == wanted


@pytest.mark.parametrize("name", TRUTH)
def test_the_metadata_of_the_five_articles(name: str) -> None:
    article = read(*(SEEDS / name).read_text("utf-8").split("\n"))
    assert list(article.values("title")) == [TRUTH[name]["title"]]
    assert list(article.values("author")) == TRUTH[name]["authors"]
    assert "".join(article.values("published")) == TRUTH[name]["published"]
    assert list(article.values("tag")) == TRUTH[name]["tags"]


def test_every_line_is_kept() -> None:
    lines = ["Title here", "", " indented ", "\u00a0", "© 2020 Site", "a\x1b[31m"]
    article = read(*lines)
    assert [line.text for line in article.lines] == lines
    assert [line.n for line in article.lines] == [1, 2, 3, 4, 5, 6]


def test_a_byline_and_a_date_line() -> None:
    article = read(
        "A title of some words", "By Jane A. Doe and Omar al-Masri", "3 May 2021", LONG, LONG
    )
    assert kinds(article) == ["title", "byline", "metadata", "body", "body"]
    assert article.values("author") == ("Jane A. Doe", "Omar al-Masri")
    assert article.values("published") == ("2021-05-03",)


@pytest.mark.parametrize(
    "line",
    [
        "2021-05-03",
        "May 3, 2021",
        "Published: 3rd May 2021 at 10:00",
        "Posted on May 03 2021",
        "Mon, 3 May 2021",
    ],
)
def test_dates_of_a_header(line: str) -> None:
    assert read("A title of some words", line, LONG, LONG).values("published") == ("2021-05-03",)


@pytest.mark.parametrize(
    "line",
    [
        "KABUL, May 3, 2021 (Agency) - " + LONG,
        LONG
        + " It began on May 3, 2021, and went on for many days after that with no end in sight.",
        "Copyright 2021,",
        "© 2021 The Site",
    ],
)
def test_no_date_from_body_or_copyright(line: str) -> None:
    assert read("A title of some words", LONG, line).values("published") == ()


@pytest.mark.parametrize(
    ("byline", "author", "date", "day"),
    [
        ("By Jane Doe", "Jane Doe", "August 13, 2021", "2021-08-13"),
        ("By Jane Doe, BBC News, Kabul", "Jane Doe", "April 2020", "2020-04"),
        ("By Jane Doe and Agencies", "Jane Doe", "5 March 2024", "2024-03-05"),
        ("By Jane Doe, Staff Writer", "Jane Doe", "5 March 2024", "2024-03-05"),
        ("By AFP", "AFP", "5 March 2024", "2024-03-05"),
        ("by Jane Doe", "Jane Doe", "5. März 2024", "2024-03-05"),
        ("By Jane Doe in Kabul", "Jane Doe", "Posted on 3/25/2024", "2024-03-25"),
        ("Von Anna Müller", "Anna Müller", "Stand: 05.03.2024, 14:30 Uhr", "2024-03-05"),
        ("Par Jean Dupont", "Jean Dupont", "Publié le 5 mars 2024 à 10h30", "2024-03-05"),
        ("Por Juan Pérez", "Juan Pérez", "5 de marzo de 2024", "2024-03-05"),
        ("Di Mario Rossi", "Mario Rossi", "Pubblicato il 5 marzo 2024", "2024-03-05"),
        ("بقلم أحمد علي", "أحمد علي", "٥ مارس ٢٠٢٤", "2024-03-05"),
        ("نوشته محمد رضایی", "محمد رضایی", "۵ مارس ۲۰۲۴", "2024-03-05"),
        ("تحریر: محمد علی", "محمد علی", "5 مارچ 2024", "2024-03-05"),
    ],
)
def test_a_short_text_has_a_byline_and_a_date(
    byline: str, author: str, date: str, day: str
) -> None:
    for lines in ([byline, date], [date, byline], [f"{byline} | {date}"]):
        article = read("Quiet talks", *lines, "", "They met.")
        assert list(article.values("title")) == ["Quiet talks"]
        assert list(article.values("author")) == [author]
        assert list(article.values("published")) == [day]
        assert kinds(article)[-1] == "body"


def test_a_name_above_or_below_the_date_is_that_of_the_author() -> None:
    for lines in (["Jane Doe", "5 March 2024"], ["5 March 2024", "Jane Doe"]):
        article = read("Quiet talks", *lines, "They met.")
        assert article.values("author") == ("Jane Doe",)
        assert kinds(article)[-1] == "body"
    assert read("Quiet talks", "Jane Doe", "They met.").values("author") == ()


@pytest.mark.parametrize(
    ("label", "author"),
    [("**Author:** ", "Jane Doe"), ("Autor: ", "Anna Müller"), ("Auteur : ", "Jean Dupont")],
)
def test_labels_in_other_languages(label: str, author: str) -> None:
    article = read("Quiet talks", f"{label}{author}", "URL: https://example.org/a", "They met.")
    assert article.values("author") == (author,)
    assert article.values("url") == ("https://example.org/a",)


def test_a_title_below_its_byline() -> None:
    article = read("By Jane Doe | 5 Mar 2024", "Quiet talks", "", "They met.")
    assert kinds(article) == ["byline", "title", "body"]
    assert list(article.values("published")) == ["2024-03-05"]


def test_labels_at_the_head_of_a_short_text() -> None:
    lines = ("Title: Talks: a new hope", "author: Reuters", "Date: 2020", "", "They met.")
    article = read(*lines)
    values = [list(article.values(field)) for field in ("title", "author", "published")]
    assert values == [["Talks: a new hope"], ["Reuters"], ["2020"]]
    assert kinds(article) == ["metadata", "byline", "metadata", "body"]


@pytest.mark.parametrize(
    "lines",
    [
        ["The 9 May 2023 riots", "They met."],
        ["Quiet talks", "Riots of 9 May 2023", LONG, LONG],
        ["Quiet talks", "Call 25.3.2024 now", "Version 1.2.3", "Score 3-2"],
        ["Quiet talks", "By Monday morning, they had met.", "May", "It may 2024 or so."],
        ["Quiet talks", "They met.", "", "20240305"],
    ],
)
def test_a_text_without_a_byline_and_a_date(lines: list[str]) -> None:
    article = read(*lines)
    assert list(article.values("title")) == lines[:1]
    assert list(article.values("author")) == []
    assert list(article.values("published")) == []


def test_the_month_of_an_item_in_a_list_below_the_text_is_not_the_date() -> None:
    article = read("Title here now", LONG, LONG, "DATE: December, 2014", "ATTACKER: Unknown")
    assert article.values("published") == ()


def test_a_programme_of_days_is_text() -> None:
    lines = ("Programme", "3 May 2021", "Arrival", "4 May 2021", "Talks", "5 May 2021", "Dinner")
    assert kinds(read(*lines))[2:] == ["body"] * 5


def test_a_day_of_a_change_is_not_the_day_of_publication() -> None:
    updated = "Last modified on Wed 6 Mar 2024 12.00 GMT"
    both = read("Quiet talks", f"Tue 5 Mar 2024 10.00 GMT {updated}", LONG, LONG)
    apart = read("Quiet talks", "First published on Tue 5 Mar 2024 10.00 GMT", updated, LONG, LONG)
    for article in (both, apart):
        assert list(article.values("published")) == ["2024-03-05"]
        assert list(article.values("modified")) == ["2024-03-06"]
    assert list(read("Talks", updated, LONG, LONG).values("published")) == ["2024-03-06"]


def test_labels() -> None:
    article = read("Title here now", "Category: War Tags: a, b, and c By: Jane Doe", LONG, LONG)
    assert kinds(article)[:2] == ["title", "metadata"]
    assert article.values("tag") == ("a", "b", "c")
    assert article.values("section") == ("War",)
    assert article.values("author") == ("Jane Doe",)


def test_a_colon_in_a_sentence_is_no_label() -> None:
    article = read("Title here now", LONG, f"He said: {PROSE}", LONG)
    assert kinds(article) == ["title", "body", "body", "body"]


def test_headings_stand_between_paragraphs() -> None:
    article = read(
        "Title here now", "A dek that says more", LONG, "What Comes Next?", LONG, "He left.", LONG
    )
    assert kinds(article) == ["title", "dek", "body", "heading", "body", "body", "body"]


def test_a_biography_after_the_last_paragraph_names_the_author() -> None:
    bio = "Jane Doe is a professor of history at the University of Somewhere and the author of two books."
    article = read("Title here now", LONG, LONG, bio, "Share", "Leave a Reply")
    assert kinds(article)[-3:] == ["chrome:bio", "chrome:share", "chrome:comments"]
    assert article.values("author") == ("Jane Doe",)


def test_the_same_words_inside_the_text_are_body() -> None:
    about = "Ashraf Ghani is a professor who led the country until the Taliban took Kabul, it was said then."
    article = read("Title here now", LONG, about, LONG)
    assert kinds(article) == ["title", "body", "body", "body"]
    assert article.values("author") == ()


def test_a_line_in_another_script_is_chrome_only_where_it_is_alone() -> None:
    assert kinds(read("Title here now", LONG, "领英推荐", LONG))[2] == "chrome:script"
    russian = "Министерство сообщило в понедельник, что силы заняли долину после недели боев в этом районе."
    assert "chrome:script" not in kinds(read("Title here now", LONG, russian, russian))


def test_a_glued_name_is_a_title() -> None:
    assert kinds(read("McDonald wins in YouTube poll", LONG, LONG))[0] == "title"


def test_the_id_depends_on_the_text_alone() -> None:
    assert read("a b", LONG).id == read("a b", LONG, "", " ").id != read("a c", LONG).id
    assert read("a b", LONG).id != read("a b", "", LONG).id


def test_composed_and_decomposed_letters_are_one() -> None:
    assert read("Ze\u0301 b", LONG).id == read("Z\u00e9 b", LONG).id


def test_hardly_any_text() -> None:
    assert kinds(read("word")) == ["title"]
    assert read().lines == ()
    assert kinds(read("", " ")) == []


MENU = ["News", "World", "Politics", "Sport", "Sign in", "Subscribe", "Search"]
FEET = ["Facebook", "Twitter", "Contact us", "Privacy policy", "Terms of use", "© 2020 The Site"]
BOTH = [LONG, f"Then {LONG}"]


def text(article: Article) -> list[str]:
    """What is searched of it by default."""
    shown = ("title", "dek", "heading", "body")
    return [line.text for line in article.lines if line.kind in shown]


def chrome(article: Article) -> list[str]:
    return [line.text for line in article.lines if line.broad == "chrome"]


def test_menus_and_feet_of_a_page_are_chrome() -> None:
    head = ["Forces take the valley | The Site", *MENU, "Forces take the valley"]
    article = read(*head, "By Jane Doe", "May 3, 2021", *BOTH[:1], "A Heading", BOTH[1], *FEET)
    assert text(article) == ["Forces take the valley", BOTH[0], "A Heading", BOTH[1]]
    assert chrome(article) == [*MENU, *FEET]
    assert article.values("title") == ("Forces take the valley",)
    assert article.values("author") == ("Jane Doe",)
    assert article.values("published") == ("2021-05-03",)


def test_a_page_in_german_and_one_without_blanks() -> None:
    satz = "Das Ministerium teilte am Montag mit, dass die Truppen das Tal nach einer Woche erreicht haben."
    menu = ["Startseite", "Politik", "Wirtschaft", "Sport", "Anmelden", "Suche"]
    feet = ["Mehr zum Thema", "Impressum", "Datenschutz", "Kontakt"]
    article = read("Truppen erreichen das Tal - Die Seite", *menu, satz, f"Ja, {satz}", *feet)
    assert chrome(article) == menu + feet
    satz = "国防部发言人周四在记者会上表示，部队经过一周的战斗已经控制了整个山谷，下周将举行新一轮会谈。"
    menu = ["首页", "新闻", "体育", "登录", "注册", "搜索"]
    article = read(
        "部队控制山谷_新闻网", *menu, "部队控制山谷", satz, "他" + satz, "相关阅读", "版权声明"
    )
    assert text(article) == ["部队控制山谷", satz, "他" + satz]


def test_boxes_inside_a_text_are_chrome_and_its_lists_are_not() -> None:
    box = ["Related articles", "Mayor of the valley resigns", "Five things to know about it"]
    things = ["two loaves of bread", "Water for a week", "A radio that works"]
    page = ["Forces take the valley", *MENU, "Forces take the valley", LONG]
    article = read(*page, *box, BOTH[1], "What to bring", *things, f"So {LONG}", "He left.", *FEET)
    assert chrome(article) == [*MENU, *box, *FEET]
    assert [line.kind for line in article.lines if line.text in things] == ["body"] * 2 + [
        "heading"
    ]


def test_a_list_at_the_end_of_a_text_is_text() -> None:
    things = [
        f"A thing that came up {n} times there" for n in ("one", "two", "three", "four", "ten")
    ]
    article = read("Forces take the valley", *MENU, "Forces take the valley", LONG, *things, *FEET)
    assert text(article)[1:] == [LONG, *things]


def test_comments_longer_than_the_text_are_not_the_text() -> None:
    comment = [["Joe B", "May 4, 2021", f"{n} {LONG}", "Reply"] for n in range(4)]
    page = ["Forces take the valley", *MENU, "Forces take the valley", PROSE, f"Then {LONG}"]
    article = read(*page, *FEET, "4 comments", *[line for lines in comment for line in lines])
    assert text(article)[:3] == ["Forces take the valley", PROSE, f"Then {LONG}"]
    assert "Sign in" in chrome(article)


def test_a_caption_above_its_credit_is_chrome() -> None:
    page = ["Forces take the valley", *MENU, "Forces take the valley", "", LONG, ""]
    article = read(
        *page, "A tank in the valley on Monday", "Photo: Jane Doe/AP", "", BOTH[1], *FEET
    )
    assert "A tank in the valley on Monday" in chrome(article)
    assert text(article) == ["Forces take the valley", *BOTH]


NOTES = {
    "markdown": [
        "# Valley notes",
        "",
        "Some thoughts on the valley.",
        "",
        "## Contact",
        "- call the mayor",
        "- News",
        "* Search",
        "1. Home",
        "",
        "> a quote without an end",
        "",
        "## Search",
        PROSE,
        "| a | b |",
        "Jane Doe is a professor of history at the University of Somewhere and the author of two books.",
        "- last item",
    ],
    "words of menus": [
        "The new site",
        PROSE,
        "Pages:",
        *["Home", "News", "Search", "Contact", "About", "Login", "Facebook", "Archive", "Help"],
        LONG,
        "Open questions",
        "Who pays",
    ],
    "a list of words and a rule": [
        "Trip plan",
        LONG,
        *["Call", "Contact", "Shop", "Tickets", "Health", "Jobs", "Help"],
        "---",
        "Jane Doe is a professor of history at the University of Somewhere and will come along too.",
        "---",
    ],
    "poem": ["The Valley", *["the river runs", "Beyond the hill", "and no one", "Asks it why"] * 6],
    "chat": ["Ann", "hi", "Bob", "hi, all well?", "Ann", "yes", "Bob", "good", "Ann", "bye"],
    "recipe": ["Bread", PROSE, *[f"{n} cups of flour" for n in range(20)], "Salt", "Water", "Oil"],
    "one line": ["About the valley and the river"],
    "quote in another script": [
        "Title here now",
        LONG,
        LONG,
        "Министерство сообщило, что силы заняли долину.",
        LONG,
        LONG,
    ],
    "wrapped": [
        "The valley",
        "The ministry said on Monday that its forces had taken",
        "the valley after a week of fighting there, and that it",
        "would hold it. Nobody else could say what had become of",
        "Kabul since.",
    ],
    "wrapped, with words of pages": [
        *[
            "The valley",
            "",
            "Help",
            "Contact",
            "News",
            "Privacy policy for all",
            "The valley",
            "",
        ],
        *["the ministry said on Monday that its forces had taken"] * 9,
        "copyright law of the valley, and its news.",
    ],
}


@pytest.mark.parametrize("name", NOTES)
def test_a_text_of_somebodys_own_loses_nothing(name: str) -> None:
    article = read(*NOTES[name])
    assert [
        line.kind
        for line in article.lines
        if line.broad == "chrome" and line.kind != "chrome:symbol"
    ] == []


def test_a_list_after_a_picture_is_text() -> None:
    things = ["two loaves", "Water", "A radio", "A map of the valley"]
    assert text(read("Trip plan", LONG, "Photo: Jane Doe", *things)) == ["Trip plan", LONG, *things]


def test_what_stood_above_the_title_is_no_text_below_it() -> None:
    teasers = [
        f"The mayor of the {n} town said on Monday that he would stay." for n in ("old", "new")
    ]
    head = ["Forces take the valley", *MENU, *teasers, "Forces take the valley"]
    assert text(read(*head, *BOTH, *teasers, *FEET)) == ["Forces take the valley", *BOTH]


def test_verse_below_its_title_is_text() -> None:
    verse = ["the river runs", "and no one", "asks it why", "before the sea"]
    verse = [f"{line} {n} times" for n in ("two", "ten", "four") for line in verse]
    sentence = "You can read all that we have on rivers there, and every week there is more."
    page = ["The Valley of Rivers", *MENU, "The Valley of Rivers", *verse, *FEET]
    assert text(read(*page, sentence))[1:] == verse


def test_what_a_format_states_is_not_cut() -> None:
    title = "Forces take the valley"
    lines = [
        DocumentLine(title),
        *map(DocumentLine, MENU),
        DocumentLine(title),
        DocumentLine(LONG, "body"),
    ]
    assert not set(MENU) & set(
        chrome(structure([*lines, DocumentLine(BOTH[1]), *map(DocumentLine, FEET)]))
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "lines",
    [
        [f"The valley {n}" for n in range(60_000)],
        ["The valley", LONG] * 30_000,
        [*MENU, "The valley", *(["© The Site", PROSE] * 20_000)],
        ["a" * 300 + "." + ")" * 90] * 20_000,
        ["more " + "news " * 70] * 20_000,
    ],
    ids=["titles", "title again", "marks", "brackets", "headings"],
)
def test_a_long_page_is_read_in_time(lines: list[str]) -> None:
    began = time.process_time()
    read(*lines)
    assert time.process_time() - began < 20


def test_a_title_that_software_claims_gives_way_to_the_one_of_the_text() -> None:
    written = [DocumentLine("The title of the text", "title"), DocumentLine(LONG)]
    for claimed, wanted in (
        (Datum("title", "Document 1", "PDF info", CLAIMED), "The title of the text"),
        (Datum("title", "Its own title", "mail header Subject", STATED), "Its own title"),
    ):
        assert structure(written, [claimed]).values("title") == (wanted,)


@pytest.mark.parametrize("author", ["ʿAbd al-Raḥmān Khān", "ʻUmar Daudzai", "`Umar Daudzai"])
def test_a_name_may_begin_with_the_mark_of_ayn(author: str) -> None:
    article = read("Quiet talks", f"By {author}", "5 March 2024", LONG, LONG)
    assert article.values("author") == (f"'{author[1:]}",)
    assert kinds(article)[:3] == ["title", "byline", "metadata"]


def test_a_quotation_is_no_name() -> None:
    assert read("Quiet talks", "By 'Big Bang'", LONG, LONG).values("author") == ()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_address_above_a_text_is_that_of_the_article(place: int) -> None:
    head = ["Quiet talks", "By Jane Doe"]
    head.insert(place, "https://example.org/news/talks")
    article = read(*head, "", LONG, LONG)
    assert article.values("url") == ("https://example.org/news/talks",)
    assert article.values("title") == ("Quiet talks",)
    assert kinds(article)[place] == "metadata"


def test_an_address_inside_a_text_is_body() -> None:
    article = read("Quiet talks", LONG, "https://example.org/more", LONG)
    assert article.values("url") == ()


# --- single lines ---


def test_patterns_for_lines_in_small_letters_have_no_capitals() -> None:
    wording = clues.wording()
    patterns = [one for patterns in wording["chrome"].values() for one in patterns]
    patterns += [*wording["site"]["headed"], *wording["site"]["credits"]]
    without_escapes = [re.sub(r"\\.|\(\?P<", "", pattern) for pattern in patterns]
    assert without_escapes == [pattern.lower() for pattern in without_escapes]


def test_capitals_do_not_hide_the_wording_of_a_site() -> None:
    phrase = clues.phrase("THE POST How Kabul Fell FIRST APPEARED ON The Diplomat.")
    assert phrase == clues.Phrase(
        "syndication", {"title": "How Kabul Fell", "source": "The Diplomat"}
    )
    assert boilerplate.is_credit_line("Troops in the valley. (PHOTO: REUTERS)")
    assert not boilerplate.is_credit_line("Troops took a photo in the valley.")
    assert boilerplate.is_menu_line("MORE TOP STORIES")


def test_every_call_is_recognised_inside_a_line() -> None:
    calls = clues.wording()["site"]["calls"]
    assert [call for call in calls if not boilerplate.is_call(f"“Now, {call.title()}”")] == []
    assert not boilerplate.is_call("He may subscribe to it" * 50)
    for line in ("An encookied line", "A newsroom letter", "He read two more pages"):
        assert not boilerplate.is_call(line)


def test_what_is_known_of_a_line_is_kept_unless_it_is_long() -> None:
    seen: list[str] = []

    @clues.cached_by_line
    def count(line: str) -> int:
        seen.append(line)
        return len(line)

    lines = ["Home", "a" * 5_000, "Home", "a" * 5_000]
    assert list(map(count, lines)) == list(map(len, lines))
    assert list(map(len, seen)) == [4, 5_000, 5_000]
    for n in range(3_000):
        count(f"line {n}")
    count("Home")
    assert seen[-1] == "Home"
