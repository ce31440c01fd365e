"""The app, driven by keys and the mouse."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import cast

import pytest
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from corpus_cli.browse import state
from corpus_cli.browse.app import BrowseApp
from corpus_cli.browse.article_view import ArticleView
from corpus_cli.browse.corpora_thread import CorporaThread, NamedFolder
from corpus_cli.browse.help_screen import KEYS, TextScreen
from corpus_cli.browse.lists import FacetList, FilterBar, FilterChip, QueryInput, ResultList
from corpus_cli.browse.open_article import ArticleKey, OpenArticle
from corpus_cli.corpus import Corpus
from corpus_cli.errors import CorpusDamaged
from corpus_cli.model import Facets, Results
from corpus_cli.query.filters import Filters
from corpus_cli.search.request import SearchRequest
from tests.conftest import article
from tests.unit.output.made import hit, results

Scenario = Callable[[BrowseApp, Pilot[None]], Awaitable[None]]


def drive(  # noqa: PLR0913 - how the app is started
    scenario: Scenario,
    folders: Sequence[NamedFolder] | Path,
    line: str = "",
    *,
    size: tuple[int, int] = (120, 40),
    request: SearchRequest | None = None,
    corpora: CorporaThread | None = None,
    style: str = "apa",
) -> BrowseApp:
    """Run the app without a terminal, and let a scenario use it."""
    named = [("", folders)] if isinstance(folders, Path) else folders

    async def run() -> BrowseApp:
        with corpora or CorporaThread(named) as thread:
            first = state.start(line, request or SearchRequest())
            app = BrowseApp(thread, first, citation_style=style)
            async with app.run_test(size=size, notifications=True) as pilot:
                await scenario(app, pilot)
        return app

    return asyncio.run(run())


async def until(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    """Wait until a condition holds."""
    for _ in range(1000):
        if condition():
            return
        await pilot.pause(0.01)
    pytest.fail("it never happened")


def status(app: BrowseApp) -> str:
    return str(app.query_one("#status", Static).content)


def rows(app: BrowseApp) -> str:
    """Return what the pane of the article has."""
    view = app.query_one(ArticleView)
    return "\n".join(view.render_line(y).text for y in range(view.size.height) if view.size.width)


def shows(app: BrowseApp, text: str) -> bool:
    return text in rows(app)


def listed(app: BrowseApp) -> list[str]:
    return [str(option.prompt) for option in app.query_one(ResultList).options]


def shown(app: BrowseApp) -> set[str]:
    """Return the panes that are on the screen."""
    return {name for name in ("facets", "results", "reading") if app.query_one(f"#{name}").size}


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A corpus with dates, sources, near-copies and hostile text."""
    for n, (source, year, author) in enumerate(
        [("Dawn", 2014, "Ann"), ("Dawn", 2015, "Ben"), ("BBC", 2015, "Ann")]
    ):
        words = " ".join(f"Word{n}x{m} of {n * 7 + m}." for m in range(60))
        text = f"Zanskar is quiet in {year}. {words}\n\nZanskar again. {words[::-1]}\n"
        front = f"---\ntitle: Road {n}\nsource: {source}\ndate: {year}-0{n + 1}-01\n"
        front += f"author: {author}\nurl: https://example.org/{n}\n---\n"
        (tmp_path / f"{n}.md").write_text(front + text)
    hostile = "\x1b[2J[/url] [b]bold[/b] \u202e"
    evil = article(
        f"Of {hostile} wildmark.", f"{hostile} unmarked.", title="A [red]wildmark\x1b[31m"
    )
    (tmp_path / "evil.txt").write_text(evil)
    copy = " ".join(f"Copymark stands in sentence {n} of this text." for n in range(60))
    for name in ("one", "two"):
        (tmp_path / f"{name}.txt").write_text(f"A title of {name}\n\n{copy} By {name}.\n")
    with Corpus.create(tmp_path / "index") as corpus:
        corpus.ingest([str(path) for path in sorted(tmp_path.glob("*.*"))])
    return tmp_path / "index"


def test_results_follow_as_one_types(seeded: Path) -> None:
    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        assert app.focused is app.query_one(QueryInput)
        assert "Type what to search for" in status(app)
        await pilot.press(*"kuri")
        await until(pilot, lambda: app.state.results and app.state.results.query == "kuri")
        await pilot.press(*"lla")
        await until(pilot, lambda: "6 passages in 2 articles" in status(app))
        assert len(listed(app)) == 2
        assert "Pakistan & CENTCOM" in listed(app)[0]
        await until(pilot, lambda: app.state.reading)
        assert "Kurilla" in rows(app)
        await pilot.press("backspace")
        await until(pilot, lambda: app.state.results and app.state.results.query == "kurill")

    drive(scenario, seeded)


