"""Find where sentences begin."""

import re

# Not after an initial, nor after the last letter of `U.S.`; Han stops need no blank.
_END = re.compile(r"(?<!\b[^\W\d_]\.)(?:(?<=[.!?…؟])[\"'”’»)\]]*\s+|(?<=[。！？])[”’」）]*\s*)")


def sentence_starts(text: str) -> list[int]:
    """Return the start of each sentence in code points; the first is 0."""
    return [0, *(match.end() for match in _END.finditer(text) if match.end() < len(text))]
