"""Repair text that was decoded in the wrong encoding."""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from corpus_cli.ingest.readers.port import Document
from corpus_cli.model import INFERRED, Datum
from corpus_cli.text.plurals import plural

_WRONG_ENCODINGS = (
    "cp1250",
    "cp1251",
    "cp1252",
    "cp1253",
    "cp1254",
    "cp1257",
    "cp437",
    "iso8859-2",
    "latin-1",
    "mac-roman",
)
"""The encodings in which UTF-8 is decoded by mistake."""

_OTHER_SCRIPTS = ("cp1251", "cp1253")
"""Those in which the first byte of a Latin letter is a letter of another script."""

_PUNCTUATION = frozenset("‘’‚“”„«»‹›…–—")
_MIN_WEIGHT = 2
_LATIN_LEADS = range(0xC2, 0xC6)
_LEADS = range(0xC2, 0xF5)
_PUNCTUATION_LEAD = (0xE2,)
_CONTINUATIONS = range(0x80, 0xC0)
_ASCII = bytes(range(0x80))


def repair_document(document: Document) -> Document:
    """Return a document with repaired lines and metadata, which say that it was repaired.

    A repaired line keeps the text of its file as `raw`.
    """
    texts = [*(line.text for line in document.lines), *(d.value for d in document.metadata)]
    repaired_texts = repair_texts(texts)
    if repaired_texts == texts:
        return document
    lines = [
        line if text == line.text else line._replace(text=text, raw=line.text)
        for line, text in zip(document.lines, repaired_texts, strict=False)
    ]
    values = repaired_texts[len(lines) :]
    data = [
        datum._replace(value=value) for datum, value in zip(document.metadata, values, strict=True)
    ]
    count = sum(bool(line.raw) for line in lines)
    what = plural(count, "line") if count else "metadata"
    data.append(Datum("repaired", what, "text in a wrong encoding", INFERRED))
    return document._replace(lines=lines, metadata=data)


def repair_texts(texts: Sequence[str]) -> list[str]:
    """Restore UTF-8 that was decoded in another encoding (`â€™` for `’`) in texts of one document.

    Nothing is changed without evidence in the document, because a single sign may be right, as in
    `AMANHÃ”`. With evidence, a text that is valid UTF-8 in one of the encodings is restored even
    if the library, which is careful, leaves it.
    """
    if not may_be_repaired(texts) or sum(map(_weigh_signs, texts)) < _MIN_WEIGHT:
        return list(texts)
    # The library takes long to import, and few files need it.
    from ftfy import fix_encoding

    repaired_texts = []
    for text in texts:
        repaired = text
        if not text.isascii() and _signs().search(text):
            repaired = fix_encoding(text)
            if repaired == text:
                repaired = _decode_again(text)
        repaired_texts.append(repaired)
    return repaired_texts


def may_be_repaired(texts: Iterable[str]) -> bool:
    """Return whether a document has the characters of a sign; quotation marks alone are none.

    Most documents do not have them, and this takes less time than a search of each line.
    """
    beyond_ascii = "".join(texts).encode("utf-8", "replace").translate(None, _ASCII)
    chars = set(beyond_ascii.decode())
    return any(
        not (chars.isdisjoint(leads) or chars.isdisjoint(continuations))
        for leads, continuations in _sign_characters()
    )


@cache
def _sign_characters() -> list[tuple[frozenset[str], frozenset[str]]]:
    """Return the characters that the first byte and the others can be in each wrong encoding."""
    return [
        (frozenset(_decode(encoding, _LEADS)), frozenset(_decode(encoding, _CONTINUATIONS)))
        for encoding in _WRONG_ENCODINGS
    ]


def _weigh_signs(text: str) -> int:
    """Return the evidence in a text: 2 for a sign that is surely wrong, 1 or 0 for others.

    A sign is surely wrong next to a small letter, or if it is long. A capital before a quotation
    mark or a dash is no evidence.
    """
    if text.isascii():
        return 0
    weight = 0
    for sign in _signs().finditer(text):
        start, end = sign.span()
        neighbours = text[max(start - 1, 0) : start] + text[end : end + 1]
        if any(char.isascii() and char.islower() for char in neighbours):
            weight += 2
        elif sign[0][1:] not in _PUNCTUATION:
            weight += min(len(sign[0]) // 2, 2)
    return weight


def _decode_again(text: str) -> str:
    for encoding in _WRONG_ENCODINGS:
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return text


@cache
def _signs() -> re.Pattern[str]:
    """Return a pattern of what UTF-8 looks like in each of the wrong encodings.

    An accented Latin letter is two characters, a quotation mark or a dash is three, and letters
    of other scripts are two, but there are several.
    """
    leads, continuations = (
        "".join(_decode(encoding, values) for encoding in _WRONG_ENCODINGS)
        for values in (_LEADS, _CONTINUATIONS)
    )
    # The other patterns are slow, so they are only tried where these two characters match.
    start = f"(?=[{re.escape(leads)}][{re.escape(continuations)}])"
    return re.compile(f"{start}(?:{'|'.join(map(_pattern, _WRONG_ENCODINGS))})")


def _pattern(encoding: str) -> str:
    latin, lead, punctuation, continuation = (
        f"[{re.escape(_decode(encoding, values))}]"
        for values in (_LATIN_LEADS, _LEADS, _PUNCTUATION_LEAD, _CONTINUATIONS)
    )
    accents = "" if encoding in _OTHER_SCRIPTS else f"|{latin}{continuation}"
    return f"(?:{lead}{continuation}){{2}}|{punctuation}{continuation}{{2}}{accents}"


def _decode(encoding: str, values: Iterable[int]) -> str:
    """Return the characters that bytes are in an encoding; some bytes have none."""
    return bytes(values).decode(encoding, "ignore")