def test_typing_asks_once_for_many_keys(seeded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # On a busy machine the pauses between keys are longer than asked for.
    monkeypatch.setattr("corpus_cli.browse.app.DEBOUNCE", 2.0)
    asked: list[str] = []

    class Counting(CorporaThread):
        def search(self, line: str, request: SearchRequest) -> Future[Results]:
            asked.append(line)
            return super().search(line, request)

    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        for key in "Kurilla":
            await pilot.press(key)
            await pilot.pause(0.02)
        await until(pilot, lambda: app.state.results)

    drive(scenario, seeded, corpora=Counting([("", seeded)]))
    assert asked == ["Kurilla"]


class LateCorpora(CorporaThread):
    """Corpora whose answers come when the test says so."""

    def __init__(self) -> None:
        super().__init__([])
        self.futures: dict[str, Future[Results]] = {}

    def search(self, line: str, request: SearchRequest) -> Future[Results]:
        future: Future[Results] = Future()
        # It runs, so it cannot be cancelled any more.
        future.set_running_or_notify_cancel()
        self.futures[line] = future
        return future

    def count(self, line: str, request: SearchRequest) -> Future[Facets]:
        return Future()

    def read(self, key: ArticleKey, line: str, request: SearchRequest) -> Future[OpenArticle]:
        return Future()


def test_an_answer_that_comes_late_does_not_replace_a_newer() -> None:
    late = LateCorpora()

    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "old" in late.futures)
        await pilot.press("slash", *" new")
        await until(pilot, lambda: "old new" in late.futures)
        late.futures["old new"].set_result(results(hit("Kabul new"), query="old new"))
        await until(pilot, lambda: app.state.results)
        late.futures["old"].set_result(results(hit("Kabul old"), query="old"))
        await pilot.pause(0.1)
        assert app.state.results
        assert app.state.results.query == "old new"
        assert "new" in listed(app)[0]

    drive(scenario, [], "old", corpora=late)


@pytest.mark.parametrize("error", [CorpusDamaged("store.db is damaged"), ValueError("odd")])
def test_an_error_is_one_line_and_the_query_stays(error: Exception) -> None:
    late = LateCorpora()

    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "lahore" in late.futures)
        late.futures["lahore"].set_exception(error)
        await until(pilot, lambda: app.state.error)
        assert str(error) in status(app)
        assert app.query_one("#status").has_class("-error")
        assert app.query_one(QueryInput).value == "lahore"
        await pilot.press("slash", "s")
        await until(pilot, lambda: "lahores" in late.futures)
        late.futures["lahores"].set_result(results(hit()))
        await until(pilot, lambda: app.state.results)
        assert not app.query_one("#status").has_class("-error")

    app = drive(scenario, [], "lahore", corpora=late)
    app.raise_error()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ('"unclosed Kurilla', "passages in"),
        ("date:2017-13", "2017-13"),
        ("zebraxyz", "nothing found"),
        ("Kurilla AND (", "passages in"),
    ],
)
def test_an_odd_query_is_answered_in_a_line(seeded: Path, query: str, said: str) -> None:
    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await pilot.press("slash")
        app.query_one(QueryInput).value = query
        await until(pilot, lambda: said in status(app))
        assert app.query_one(QueryInput).value == query

    drive(scenario, seeded)


def test_a_damaged_corpus_is_said_and_a_repaired_one_found(library: Path) -> None:
    content = (library / "store.db").read_bytes()

    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.state.error)
        (library / "store.db").write_bytes(content)
        await pilot.press("slash", "space")
        await until(pilot, lambda: len(app.state.hits) == 3)

    (library / "store.db").write_bytes(b"\0" * len(content))
    drive(scenario, library, "zanskar")


def test_what_is_ingested_meanwhile_is_found_at_the_next_search(library: Path) -> None:
    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: len(app.state.hits) == 3)
        (library.parent / "later.txt").write_text(article("Zanskar later.", title="Later"))
        with Corpus.open(library) as corpus:
            corpus.ingest([str(library.parent / "later.txt")])
        await pilot.press("s")
        await until(pilot, lambda: len(app.state.hits) == 4)

    drive(scenario, library, "zanskar")


