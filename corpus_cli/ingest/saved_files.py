"""Find the files that a browser saves next to a page."""

import os

from corpus_cli.ingest import file_formats
from corpus_cli.ingest.loading import load
from corpus_cli.text.data import toml


def saved_folders(page: str) -> frozenset[str]:
    """Return the possible names of the folder that browsers save beside a page.

    It contains the frames, pictures and styles of the page, and is named in the language of the
    browser or of the system. There is none beside a file of another format.
    """
    if not _is_page(page):
        return frozenset()
    stem = os.path.splitext(page)[0]  # noqa: PTH122 - need not be valid text
    return frozenset(stem + ending for ending in toml("html")["saved_folders"])


def load_saved_file(page: str, address: str, largest: int) -> bytes:
    """Read a page that a browser saved with another, by its address relative to that.

    It is empty for any other address. Raises `SourceError` if the file cannot be read.
    """
    steps = address.split("/")
    is_saved = steps[0] in saved_folders(os.path.basename(page))  # noqa: PTH119 - need not be valid text
    if not (is_saved and _is_page(address)):
        return b""
    folder = os.path.realpath(os.path.dirname(page))  # noqa: PTH120 - the same
    path = os.path.join(folder, *steps)  # noqa: PTH118 - the same
    try:
        # No link and no `..` may lead out of that folder.
        is_inside = os.path.realpath(path) == path and os.path.lexists(path)
    except ValueError:
        return b""
    return load(path, largest).data if is_inside else b""


def _is_page(path: str) -> bool:
    file_format = file_formats.format_by_suffix(path)
    return file_format is not None and file_format.module == file_formats.FORMATS["HTML"].module
