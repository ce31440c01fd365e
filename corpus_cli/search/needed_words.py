"""Find which words a text needs to match a query."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from typing import assert_never

from corpus_cli.engines import term_forms
from corpus_cli.engines.term_forms import TermForm, WordForms, is_stop_word
from corpus_cli.names.lookup import Meaning, NameLookup
from corpus_cli.query.filters import filtered
from corpus_cli.query.nodes import (
    And,
    Bag,
    Dates,
    Exact,
    Field,
    Fuzzy,
    InArticle,
    Mention,
    Must,
    Near,
    Node,
    Not,
    Or,
    Quoted,
    Suggested,
    Wild,
    Word,
    narrows,
    optional,
    unparse,
    walk,
    word_row,
)
from corpus_cli.query.parse import parse
from corpus_cli.search.question_words import drop_question_words
from corpus_cli.search.request import SearchRequest
from corpus_cli.search.word_filter import ANYTHING, AllOf, AnyOf, Clue, Need, NeededWords, WordRun
from corpus_cli.text.normalise import fold
from corpus_cli.text.stem import stop_words
from corpus_cli.text.tokenise import exact, written
from corpus_cli.text.word_readings import Written


def needed_words(lines: Iterable[str], names: NameLookup, request: SearchRequest) -> NeededWords:
    """Return which texts must be read to answer queries as if all texts were read.

    These are all texts that may match one of them. How a query is read depends on the corpus as
    well: whether any text has `US` in capitals, which of two people a family name means, or
    whether `ttp` is an abbreviation more often than not. So texts with such words are also read,
    but only one if that is enough to know.
    """
    needs: list[Need] = []
    samples: list[Need] = []
    for line in lines:
        query = filtered(parse(line, literal=request.literal).query, request.filters)
        remaining = drop_question_words(query, line, lambda _: 0, literal=request.literal).query
        patterns = {piece for piece in line.split() if piece.endswith("?")}
        dropped = set(query.nodes).difference(remaining.nodes)
        reader = _NeedReader(names, patterns, expand_names=request.expand_names)
        needs.append(reader.read_bag(query.nodes, dropped, all_terms=bool(request.all_terms)))
        needs += reader.ambiguous_words
        samples += reader.samples
    need = simplify(AnyOf(tuple(needs)))
    alternatives = need.needs if isinstance(need, AnyOf) else (need,)
    return NeededWords(
        need,
        tuple(
            sample
            for sample in dict.fromkeys(map(simplify, samples))
            if not _is_implied(sample, alternatives)
        ),
    )


def simplify(need: Need) -> Need:
    """Return a condition without needless parts, so that one that all texts meet is `ANYTHING`."""
    if isinstance(need, Clue):
        return need
    if isinstance(need, WordRun):
        return need.clues[0] if len(need.clues) == 1 else need
    inner = tuple(dict.fromkeys(map(simplify, need.needs)))
    if isinstance(need, AllOf):
        kept = tuple(one for one in inner if one != ANYTHING)
        return kept[0] if len(kept) == 1 else AllOf(kept)
    if ANYTHING in inner:
        return ANYTHING
    parts = dict.fromkeys(
        part for one in inner for part in (one.needs if isinstance(one, AnyOf) else (one,))
    )
    # `Khorasan` alone is enough where `Islamic State Khorasan` would be.
    alternatives: list[Need] = []
    for part in sorted(parts, key=_count_clues):
        if not _is_implied(part, alternatives):
            alternatives.append(part)
    return alternatives[0] if len(alternatives) == 1 else AnyOf(tuple(alternatives))


def _count_clues(need: Need) -> int:
    return len(need.clues) if isinstance(need, WordRun) else 1


def _is_implied(need: Need, alternatives: Iterable[Need]) -> bool:
    """Return whether a text with a phrase has a part of it that is an alternative."""
    if not isinstance(need, WordRun):
        return need in alternatives
    clues = need.clues
    parts = {
        WordRun(clues[start:end])
        for start, end in combinations(range(len(clues) + 1), 2)
        if end - start > 1
    }
    return any(one in clues or one in parts for one in alternatives)


class _NeedReader:
    """Reads the nodes of a query; `patterns` are words with a `?` that may be one or a pattern."""

    def __init__(self, names: NameLookup, patterns: Container[str], *, expand_names: bool) -> None:
        self._names = names
        self._patterns = patterns
        self._expand_names = expand_names
        self.ambiguous_words: list[Need] = []
        """The words so far whose reading depends on all texts that have them."""
        self.samples: list[Need] = []
        """The words and forms so far of which it only matters whether any text has them."""

    def read(self, node: Node) -> Need:
        """Return what a text needs to match a node."""
        match node:
            case Word():
                return self._read_row([node])[0]
            case Quoted(text):
                return _any_form(term_forms.quoted_forms(text))
            case Exact(text):
                return AllOf(tuple(Clue("characters", piece) for piece in text.split()))
            case Near(parts, _):
                return AllOf(tuple(map(self.read, parts)))
            case Wild(pattern):
                return ANYTHING if not pattern.strip("*?") else Clue("pattern", pattern)
            case Fuzzy(text, edits):
                return Clue("similar", fold(text), edits)
            case Field("title" | "heading", inner) | Must(inner) | InArticle(inner):
                return self.read(inner)
            case Field("name", inner):
                return self._read_name_filter(inner)
            case Field() | Dates():
                return ANYTHING
            case Not(inner):
                # It excludes texts, but its words may have to be read in the light of all texts.
                self.read(inner)
                return ANYTHING
            case And(nodes):
                return AllOf(tuple(map(self.read, nodes)))
            case Or(nodes):
                return AnyOf(tuple(map(self.read, nodes)))
            case Bag(nodes):
                return self.read_bag(nodes, all_terms=False)
            case Mention() | Suggested():
                raise AssertionError("a query has these only after it was expanded")
            case _:
                assert_never(node)

    def read_bag(
        self, nodes: Sequence[Node], dropped: Container[Node] = (), *, all_terms: bool
    ) -> Need:
        """Return what nodes side by side need: the conditions decide, the bare words rank.

        The `dropped` nodes are question words, which are ignored beside others. With `all_terms`
        the bare words decide too, also those of a bag in the bag.
        """
        strict = [
            self._read_inner(node, all_terms=all_terms) for node in nodes if not optional(node)
        ]
        loose = [*self._read_loose(nodes, dropped, all_terms=all_terms)]
        if all_terms:
            return AllOf((*strict, *loose))
        if not strict:
            return AnyOf(tuple(loose))
        only_narrowed = loose and all(narrows(node) for node in nodes if not optional(node))
        return AllOf((*strict, AnyOf(tuple(loose)))) if only_narrowed else AllOf(tuple(strict))

    def _read_inner(self, node: Node, *, all_terms: bool) -> Need:
        if isinstance(node, Bag):
            return self.read_bag(node.nodes, all_terms=all_terms)
        return self.read(node)

    def _read_loose(
        self, nodes: Sequence[Node], dropped: Container[Node], *, all_terms: bool
    ) -> Iterator[Need]:
        """Yield what each bare word needs, without those that are ignored beside others."""
        needs: list[tuple[Need, bool]] = []
        at = 0
        while at < len(nodes):
            row = word_row(nodes[at:])
            if row:
                ignored = [
                    word in dropped if all_terms else self._is_ignored(word, dropped)
                    for word in row
                ]
                for numbers, _ in self._occurrences(row):
                    # A name such as `The Who` consists of common words only.
                    if len(numbers) > 1 and all(ignored[n] for n in numbers):
                        ignored[numbers[0]] = False
                needs += zip(self._read_row(row), ignored, strict=True)
            elif optional(nodes[at]):
                needs.append((self._read_inner(nodes[at], all_terms=all_terms), False))
            at += len(row) or 1
        ignores_some = not all(is_ignored for _, is_ignored in needs)
        yield from (need for need, is_ignored in needs if not (is_ignored and ignores_some))

    def _is_ignored(self, word: Word, dropped: Container[Node]) -> bool:
        """Return whether a word is ignored beside others that any text may match.

        These are stop words and question words; a name is neither.
        """
        is_common = is_stop_word(word.text) or word in dropped
        words = written(word.text)
        return is_common and not any(
            _may_mean(words, meaning) for meaning in self._names.meanings(word.text)
        )

    def _read_row(self, row: Sequence[Word]) -> Sequence[Need]:
        """Return what each of several adjacent words needs: a form of it, or of a name with it."""
        joins: list[list[Need]] = [[] for _ in row]
        for n, (left, right) in enumerate(pairwise(row)):
            if joined := term_forms.joined_pair(left.text, right.text, _has_all):
                joins[n].append(_any_word(joined))
                joins[n + 1].append(_any_word(joined))
        meanings = self._meanings(row)
        needs = []
        for n, word in enumerate(row):
            forms = [_any_word(_bare(word.text, has)) for has in (_has_all, _has_none)]
            if f"{word.text}?" in self._patterns:
                forms.append(Clue("pattern", f"{word.text}?"))
            names = [form for one in meanings.get(n, ()) for form in self._forms(one.name)]
            need = AnyOf((*forms, *joins[n], *names))
            if _depends_on_many(word, meanings.get(n, ())):
                self.ambiguous_words.append(need)
            capitals = (Clue("term", str(one)) for one in written(word.text) if one.capitals)
            self.samples += (*capitals, *names)
            needs.append(need)
        return needs

    def _meanings(self, row: Sequence[Word]) -> Mapping[int, Sequence[Meaning]]:
        """Return the meanings of the forms of names in a row of words, by the number of a word."""
        meanings: dict[int, list[Meaning]] = {}
        for numbers, possible in self._occurrences(row):
            for n in numbers:
                meanings.setdefault(n, []).extend(possible)
        return meanings

    def _occurrences(self, row: Sequence[Word]) -> Iterator[tuple[Sequence[int], list[Meaning]]]:
        """Yield the forms of names in a row: the numbers of the words, and what they may mean."""
        if not self._expand_names:
            return
        owners = [n for n, word in enumerate(row) for _ in written(word.text)]
        words = [one for word in row for one in written(word.text)]
        changes = (n for n, (one, other) in enumerate(pairwise(owners), 1) if one != other)
        breaks = {0, len(owners), *changes}
        for occurrence in self._names.find_occurrences(words):
            if not {occurrence.start, occurrence.end} <= breaks:
                # ISIS is no name in `ISIS-K`.
                continue
            typed = words[occurrence.start : occurrence.end]
            possible = [one for one in occurrence.meanings if _may_mean(typed, one)]
            yield tuple(dict.fromkeys(owners[occurrence.start : occurrence.end])), possible

    def _forms(self, number: int) -> Sequence[Need]:
        """Return what a text needs to have each of the forms of a name."""
        return tuple(map(_phrase, self._names.terms(number)))

    def _read_name_filter(self, inner: Node) -> Need:
        text = " ".join(
            node.text for node in walk(inner) if isinstance(node, Word | Quoted)
        ) or unparse(inner)
        forms = (form for number in self._names.find(text) for form in self._forms(number))
        return AnyOf((_phrase(exact(text)), *forms))


def _may_mean(words: Sequence[Written], meaning: Meaning) -> bool:
    """Return whether typed words may mean a name: `who` and `is` in small letters do not."""
    is_common = len(words) == 1 and words[0].letters in stop_words()
    return not is_common or meaning.matches_capitals(words)


def _depends_on_many(word: Word, meanings: Sequence[Meaning]) -> bool:
    """Return whether all texts with a word decide which name it is, or whether it is one."""
    if len({meaning.name for meaning in meanings}) > 1:
        return True
    words = written(word.text)
    is_abbreviation = any(any(meaning.capitals) for meaning in meanings)
    return is_abbreviation and not (any(one.capitals for one in words) or is_stop_word(word.text))


def _has_all(_: str) -> bool:
    return True


def _has_none(_: str) -> bool:
    return False


def _bare(text: str, has: term_forms.Has) -> WordForms:
    return term_forms.bare_forms(text, has)


def _any_word(forms: WordForms) -> Need:
    return _any_form((*forms.stemmed, *forms.unstemmed))


def _any_form(forms: Sequence[TermForm]) -> Need:
    return AnyOf(tuple(WordRun(tuple(_clue(form, term) for term in form.terms)) for form in forms))


def _clue(form: TermForm, term: str) -> Clue:
    is_stem = form.field == "stems" and not term.startswith("=")
    return Clue("stem" if is_stem else "term", term)


def _phrase(terms: str) -> Need:
    return WordRun(tuple(Clue("term", term) for term in terms.split(" ")))
