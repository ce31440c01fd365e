"""Collect who said what."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from corpus_cli.engines.clock import Clock
from corpus_cli.explore.answer import About, Citation, about_matches, merge_about
from corpus_cli.explore.passage_words import Progress, ignore_progress
from corpus_cli.explore.quoted_words import match_texts
from corpus_cli.model import Header, Passage, Span, article_of, earliest
from corpus_cli.names.lookup import NameLookup
from corpus_cli.query.all_terms import Scope
from corpus_cli.search.match_query import QueryMatches, match_query
from corpus_cli.search.moment import Moment
from corpus_cli.search.pipeline import MAY_SHOW_COPIES
from corpus_cli.search.request import SearchRequest
from corpus_cli.text.plurals import plural
from corpus_cli.text.sketches import near, sketch, sketch_keys
from corpus_cli.text.speech.choices import Kind
from corpus_cli.text.speech.quotations import Paragraph, Quotation, find_quotations
from corpus_cli.text.spelling import spelling_cost
from corpus_cli.text.tokenise import key

_ARTICLES_PER_READ = 50
_FIRST_ARTICLE_SECONDS = 1.0
_MAX_PER_KEY = 20
_ENGLISH = "en"
_OMITTED = " … "
_SPELLING_COST = 2.0


class QuotesOptions(NamedTuple):
    """Which quotations to return.

    `by` is a name, in any of its forms, that the speaker must have. `about` is a query that the
    words of the quotation must match. With `direct`, words without quotation marks are left out,
    and with `duplicates` the same words in another article are not.
    """

    by: str = ""
    about: str = ""
    direct: bool = False
    duplicates: bool = False


class Quote(NamedTuple):
    """A quotation, who said it, and where it can be looked up.

    `agency` is the news agency or outlet that was told, empty if the article names none. `spans`
    are the words that match what it must be about. `copies` are the articles that have the same
    words of the same speaker.
    """

    text: str
    speaker: str
    verb: str
    agency: str
    kind: Kind
    citation: Citation
    spans: tuple[Span, ...] = ()
    copies: tuple[str, ...] = ()


class Quotes(NamedTuple):
    """Quotations by date, those of articles without a date last."""

    about: About
    quotes: tuple[Quote, ...]
    by: str = ""
    words: str = ""
    """The name and the words that were asked for."""

    @property
    def articles(self) -> int:
        """The number of articles that they are from."""
        return len({(one.citation.corpus, one.citation.header.id) for one in self.quotes})

    @property
    def speakers(self) -> int:
        """The number of different speakers."""
        return len({one.speaker for one in self.quotes})


def quotes(
    line: str,
    options: QuotesOptions,
    moment: Moment,
    request: SearchRequest,
    progress: Progress = ignore_progress,
) -> Quotes:
    """Return who said what in the passages that match a query; in all passages without one.

    Quotations whose speaker is not clear are left out and counted.
    """
    matched = _find_articles(line, options, moment, request)
    quotations, read, notes = _read_articles(matched, options, moment, progress)
    if options.about:
        quotations = _those_about(options.about, quotations, moment, request)
    if options.by:
        is_speaker = speaker_matcher(options.by, moment.names)
        quotations = [one for one in quotations if is_speaker(one.speaker)]
    count = sum(map(len, matched.passages.values()))
    about = about_matches(line, matched.matches, moment, read, count)
    if unclear := sum(not one.speaker for one in quotations):
        are = plural(unclear, "quotation is", "quotations are")
        notes.append(f"{are} left out because it is not clear who speaks")
    quotations = [one for one in quotations if one.speaker]
    clock = matched.matches.clock
    shown = quotations if options.duplicates else fold_copies(quotations, clock)
    if clock.is_over and not options.duplicates:
        notes.append(MAY_SHOW_COPIES)
    return Quotes(about._replace(notes=(*about.notes, *notes)), tuple(sorted(shown, key=_by_date)))


def merge(answers: Sequence[tuple[str, Quotes]], options: QuotesOptions) -> Quotes:
    """Merge the quotations of several corpora, each with the name they get."""
    named = [
        one._replace(citation=one.citation._replace(corpus=name))
        for name, answer in answers
        for one in answer.quotes
    ]
    shown = named if options.duplicates or len(answers) == 1 else fold_copies(named)
    return Quotes(
        merge_about((name, answer.about) for name, answer in answers),
        tuple(sorted(shown, key=_by_date)),
        options.by,
        options.about,
    )


def speaker_matcher(by: str, names: NameLookup) -> Callable[[str], bool]:
    """Return a function that tells whether a speaker has a name, in any of its forms.

    A family name alone means everybody who has it.
    """
    numbers = set(names.find(by))
    wanted = key(by).split()

    @cache
    def is_speaker(speaker: str) -> bool:
        words = key(speaker).split()
        if words[-len(wanted) :] == wanted:
            return True
        its_numbers = names.find(speaker)
        is_one_name = len(words) > 1 or len(its_numbers) == 1
        if is_one_name and numbers.intersection(its_numbers):
            return True
        # `Sergey Lavrov` is Sergei Lavrov.
        return (
            len(words) == len(wanted) > 1
            and words[-1] == wanted[-1]
            and not names.are_apart(by, speaker)
            and words[0][0] == wanted[0][0]
            and all(
                spelling_cost(one, other, _SPELLING_COST) <= _SPELLING_COST
                for one, other in zip(words, wanted, strict=True)
            )
        )

    return is_speaker if wanted else lambda _: False


def fold_copies(quotations: Iterable[Quote], clock: Clock | None = None) -> list[Quote]:
    """Return quotations without the same words of the same speaker; the earliest of each stays.

    If the time is over, only those with exactly the same words are left out.
    """
    kept: list[Quote] = []
    # The words and the family name lead to the number of a quotation that is kept.
    by_words: dict[tuple[str, str], int] = {}
    by_hash: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    sketches: dict[int, bytes] = {}
    for quote in sorted(quotations, key=_by_date):
        speaker = key(quote.speaker).rpartition(" ")[2]
        words = key(quote.text)
        number = by_words.get((speaker, words))
        its_sketch = b"" if clock and clock.is_over else sketch(quote.text, fewest=1)
        if number is None and its_sketch:
            # A key that many quotations share is weak evidence, and copies share most keys.
            candidates = dict.fromkeys(
                other
                for hashed in sketch_keys(its_sketch)
                for other in by_hash[speaker, hashed][:_MAX_PER_KEY]
            )
            similar = (other for other in candidates if near(its_sketch, sketches[other]))
            number = next(similar, None)
        if number is None:
            number = len(kept)
            kept.append(quote)
            sketches[number] = its_sketch
            for hashed in sketch_keys(its_sketch):
                by_hash[speaker, hashed].append(number)
        else:
            kept[number] = _with_copies(kept[number], quote)
        by_words.setdefault((speaker, words), number)
    return kept


def _with_copies(quote: Quote, copy: Quote) -> Quote:
    articles = (*quote.copies, copy.citation.header.id, *copy.copies)
    further = dict.fromkeys(one for one in articles if one != quote.citation.header.id)
    return quote._replace(copies=tuple(further))


def _by_date(quote: Quote) -> tuple[tuple[str, str], str, int]:
    return earliest(quote.citation.header), quote.citation.corpus, quote.citation.passage.start


class _Matched(NamedTuple):
    """The articles to read, the best first, with their passages that match the first query.

    If it `is_narrowed`, quotations have to be in these passages.
    """

    matches: QueryMatches
    passages: dict[str, set[str]]
    is_narrowed: bool


def _find_articles(
    line: str, options: QuotesOptions, moment: Moment, request: SearchRequest
) -> _Matched:
    """Find the articles that may have what is asked for.

    An article has to name the speaker, and a passage of it has all words that a quotation must
    have, unless this is so long that it goes on in the next passage.
    """
    scopes: list[tuple[str, Scope]] = [(options.by, "article"), (options.about, "passage")]
    searches = [(words, scope) for words, scope in scopes if words.strip()]
    if line.strip() or not searches:
        searches.insert(0, (line, request.all_terms or "passage"))
    first, *further = (
        match_query(words, moment, request._replace(all_terms=scope)) for words, scope in searches
    )
    passages: defaultdict[str, set[str]] = defaultdict(set)
    for passage, _ in first.candidates.ranked():
        passages[article_of(passage)].add(passage)
    for other in further:
        articles = {article_of(passage) for passage, _ in other.candidates.ranked()}
        passages = defaultdict(set, {one: passages[one] for one in passages if one in articles})
    return _Matched(first, dict(passages), is_narrowed=bool(line.strip()))


def _read_articles(
    matched: _Matched, options: QuotesOptions, moment: Moment, progress: Progress
) -> tuple[list[Quote], int, list[str]]:
    """Return the quotations of articles, how many passages were read in time, and notes."""
    clock = matched.matches.clock
    quotations: list[Quote] = []
    articles = list(matched.passages)
    read = foreign = 0
    for start in range(0, len(articles), _ARTICLES_PER_READ):
        batch = articles[start : start + _ARTICLES_PER_READ]
        passages = moment.store.passages_with_captions(batch)
        headers = moment.store.headers(batch)
        for number, article in enumerate(batch, start):
            if number and clock.is_over:
                return quotations, read, _foreign_notes(foreign)
            progress(headers[article].title, number, len(articles))
            english = [one for one in passages[article] if one.language in {"", _ENGLISH}]
            foreign += not english
            wanted = matched.passages[article] if matched.is_narrowed else None
            time = clock if number else clock.at_least(_FIRST_ARTICLE_SECONDS)
            quotations += _quotes_of(headers[article], english, wanted, time, direct=options.direct)
            read += 0 if time.is_over else len(matched.passages[article])
    return quotations, read, _foreign_notes(foreign)


def _foreign_notes(foreign: int) -> list[str]:
    are = plural(foreign, "article is", "articles are")
    return [f"{are} not in English, and not read for quotations"] if foreign else []


def _quotes_of(
    header: Header,
    passages: Sequence[Passage],
    wanted: set[str] | None,
    clock: Clock,
    *,
    direct: bool,
) -> Iterator[Quote]:
    """Yield the quotations of an article that begin in one of the wanted passages, if any.

    Of a very long article only those are found that can be read in time.
    """
    starts = [passage.start for passage in passages]
    for one in find_quotations(list(paragraphs_of(passages)), lambda: clock.is_over):
        first, last = one.pieces[0][0], one.pieces[-1][1]
        if direct and one.kind == "indirect":
            continue
        around = passages[bisect_right(starts, first) - 1 : bisect_right(starts, last)]
        passage = around[0]
        if wanted is not None and passage.id not in wanted:
            continue
        yield Quote(
            _words_of(one, around),
            one.speaker,
            one.verb,
            one.outlet if one.outlet != one.speaker else "",
            one.kind,
            Citation(passage, header, passage.line_at(first - passage.start)),
        )


def _words_of(quotation: Quotation, around: Sequence[Passage]) -> str:
    """Return the words of a quotation, which are in these passages, on one line."""
    pieces = (
        " ".join(
            passage.text[max(start - passage.start, 0) : end - passage.start]
            for passage in around
            if passage.start < end and start < passage.end
        )
        for start, end in quotation.pieces
    )
    return _OMITTED.join(" ".join(piece.split()) for piece in pieces)


def paragraphs_of(passages: Sequence[Passage]) -> Iterator[Paragraph]:
    """Yield the lines of passages; a long line that was split is one again."""
    parts: list[str] = []
    start = end = line = 0
    for passage in passages:
        at = passage.start
        for number, text in enumerate(passage.text.split("\n"), passage.lines[0]):
            if text.strip():
                if parts and number == line:
                    parts.append(" " * (at - end))
                else:
                    if parts:
                        yield Paragraph(start, "".join(parts))
                    parts, start, line = [], at, number
                parts.append(text)
                end = at + len(text)
            at += len(text) + 1
    if parts:
        yield Paragraph(start, "".join(parts))


def _those_about(
    line: str, quotations: Sequence[Quote], moment: Moment, request: SearchRequest
) -> list[Quote]:
    """Return the quotations whose own words match a query, with the words that do."""
    texts = [(article_of(one.citation.passage.id), one.text) for one in quotations]
    spans_by_number = match_texts(line, texts, moment, request)
    return [quotations[number]._replace(spans=spans) for number, spans in spans_by_number.items()]
