"""Peers that are commands: they index a folder and search it, each time in a new process."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from peers import asked

LIMIT = "10"
HERE = str(Path(__file__).parent)

ENTRY = f"import sys; sys.path[:0] = [{HERE!r}]; import peers; peers.main()"


class Command:
    """A search tool, with its own working folder and environment."""

    name = ""
    needs: tuple[str, ...] = ()

    def __init__(self, articles: Path, work: Path) -> None:
        self.articles, self.place = articles, work / self.name
        self.env = {**os.environ, "HOME": str(work), "XDG_CONFIG_HOME": f"{self.place}-config"}

    def missing(self) -> str:
        """Return which programs are not installed, or an empty text."""
        return ", ".join(f"no {one}" for one in self.needs if not shutil.which(one))

    def version(self) -> Sequence[str]:
        """Return the command that prints the version."""
        return [self.needs[0], "--version"]

    def ready(self) -> None:
        """Prepare the files that the tool needs; this is not timed."""

    def build(self) -> Iterator[Sequence[str]]:
        """Yield the commands that make the index."""
        yield from ()

    def ask(self, kind: str, words: Sequence[str], part: str) -> Sequence[str] | None:
        """Return the command of a query; None if the tool cannot answer this class of queries."""
        raise NotImplementedError


class Corpus(Command):
    """The product itself."""

    name = "corpus"

    def version(self) -> Sequence[str]:
        return [*_corpus(), "--version"]

    def build(self) -> Iterator[Sequence[str]]:
        yield [*_corpus(), "ingest", str(self.articles), "--index", str(self.place)]

    def ask(self, kind: str, words: Sequence[str], part: str) -> Sequence[str]:
        line = asked(kind, words, part)
        return [*self.run("search"), "--", *line.split()]

    def run(self, command: str, *arguments: str) -> Sequence[str]:
        """Return a command of `corpus` on this index."""
        return [*_corpus(), command, *arguments, "--index", str(self.place)]


class Reindex(Corpus):
    """The product, making only its index, from the store that `Corpus` made."""

    name = "corpus reindex"

    def __init__(self, articles: Path, work: Path) -> None:
        super().__init__(articles, work)
        self.place = work / Corpus.name

    def build(self) -> Iterator[Sequence[str]]:
        yield [*_corpus(), "reindex", "--index", str(self.place)]


def _corpus() -> list[str]:
    """Return the installed command next to this Python, as a user starts it."""
    found = Path(sys.executable).parent / "corpus"
    return [str(found)] if found.exists() else [sys.executable, "-m", "corpus_cli"]


class Library(Command):
    """A peer that is a library: a short script, run by the Python that has the library."""

    def __init__(self, name: str, python: str, articles: Path, work: Path) -> None:
        self.name, self.python = name, python
        super().__init__(articles, work)
        self.docs = work / "docs.jsonl"

    def missing(self) -> str:
        return ""

    def run(self, *arguments: str) -> list[str]:
        """Return the command that runs the script with these arguments."""
        return [self.python, "-c", ENTRY, self.name, *arguments]

    def version(self) -> Sequence[str]:
        return self.run("version")

    def build(self) -> Iterator[Sequence[str]]:
        yield self.run("index", str(self.docs), str(self.place))

    def ask(self, kind: str, words: Sequence[str], part: str) -> Sequence[str] | None:
        if kind == "fuzzy" and self.name in {"fts5", "xapian"}:
            return None
        return self.run("cold", str(self.place), kind, part, *words)


class Ripgrep(Command):
    """The line search ripgrep, which reads all files for each query and does not rank."""

    name, needs = "ripgrep", ("rg",)

    def ask(self, kind: str, words: Sequence[str], part: str) -> Sequence[str] | None:
        if kind in {"and", "fuzzy"}:
            return None
        line = r"\s+".join(words) if kind == "phrase" else rf"\b({'|'.join(words)})\b"
        line = rf"\b{words[0]}" if kind == "prefix" else line
        shown = ["rg", "-i", "-m", "1", "--no-heading", "--color", "never"]
        return [*shown, line, str(self.articles / part)]


class Recoll(Command):
    """The desktop search Recoll, which uses Xapian."""

    name, needs = "recoll", ("recollindex", "recollq")

    def version(self) -> Sequence[str]:
        return ["dpkg-query", "-W", "-f", "${Version}", "recollcmd"]

    def ready(self) -> None:
        self.place.mkdir()
        line = f"topdirs = {self.articles}\nloglevel = 2\n"
        (self.place / "recoll.conf").write_text(line)

    def build(self) -> Iterator[Sequence[str]]:
        yield ["recollindex", "-c", str(self.place)]

    def ask(self, kind: str, words: Sequence[str], part: str) -> Sequence[str] | None:
        if kind == "fuzzy":
            return None
        line = _boolean(kind, words, " ", " OR ") + (f" dir:{self.articles / part}" if part else "")
        return ["recollq", "-c", str(self.place), "-n", LIMIT, "-A", line]


class Omega(Command):
    """Xapian's own commands to index files and to search them."""

    name, needs = "omindex", ("omindex", "quest")

    def build(self) -> Iterator[Sequence[str]]:
        yield ["omindex", "--db", str(self.place), "--url", "/", str(self.articles)]

    def ask(self, kind: str, words: Sequence[str], part: str) -> Sequence[str] | None:
        if kind in {"fuzzy", "filter"}:
            return None
        line = _boolean(kind, words, " AND ", " OR ")
        return ["quest", "-d", str(self.place), "-m", LIMIT, "-f", "default,wildcard", line]


