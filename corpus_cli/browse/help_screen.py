"""The screens that explain keys and the notes on an answer."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from corpus_cli.browse.drawing import BOLD

KEYS = {
    "Search": {
        "/": "type the query; the results follow as you type",
        "Enter, Down, Esc": "from the query to the results",
        "f": "show or hide the counts; Enter or a click on one narrows",
        "x": "remove the last filter; a click on one removes that",
        "a": "any word, all words in an article, all words in a passage",
        "s": "sort by score, by date (latest or earliest first), by source",
        "i": "all notes on the answer",
    },
    "Read": {
        "Enter": "read the article; Esc goes back",
        "n, p (or N)": "next and previous match, on into the next article",
        "Space, b": "a page down and up; j, k a line; g, G the ends",
        "o": "open the near-copies one after the other",
    },
    "Use": {
        "c": "copy the citation; it is printed at the end too",
        "e": "open the file in $VISUAL or $EDITOR, at the match",
        "u": "open the address in the browser",
        "?, F1": "these keys",
        "q, Ctrl+C": "quit",
    },
}
"""What each key does, under the headings of the help."""

_WIDTH = max(len(key) for keys in KEYS.values() for key in keys)


class TextScreen(ModalScreen[None]):
    """A text over the app, until a key is pressed that closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter,i", "app.pop_screen", show=False)
    ]

    def __init__(self, content: Content) -> None:
        super().__init__()
        self._content = content

    def compose(self) -> ComposeResult:
        """Return the text in a box that scrolls."""
        with VerticalScroll(id="text"):
            yield Static(self._content)

    def on_click(self) -> None:
        """Close it."""
        self.app.pop_screen()


def draw_keys() -> Content:
    """Return the text of the help."""
    rows: list[Content] = []
    for heading, keys in KEYS.items():
        rows += [Content.styled(heading, BOLD)]
        rows += [
            Content.assemble("  ", (key.ljust(_WIDTH), BOLD), "  ", what)
            for key, what in keys.items()
        ]
        rows.append(Content())
    return Content("\n").join(rows[:-1])
