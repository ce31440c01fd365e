"""Peers that are libraries, and corpus as a library: each runs in a separate process.

    python -c 'import peers; peers.main()' NAME version
    ... NAME index DOCS PLACE
    ... NAME cold PLACE KIND PART WORDS ...
    ... NAME warm PLACE QUERIES SECONDS

Imports are inside the functions, so that a cold query imports only its own library.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    Found = Sequence[tuple[str, str]]
    """Hits: pairs of a title and a snippet, which may be empty."""

LIMIT = 10


def records(path: str) -> Iterator[dict[str, str]]:
    """Read the documents."""
    import json

    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - pathlib takes time to import
        yield from map(json.loads, file)


def main() -> None:
    """Do one thing with one peer."""
    name, task, *rest = sys.argv[1:]
    peer = PEERS[name]()
    if task == "version":
        print(peer.version())
    elif task == "index":
        peer.index(*rest)
    elif task == "cold":
        place, kind, part, *words = rest
        peer.open(place)
        for title, snippet in peer.ask(kind, words, part, snippets=True):
            print(title, snippet, sep=" | ")
    else:
        warm(peer, *rest)


def warm(peer: Any, place: str, queries: str, seconds: str) -> None:  # noqa: ANN401 - any of the peers
    """Print for each query the number of hits, and the shortest ms without and with snippets.

    The output is JSON, and ends with the highest memory of this process in MB.
    """
    import json
    import time

    peer.open(place)
    rows = []
    for kind, words, part in json.loads(queries):
        row: list[float] = []
        for snippets in (False, True):
            if not peer.knows(kind):
                break
            found = len(peer.ask(kind, words, part, snippets=snippets))
            least, rounds, end = 1e9, 0, time.perf_counter() + float(seconds) / 2
            while rounds < 3 or time.perf_counter() < end:  # noqa: PLR2004 - the first warms up
                began = time.perf_counter()
                peer.ask(kind, words, part, snippets=snippets)
                least, rounds = min(least, time.perf_counter() - began), rounds + 1
            row = [found, *row[1:], least * 1000]
        rows.append(row)
    with open("/proc/self/status", encoding="utf-8") as status:  # noqa: PTH123 - as above
        (most,) = (line.split()[1] for line in status if line.startswith("VmHWM"))
    print(json.dumps([rows, int(most) / 1000]))


class Corpus:
    """The product itself, through its Python class."""

    def version(self) -> str:
        from corpus_cli import __version__

        return __version__

    def open(self, place: str) -> None:
        from corpus_cli.corpus import Corpus
        from corpus_cli.search.request import SearchRequest

        self.corpus, self.options = Corpus.open(place), SearchRequest(seconds=0)

    def knows(self, kind: str) -> bool:
        return True

    def ask(self, kind: str, words: Sequence[str], part: str, *, snippets: bool) -> Found:
        line = asked(kind, words, part)
        if snippets:
            return [
                (hit.header.title, hit.snippet.text)
                for hit in self.corpus.search(line, self.options).hits
            ]
        return self.corpus.ranking(line, self.options).ranked


def asked(kind: str, words: Sequence[str], part: str) -> str:
    """Return a query in the language of corpus; for a name only the form that a user types."""
    if kind == "name":
        return words[0]
    line = " ".join(words)
    shapes = {
        "and": " AND ".join(words),
        "phrase": f'"{line}"',
        "prefix": f"{line}*",
        "fuzzy": f"{line}~1",
        "filter": f"{line} path:{part}",
    }
    return shapes.get(kind, line)


class FTS5:
    """SQLite's full-text index FTS5 with its Porter stemmer."""

    def version(self) -> str:
        import sqlite3

        return sqlite3.sqlite_version

    def index(self, docs: str, place: str) -> None:
        self.open(place)
        self.db.executescript("PRAGMA journal_mode = off; PRAGMA synchronous = off")
        columns = "id UNINDEXED, part UNINDEXED, title, text, tokenize='porter unicode61'"
        self.db.execute(f"CREATE VIRTUAL TABLE docs USING fts5({columns})")
        rows = ((one["id"], one["part"], one["title"], one["text"]) for one in records(docs))
        self.db.executemany("INSERT INTO docs VALUES (?, ?, ?, ?)", rows)
        self.db.commit()
        self.db.close()

    def open(self, place: str) -> None:
        import sqlite3

        self.db = sqlite3.connect(f"{place}.db")

    def knows(self, kind: str) -> bool:
        return kind != "fuzzy"

    def ask(self, kind: str, words: Sequence[str], part: str, *, snippets: bool) -> Found:
        quoted = [f'"{word}"' for word in words]
        shapes = {
            "and": " AND ".join(quoted),
            "phrase": f'"{" ".join(words)}"',
            "prefix": f"{words[0]}*",
        }
        wanted = (shapes.get(kind, " OR ".join(quoted)),)
        shown = "snippet(docs, 3, '[', ']', '...', 32)" if snippets else "''"
        narrowed = ""
        if part:
            wanted, narrowed = (*wanted, part), "AND part = ?"
        line = f"SELECT title, {shown} FROM docs WHERE docs MATCH ? {narrowed} ORDER BY rank"  # noqa: S608 - our own words
        return self.db.execute(f"{line} LIMIT {LIMIT}", wanted).fetchall()


