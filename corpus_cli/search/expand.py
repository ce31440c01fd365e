"""Expand the names in a query to all of their forms."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, TypeGuard

from corpus_cli.engines.port import Snapshot
from corpus_cli.engines.term_forms import is_stop_word
from corpus_cli.model import Name
from corpus_cli.names.lookup import FormOccurrence, Meaning, NameLookup, group_by_role
from corpus_cli.query.nodes import (
    And,
    Bag,
    Field,
    InArticle,
    Mention,
    Must,
    Node,
    Not,
    Or,
    Quoted,
    Word,
    optional,
    rewrite,
    unparse,
    walk,
    word_row,
)
from corpus_cli.search.changed_names import changed_names
from corpus_cli.search.counts import CountMatches
from corpus_cli.text.stem import stop_words
from corpus_cli.text.tokenise import exact, key, units, written
from corpus_cli.text.word_readings import Written


class ExpandedQuery(NamedTuple):
    """A query with its names as `Mention` nodes, and notes for the user."""

    query: Bag
    notes: tuple[str, ...]


def expand(
    query: Bag, names: NameLookup, index: Snapshot, counted: CountMatches, *, loose: bool = True
) -> ExpandedQuery:
    """Replace the names in a query by `Mention` nodes.

    A name is the longest form in a run of bare words, or the value of `name:`; without `loose`
    only the latter. Forms of one name of which any may match become mentions of it. If the
    query requires or excludes one form beside another, it asks about the forms: they stay as
    typed. Raises `TimeOver` if `counted` does.
    """
    reader = _NameReader(names, index, counted, loose=loose)
    expanded = rewrite(query, reader.read_nodes)
    ambiguous_names = {name for name, choices in _choices(expanded).items() if len(choices) > 1}
    for name in sorted(ambiguous_names):
        forms = ", ".join(_typed_forms(name, expanded))
        reader.notes.append(f"{forms} are forms of one name ({name}); they were searched as typed")
    if ambiguous_names:
        expanded = rewrite(expanded, lambda nodes: _as_typed(nodes, ambiguous_names))
    return ExpandedQuery(expanded, tuple(dict.fromkeys(reader.notes)))


_FormChoices = dict[str, set[frozenset[str]]]
"""Canonical form of a name → the sets of typed forms (their keys) of which any may match."""


def _choices(node: Node) -> _FormChoices:
    match node:
        case Mention(name, _, _, typed, _) if typed:
            return {name.canonical: {frozenset(map(key, typed))}}
        case Must(inner) | Not(inner) | InArticle(inner):
            return _choices(inner)
        case And(nodes):
            return _merge_choices(map(_choices, nodes))
        case Or(nodes):
            return _merge_alternatives(nodes)
        case Bag(nodes):
            strict = (_choices(inner) for inner in nodes if not optional(inner))
            return _merge_choices([_merge_alternatives(filter(optional, nodes)), *strict])
        case _:
            return {}


def _merge_alternatives(nodes: Iterable[Node]) -> _FormChoices:
    every = _merge_choices(map(_choices, nodes))
    return {name: {frozenset().union(*choices)} for name, choices in every.items()}


def _merge_choices(parts: Iterable[_FormChoices]) -> _FormChoices:
    every: defaultdict[str, set[frozenset[str]]] = defaultdict(set)
    for part in parts:
        for name, choices in part.items():
            every[name] |= choices
    return every


def _typed_forms(name: str, query: Bag) -> Iterable[str]:
    """Return every distinct form of a name that was typed in a query."""
    mentions = (node for node in walk(query) if isinstance(node, Mention))
    typed = (form for node in mentions if node.name.canonical == name for form in node.typed)
    return {key(one): one for one in typed}.values()


def _as_typed(nodes: Iterable[Node], names: Container[str]) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, Mention) and node.typed and node.name.canonical in names:
            yield from _typed_words(node)
        else:
            yield node


class _TypedRow(NamedTuple):
    """A run of bare words split into `words`, with the forms of names in it.

    `starts` is the index in `words` at which each bare word starts; `breaks` is the reverse: the
    number of the bare word that starts at an index, with the end of `words` included. `runs`
    are the forms of names by their start, `ends` the numbers of names by the end of their forms.
    `all_capitals` means that there are three different words or more, all in capitals.
    """

    words: tuple[Written, ...]
    starts: tuple[int, ...]
    breaks: Mapping[int, int]
    runs: Mapping[int, Sequence[FormOccurrence]]
    ends: Mapping[int, frozenset[int]]
    all_capitals: bool


class _NameReader:
    def __init__(
        self, names: NameLookup, index: Snapshot, counted: CountMatches, *, loose: bool
    ) -> None:
        self.notes: list[str] = []
        self._loose = loose
        self._mentions: dict[tuple[str, str, frozenset[int], bool], Mention | None] = {}
        self._names = names
        self._index = index
        self._counted = counted

    def read_nodes(self, nodes: tuple[Node, ...]) -> Sequence[Node]:
        """Return nodes that are side by side with the names among them as mentions."""
        return _join_mentions(self._read(nodes))

    def _read(self, nodes: tuple[Node, ...]) -> Iterator[Node]:
        at = 0
        while at < len(nodes):
            node, row = nodes[at], word_row(nodes[at:]) if self._loose else []
            if row:
                yield from self._read_row(row)
            else:
                yield self._filter(node.node) if _is_filter(node) else node
            at += len(row) or 1

    def _read_row(self, row: Sequence[Word]) -> Iterator[Word | Mention]:
        typed = _typed_row(row, self._names)
        at, before = 0, ""
        while at < len(row):
            node, end = self._longest_name(typed, row, at, before)
            yield node
            before = row[at].text if node is row[at] else ""
            at = end

    def _longest_name(
        self, typed: _TypedRow, row: Sequence[Word], at: int, before: str
    ) -> tuple[Word | Mention, int]:
        """Return the longest name that starts at a bare word, else the word, and its end."""
        for run in typed.runs[typed.starts[at]]:
            end = typed.breaks[run.end]
            text = " ".join(word.text for word in row[at:end])
            first = before if _may_begin_name(before) else ""
            cache_key = text, first, typed.ends[run.start], typed.all_capitals
            if cache_key not in self._mentions:
                self._mentions[cache_key] = self._mention(run, typed, text, first)
            if name_mention := self._mentions[cache_key]:
                return name_mention, end
        return row[at], at + 1

    def _mention(
        self, run: FormOccurrence, typed: _TypedRow, text: str, first: str
    ) -> Mention | None:
        """Return the one name of the corpus that typed words mean, else None.

        A note is added if they mean several names, or a name that no passage contains. `first` is
        the word before them if it may begin a name: a surname after it means another person,
        unless both words are forms of the same name.
        """
        words = typed.words[run.start : run.end]
        meanings = [
            one for one in run.meanings if self._fits(one, words, shouted=typed.all_capitals)
        ]
        for role, numbers in group_by_role(meanings):
            if role == "short":
                numbers = self._common_names(numbers, text)  # noqa: PLW2901 - fewer
            if len(numbers) > 1:
                # Two people are called Kadyrov: keep those whose full name the corpus mentions.
                numbers = list(filter(self._is_mentioned, numbers))  # noqa: PLW2901 - fewer
            if not numbers:
                continue
            if len(numbers) > 1:
                if role != "adjective":
                    self.notes.append(
                        f"{text} may be {self._alternatives(numbers)}; type the full name of the "
                        "one you mean"
                    )
                return None
            # `Ilhan Omar` does not mean Mullah Omar.
            if role == "short" and first and numbers[0] not in typed.ends[run.start]:
                continue
            if self._occurs(numbers[0]):
                return self._build_mention(numbers[0], text, role)
            if len(words) > 1:
                self.notes.append(
                    f"no passage contains the name {text}; its words were searched instead"
                )
        return None

    def _common_names(self, numbers: list[int], form: str) -> list[int]:
        """Return the names that a short form means outside the few articles that explain it."""
        common = [n for n in numbers if key(form) not in map(key, self._names.name(n).local)]
        # If the form is local to several names, keep them: a note then says that it is ambiguous.
        return common or (numbers if len(numbers) > 1 else [])

    def _occurs(self, number: int) -> bool:
        """Return whether the corpus contains a name in any form, or an adjective of it."""
        name = self._names.name(number)
        terms = map(exact, (*name.forms, *name.adjectives))
        # The frequency of a single word is cheap to look up, and most names have such a form.
        if any(self._index.frequencies([term for term in terms if " " not in term])):
            return True
        return self._is_mentioned(number)

    def _build_mention(self, number: int, text: str = "", role: str = "form") -> Mention:
        mention = build_mention(self._names, number, text, role)
        return mention._replace(is_indexed=key(mention.name.canonical) not in self._changed_names)

    @cached_property
    def _changed_names(self) -> frozenset[str]:
        return changed_names(self._index, self._names)

    def _is_mentioned(self, number: int) -> bool:
        return bool(self._counted(Bag((self._build_mention(number),))))

    def _fits(self, meaning: Meaning, words: Sequence[Written], *, shouted: bool) -> bool:
        if meaning.matches_capitals(words) and not (shouted and any(meaning.capitals)):
            return True
        # In small letters, `isis-k` can only be a name, but `us`, `it` and `let` are words.
        if any(word.capitals for word in words) and not shouted:
            return False
        if len(words) > 1:
            return True
        letters = words[0].letters
        if letters in stop_words():
            return False
        capitals, total = self._index.frequencies([f"={letters}", letters])
        return 2 * capitals >= total

    def _filter(self, inner: Node) -> Node:
        text = " ".join(
            node.text for node in walk(inner) if isinstance(node, Word | Quoted)
        ) or unparse(inner)
        numbers = self._named_by(text)
        if not numbers:
            self.notes.append(f"no name is called {text}; it was searched as written")
            return Mention(Name(text, forms=(text,)), (exact(text),))
        if len(numbers) > 1:
            self.notes.append(
                f"{text} may be {self._alternatives(numbers)}; each of them counts: type the full "
                "name of the one you mean"
            )
        mentions = tuple(map(self._build_mention, numbers))
        return mentions[0] if len(mentions) == 1 else Or(mentions)

    def _named_by(self, text: str) -> Sequence[int]:
        """Return the names that a form means by itself: those of several that the corpus mentions.

        If it mentions none of them, the first is returned, and an answer says that it is missing.
        """
        by_role = list(group_by_role(self._names.meanings(text)))
        for role, every in by_role:
            numbers = self._common_names(every, text) or every if role == "short" else every
            if len(numbers) == 1:
                return numbers
            if mentioned := list(filter(self._is_mentioned, numbers)):
                return mentioned
        return by_role[0][1][:1] if by_role else ()

    def _alternatives(self, numbers: Iterable[int]) -> str:
        return " or ".join(self._names.name(number).canonical for number in numbers)


def build_mention(names: NameLookup, number: int, text: str = "", role: str = "form") -> Mention:
    """Return a name as a query node; `text` is what was typed for it, empty in a filter."""
    name, words = names.name(number), text.split()
    # A surname is only a part of the full name; an abbreviation is another form.
    short = (form for form in name.short if all(word.capitals for word in written(form)))
    typed = _split_forms(words, set(map(key, (*name.forms, *short)))) if len(words) > 1 else words
    return Mention(
        name,
        names.terms(number),
        names.longer_forms(number),
        tuple(typed),
        role,
        bearers=names.bearers(number),
    )


def _split_forms(words: Sequence[str], forms: Container[str]) -> Sequence[str]:
    """Split words into forms of a name if they consist of such forms only, else join them.

    `ISIS/ISIL` is a form, but each of its words is a form too.
    """
    for end in range(1, len(words)):
        if key(" ".join(words[:end])) in forms:
            other_forms = _split_forms(words[end:], forms)
            if all(key(form) in forms for form in other_forms):
                return [" ".join(words[:end]), *other_forms]
    return [" ".join(words)]


_Entity = tuple[str, bool]


def _join_mentions(nodes: Iterable[Node]) -> Sequence[Node]:
    """Join different forms of one name that are next to each other into one mention.

    A different form further on becomes plain words: the query already contains the name, and
    forms that are typed apart ask about the form too. A form that is typed twice counts twice.
    """
    joined: list[Node] = []
    typed: defaultdict[_Entity, set[str]] = defaultdict(set)
    for node in nodes:
        if isinstance(node, Mention) and node.typed:
            forms, before = set(map(key, node.typed)), typed[_entity(node)]
            is_other = bool(before) and before.isdisjoint(forms)
            before |= forms
            if is_other:
                last = joined[-1]
                if isinstance(last, Mention) and last.typed and _entity(last) == _entity(node):
                    joined[-1] = last._replace(typed=last.typed + node.typed)
                else:
                    joined += _typed_words(node)
                continue
        joined.append(node)
    return joined


def _entity(node: Mention) -> _Entity:
    """Return what a mention is about: a name, or its adjectives, which are no forms of it."""
    return node.name.canonical, node.role == "adjective"


def _typed_words(node: Mention) -> Iterator[Word]:
    """Return what was typed for a name, as words."""
    return (Word(unit.text) for typed in node.typed for unit in units(typed))


def _is_filter(node: Node) -> TypeGuard[Field]:
    return isinstance(node, Field) and node.name == "name"


def _typed_row(row: Iterable[Word], names: NameLookup) -> _TypedRow:
    words: list[Written] = []
    starts = []
    for word in row:
        starts.append(len(words))
        words += written(word.text)
    breaks = {start: n for n, start in enumerate((*starts, len(words)))}
    runs: defaultdict[int, list[FormOccurrence]] = defaultdict(list)
    ends: defaultdict[int, frozenset[int]] = defaultdict(frozenset)
    for run in names.find_occurrences(words):
        if run.start in breaks and run.end in breaks:
            runs[run.start].append(run)
            ends[run.end] |= {meaning.name for meaning in run.meanings}
    is_several = len({word.letters for word in words}) > 2  # noqa: PLR2004 - `WHO US`
    shouted = is_several and all(word.capitals for word in words)
    return _TypedRow(tuple(words), tuple(starts), breaks, runs, ends, shouted)


def _may_begin_name(word: str) -> bool:
    """Return whether a word in a query may be the first of a name."""
    return word[:1].isupper() and not is_stop_word(word)
