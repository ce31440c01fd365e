"""Read the names of a query as the corpus spells them."""

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice, product
from typing import Final, NamedTuple

from corpus_cli.engines.clock import Clock, TimeOver
from corpus_cli.engines.port import Snapshot
from corpus_cli.model import Expansion
from corpus_cli.query.nodes import Bag, Mention, Node, Quoted, Word, rewrite, walk
from corpus_cli.search.counts import CountMatches, count_within
from corpus_cli.search.expand import expand
from corpus_cli.search.moment import Moment
from corpus_cli.text.data import listed
from corpus_cli.text.normalise import fold
from corpus_cli.text.spelling import differ_in_ending, spelling_cost, spelling_keys
from corpus_cli.text.stem import stop_words
from corpus_cli.text.tokenise import written

SPELLING: Final = "spelling"
"""The origin of a spelling that no file lists."""

_MIN_LETTERS, _MIN_LETTERS_ALONE = 4, 6
_MIN_NAME_WORDS, _MAX_NAME_WORDS = 2, 3
_MAX_NAME_PARTS = 5
"""Words joined by hyphens have several parts: all combinations of their spellings are tried."""

_MIN_CAPITAL_SHARE = 0.1
"""The least share of articles with a name in capitals among the passages with the word."""

_MAX_COST, _MAX_NAME_COST, _MAX_COST_OF_NEAREST = 0.5, 0.8, 1.05
_MAX_CANDIDATES = 6
_MAX_NAMES_TRIED = 12
_MIN_CONFIDENCE, _MIN_CERTAIN_CONFIDENCE = 0.5, 0.8
_MAX_GAP = 0.5


class RespelledQuery(NamedTuple):
    """A query with names as the corpus spells them, and notes for the user."""

    query: Bag
    notes: tuple[str, ...] = ()


def respell(query: Bag, moment: Moment, clock: Clock) -> RespelledQuery:
    """Return the query with names as the corpus spells them.

    A full name that no passage contains is read as the one of the corpus whose words are spelt
    alike, and a single word as the likeliest such name, if that is certain. A word that the corpus
    has gets the spellings that occur in the same company (`names.spelling_pairs`). Names that are
    listed stay as they are: all of their spellings are searched for anyway. Words that are not
    reached before the time ends stay as typed.
    """
    respeller = Respeller(moment, count_within(moment.index, clock, {}))

    def change(nodes: tuple[Node, ...]) -> Iterator[Node]:
        while nodes:
            replacement: Sequence[Node] = nodes[:1]
            length = 1
            with suppress(TimeOver):
                clock.check()
                replacement, length = respeller.respell_first(nodes)
            yield from replacement
            nodes = nodes[length:]

    respelled = rewrite(query, change, excluded=False)
    return RespelledQuery(respelled, tuple(dict.fromkeys(respeller.notes)))


class Candidate(NamedTuple):
    """A name of the corpus that is spelt like a word, the cost, and the number of its articles."""

    cost: float
    word: str
    articles: int


