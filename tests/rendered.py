"""Convert the seeds with other programs.

The formats are HTML, DOCX, ODT, RTF, EPUB and PDF. `python -m tests.rendered` overwrites the
converted files in the repository.
"""

import shutil
import subprocess
import tomllib
from html import escape
from pathlib import Path
from typing import Any

from tests.conftest import DATA, SEEDS

FORMATS = DATA / "formats"
TRUTH: dict[str, Any] = tomllib.loads((DATA / "kinds.toml").read_text("utf-8"))
OFFICE = shutil.which("soffice")
CHECKED_IN = "000_607f2354cd99f308.txt"

_TAGS = {"title": "h1", "heading": "h2"}


def lines(name: str) -> list[tuple[str, str]]:
    """Return the kind and the text of every line of a seed that is not blank."""
    kinds = {n: kind for kind, numbers in TRUTH[name]["kinds"].items() for n in numbers}
    texts = (SEEDS / name).read_text("utf-8").split("\n")
    return [(kinds[n], text) for n, text in enumerate(texts, 1) if n in kinds]


def body(name: str) -> list[str]:
    """Return the paragraphs of the body of a seed."""
    return [text for kind, text in lines(name) if kind == "body"]


def html(name: str) -> str:
    """Return a seed as a plain page: title as h1, headings as h2, other lines as paragraphs."""
    rows = [(_TAGS.get(kind, "p"), escape(text, quote=False)) for kind, text in lines(name)]
    blocks = "\n".join(f"<{tag}>{text}</{tag}>" for tag, text in rows)
    title = escape(TRUTH[name]["title"], quote=False)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body>\n{blocks}\n</body></html>\n"
    )


def written(source: Path, suffix: str, folder: Path) -> Path:
    """Convert a file with LibreOffice into a folder, with a new profile in that folder."""
    assert OFFICE
    subprocess.run(
        [
            OFFICE,
            "--headless",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *(["--infilter=HTML (StarWriter)"] if source.suffix == ".html" else []),
            "--convert-to",
            suffix,
            "--outdir",
            str(folder),
            str(source),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return folder / f"{source.stem}.{suffix}"


def rendered(name: str, suffix: str, folder: Path) -> Path:
    """Write a seed to a folder in one of the formats."""
    page = folder / f"{Path(name).stem}.html"
    page.write_text(html(name), "utf-8")
    return page if suffix == "html" else written(page, suffix, folder)


def _fixtures() -> None:
    """Overwrite the converted files in the repository."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as made:
        folder = Path(made)
        for suffix in ("docx", "odt", "rtf", "epub", "pdf"):
            path = rendered(CHECKED_IN, suffix, folder)
            shutil.copyfile(path, FORMATS / f"seed.{suffix}")
            if suffix != "pdf":
                path = written(FORMATS / "features.fodt", suffix, folder)
                shutil.copyfile(path, FORMATS / path.name)
        for stem in ("sheets", "figures"):
            for suffix in ("xlsx", "xls", "ods"):
                path = written(FORMATS / f"{stem}.fods", suffix, folder)
                shutil.copyfile(path, FORMATS / path.name)


if __name__ == "__main__":
    _fixtures()
