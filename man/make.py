"""Write the man pages: one for each command, one for each page of help."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import click

from corpus_cli import __version__
from corpus_cli.cli import helping, pages
from corpus_cli.cli.commands import COMMANDS, app

PAGES = {"query": 7, "formats": 7, "names": 7, "exit-codes": 7}
FOLDER = Path(__file__).parent


def made() -> dict[str, str]:
    """Return the text of each man page, by its path in this folder."""
    root = helping.Context(app, info_name="corpus")
    found = {"man1/corpus.1": page(root, _listed())}
    for name in COMMANDS:
        command = app.get_command(root, name)
        if isinstance(command, helping.Command):
            ctx = helping.Context(command, info_name=name, parent=root)
            found[f"man1/corpus-{name}.1"] = page(ctx, "".join(_commands(ctx)))
    for name, number in PAGES.items():
        found[f"man{number}/corpus-{name}.{number}"] = topic(name, number)
    return found


def page(ctx: click.Context, commands: str) -> str:
    """Return the man page of a command; `commands` is the text of the sections on subcommands."""
    command = ctx.command
    name = ctx.command_path.replace(" ", "-")
    parts = [_head(name, 1, helping.sentence(command))]
    parts.append(f".SH SYNOPSIS\n.B {_safe(ctx.command_path)}\n{_line(_usage(ctx))}\n")
    parts.append(f".SH DESCRIPTION\n{_prose(command)}")
    parts.append(f".SH EXAMPLES\n{_examples(command)}")
    parts.append(commands)
    parts += (f".SH {name.upper()}\n{text}" for name, text in _options(ctx))
    others = ["corpus (1)", *(f"corpus\\-{_safe(one)} ({n})" for one, n in PAGES.items())]
    parts.append(
        ".SH SEE ALSO\n" + ",\n".join(f".BR {one}" for one in others).replace(",\n", " ,\n")
    )
    return "".join(parts).rstrip("\n") + "\n"


def topic(name: str, number: int) -> str:
    """Return a page of help as a man page."""
    title, *lines = pages.PAGES[name].read_text("utf-8").splitlines()
    parts = [_head(f"corpus-{name}", number, title.removeprefix("# ")), ".SH DESCRIPTION\n"]
    example = False
    for line in lines:
        if line.startswith("    ") != example and (line or not example):
            example = not example
            parts.append(".PP\n.nf\n.RS 4\n" if example else ".RE\n.fi\n.PP\n")
        if line.startswith("## "):
            parts.append(f".SH {_safe(line[3:].upper())}\n")
        elif line:
            parts.append(f"{_line(line[4:] if example else line)}\n")
        else:
            parts.append(".sp\n" if example else ".PP\n")
    text = "".join(parts) + (".RE\n.fi\n" if example else "")
    # Remove empty paragraphs, and those at the start of a section or the end of an example.
    text = re.sub(r"(?:\.(?:PP|sp)\n)+(?=\.(?:PP|SH|RE)\b)", "", text)
    return re.sub(r"(\.SH .*\n)(?:\.PP\n)+", r"\1", text).rstrip("\n") + "\n"


def _head(name: str, number: int, what: str) -> str:
    what = what.rstrip(".")
    return (
        f'.TH "{_safe(name.upper())}" "{number}" "" "corpus {__version__}" "corpus"\n'
        f".ad l\n.nh\n.SH NAME\n{_safe(name)} \\- {_safe(what[:1].lower() + what[1:])}\n"
    )


def _usage(ctx: click.Context) -> str:
    return " ".join(ctx.command.collect_usage_pieces(ctx))


def _prose(command: click.Command) -> str:
    text = inspect.cleandoc(command.help or "").replace("\b\n", "")
    return "".join(f".PP\n{_line(part)}\n" for part in text.split("\n\n")).removeprefix(".PP\n")


def _examples(command: click.Command) -> str:
    known = command.examples if isinstance(command, helping.Command) else {}
    return "".join(f".TP\n.B {_line(line)}\n{_line(words)}\n" for line, words in known.items())


def _options(ctx: click.Context) -> Iterator[tuple[str, str]]:
    groups = ctx.command.grouped(ctx) if isinstance(ctx.command, helping.Command) else ()
    for name, records in groups:
        yield name, "".join(f".TP\n.B {_line(option)}\n{_line(text)}\n" for option, text in records)


def _listed() -> str:
    rows = (
        f".TP\n.BR corpus\\-{_safe(name)} (1)\n{_line(text)}\n" for name, text in COMMANDS.items()
    )
    return ".SH COMMANDS\n" + "".join(rows)


def _commands(ctx: click.Context) -> Iterator[str]:
    """Yield the commands of a group, each with its options."""
    if not isinstance(ctx.command, click.Group):
        return
    for name in ctx.command.list_commands(ctx):
        command = ctx.command.get_command(ctx, name)
        if not command:
            continue
        inside = helping.Context(command, info_name=name, parent=ctx)
        yield f".SH {_safe(inside.command_path.upper())}\n.B {_safe(inside.command_path)}\n"
        yield f"{_line(_usage(inside))}\n.PP\n{_prose(command)}{_examples(command)}"
        yield "".join(text for _, text in _options(inside))


def _line(text: str) -> str:
    """Escape lines of text so that groff reads none of them as a request."""
    return "\n".join(re.sub(r"^(?=[.'])", r"\\&", _safe(line)) for line in text.splitlines())


def _safe(text: str) -> str:
    """Escape the characters of a text that have a meaning for groff."""
    marks = {"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti"}
    plain = "".join(marks.get(char, char) for char in text)
    return "".join(char if char < "\x7f" else f"\\[u{ord(char):04X}]" for char in plain)


if __name__ == "__main__":
    for stale in FOLDER.glob("man*/*"):
        stale.unlink()
    for file, text in made().items():
        (FOLDER / file).parent.mkdir(exist_ok=True)
        (FOLDER / file).write_text(text, "utf-8")