def test_n_and_p_go_from_match_to_match_and_article_to_article(library: Path) -> None:
    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.state.reading)

        def is_at(place: tuple[int, int]) -> bool:
            return bool(app.state.reading) and (app.state.selected, app.state.match) == place

        # The first article opens at its best passage, which is the second.
        assert is_at((0, 1))
        for key, place in (("n", (1, 0)), ("n", (1, 1)), ("p", (1, 0)), ("N", (0, 1))):
            await pilot.press(key)
            await until(pilot, partial(is_at, place))
        assert "match 2 of 2" in status(app)
        assert app.query_one(ResultList).highlighted == 0

    drive(scenario, library, "zanskar")


def test_the_match_that_is_looked_at_is_on_the_screen(tmp_path: Path) -> None:
    middle = [f"Paragraph {n} of the long text goes on." for n in range(80)]
    text = article("Zanskar first.", *middle, "Zanskar last.")
    (tmp_path / "long.txt").write_text(text)
    with Corpus.create(tmp_path / "index") as corpus:
        corpus.ingest([str(tmp_path / "long.txt")])

    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.state.reading)
        for key, word in (("n", "Zanskar last."), ("p", "Zanskar first.")):
            await pilot.press(key)
            await until(pilot, partial(shows, app, word))
        await pilot.press("n")
        await pilot.resize_terminal(100, 24)
        await until(pilot, lambda: "Zanskar last." in rows(app))
        await pilot.press("enter", "g")
        await until(pilot, lambda: "Zanskar first." in rows(app))

    drive(scenario, tmp_path / "index", "zanskar")


def test_a_click_on_a_count_narrows_and_a_click_on_the_filter_widens(library: Path) -> None:
    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.state.facets)
        await pilot.pause()
        facets = app.query_one(FacetList)
        prompts = [str(option.prompt).split()[0] for option in facets.options]
        assert prompts[:3] == ["Source", "Dawn", "BBC"]
        await pilot.click(FacetList, offset=(3, 1))
        await until(pilot, lambda: len(app.state.hits) == 2)
        assert [(one.field, one.value) for one in app.state.filters] == [("source", "Dawn")]
        await until(pilot, lambda: len(app.query(FilterChip)) == 1)
        await pilot.pause()
        await pilot.click(FilterChip)
        await until(pilot, lambda: len(app.state.hits) == 3)
        assert not app.query_one(FilterBar).has_class("-some")

    drive(scenario, library, "zanskar", size=(200, 50))


def test_counts_are_narrowed_by_keys_and_x_removes_the_last_filter(library: Path) -> None:
    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.state.results)
        assert "facets" not in shown(app)
        await pilot.press("f")
        await until(pilot, lambda: app.state.facets)
        await pilot.press("down", "enter")
        await until(pilot, lambda: len(app.state.hits) == 2)
        await pilot.press("x")
        await until(pilot, lambda: len(app.state.hits) == 3)
        await pilot.press("f")
        assert "facets" not in shown(app)

    drive(scenario, library, "zanskar")


def test_filters_of_the_command_line_are_shown_and_count(library: Path) -> None:
    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.state.results)
        assert len(app.state.hits) == 1
        assert [str(chip.content) for chip in app.query(FilterChip)] == [
            "since: 2015 ✕",
            "author: Ann ✕",
        ]

    filters = Filters(since=("2015",), author=("Ann",))
    drive(scenario, library, "zanskar", request=SearchRequest(filters=filters))


def test_a_click_on_a_result_reads_it(library: Path) -> None:
    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.state.reading)
        await pilot.pause()
        results_list = app.query_one(ResultList)
        drawn = [results_list.render_line(y).text for y in range(results_list.size.height)]
        second = app.state.hits[1].header.title
        (row,) = (y for y, text in enumerate(drawn) if text.strip() == second)
        await pilot.click(ResultList, offset=(2, row))
        await until(pilot, lambda: app.state.selected == 1 and app.state.reading)
        assert app.focused is app.query_one(ArticleView)

    drive(scenario, library, "zanskar")


def test_a_choice_in_a_list_that_was_replaced_changes_nothing(library: Path) -> None:
    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.state.reading)
        results_list = app.query_one(ResultList)
        for question, selected in ((app.state.question - 1, 0), (app.state.question, 1)):
            option = Option("an older hit", id=f"{question}:1")
            results_list.post_message(OptionList.OptionHighlighted(results_list, option, 1))
            await pilot.pause(0.05)
            assert app.state.selected == selected

    drive(scenario, library, "zanskar")


