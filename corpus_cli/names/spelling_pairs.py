"""Find words of the corpus that are spellings of one name.

Two words that are spelt alike are often two names: Khomeini is not Khamenei. Spellings of one name
occur in the company of the same names, so that decides. The weights were fitted to labelled pairs
of 10,000 news articles (docs/names.md). A score depends on the articles of its two words alone, so
the order in which articles are read changes nothing, unless too many words share a key.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, combinations, islice

from corpus_cli.store.name_words import NameWords, SpellingPair
from corpus_cli.text.name_runs import decode_runs
from corpus_cli.text.spelling import differ_in_ending, spelling_cost, spelling_key

_MIN_SCORE, _MIN_CERTAIN_SCORE = 0.3, 1.2
_MAX_COST, _MAX_CERTAIN_COST = 0.5, 0.35
_MIN_COMPANY = 0.01
_MAX_COST_TOGETHER = 0.1
"""The highest cost of two words that occur in one passage: a text rarely spells a name twice."""

_MAX_ARTICLES = 12
_MAX_PER_KEY = 200
"""The most words with one key that are compared, because each is compared with each."""

_PAIRS_PER_PAGE = 5_000
_MAX_COMPANIONS = 5
_GIVEN_NAME = 0.4
"""The least share of the occurrences of a given name that have a family name after them."""


class _Company:
    """The names in the passages of a word, from the first of its articles.

    `counts` are the passages with each of them; `before` and `after` are the words directly before
    and after it. `articles` is the number of all articles with the word.
    """

    def __init__(self, articles: int) -> None:
        self.articles = articles
        self.counts: Counter[str] = Counter()
        self.before: set[str] = set()
        self.after: set[str] = set()
        self._occurrences = self._followed = 0

    def add_occurrence(self, run: Sequence[str], at: int) -> None:
        """Add an occurrence of the word in a run of names."""
        self._occurrences += 1
        if at:
            self.before.add(run[at - 1])
        if at + 1 < len(run):
            self._followed += 1
            self.after.add(run[at + 1])

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """The weight of each name in the company."""
        return {name: math.log1p(count) for name, count in self.counts.items()}

    @cached_property
    def length(self) -> float:
        """The length of the weights as a vector."""
        return math.hypot(*self.weights.values())

    @property
    def is_given_name(self) -> bool:
        """Whether the word is mostly the first part of a full name."""
        return self._followed >= _GIVEN_NAME * self._occurrences


def update_spelling_pairs(name_words: NameWords) -> None:
    """Find the pairs of the words whose articles changed."""
    changed_words = name_words.count_changes()
    if not changed_words:
        return
    name_words.replace_pairs(changed_words, _find_pairs(changed_words, name_words))


def _find_pairs(words: Collection[str], name_words: NameWords) -> Iterator[SpellingPair]:
    candidates = iter(_similar_pairs(words, name_words))
    while page := list(islice(candidates, _PAIRS_PER_PAGE)):
        companies = _read_companies({word for pair in page for word in pair[:2]}, name_words)
        for word, other, cost in page:
            if word in companies and other in companies:
                pair = _score(word, other, cost, companies)
                if pair:
                    yield pair


def _similar_pairs(
    words: Collection[str], name_words: NameWords
) -> Iterator[tuple[str, str, float]]:
    """Yield two words that are spelt alike, of which one is among `words`, and the cost."""
    for similar_words in name_words.words_by_key(set(map(spelling_key, words))).values():
        if len(similar_words) <= _MAX_PER_KEY:
            for word, other in combinations(similar_words, 2):
                if word in words or other in words:
                    cost = spelling_cost(word, other, _MAX_COST)
                    if cost <= _MAX_COST and not differ_in_ending(word, other):
                        yield word, other, cost


def _read_companies(words: Collection[str], name_words: NameWords) -> Mapping[str, _Company]:
    companies: dict[str, _Company] = {}
    words_by_article: defaultdict[int, set[str]] = defaultdict(set)
    for word, articles in name_words.articles(words).items():
        companies[word] = _Company(len(articles))
        for n in articles[:_MAX_ARTICLES]:
            words_by_article[n].add(word)
    for n, encoded in name_words.runs(words_by_article):
        for runs in decode_runs(encoded):
            passage_words = set(chain.from_iterable(runs))
            wanted = words_by_article[n] & passage_words
            for word in wanted:
                companies[word].counts.update(passage_words)
            for run in runs if wanted else ():
                for at, word in enumerate(run):
                    if word in wanted:
                        companies[word].add_occurrence(run, at)
    return companies


def _score(
    word: str, other: str, cost: float, companies: Mapping[str, _Company]
) -> SpellingPair | None:
    """Return a pair with its score; None if it is too low or the words are two names."""
    left, right = companies[word], companies[other]
    if cost > _MAX_COST_TOGETHER and word in right.counts:
        return None
    shared = (left.counts.keys() & right.counts.keys()) - {word, other}
    company = sum(left.weights[name] * right.weights[name] for name in shared) / (
        left.length * right.length or 1
    )
    if company < _MIN_COMPANY:
        return None
    is_conflict = _differ(left.before, right.before)
    score = (
        -2.3
        + 5 * math.sqrt(company)
        - 6 * cost
        + 0.45 * min(9, len(word), len(other))
        - 0.55 * min(3, math.log(min(left.articles, right.articles)))
        - 1.2 * is_conflict
    )
    if score < _MIN_SCORE:
        return None
    is_certain = (
        score >= _MIN_CERTAIN_SCORE
        and cost <= _MAX_CERTAIN_COST
        and not is_conflict
        and not _are_given_names(left, right)
    )
    companions = sorted(shared, key=lambda name: (-left.weights[name] * right.weights[name], name))
    return SpellingPair(
        word,
        other,
        round(score, 2),
        is_certain,
        round(cost, 2),
        round(company, 3),
        tuple(companions[:_MAX_COMPANIONS]),
    )


def _differ(left: Collection[str], right: Collection[str]) -> bool:
    """Return whether two words have other words next to them in full names, and none in common."""
    return bool(left and right and not set(left).intersection(right))


def _are_given_names(left: _Company, right: _Company) -> bool:
    """Return whether two words are given names that more than one person may have."""
    if not (left.is_given_name and right.is_given_name):
        return False
    return _differ(left.after, right.after) or min(len(left.after), len(right.after)) > 1
