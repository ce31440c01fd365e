"""Where sentences end."""

import re

# Not after an initial, nor after the last letter of `U.S.`; Han stops need no blank.
_END = re.compile(r"(?<!\b[^\W\d_]\.)(?:(?<=[.!?…؟])[\"'”’»)\]]*\s+|(?<=[。！？])[”’」）]*\s*)")


def sentence_starts(text: str) -> list[int]:
    """Where each sentence of a text begins, in code points; the first at 0."""
    return [0, *(match.end() for match in _END.finditer(text) if match.end() < len(text))]
