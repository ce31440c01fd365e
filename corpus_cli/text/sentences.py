"""Find where sentences begin."""

import re

from corpus_cli.text.data import listed

# Not after an initial, nor after the last letter of `U.S.`; Han stops need no blank.
_END = re.compile(r"(?<!\b[^\W\d_]\.)(?:(?<=[.!?…؟])[\"'”’»)\]]*\s+|(?<=[。！？])[”’」）]*\s*)")

_LONGEST = 8
_LAST_WORD = re.compile(r"\b(\w{1,8})\.\Z")


def sentence_starts(text: str) -> list[int]:
    """Return the start of each sentence in code points; the first is 0.

    None begins after a word that is shortened before a name or a number: `Mr. Khan`, `No. 5`.
    """
    ends = (end for end in _END.finditer(text) if end.end() < len(text))
    return [0, *(end.end() for end in ends if not _is_shortened(text, end))]


def _is_shortened(text: str, end: re.Match[str]) -> bool:
    """Return whether the full stop before what seems an end is that of a shortened word."""
    word = _LAST_WORD.search(text[max(0, end.start() - _LONGEST - 1) : end.start()])
    if not word or not end[0].isspace() or word[1].lower() not in listed("shortened.txt"):
        return False
    # `No.` can be an answer, and `no.` and `col.` the end of a sentence.
    return text[end.end()].isdigit() if word[1] == "No" else word[1] == "vs" or word[1][0].isupper()