def test_panes_fold_as_the_terminal_narrows(library: Path) -> None:
    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.state.reading)
        assert shown(app) == {"facets", "results", "reading"}
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: shown(app) == {"results", "reading"})
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: shown(app) == {"results"})
        await pilot.press("enter")
        await until(pilot, lambda: shown(app) == {"reading"})
        assert "Zanskar" in rows(app)
        await pilot.press("escape")
        await until(pilot, lambda: shown(app) == {"results"})
        before = app.state.match
        await pilot.press("n")
        await until(pilot, lambda: shown(app) == {"reading"})
        assert app.state.match == before
        await pilot.press("f")
        await until(pilot, lambda: shown(app) == {"facets"})
        await pilot.press("escape")
        await until(pilot, lambda: shown(app) == {"results"})
        await pilot.resize_terminal(160, 40)
        await until(pilot, lambda: shown(app) == {"facets", "results", "reading"})
        await until(pilot, lambda: app.query_one(FacetList).option_count)

    drive(scenario, library, "zanskar", size=(200, 50))


def test_lists_end_at_their_ends(library: Path) -> None:
    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.state.reading)
        await pilot.press("down", "down", "down", "down")
        assert app.query_one(ResultList).highlighted == 2
        await pilot.press("up", "up", "up")
        assert app.focused is app.query_one(QueryInput)
        assert app.query_one(ResultList).highlighted == 0
        await pilot.press("down", "f")
        await until(pilot, lambda: app.state.facets)
        facets = app.query_one(FacetList)
        await pilot.press("down", "up", "up")
        assert facets.highlighted == 1

    drive(scenario, library, "zanskar")


def test_near_copies_are_listed_and_opened(library: Path) -> None:
    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.state.reading)
        assert len(app.state.hits) == 1
        await pilot.press("enter", "g")
        await until(pilot, lambda: "1 near-copy" in rows(app))
        first = app.state.reading
        await pilot.press("o")
        await until(pilot, lambda: app.state.reading and app.state.reading != first)
        await pilot.press("o")
        await until(pilot, lambda: app.state.reading == first)

    drive(scenario, library, "copymark")


def test_a_citation_is_copied_and_kept(library: Path) -> None:
    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.state.reading)
        await pilot.press("c")
        await until(pilot, lambda: app.citations)
        assert app.clipboard == app.citations[0]

    app = drive(scenario, library, "zanskar", request=SearchRequest(sort="date"))
    assert "Road 0" in app.citations[0]


def test_a_style_that_is_none_is_an_error_in_a_line(library: Path) -> None:
    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.state.reading)
        await pilot.press("c")
        await until(pilot, lambda: "there is no style xyzzy" in status(app))

    drive(scenario, library, "zanskar", style="xyzzy")


def test_hostile_text_is_no_markup_and_drives_no_terminal(library: Path) -> None:
    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.state.reading)
        for text in (listed(app)[0], rows(app), str(app.query_one("#heading", Static).content)):
            assert "\x1b" not in text
            assert "\u202e" not in text
        assert "A [red]wildmark\\x1b[31m" in listed(app)[0]
        assert "\\x1b[2J[/url] [b]bold[/b]" in rows(app)
        assert rows(app).count("\\x1b[2J[/url] [b]bold[/b]") == 2
        await pilot.press("c")
        await until(pilot, lambda: app.query("Toast"))
        assert "A [red]wildmark\\x1b[31m" in str(app.query_one("Toast").render())
        await pilot.press("slash")
        app.query_one(QueryInput).post_message(Paste("[/url] [b] \x1b[2J\u202e "))
        await until(pilot, lambda: app.state.results and "url" in app.state.results.query)
        assert "\x1b" not in status(app)
        assert "\x1b" not in app.query_one(QueryInput).render_line(0).text
        assert "[/url] [b]" in app.query_one(QueryInput).value
        await pilot.press("escape", "i")
        await until(pilot, lambda: isinstance(app.screen, TextScreen))

    drive(scenario, library, "wildmark")