class Tantivy:
    """The Rust library Tantivy through its Python binding, with one thread."""

    def version(self) -> str:
        from importlib.metadata import version

        return version("tantivy")

    def index(self, docs: str, place: str) -> None:
        import os

        import tantivy

        os.mkdir(place)  # noqa: PTH102 - pathlib takes time to import
        builder = tantivy.SchemaBuilder()
        for name, tokenizer in (
            ("id", "raw"),
            ("part", "raw"),
            ("title", "en_stem"),
            ("text", "en_stem"),
        ):
            builder.add_text_field(name, stored=True, tokenizer_name=tokenizer)
        writer = tantivy.Index(builder.build(), path=place).writer(256_000_000, 1)
        for one in records(docs):
            writer.add_document(tantivy.Document(**one))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, place: str) -> None:
        import tantivy

        self.module = tantivy
        self.held = tantivy.Index.open(place)
        self.searcher = self.held.searcher()

    def knows(self, kind: str) -> bool:
        return True

    def ask(self, kind: str, words: Sequence[str], part: str, *, snippets: bool) -> Found:
        query = self._query(kind, words, part)
        hits = self.searcher.search(query, LIMIT, count=False).hits
        found = [self.searcher.doc(address) for _, address in hits]
        if not snippets:
            return [(one["title"][0], "") for one in found]
        make = self.module.SnippetGenerator.create(self.searcher, query, self.held.schema, "text")
        return [(one["title"][0], make.snippet_from_doc(one).to_html()) for one in found]

    def _query(self, kind: str, words: Sequence[str], part: str) -> Any:  # noqa: ANN401 - its own type
        query, schema = self.module.Query, self.held.schema
        if kind == "prefix":
            return query.regex_query(schema, "text", f"{words[0]}.*")
        if kind == "fuzzy":
            return query.fuzzy_term_query(schema, "text", words[0], 1)
        quoted = [f'"{word}"' for word in words]
        shapes = {
            "and": " AND ".join(quoted),
            "phrase": f'"{" ".join(words)}"',
            "filter": f"+{words[0]} +part:{part}",
        }
        return self.held.parse_query(shapes.get(kind, " OR ".join(quoted)), ["title", "text"])