class Respeller:
    """What replaces a name of a query that the corpus spells otherwise."""

    def __init__(self, moment: Moment, counted: CountMatches) -> None:
        self.notes: list[str] = []
        self._names = moment.names
        self._index = moment.index
        self._name_words = moment.store.name_words
        self._counted = counted

    def respell_first(self, nodes: Sequence[Node]) -> tuple[Sequence[Node], int]:
        """Return what replaces the first nodes, and how many; as typed if there is nothing."""
        row = _name_row(nodes[:_MAX_NAME_WORDS])
        for length in range(len(row), 1, -1):
            words, listed_names = zip(*row[:length], strict=True)
            if not all(listed_names) and (
                replacement := self._respell_full_name(words, listed_names)
            ):
                return replacement, length
        return (self._respell_word(nodes[0]) if isinstance(nodes[0], Word) else nodes[:1]), 1

    def _respell_full_name(
        self, words: Sequence[Word], listed_names: Sequence[Mention | None]
    ) -> Sequence[Node]:
        """Return what replaces a full name that no passage contains; nothing if it is none.

        `listed_names` are the names that its words are forms of. A full form must be read as
        another word: `Djohar Tsarnaev` is Dzhokhar Tsarnaev, though Djohar is a form of Grozny.
        """
        parts = [_letters(word.text) for word in words]
        letters = list(chain.from_iterable(parts))
        long_words = [one for one in letters if len(one) >= _MIN_LETTERS]
        if not all(parts) or len(letters) > _MAX_NAME_PARTS:
            return ()
        if len(long_words) < _MIN_NAME_WORDS or not self.are_names(long_words):
            return ()
        typed = " ".join(word.text for word in words)
        if self._counted(Bag((Quoted(typed),))):
            return ()
        options = [
            self._options(one, may_stay=name is None or name.role == "short")
            for name, part in zip(listed_names, parts, strict=True)
            for one in part
        ]
        for name in _cheapest(product(*options)):
            spelt = [candidate.word for candidate in name]
            form = " ".join(spelt)
            if self._counted(Bag((Quoted(form),))) and not self._names.are_apart(typed, form):
                return self._replace_by(_rejoin(words, parts, spelt), typed)
        return ()

    def are_names(self, words: Sequence[str]) -> bool:
        """Return whether none of some folded words is an ordinary word."""
        articles = self._name_words.count_articles(words)
        passages = self._index.frequencies(words)
        return all(
            articles.get(word, 0) >= _MIN_CAPITAL_SHARE * count
            for word, count in zip(words, passages, strict=True)
        )

    def _options(self, letters: str, *, may_stay: bool) -> Sequence[Candidate]:
        """Return what a word of a full name may be in the corpus; a particle only itself."""
        (count,) = self._index.frequencies([letters])
        itself = [Candidate(0.0, letters, count)] if count and may_stay else []
        return [*itself, *self.candidates(letters)] if len(letters) >= _MIN_LETTERS else itself

    def _respell_word(self, word: Word) -> Sequence[Node]:
        parts = _letters(word.text)
        if len(parts) != 1 or self._names.meanings(word.text):
            return [word]
        (letters,) = parts
        if any(self._index.frequencies([letters])):
            spellings = (
                pair.other.capitalize()
                for pair in self._name_words.pairs([letters])
                if pair.is_certain and not self._names.are_apart(letters, pair.other)
            )
            return [word._replace(spellings=tuple(spellings))]
        candidates = self.candidates(letters)
        if self.is_certain(letters, candidates) and not self._counted(Bag((word,))):
            return self._replace_by([candidates[0].word.capitalize()], word.text)
        return [word]

    def candidates(self, letters: str, nearest: str = "") -> Sequence[Candidate]:
        """Return the names of the corpus that are spelt like a word, the likeliest first.

        The `nearest` word of the corpus is one too if it is a name, and costs a bit more.
        """
        words = chain.from_iterable(self._name_words.words_by_key(spelling_keys(letters)).values())
        costs = {word: spelling_cost(letters, word, _MAX_COST) for word in words if word != letters}
        near = {word: cost for word, cost in costs.items() if cost <= _MAX_COST}
        if nearest and nearest not in near and self.are_names([nearest]):
            near[nearest] = spelling_cost(letters, nearest, _MAX_COST_OF_NEAREST)
        counts = self._name_words.count_articles(near)
        candidates = (
            Candidate(near[word], word, n)
            for word, n in counts.items()
            if not differ_in_ending(letters, word)
        )
        return sorted(candidates, key=lambda one: (_unlikeliness(one), one.word))[:_MAX_CANDIDATES]

    def suggest(self, letters: str, nearest: str) -> str:
        """Return the name that an unknown word probably means; empty if none is likely."""
        candidates = self.candidates(letters, nearest)
        if candidates and self._confidence(letters, candidates) >= _MIN_CONFIDENCE:
            return candidates[0].word
        return ""

    def is_certain(self, letters: str, candidates: Sequence[Candidate]) -> bool:
        """Return whether the first candidate is certainly what an unknown word means."""
        if not candidates or len(letters) < _MIN_LETTERS_ALONE:
            return False
        is_given_name = candidates[0].word in listed("given_names.txt")
        return (
            not is_given_name and self._confidence(letters, candidates) >= _MIN_CERTAIN_CONFIDENCE
        )

    def _confidence(self, letters: str, candidates: Sequence[Candidate]) -> float:
        best, *next_best = candidates
        # Another spelling of the same name is no rival: Yanukovych, Yanukovich.
        names, pairs = set(self._names.find(best.word)), self._name_words.pairs([best.word])
        spellings = {pair.other for pair in pairs if pair.is_certain}
        rivals = (
            candidate
            for candidate in next_best
            if candidate.word not in spellings
            and names.isdisjoint(self._names.find(candidate.word))
        )
        return confidence(letters, best, next(rivals, None))

    def _replace_by(self, words: Sequence[str], typed: str) -> Sequence[Node]:
        """Return the nodes for other words than those that were typed, and note it."""
        self.notes.append(f"no passage contains {typed}; it was read as {' '.join(words)}")
        query = Bag(tuple(map(Word, words)))
        return expand(query, self._names, self._index, self._counted).query.nodes


