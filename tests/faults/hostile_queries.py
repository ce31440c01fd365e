"""Queries made to take long: each asks as much of one step as a query can."""

from collections.abc import Iterator
from random import Random

from corpus_cli.query.filters import Filters
from corpus_cli.search.request import SORTS, SearchRequest

COMMON = ("the", "of", "Taliban", "Pakistan", "security", "Afghanistan", "said", "border")
NAMES = ("ISIS-K", "TTP", "Afghan Taliban", "Pakistan", "United States", "BLA", "al-Qaeda", "Iran")
LENGTHS = (50, 500, 5_000)
"""The number of times that a part of a query is repeated."""


def hostile_queries(words: list[str]) -> Iterator[tuple[str, SearchRequest]]:
    """Yield queries with their options; `words` are words of the articles."""
    for line in (*_repeated(words), *_patterns(words), *_nested(), *_random(words)):
        yield line, SearchRequest()
    yield from _with_options(words)


def _repeated(words: list[str]) -> Iterator[str]:
    many = " ".join(words[:5_000])
    yield many[:4_096]
    yield many[:65_536]
    yield from (f"+{many[:4_096]}".replace(" ", " +"), many[:4_096].replace(" ", " -"))
    yield from (f'"{many[:4_096]}"', f"title:({many[:4_096]})", f"heading:({many[:4_096]})")
    for count in LENGTHS:
        yield from (" ".join([word] * count) for word in COMMON[:3])
        yield " ".join(COMMON * count)
        yield f'"{" ".join(COMMON * count)}"'
        yield f'"{" ".join(["the"] * count)}"'
        yield f'exact:"{" ".join(["the"] * count)}"'
        yield " ".join(NAMES * count)
        yield " OR ".join(NAMES * count)
        yield " AND ".join(NAMES * count)
        yield " ".join(f'name:"{name}"' for name in NAMES * count)
        yield " ".join(f'-name:"{name}"' for name in NAMES * count)
        yield " NEAR/50 ".join(COMMON * count)
        yield " NEAR/9999 ".join(["the"] * count)
        yield "-" * count + "x"
        yield '"' * count
        yield "NOT " * count + "x"
        yield f"exact:{'a' * count}"
        yield "x" * count
        yield "a." * count
        yield "a-" * count
        yield "e" + "\u0301" * count
        yield "\u0645" * count
        yield "領" * count
        yield " ".join(f"date:{1000 + n}" for n in range(count))
        yield " ".join(f"author:{word}" for word in (words * 5)[:count])
        yield " ".join(f"{word[:-1]}x" for word in (words * 5)[:count])
        yield " ".join(f"{word}~2" for word in (words * 5)[:count])


def _patterns(words: list[str]) -> Iterator[str]:
    yield from ("*", "?", "**", "*" * 5_000, "?" * 5_000, "*?" * 2_000)
    yield from (f"{letter}*" for letter in "abcdefghst")
    yield from (f"*{letter}*" for letter in "aeiourst")
    yield from (f"*{letter}" for letter in "desy")
    yield from ("*a*e*i*", "*a*a*a*b", "?" * 8, "????????*", "*e*e*e*e*e*q", "*" + "a*" * 2_000)
    yield " ".join(f"{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz")
    yield " ".join(f"*{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz" * 2)
    yield " ".join(f"+*{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz" * 2)
    yield " AND ".join(f"*{letter}*" for letter in "aeiou")
    yield " NEAR/50 ".join(f"*{letter}*" for letter in "aeiou")
    yield from ("*a* NEAR/9999 *e*", "* NEAR/9999 *", '"* * *"', '"a* b* c*"', '"*a* *e* *i*"')
    yield " ".join(f"-*{letter}*" for letter in "aeiou")
    yield from (f"{word}~{edits}" for word in words[:6] for edits in (1, 2, 9))
    yield f"{'counterterrorism' * 50}~2"
    yield " ".join(f"{word}~9" for word in words[:60])
    yield from (f"path:{'*a' * count}b" for count in (10, 1_000, 10_000))
    yield from (f"path:{'**/' * count}b" for count in (10, 1_000))
    yield " ".join(f"path:*{n}*" for n in range(500))
    yield from ("path:*", "-path:*", f"path:{'?' * 5_000}", f"path:{'[' * 5_000}")


def _nested() -> Iterator[str]:
    for count in LENGTHS:
        yield "(" * count
        yield "(" * count + "the" + ")" * count
        yield "(the " * count + ")" * count
        yield "(the OR " * count + "of" + ")" * count
        yield "-(" * count + "the" + ")" * count
        yield "+(the NEAR/9 " * count + "of" + ")" * count
    yield "(the OR of AND said) " * 20
    yield "(" * 49 + "the OR of" + " OR *a*)" * 49
    yield " ".join(f"({' OR '.join(COMMON)})" for _ in range(9))
    yield " NEAR/50 ".join(f"({' OR '.join(COMMON)})" for _ in range(7))
    yield " AND ".join(f"(-{word})" for word in COMMON * 7)


def _random(words: list[str]) -> Iterator[str]:
    random = Random(23)  # noqa: S311 - the same each time
    joins = (" ", " ", " OR ", " AND ", " NEAR/50 ", " -", " +", "* ", "~2 ", '" "', " (", ") ")
    for _ in range(60):
        parts = random.choices((*words[:300], *COMMON, *NAMES, "*a*", "t*", "??e*"), k=200)
        yield "".join(f"{part}{random.choice(joins)}" for part in parts)


def _with_options(words: list[str]) -> Iterator[tuple[str, SearchRequest]]:
    heavy = ("the", " ".join(words[:400]), "*a* *e*", "Pakistan", " ".join(NAMES), "zzqx zzqy", "")
    everything = SearchRequest(limit=200)
    options = [
        *(everything._replace(sort=sort) for sort in SORTS),
        everything._replace(group_by_article=True, list_articles=True),
        everything._replace(context=50),
        everything._replace(list_names=True, explain=True),
        everything._replace(duplicates=True),
        everything._replace(with_chrome=True),
        everything._replace(all_terms="article"),
        everything._replace(all_terms="passage"),
        SearchRequest(offset=10**9),
        SearchRequest(filters=Filters(path=("*a*a*a*a*a*b", "*" * 200) * 50)),
        SearchRequest(filters=Filters(author=tuple(words[:2_000]))),
        SearchRequest(filters=Filters(name=NAMES * 50), all_names=True),
        SearchRequest(filters=Filters(tag=tuple(f"-{word}" for word in words[:2_000]))),
    ]
    yield from ((line, one) for line in heavy for one in options)
