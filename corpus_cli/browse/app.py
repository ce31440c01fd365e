"""The app: widgets that draw the state and change it."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import Future
from typing import ClassVar, TypeVar

from textual import on, work
from textual.app import App, ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Resize
from textual.widgets import Footer, Input, OptionList, Static

from corpus_cli.browse import drawing, programs, state
from corpus_cli.browse.article_view import ArticleView
from corpus_cli.browse.corpora_thread import CorporaThread
from corpus_cli.browse.help_screen import TextScreen, draw_keys
from corpus_cli.browse.lists import FacetList, FilterBar, FilterChip, QueryInput, ResultList
from corpus_cli.browse.state import State
from corpus_cli.browse.style_sheet import BREAKPOINTS, STYLES, WIDE
from corpus_cli.errors import CorpusError
from corpus_cli.text.printable import printable

DEBOUNCE = 0.15
"""Seconds after the last key before a query is searched for."""

_T = TypeVar("_T")


class BrowseApp(App[None]):
    """Search as one types, and read what is found.

    `state` says what is shown; every change of it goes through `update`. `citations` are those
    that were copied, to be printed at the end.
    """

    CSS = STYLES
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "show_keys", "Keys", key_display="?"),
        Binding("slash", "focus_query", "Query", key_display="/"),
        Binding("f", "toggle_facets", "Filter"),
        Binding("n", "next_match", "Next"),
        Binding("p,N", "previous_match", "Previous", key_display="p"),
        Binding("c", "cite", "Cite"),
        Binding("e", "edit", "Edit"),
        Binding("u", "open_url", "URL"),
        Binding("s", "change_sort", "Sort"),
        Binding("a", "change_scope", show=False),
        Binding("x", "remove_filter", show=False),
        Binding("o", "open_copy", show=False),
        Binding("i", "show_notes", show=False),
        Binding("escape", "back", show=False),
        Binding("q", "quit", "Quit"),
        Binding("ctrl+c", "quit", show=False, priority=True),
    ]

    def __init__(
        self,
        corpora: CorporaThread,
        first: State,
        *,
        citation_style: str,
        mark: bool = False,
        debug: bool = False,
    ) -> None:
        # Colours are left to the terminal, which may be light or dark; without this, NO_COLOR would
        # be black on black.
        super().__init__(ansi_color=True)
        self.theme = "ansi-dark"
        if self.no_color:
            # Textual takes it away, and an editor is to see it as well.
            os.environ["NO_COLOR"] = "1"
        self.state = first
        self.citations: list[str] = []
        self._corpora = corpora
        self._citation_style = citation_style
        self._brackets = mark or self.no_color
        self._debug = debug
        self._is_wide = False

    def compose(self) -> ComposeResult:
        """Return the widgets, from top to bottom and from left to right."""
        with Horizontal(id="top"):
            yield Static("›", id="prompt")
            yield QueryInput(
                self.state.line, "Search", id="query", select_on_focus=False, compact=True
            )
        yield FilterBar(id="filters")
        with Horizontal(id="panes"):
            yield FacetList(id="facets")
            yield ResultList(brackets=self._brackets, id="results")
            with Vertical(id="reading"):
                yield Static(id="heading")
                yield ArticleView(brackets=self._brackets, id="article")
        yield Static(id="status")
        yield Footer(compact=True, show_command_palette=False)

    async def on_mount(self) -> None:
        """Ask the first question."""
        self._fold(self.size.width)
        await self._draw_filters()
        self._draw_status()
        if not self.state.is_empty:
            self.query_one(ResultList).focus()
        self._search(self.state, 0.0)

    async def update(self, new: State, *, wait: float = 0.0) -> None:
        """Show another state, and ask what it lacks; questions wait for more keys if told to."""
        if not self.is_running:
            # An answer came while the app ended.
            return
        old, self.state = self.state, new
        if new.filters != old.filters:
            await self._draw_filters()
        if new.results is not old.results:
            self.query_one(ResultList).show(new)
        elif new.selected != old.selected:
            self.query_one(ResultList).highlight(new)
        if new.facets is not old.facets:
            self.query_one(FacetList).show(new)
        if new.reading is not old.reading or new.match != old.match:
            heading = drawing.draw_heading(new.reading, brackets=self._brackets)
            self.query_one("#heading", Static).update(heading)
            self.query_one(ArticleView).show(new.reading, new.match)
        self._draw_status()
        if new.question != old.question:
            self._search(new, wait)
        if new.key != old.key or (old.reading and not new.reading):
            self._read(new)

    async def _draw_filters(self) -> None:
        await self.query_one(FilterBar).show(self.state)

    def _draw_status(self) -> None:
        status = self.query_one("#status", Static)
        status.update(Content(drawing.describe(self.state)))
        status.set_class(bool(self.state.error), "-error")

    # --- questions, each cancelled by the next ---

    @work(exclusive=True, group="search")
    async def _search(self, current: State, wait: float) -> None:
        await asyncio.sleep(wait)
        request = state.search_request(current)
        if not current.is_empty:
            results = await self._answer(self._corpora.search(current.line, request), current)
            if results is None:
                return
            await self.update(state.receive_results(self.state, current.question, results))
        else:
            await self.update(state.receive_nothing(self.state, current.question))
        if self.default_screen.has_class("-facets"):
            await self._count_facets(current)

    async def _count_facets(self, current: State) -> None:
        request = state.search_request(current)
        facets = await self._answer(self._corpora.count(current.line, request), current)
        if facets:
            await self.update(state.receive_facets(self.state, current.question, facets))

    @work(exclusive=True, group="count")
    async def _count(self) -> None:
        await self._count_facets(self.state)

    @work(exclusive=True, group="read")
    async def _read(self, current: State) -> None:
        if current.key:
            request = state.search_request(current)
            question = self._corpora.read(current.key, current.line, request)
            reading = await self._answer(question, current)
            if reading:
                await self.update(state.receive_reading(self.state, reading))

    @work(exclusive=True, group="cite")
    async def action_cite(self) -> None:
        """Copy the citation of the article to the clipboard."""
        current = self.state
        if current.reading:
            question = self._corpora.cite(current.reading.reference, self._citation_style)
            citation = await self._answer(question, current)
            if citation:
                citation = printable(citation)
                self.citations.append(citation)
                self.copy_to_clipboard(citation)
                self._notify(f"copied, and printed at the end: {citation}")

    async def _answer(self, question: Future[_T], current: State) -> _T | None:
        """Return the answer to a question; None after an error, which is shown."""
        try:
            return await asyncio.wrap_future(question)
        except CorpusError as error:
            message = str(error)
        except Exception as error:
            if self._debug:
                raise
            message = f"{type(error).__name__}: {error}: this is a defect; --debug shows where"
        await self.update(state.receive_failure(self.state, current.question, message))
        return None

    def _notify(self, message: str) -> None:
        self.notify(printable(message), markup=False)

    # --- what the user does ---

    @on(Input.Changed)
    async def _edit_line(self, event: Input.Changed) -> None:
        await self.update(state.edit_line(self.state, event.value), wait=DEBOUNCE)

    def action_focus_results(self) -> None:
        """Go from the query to the results."""
        self.default_screen.remove_class("-reading")
        if self.default_screen.has_class("-narrow"):
            self.default_screen.remove_class("-facets")
        self.default_screen.set_focus(self.query_one(ResultList))

    @on(OptionList.OptionHighlighted, "#results")
    async def _select(self, event: OptionList.OptionHighlighted) -> None:
        question, _, index = (event.option_id or "").partition(":")
        if question != str(self.state.question) or int(index) == self.state.selected:
            return
        new = state.select(self.state, int(index))
        if new.selected == len(new.hits) - 1 and new.has_more:
            new = state.load_more(new)
        await self.update(new)

    @on(OptionList.OptionSelected, "#results")
    def action_read(self) -> None:
        """Go from the results to the article."""
        self.default_screen.add_class("-reading")
        self.default_screen.set_focus(self.query_one(ArticleView))

    @on(OptionList.OptionSelected, "#facets")
    async def _narrow(self, event: OptionList.OptionSelected) -> None:
        facet = self.query_one(FacetList).facet(event.option_id)
        if facet:
            await self.update(state.narrow(self.state, facet))

    @on(FilterChip.Removed)
    async def _remove(self, event: FilterChip.Removed) -> None:
        await self.update(state.widen(self.state, event.removed))

    async def action_remove_filter(self) -> None:
        """Remove the filter that was set last."""
        for last in self.state.filters[-1:]:
            await self.update(state.widen(self.state, last))

    async def action_change_sort(self) -> None:
        """Sort by the next order."""
        await self.update(state.change_sort(self.state))

    async def action_change_scope(self) -> None:
        """Ask for any word, or for all words in an article or in a passage."""
        await self.update(state.change_scope(self.state))

    async def action_next_match(self) -> None:
        """Go to the next match, in the next article after the last."""
        await self._step(1)

    async def action_previous_match(self) -> None:
        """Go to the previous match, in the previous article before the first."""
        await self._step(-1)

    async def _step(self, by: state.Direction) -> None:
        if self.default_screen.has_class("-narrow") and self.state.reading:
            # The first step shows the article that is hidden until then.
            was_reading = self.default_screen.has_class("-reading")
            self.default_screen.remove_class("-facets")
            self.action_read()
            if not was_reading:
                return
        await self.update(state.step_match(self.state, by))

    async def action_open_copy(self) -> None:
        """Read the next near-copy."""
        await self.update(state.open_copy(self.state))

    def action_focus_query(self) -> None:
        """Go to the query."""
        self.default_screen.set_focus(self.query_one(QueryInput))

    def action_toggle_facets(self) -> None:
        """Show or hide the counts."""
        is_shown = not self.default_screen.has_class("-facets")
        self.default_screen.set_class(is_shown, "-facets")
        self.default_screen.set_focus(self.query_one(FacetList if is_shown else ResultList))
        self._count_if_shown()

    def _count_if_shown(self) -> None:
        is_shown = self.default_screen.has_class("-facets")
        if is_shown and self.state.counted != self.state.question:
            self._count()

    async def action_back(self) -> None:
        """Go from the article, the counts or the query to the results."""
        self.action_focus_results()

    def action_show_keys(self) -> None:
        """Show what each key does."""
        self.push_screen(TextScreen(draw_keys()))

    def action_show_notes(self) -> None:
        """Show all that is said of the answer."""
        results = self.state.results
        notes = drawing.describe_notes(results) if results else []
        text = [*([self.state.error] if self.state.error else []), *notes] or [
            "There are no notes."
        ]
        self.push_screen(TextScreen(Content("\n\n".join(map(printable, text)))))

    def action_edit(self) -> None:
        """Open the file of the article in the user's editor."""
        reading = self.state.reading
        if not reading:
            return
        line = self.query_one(ArticleView).line
        try:
            command = programs.editor_command(reading.header, line, os.environ)
            with self.suspend():
                programs.run_editor(command)
        except (CorpusError, OSError, SuspendNotSupported) as error:
            self._notify(str(error))
        self.refresh()

    def action_open_url(self) -> None:
        """Open the address of the article in a browser."""
        reading = self.state.reading
        if not reading:
            return
        try:
            url = programs.check_address(reading.header.url)
            if programs.browser_needs_terminal(url):
                with self.suspend():
                    programs.open_browser(url)
                self.refresh()
            else:
                programs.open_browser(url)
        except (CorpusError, OSError, SuspendNotSupported) as error:
            self._notify(str(error))
        else:
            self._notify(f"opened {url}")

    def on_resize(self, event: Resize) -> None:
        """Draw the lists again, whose rows depend on their width."""
        if self._is_wide != (event.size.width >= WIDE):
            self._fold(event.size.width)
            if self._is_wide:
                self._count_if_shown()
        self.call_after_refresh(self._draw_lists)

    def _fold(self, width: int) -> None:
        """Show the counts if there is room for three panes, and hide them if there is not."""
        self._is_wide = width >= WIDE
        self.default_screen.set_class(self._is_wide, "-facets")

    def _draw_lists(self) -> None:
        if self.state.results:
            self.query_one(ResultList).show(self.state)
        if self.state.facets:
            self.query_one(FacetList).show(self.state)

    def raise_error(self) -> None:
        """Raise the error with which the app ended, if any."""
        if self._exception:
            raise self._exception

    def _fatal_error(self) -> None:
        # Textual would print a traceback; the command says what went wrong.
        self._close_messages_no_wait()
