"""Make random queries, valid and invalid, and random options."""

from random import Random

from corpus_cli.query.all_terms import SCOPES
from corpus_cli.query.filters import VALUED, Filters
from corpus_cli.search.request import SORTS, SearchRequest
from tests.conftest import SEEDS
from tests.property.made import TRICKY

_WORDS = sorted({word for path in SEEDS.glob("*.txt") for word in path.read_text("utf-8").split()})
_COMMON = ("Taliban", "Pakistan", "the", "of", "security", "Kurilla", "Afghanistan", "border")
_NAMES = ("ISIS-K", "IS-KP", "TTP", "Islamic State Khorasan", "Tahreek e Taliban", "B.L.A.", "US")
_ODD = (
    *(
        "😀",
        "👩‍👩‍👧‍👦",
        "🇦🇫",
        "שלום",
        "\u202eevil\u202c",
        "محمد على",
        "领英推荐",
        "한국",
        "パキ",
        "\ufeff",
    ),
    *(
        "\x00",
        "\x1b[31m",
        "\x07",
        "\x85",
        "\u2028",
        "\ud800",
        "\udcff",
        "\U0010ffff",
        "e\u0301",
        "ı",
    ),
    *(
        "W-2",
        "C++",
        "AT&T",
        "R&D",
        "9/11",
        "€5.3bn",
        "a@b.org",
        "https://x.org/?a=1&b=2#c",
        "C:\\x",
    ),
    *(
        "--help",
        "--",
        "-n",
        "-1",
        "--in",
        "@file",
        "~",
        "$HOME",
        "`id`",
        "'; DROP TABLE",
        "%s",
        "{0}",
    ),
    *("\u0660\u0661", "½", "ﬁ", "ß", "İ", "\u0640", "\u200b", "\u00ad", "\u3000", "[/url]", "<b>"),
)
_MARKS = ('"', "“", "”", "„", "’", "'", "(", ")", "+", "-", "\\", "*", "?", "~", ":", "/", "!", "[")
_JOINS = ("AND", "OR", "NOT", "NEAR/0", "NEAR/5", "NEAR/9999", "\\AND", "NEAR/")
_DAYS = (
    *(
        "2023",
        "2024-06",
        "2026-01-22",
        "today",
        "yesterday",
        "last-month",
        "this-week",
        "7d",
        "9999y",
    ),
    *("0000", "2023-13", "last-day", "soon", "٢٠٢٣", "", "9999-12-31", "0d"),
)
_FIELDS = (*VALUED, "title", "heading", "exact", "date", "Author", "x", "http")
_GLOBS = (
    "*",
    "*.txt",
    "004_*",
    "**/seeds/**",
    "[a-",
    "[!x]*",
    "\\",
    "/",
    "a//b",
    "?",
    "!*",
    "#",
    "**",
)


def _word(random: Random) -> str:
    kind = random.choice((_WORDS, _WORDS, _COMMON, _COMMON, _NAMES, _ODD, TRICKY))
    word = random.choice(kind)
    if random.random() < 0.1 and len(word) > 2:
        at = random.randrange(len(word))
        word = word[:at] + random.choice(("", "x", "*", "?", "-", ".", "~")) + word[at + 1 :]
    return word


def _row(random: Random, most: int = 4) -> str:
    return " ".join(_word(random) for _ in range(random.randint(1, most)))


def _date(random: Random) -> str:
    dots = random.choice(("", "..", "..", "..."))
    return f"date:{random.choice(_DAYS)}{dots}{random.choice(_DAYS) if dots else ''}"


def _piece(random: Random, depth: int = 0) -> str:
    """Return an operand, or a text that looks like the beginning of one."""
    inner = _piece(random, depth + 1) if depth < 4 else _word(random)
    match random.randrange(14):
        case 0:
            return f'"{_row(random)}"' + random.choice(("", "", "~3", "~9999", "~"))
        case 1:
            return f'exact:"{random.choice((_row(random), _slice(random)))}"'
        case 2:
            return f"{random.choice(_FIELDS)}:{inner}"
        case 3:
            return f"{random.choice('+-')}{inner}"
        case 4:
            return f"({inner} {random.choice(_JOINS)} {_word(random)} {inner})"
        case 5:
            return f"{inner} {random.choice(_JOINS)} {_piece(random, depth + 2)}"
        case 6:
            return _date(random)
        case 7:
            return f"path:{random.choice(_GLOBS)}"
        case 8:
            return random.choice(("*{}", "{}*", "?{}", "{}~", "{}~2", "{}~9")).format(_word(random))
        case 9:
            return random.choice(_MARKS)
        case _:
            return _row(random)


def _slice(random: Random) -> str:
    """Return some characters of words of the articles, with any beginning and end."""
    text = " ".join(random.sample(_WORDS, 3))
    at = random.randrange(len(text))
    return text[at : at + random.randint(1, 12)]


def _monster(random: Random) -> str:
    """Return one piece repeated up to ten thousand characters."""
    piece = random.choice((_piece(random), *_MARKS, *_JOINS, _word(random))) or "a"
    long = (piece + random.choice(("", " ", "-", "."))) * (10_000 // len(piece) + 1)
    return long[:10_000]


def line(random: Random) -> str:
    """Return a query of any operators of the language, and of texts that are not valid in it."""
    if random.random() < 0.002:
        return _monster(random)
    parts = [_piece(random) for _ in range(random.randint(0, 5))]
    written = random.choice((" ", " ", " ", "", "\n", "\u3000")).join(parts)
    if random.random() < 0.1 and written:
        at = random.randrange(len(written))
        written = written[:at] + random.choice((*_MARKS, *_ODD)) + written[at:]
    return written[:20_000]


def _filters(random: Random) -> Filters:
    if random.random() < 0.7:
        return Filters()
    values: dict[str, tuple[str, ...]] = {}
    for name in random.sample(VALUED, random.randint(0, 2)):
        known = ("Touqir Hussain", "The National Interest", "China", "en", "seeds", "TTP", "zz")
        held = random.choice((known, known, _GLOBS, _ODD, _WORDS))
        sign = random.choice(("", "", "-", "!"))
        values[name] = tuple(sign + random.choice(held) for _ in range(random.randint(1, 2)))
    for name in ("since", "until"):
        if random.random() < 0.3:
            values[name] = (random.choice(_DAYS),)
    return Filters(**values)


def options(random: Random) -> SearchRequest:
    """Return a search request with random options."""

    def rarely() -> bool:
        return random.random() < 0.15

    return SearchRequest(
        limit=random.choice((0, 1, 10, 10, 10, None)),
        offset=random.choice((0, 0, 0, 1, 5, 10**9)),
        sort=random.choice(SORTS) if rarely() else "score",
        per_article=random.choice((0, 0, 0, 1, 2)),
        group_by_article=rarely(),
        context=random.choice((0, 0, 0, 1, 99)),
        filters=_filters(random),
        literal=rarely(),
        all_terms=random.choice(SCOPES) if rarely() else None,
        all_names=rarely(),
        expand_names=not rarely(),
        suggest=not rarely(),
        list_names=rarely(),
        list_articles=True,
        explain=rarely(),
        duplicates=rarely(),
        seconds=random.choice((0, 5, 5, 5, 5, 0.0001)),
    )