class Notmuch(Command):
    """The mail search notmuch, which uses Xapian; the articles are written as mail."""

    name, needs = "notmuch", ("notmuch",)

    def ready(self) -> None:
        self.env["NOTMUCH_CONFIG"] = f"{self.place}.rc"
        lines = (
            f"[database]\npath={self.place}\n[new]\ntags=\n[user]\nprimary_email=a@example.org\n"
        )
        Path(self.env["NOTMUCH_CONFIG"]).write_text(lines)
        for path in sorted(self.articles.rglob("*.txt")):
            title, _, text = path.read_text("utf-8").partition("\n")
            head = {
                "From": "a@example.org",
                "Date": "Thu, 01 Jan 2015 00:00:00 +0000",
                "Message-ID": f"<{path.stem}@example.org>",
                "Subject": title,
                "MIME-Version": "1.0",
                "Content-Type": "text/plain; charset=utf-8",
                "Content-Transfer-Encoding": "8bit",
            }
            mail = self.place / path.relative_to(self.articles).with_suffix("")
            mail.parent.mkdir(parents=True, exist_ok=True)
            mail.write_text("".join(f"{k}: {v}\n" for k, v in head.items()) + f"\n{text}", "utf-8")

    def build(self) -> Iterator[Sequence[str]]:
        yield ["notmuch", "new", "--quiet"]

    def ask(self, kind: str, words: Sequence[str], part: str) -> Sequence[str] | None:
        if kind == "fuzzy":
            return None
        line = _boolean(kind, words, " and ", " or ") + (f" and path:{part}/**" if part else "")
        return ["notmuch", "search", f"--limit={LIMIT}", line]


class SqliteUtils(Command):
    """The command line of sqlite-utils, with SQLite's full-text index."""

    name, needs = "sqlite-utils", ("sqlite-utils",)

    def build(self) -> Iterator[Sequence[str]]:
        db = f"{self.place}.db"
        columns = ["-c", "path", "-c", "content:content_text"]
        files = ["insert-files", db, "docs", str(self.articles), "--text", *columns]
        yield ["sqlite-utils", *files]
        index = ["enable-fts", db, "docs", "content", "--fts5", "--tokenize", "porter"]
        yield ["sqlite-utils", *index]

    def ask(self, kind: str, words: Sequence[str], part: str) -> Sequence[str] | None:
        if kind in {"fuzzy", "filter"}:
            return None
        line = _boolean(kind, words, " AND ", " OR ")
        shown = ["--limit", LIMIT, "-c", "path"]
        return ["sqlite-utils", "search", f"{self.place}.db", "docs", line, *shown]


class Whoosh3(Command):
    """The command of a fork of Whoosh; it writes its index into the folder of the files."""

    name, needs = "whoosh3", ("whoosh",)

    def ready(self) -> None:
        shutil.copytree(self.articles, self.place)

    def build(self) -> Iterator[Sequence[str]]:
        yield ["whoosh", "index", str(self.place)]

    def ask(self, kind: str, words: Sequence[str], part: str) -> Sequence[str] | None:
        if kind in {"fuzzy", "filter"}:
            return None
        line = _boolean(kind, words, " AND ", " OR ")
        return ["whoosh", "search", line, str(self.place), "--limit", LIMIT]


class Qmd(Command):
    """The search tool qmd, with its index of words and without its language models."""

    name, needs = "qmd", ("qmd",)

    def __init__(self, articles: Path, work: Path) -> None:
        super().__init__(articles, work)
        self.env |= {"XDG_CACHE_HOME": str(self.place)}

    def build(self) -> Iterator[Sequence[str]]:
        where = [str(self.articles), "--name", "articles", "--mask", "**/*.txt"]
        yield ["qmd", "collection", "add", *where]

    def ask(self, kind: str, words: Sequence[str], part: str) -> Sequence[str] | None:
        if kind not in {"rare", "common", "and", "phrase"}:
            return None
        return ["qmd", "search", _boolean(kind, words, " ", " "), "-n", LIMIT]


def _boolean(kind: str, words: Sequence[str], both: str, either: str) -> str:
    """Return a query with operators; words with punctuation are quoted."""
    if kind == "phrase":
        return f'"{" ".join(words)}"'
    if kind == "prefix":
        return f"{words[0]}*"
    quoted = [word if word.isalnum() else f'"{word}"' for word in words]
    joined = (both if kind == "and" else either).join(quoted)
    return f"({joined})" if len(words) > 1 else joined


COMMANDS: Mapping[str, type[Command]] = {
    one.name: one for one in (Ripgrep, Recoll, Omega, Notmuch, SqliteUtils, Whoosh3, Qmd)
}
