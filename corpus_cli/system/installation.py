"""How to add an extra to this installation of corpus."""

import json
import shlex
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

DISTRIBUTION = "corpus-search"


def install_command(extra: str) -> str:
    """Return the shell command that adds an extra to this installation.

    The command names the place this copy was installed from, so it works for a clone as well as
    for a package index. pip and uv record that place in `direct_url.json` (PEP 610); an
    installation from an index has no such file. A copy that runs without being installed is
    named by its folder.
    """
    try:
        origin = distribution(DISTRIBUTION).read_text("direct_url.json")
    except PackageNotFoundError:
        requirement = f"{Path(__file__).parents[2]}[{extra}]"
    else:
        requirement = _format_requirement(extra, json.loads(origin) if origin else {})
    return shlex.join([sys.executable, "-m", "pip", "install", requirement])


def _format_requirement(extra: str, origin: dict[str, dict[str, str] | str]) -> str:
    match origin:
        case {"url": str(url)} if url.startswith("file:"):
            return f"{url2pathname(urlsplit(url).path)}[{extra}]"
        case {"url": str(url), "vcs_info": {"vcs": str(vcs)}}:
            return f"{DISTRIBUTION}[{extra}] @ {vcs}+{url}"
        case {"url": str(url)}:
            return f"{DISTRIBUTION}[{extra}] @ {url}"
        case _:
            return f"{DISTRIBUTION}[{extra}]"
