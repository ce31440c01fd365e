"""The pane in which an article is read."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from corpus_cli.browse.drawing import ArticleRow, draw_article, highlight
from corpus_cli.browse.open_article import OpenArticle

_WIDEST = 100
"""Long lines tire the eye: text keeps to a hundred columns."""

_EDGE = 1
"""How many rows at the top and at the bottom are too near to the end of the screen to read on."""

_ABOVE = 3
"""How many rows are shown above a match."""


class ArticleView(ScrollView, can_focus=True):
    """An article, of which only the rows on the screen are drawn."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", show=False),
        Binding("k", "scroll_up", show=False),
        Binding("space", "page_down", show=False),
        Binding("b", "page_up", show=False),
        Binding("g", "scroll_home", show=False),
        Binding("G", "scroll_end", show=False),
    ]

    def __init__(self, *, brackets: bool, id: str) -> None:  # noqa: A002 - as Textual calls it
        super().__init__(id=id)
        self._brackets = brackets
        self._reading: OpenArticle | None = None
        self._match = 0
        self._rows: list[ArticleRow] = []
        self._row_by_match: dict[int, int] = {}

    def show(self, reading: OpenArticle | None, match: int) -> None:
        """Show an article with one of its matches on the screen."""
        if reading is not self._reading:
            self._reading = reading
            self._draw()
            self.scroll_home(animate=False)
        self._match = match
        self._scroll_to_match()
        self.refresh()

    @property
    def line(self) -> int:
        """The number of the line of the match that is looked at, or of the first on the screen."""
        if not self._reading or not self._reading.lines:
            return 1
        if self._match < len(self._reading.matches):
            return self._reading.matches[self._match][0]
        return self._reading.lines[0].n

    def on_resize(self, event: Resize) -> None:
        """Wrap the lines again."""
        self._draw()
        self._scroll_to_match()

    def render_line(self, y: int) -> Strip:
        """Return one row of the screen."""
        width = self.scrollable_content_region.width
        style = self.visual_style
        n = y + self.scroll_offset.y
        if n >= len(self._rows):
            return Strip.blank(width, style.rich_style)
        content = highlight(self._rows[n].content, self._match)
        strip = Strip(content.render_segments(style))
        return strip.adjust_cell_length(width, style.rich_style)

    def _draw(self) -> None:
        width = min(self.scrollable_content_region.width, _WIDEST)
        self._rows = []
        if self._reading and width:
            self._rows = draw_article(self._reading, width, brackets=self._brackets)
        self._row_by_match = {match: n for n, row in enumerate(self._rows) for match in row.matches}
        self.virtual_size = Size(0, len(self._rows))

    def _scroll_to_match(self) -> None:
        row = self._row_by_match.get(self._match)
        if row is None:
            return
        first, height = self.scroll_offset.y, self.scrollable_content_region.height
        if not first + _EDGE <= row < first + height - _EDGE:
            self.scroll_to(y=max(row - _ABOVE, 0), animate=False, force=True)
