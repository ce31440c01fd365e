"""Measure which spellings of names are found that no list has.

    python bench/spellings.py INDEX [--articles field] [--half kept] [--errors]

INDEX is an index of `field`, or of `field`, `reuters-dev` and `time-dev` together. Three tables:

- pairs of words of the corpus, judged by hand (`bench/spelling_pairs.tsv`): how many are found, how
  many of these are one name, the same with another bearer of the name not counted as wrong, and the
  share of the pairs of one name that is found; beside what the spelling alone would say;
- words and full names that no article has (`bench/typed_spellings.tsv`): how many are answered,
  how many of these answers are right, and how many are only suggested;
- forms of people in the packs that no article has, read as if no pack were there: how many are
  answered, and how many of the answers are a form of the same person, or of another one.
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from corpus_cli import Corpus, SearchRequest
from corpus_cli.engines.clock import Clock
from corpus_cli.names.lookup import NameLookup, compile_names
from corpus_cli.query.nodes import Bag, Mention, Node, Quoted, Suggested, Word
from corpus_cli.search.counts import count_within
from corpus_cli.search.moment import Moment
from corpus_cli.search.read_query import read_query
from corpus_cli.search.respell import respell
from corpus_cli.text.spelling import differ_in_ending, spelling_cost
from corpus_cli.text.tokenise import key

_HERE = Path(__file__).parent
_MAX_COST = 0.35
_SAMPLE, _SEED = 2_500, 9


class _Judged(NamedTuple):
    words: tuple[str, str]
    label: str


def main() -> None:
    """Print the three tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("index")
    parser.add_argument("--articles", default="field", help="pairs of these articles, by commas")
    parser.add_argument("--half", choices=["open", "kept"], help="only this half of the judged")
    parser.add_argument("--errors", action="store_true", help="print what is wrong")
    asked = parser.parse_args()
    with Corpus.open(asked.index) as corpus, corpus.snapshot() as moment:
        _measure_pairs(moment, asked.articles.split(","), asked.half, errors=asked.errors)
        _measure_typed(moment, asked.half, errors=asked.errors)
        _measure_packs(moment, errors=asked.errors)


def _rows(name: str, half: str | None) -> Iterator[dict[str, str]]:
    lines = [
        line for line in (_HERE / name).read_text("utf-8").splitlines() if not line.startswith("#")
    ]
    fields = lines[0].split("\t")
    for line in lines[1:]:
        row = dict(zip(fields, line.split("\t"), strict=True))
        if half in (None, row["half"]):
            yield row


def _measure_pairs(
    moment: Moment, articles: Sequence[str], half: str | None, *, errors: bool
) -> None:
    judged = [
        _Judged((row["word"], row["other"]), row["label"])
        for row in _rows("spelling_pairs.tsv", half)
        if row["articles"] in articles
    ]
    found = {(pair.word, pair.other): pair for pair in moment.store.name_words.pairs()}
    certain = {words for words, pair in found.items() if pair.is_certain}
    alike = {
        one.words
        for one in judged
        if spelling_cost(*one.words, _MAX_COST) <= _MAX_COST and not differ_in_ending(*one.words)
    }
    print(f"{'pairs':28} {'found':>6} {'right':>6} {'or bearer':>10} {'recall':>7}")
    for what, words in (
        ("spelling alone", alike),
        ("searched for", certain),
        ("searched for or suggested", set(found)),
    ):
        labels = Counter(one.label for one in judged if one.words in words)
        same = sum(one.label == "S" for one in judged)
        size = labels.total() or 1
        print(
            f"{what:28} {size:6} {labels['S'] / size:6.3f} "
            f"{(labels['S'] + labels['N']) / size:10.3f} {labels['S'] / same:7.3f}"
        )
    for one in judged if errors else ():
        if one.words in certain and one.label != "S":
            print(f"  {one.label} {found[one.words]}")


def _measure_typed(moment: Moment, half: str | None, *, errors: bool) -> None:
    print(
        f"\n{'typed, in no article':28} {'asked':>6} {'answered':>9} {'right':>6} {'suggested':>10}"
    )
    for what, is_name in (("single words", False), ("full names", True)):
        rows = [
            row for row in _rows("typed_spellings.tsv", half) if (" " in row["typed"]) == is_name
        ]
        for group, ends in (("that the corpus has", False), ("that it has not", True)):
            counts: Counter[str] = Counter()
            for row in rows:
                if (row["right"] == "-") == ends:
                    query, notes = read_query(row["typed"], moment, SearchRequest(), Clock(0))
                    kind = _classify(query.nodes, notes, row)
                    counts[kind] += 1
                    if errors and kind == "wrong":
                        print(f"  {row['typed']} should find {row['right']}: {query}"[:300])
            answered = counts["right"] + counts["wrong"]
            print(
                f"{f'{what} {group}':28} {counts.total():6} {answered:9} {counts['right']:6} "
                f"{counts['suggested']:10}"
            )


def _classify(nodes: Sequence[Node], notes: Sequence[str], row: dict[str, str]) -> str:
    """Return whether a query is answered in another spelling, right or wrong, or only suggested."""
    if any(isinstance(node, Suggested) for node in nodes):
        return "suggested"
    if not any("it was read as" in note for note in notes):
        return "not answered"
    words = {word for node in nodes for form in _forms(node) for word in key(form).split()}
    right = [set(key(form).split()) for form in row["right"].split("|") if form != "-"]
    is_right = any(form <= words for form in right)
    return "right" if is_right else "wrong"


def _forms(node: Node) -> Sequence[str]:
    match node:
        case Word(text, spellings):
            return (text, *spellings)
        case Mention(name):
            return (*name.forms, *name.short)
        case _:
            return ()


def _measure_packs(moment: Moment, *, errors: bool) -> None:
    packs = moment.names
    moment.names = NameLookup(compile_names([], ""))
    counted = count_within(moment.index, Clock(0), {})
    forms = sorted(
        form
        for name in packs
        if name.kind == "person"
        for form in name.forms
        if len(form.split()) in (2, 3) and form.isascii() and form.replace(" ", "").isalpha()
    )
    sample = random.Random(_SEED).sample(forms, min(_SAMPLE, len(forms)))  # noqa: S311 - no secret
    counts: Counter[str] = Counter()
    for form in sample:
        words = tuple(map(Word, form.split()))
        if counted(Bag((Quoted(form),))):
            continue
        counts["asked"] += 1
        answer_words = respell(Bag(words), moment, Clock(0)).query.nodes
        spelt = " ".join(word.text for word in answer_words if isinstance(word, Word))
        if key(spelt) != key(form) and counted(Bag((Quoted(spelt),))):
            answer, own = set(packs.find(spelt)), set(packs.find(form))
            kind = "same" if answer & own else "other" if answer else "unlisted"
            counts[kind] += 1
            if errors and kind != "same":
                print(f"  {form} was answered by {spelt} ({kind})")
    answered = counts["same"] + counts["other"] + counts["unlisted"]
    print(
        f"\n{'people of packs, in no article':32} {'asked':>6} {'answered':>9} {'same':>6} "
        f"{'other':>6} {'unlisted':>9}"
    )
    print(
        f"{'':32} {counts['asked']:6} {answered:9} {counts['same']:6} {counts['other']:6} "
        f"{counts['unlisted']:9}"
    )


if __name__ == "__main__":
    main()