def test_the_hits_of_several_corpora_name_theirs(library: Path, seeded: Path) -> None:
    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.state.reading)
        assert any("in library" in text for text in listed(app))
        await pilot.press("n", "n")
        await until(pilot, lambda: app.state.reading)

    folders = [("library", library), ("seeds", seeded)]
    drive(scenario, folders, "zanskar Kurilla")


def test_more_results_come_at_the_end_of_the_list(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "PAGE", 2)
    request = SearchRequest()

    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: len(app.state.hits) == 2)
        await pilot.press("down")
        await until(pilot, lambda: len(app.state.hits) == 3)
        assert app.state.selected == 1
        assert app.query_one(ResultList).highlighted == 1

    async def run() -> None:
        with CorporaThread([("", library)]) as thread:
            first = state.start("zanskar", request)._replace(limit=2)
            app = BrowseApp(thread, first, citation_style="apa")
            async with app.run_test(size=(120, 40)) as pilot:
                await scenario(app, pilot)

    asyncio.run(run())


def test_the_keys_are_explained(seeded: Path) -> None:
    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await pilot.press("escape", "question_mark")
        await until(pilot, lambda: isinstance(app.screen, TextScreen))
        for key in ("escape", "f1", "q"):
            await pilot.press(key)
        await until(pilot, lambda: not isinstance(app.screen, TextScreen))
        assert app.is_running

    drive(scenario, seeded)


def test_an_answer_arrives_below_the_help() -> None:
    late = LateCorpora()

    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "lahore" in late.futures)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, TextScreen))
        late.futures["lahore"].set_result(results(hit()))
        await until(pilot, lambda: app.state.results)
        assert len(listed(app)) == 1

    drive(scenario, [], "lahore", corpora=late)


def test_every_key_of_the_app_is_in_the_help() -> None:
    explained = " ".join(key for keys in KEYS.values() for key in keys)
    names = {"slash": "/", "question_mark": "?", "escape": "Esc", "f1": "F1", "ctrl+c": "Ctrl+C"}
    for binding in BrowseApp.BINDINGS:
        for key in cast(str, binding.key).split(","):  # type: ignore[union-attr]
            assert names.get(key, key) in explained.replace(",", " ").replace(")", " ").split() or (
                names.get(key, key) in explained
            )


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
def test_it_quits(seeded: Path, key: str) -> None:
    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.state.results)
        await pilot.press(key)
        await until(pilot, lambda: app.return_code is not None)

    assert drive(scenario, seeded, "Kurilla").return_code == 0


def test_ctrl_c_quits_while_one_types(seeded: Path) -> None:
    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await pilot.press("q")
        assert app.query_one(QueryInput).value == "q"
        # It does not copy what is selected either.
        app.query_one(QueryInput).select_all()
        await pilot.press("ctrl+c")
        await until(pilot, lambda: app.return_code is not None)

    drive(scenario, seeded)


def test_the_editor_opens_the_file_at_the_match(
    seeded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setenv("VISUAL", "true")
    monkeypatch.setattr("corpus_cli.browse.programs.run_editor", ran.append)

    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.state.reading)
        await pilot.press("e")
        await pilot.pause()

    app = drive(scenario, seeded, "Kurilla")
    # Without a terminal there is nothing to suspend.
    assert not ran or ran[0][:2] == ["true", f"+{app.state.reading.matches[0][0]}"]  # type: ignore[union-attr]


def test_an_address_is_opened_only_if_it_is_of_a_page(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("corpus_cli.browse.programs.browser_needs_terminal", lambda _: False)
    monkeypatch.setattr("corpus_cli.browse.programs.open_browser", opened.append)

    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.state.reading)
        await pilot.press("u")
        await until(pilot, lambda: opened)

    drive(scenario, library, "zanskar", request=SearchRequest(sort="date"))
    assert opened == ["https://example.org/0"]


def test_it_uses_no_network(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(*_: object) -> None:
        pytest.fail("the network was used")

    monkeypatch.setattr(socket.socket, "connect", deny)
    monkeypatch.setattr(socket, "getaddrinfo", deny)

    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.state.reading)
        await pilot.press("c", "f")
        await until(pilot, lambda: app.citations and app.state.facets)

    drive(scenario, library, "zanskar")


def test_it_shows_marks_in_brackets_without_colours(
    seeded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def scenario(app: BrowseApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.state.reading)
        assert "[General Kurilla’s]" in listed(app)[0]
        assert "[General" in rows(app)
        assert os.environ["NO_COLOR"] == "1"

    drive(scenario, seeded, "Kurilla")