class Xapian:
    """The C++ library Xapian through its Python binding."""

    def version(self) -> str:
        import xapian

        return str(xapian.version_string())

    def index(self, docs: str, place: str) -> None:
        import xapian

        db = xapian.WritableDatabase(place, xapian.DB_CREATE_OR_OVERWRITE)
        terms = xapian.TermGenerator()
        terms.set_stemmer(xapian.Stem("en"))
        terms.set_stemming_strategy(terms.STEM_ALL)
        for one in records(docs):
            held = xapian.Document()
            terms.set_document(held)
            terms.index_text(one["title"])
            terms.increase_termpos()
            terms.index_text(one["text"])
            held.set_data(f"{one['title']}\n{one['text']}")
            held.add_boolean_term(f"Q{one['id']}")
            held.add_boolean_term(f"XP{one['part']}")
            db.add_document(held)
        db.commit()
        db.close()

    def open(self, place: str) -> None:
        import xapian

        self.module = xapian
        self.db = xapian.Database(place)
        self.stem = xapian.Stem("en")

    def knows(self, kind: str) -> bool:
        return kind != "fuzzy"

    def ask(self, kind: str, words: Sequence[str], part: str, *, snippets: bool) -> Found:
        enquire = self.module.Enquire(self.db)
        enquire.set_query(self._query(kind, words, part))
        matches = enquire.get_mset(0, LIMIT)
        found = []
        for match in matches:
            title, _, text = match.document.get_data().decode().partition("\n")
            snippet = matches.snippet(text, 200, self.stem).decode() if snippets else ""
            found.append((title, snippet))
        return found

    def _query(self, kind: str, words: Sequence[str], part: str) -> Any:  # noqa: ANN401 - its own type
        query = self.module.Query
        rows = [[self.stem(one).decode() for one in _plain(word)] for word in words]
        if kind == "prefix":
            return query(query.OP_WILDCARD, words[0], 0, query.OP_SYNONYM)
        terms = [query(query.OP_PHRASE, row) for row in rows]
        if kind in {"and", "phrase"}:
            operator = query.OP_AND if kind == "and" else query.OP_PHRASE
            return query(operator, [row[0] for row in rows])
        wanted = query(query.OP_OR, terms)
        return query(query.OP_FILTER, wanted, query(f"XP{part}")) if part else wanted


class Whoosh:
    """Whoosh without changes, with its stemming analyser."""

    def version(self) -> str:
        from importlib.metadata import packages_distributions, version

        (name,) = packages_distributions()["whoosh"]
        return f"{name} {version(name)}"

    def index(self, docs: str, place: str) -> None:
        import os

        from whoosh import analysis, fields, index

        os.mkdir(place)  # noqa: PTH102 - pathlib takes time to import
        text = fields.TEXT(stored=True, analyzer=analysis.StemmingAnalyzer(cachesize=-1))
        name = fields.ID(stored=True)
        made = index.create_in(place, fields.Schema(id=name, part=name, title=text, text=text))
        writer = made.writer(limitmb=256)
        for one in records(docs):
            writer.add_document(**one)
        writer.commit()

    def open(self, place: str) -> None:
        from whoosh import index, query

        self.query = query
        held = index.open_dir(place)
        self.searcher, self.analyser = held.searcher(), held.schema["text"].analyzer

    def knows(self, kind: str) -> bool:
        return True

    def ask(self, kind: str, words: Sequence[str], part: str, *, snippets: bool) -> Found:
        narrowed = self.query.Term("part", part) if part else None
        hits = self.searcher.search(self._query(kind, words), limit=LIMIT, filter=narrowed)
        if not snippets:
            return [(hit["title"], "") for hit in hits]
        return [(hit["title"], hit.highlights("text", top=1)) for hit in hits]

    def _query(self, kind: str, words: Sequence[str]) -> Any:  # noqa: ANN401 - its own type
        query = self.query
        if kind == "prefix":
            return query.Prefix("text", words[0])
        if kind == "fuzzy":
            return query.FuzzyTerm("text", words[0], maxdist=1, prefixlength=1)
        rows = [[one.text for one in self.analyser(word, mode="query")] for word in words]
        rows = [row for row in rows if row]
        if kind == "phrase":
            return query.Phrase("text", [one for row in rows for one in row])
        parts = [
            query.Term("text", row[0]) if len(row) == 1 else query.Phrase("text", row)
            for row in rows
        ]
        return (query.And if kind == "and" else query.Or)(parts)


def _plain(line: str) -> list[str]:
    return "".join(one if one.isalnum() else " " for one in line.lower()).split()


PEERS = {
    "corpus": Corpus,
    "fts5": FTS5,
    "tantivy": Tantivy,
    "xapian": Xapian,
    "whoosh": Whoosh,
}