def confidence(letters: str, best: Candidate, rival: Candidate | None) -> float:
    """Return the probability that an unknown word means a candidate, not the next best name.

    It is a logistic regression that was fitted to spellings of names in the packs (docs/names.md).
    """
    gap = rival.cost - best.cost if rival else _MAX_GAP
    log_odds = (
        0.65
        - 6.9 * best.cost
        + 0.65 * (min(10, len(letters), len(best.word)) - 6)
        + 0.39 * math.log(best.articles)
        + 2.1 * min(_MAX_GAP, gap)
        - 0.8 * (letters[0] != best.word[0])
    )
    return 1 / (1 + math.exp(-log_odds))


def _unlikeliness(candidate: Candidate) -> float:
    return 8 * candidate.cost - 0.35 * math.log(candidate.articles)


def _cheapest(names: Iterable[Sequence[Candidate]]) -> Sequence[Sequence[Candidate]]:
    """Return the names whose words cost the least together, those that are not as typed."""
    costs = ((sum(word.cost for word in name), n, name) for n, name in enumerate(names))
    ordered = sorted(one for one in costs if 0 < one[0] <= _MAX_NAME_COST)
    return [name for _, _, name in ordered[:_MAX_NAMES_TRIED]]


def _name_row(nodes: Sequence[Node]) -> Sequence[tuple[Word, Mention | None]]:
    """Return the words that nodes begin with, each with the listed name that it is a form of."""
    row: list[tuple[Word, Mention | None]] = []
    for node in nodes:
        if isinstance(node, Word):
            row.append((node, None))
        elif isinstance(node, Mention) and node.role != "adjective" and _is_one_word(node.typed):
            row.append((Word(node.typed[0]), node))
        else:
            break
    return row


def _is_one_word(typed: Sequence[str]) -> bool:
    return len(typed) == 1 and " " not in typed[0]


def _letters(text: str) -> Sequence[str]:
    """Return the parts of a word that may be a name, folded; nothing if one of them cannot be."""
    pieces = written(text)
    letters = [piece.letters for piece in pieces]
    is_name = all(
        one.isascii() and one.isalpha() and one not in stop_words() for one in letters
    ) and not any(piece.capitals for piece in pieces)
    return letters if is_name else ()


def _rejoin(
    words: Sequence[Word], parts: Sequence[Sequence[str]], spelt: Sequence[str]
) -> Sequence[str]:
    """Return the parts of a full name joined as they were typed; only other parts change."""
    rest = iter(spelt)
    joined = []
    for word, letters in zip(words, parts, strict=True):
        other = list(islice(rest, len(letters)))
        is_typed = other == list(letters)
        joined.append(word.text if is_typed else "-".join(map(str.capitalize, other)))
    return joined


def spelling_expansions(query: Bag, index: Snapshot) -> Iterator[Expansion]:
    """Yield the other spellings that are searched for, for each word that has some."""
    for node in walk(query):
        if isinstance(node, Word) and node.spellings:
            counts = index.frequencies(list(map(fold, node.spellings)))
            forms = tuple(zip(node.spellings, counts, strict=True))
            yield Expansion(node.text, node.text, "", SPELLING, forms, 0, "")
