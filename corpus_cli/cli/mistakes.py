"""What is said of a command line that is wrong."""

import re

import click

from corpus_cli.errors import nearest


def said(error: click.ClickException) -> str:
    """In one line what is wrong, what was probably meant, and what tells more."""
    line = error.format_message().rstrip(".")
    param = getattr(error, "param", None)
    value = re.search(r": '(.*)' is not one of", line)
    if value and param and isinstance(param.type, click.Choice):
        near = nearest(value[1], [str(choice) for choice in param.type.choices])
        line += f"; did you mean {near}?" if near else ""
    ctx = getattr(error, "ctx", None)
    return f"{line} ({ctx.command_path} --help tells more)" if ctx else line
