"""The query, and the lists of hits, facets and filters."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from corpus_cli.browse.drawing import draw_facet, draw_filter, draw_hit, facet_heading
from corpus_cli.browse.state import FACETS, Filter, State
from corpus_cli.model import Facet
from corpus_cli.output.terminal.page import inline

_MAX_VALUES = 12
"""How many values of a facet are shown."""


class QueryInput(Input):
    """The line in which the query is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # A message would come after the keys that are typed meanwhile.
        Binding("enter,down", "app.focus_results", show=False, priority=True)
    ]

    def validate_value(self, value: str) -> str:
        """Return a text that is safe to show: a pasted one may have control characters."""
        return inline(value)


class _List(OptionList):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
        Binding("space", "page_down", show=False),
        Binding("b", "page_up", show=False),
        Binding("g", "first", show=False),
        Binding("G", "last", show=False),
    ]

    def action_cursor_up(self) -> None:
        """Go up, but not from the first option to the last."""
        if self.highlighted != self._first_enabled():
            super().action_cursor_up()

    def action_cursor_down(self) -> None:
        """Go down, but not from the last option to the first."""
        if self.highlighted != self.option_count - 1:
            super().action_cursor_down()

    def _first_enabled(self) -> int | None:
        return next((n for n, option in enumerate(self.options) if not option.disabled), None)

    @property
    def room(self) -> int:
        """The columns that an option has."""
        return max(self.scrollable_content_region.width - 1, 1)


class ResultList(_List):
    """The articles that match, each with its best passage."""

    def __init__(self, *, brackets: bool, id: str) -> None:  # noqa: A002 - as Textual calls it
        super().__init__(id=id)
        self._brackets = brackets

    def action_cursor_up(self) -> None:
        """Go up, and from the first hit to the query."""
        if self.highlighted:
            super().action_cursor_up()
        else:
            self.screen.set_focus(self.screen.query_one(QueryInput))

    def show(self, state: State) -> None:
        """List the hits of an answer."""
        options: list[Option | None] = []
        for n, hit in enumerate(state.hits):
            prompt = draw_hit(hit, self.room, brackets=self._brackets)
            # A message of a list that was replaced does not choose a hit of this one.
            options += [Option(prompt, id=f"{state.question}:{n}"), None]
        scroll = self.scroll_offset.y
        self.set_options(options[:-1])
        self.highlight(state)
        if state.selected:
            self.scroll_to(y=scroll, animate=False)

    def highlight(self, state: State) -> None:
        """Highlight the hit whose article is read."""
        if state.hits and self.option_count:
            self.highlighted = min(state.selected, self.option_count - 1)


class FacetList(_List):
    """The values by which results can be narrowed, most frequent first."""

    def __init__(self, id: str) -> None:  # noqa: A002 - as Textual calls it
        super().__init__(id=id)
        self._facets: dict[str, Facet] = {}

    def show(self, state: State) -> None:
        """List the counts of an answer."""
        self._facets = {}
        options: list[Option | None] = []
        for by in FACETS:
            values = _most_frequent(state, by)
            if not values:
                continue
            options += [*([None] if options else []), Option(facet_heading(by), disabled=True)]
            for facet in values:
                name = f"{state.question}:{len(self._facets)}"
                self._facets[name] = facet
                prompt = draw_facet(facet, self.room)
                options.append(Option(prompt, id=name, disabled=not facet.value))
        highlighted, scroll = self.highlighted, self.scroll_offset.y
        self.set_options(options)
        if highlighted is not None and options:
            self.highlighted = min(highlighted, self.option_count - 1)
            self.scroll_to(y=scroll, animate=False)

    def facet(self, option: str | None) -> Facet | None:
        """Return the facet of an option; None if the list was replaced meanwhile."""
        return self._facets.get(option or "")


def _most_frequent(state: State, by: str) -> Sequence[Facet]:
    """Return the values of one field to show, by the number of articles; years by date."""
    facets = [one for one in state.facets.facets if one.by == by] if state.facets else []
    if by == "year":
        return sorted(facets, key=lambda one: one.value, reverse=True)
    return sorted(facets, key=lambda one: (not one.value, -one.articles))[:_MAX_VALUES]


class FilterChip(Static, can_focus=True):
    """A filter that a click or a key removes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,delete,backspace", "remove_filter", show=False)
    ]

    class Removed(Message):
        """The filter of a chip is to be removed."""

        def __init__(self, removed: Filter) -> None:
            super().__init__()
            self.removed = removed

    def __init__(self, shown: Filter) -> None:
        super().__init__(draw_filter(shown))
        self._filter = shown

    def on_click(self) -> None:
        """Remove the filter."""
        self.action_remove_filter()

    def action_remove_filter(self) -> None:
        """Remove the filter."""
        self.post_message(self.Removed(self._filter))


class FilterBar(Horizontal):
    """The filters that are set."""

    async def show(self, state: State) -> None:
        """Show the filters of a state."""
        self.set_class(bool(state.filters), "-some")
        async with self.batch():
            await self.remove_children()
            await self.mount_all(map(FilterChip, state.filters))
