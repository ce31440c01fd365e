"""corpus mcp."""

from __future__ import annotations

from corpus_cli.cli import helping, options, session
from corpus_cli.errors import UsageError
from corpus_cli.output import stream
from corpus_cli.system.installation import install_command


@helping.command(
    examples={
        "corpus mcp": "for the nearest corpus",
        "corpus mcp -i ~/index": "for a corpus elsewhere",
        "corpus mcp -i ~/index -i ~/reports/index": "for several",
    },
)
@options.indexes
@options.debug
def mcp(index: tuple[str, ...]) -> int:
    """Let an assistant search the corpus (Model Context Protocol).

    The server speaks on standard input and output until these are closed. Its tools search, show
    lines, look up names and count over time. They write nothing, and every text is labelled as a
    quotation with its citation. docs/exploring.md shows how to set up an assistant.
    """
    try:
        from corpus_cli.cli.mcp_server import make_server
    except ImportError as error:
        raise UsageError(
            f"the server for assistants needs the extra mcp: {install_command('mcp')}"
        ) from error
    with session.open_corpora(index) as opened:
        folders = [corpus.folder for _, corpus in opened.corpora if corpus.folder]
    stream.talk(f"corpus: serving {', '.join(map(str, folders))}")
    make_server([folder.absolute() for folder in folders]).run("stdio")
    return 0
