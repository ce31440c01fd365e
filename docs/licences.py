"""List the licences of all packages that corpus installs: `python docs/licences.py`.

It writes docs/licences.md, from what the installed packages state of themselves, and fails if a
licence is unknown or does not allow what the project does with the package.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

PAGE = Path(__file__).parent / "licences.md"
PROJECT = "corpus-search"

_PERMISSIVE = frozenset(
    (
        "MIT",
        "BSD",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "Apache-2.0",
        "ISC",
        "PSF-2.0",
        "0BSD",
        "HPND",
        "Zlib",
        "Unlicense",
        "CC0-1.0",
        "MIT-0",
        "MIT-CMU",
        "CNRI-Python",
        "BSD-2-Clause-Views",
    )
)
# Of these, changes to the package itself have to be published; corpus changes none.
_WEAK_COPYLEFT = frozenset(("MPL-2.0", "LGPL-2.1-or-later", "LGPL-3.0-or-later"))
_ALLOWED = _PERMISSIVE | _WEAK_COPYLEFT

# What packages write in the field for a licence, if they state no expression of SPDX.
_SPDX: Mapping[str, str] = {
    "mit license": "MIT",
    "mit": "MIT",
    "the mit license (mit)": "MIT",
    "bsd license": "BSD",
    "bsd": "BSD",
    "mit, bsd": "MIT AND BSD",
    "bsd 2-clause license": "BSD-2-Clause",
    "bsd-3-clause license": "BSD-3-Clause",
    "two-clause bsd license": "BSD-2-Clause",
    "the bsd 2-clause license": "BSD-2-Clause",
    "apache software license": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache-2.0 license": "Apache-2.0",
    "isc license (iscl)": "ISC",
    "python software foundation license": "PSF-2.0",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "mpl 2.0": "MPL-2.0",
    "zlib/libpng license": "Zlib",
}

# What packages state in their repositories, and not as an expression in their metadata.
_STATED_ELSEWHERE: Mapping[str, str] = {
    # "any-OSI": the user chooses any licence that the Open Source Initiative has approved.
    "apsw": "MIT",
    "atheris": "Apache-2.0",
    # The licences of what Chromium's library contains are in the folder LICENSES of its wheel.
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",
}

_GROUPS = {
    "Installed with every corpus": "",
    "Installed with the extras for users": "all",
    "Used by those who work on corpus": "test check fuzz",
}


def main() -> int:
    """Write the page; return 1 if a licence is unknown or not allowed."""
    problems: list[str] = []
    sections = []
    listed: set[str] = set()
    for title, extras in _GROUPS.items():
        rows = []
        for package in sorted(_closure(PROJECT, frozenset(extras.split())), key=_normal_name):
            name = _normal_name(package)
            if name not in listed:
                listed.add(name)
                expression = find_licence(package)
                if not is_allowed(expression):
                    problems.append(f"{name}: the licence {expression or 'is unknown'}")
                rows.append(f"| `{name}` | {expression} |")
        sections.append(f"## {title}\n\n| package | licence |\n| --- | --- |\n" + "\n".join(rows))
    if problems:
        sys.stderr.write("\n".join((*problems, "Replace the package, or allow it here.", "")))
        return 1
    PAGE.write_text(_HEAD + "\n\n".join(sections) + "\n", "utf-8")
    return 0


_HEAD = """# Licences

`python docs/licences.py` makes this page from what the packages state, and fails if a licence is
unknown or not allowed. `corpus` itself is under the MIT licence. A package that offers several
licences is listed with all of them; one that is allowed is enough.

"""


def find_licence(package: Distribution) -> str:
    """Return the licence of a package as an expression of SPDX; empty if it is unknown."""
    metadata = package.metadata
    if stated := _STATED_ELSEWHERE.get(_normal_name(package)):
        return stated
    for expression in metadata.get_all("License-Expression") or ():
        return " ".join(str(expression).split())
    classifiers = [
        one.rpartition("::")[2].strip()
        for one in metadata.get_all("Classifier") or ()
        if one.startswith("License ::") and not one.endswith("OSI Approved")
    ]
    lines = "".join(metadata.get_all("License") or ()).strip().splitlines()
    # The field is more exact than the classifiers, if it is no whole text.
    if lines and is_allowed(field := _to_spdx(lines[0])):
        return field
    return " OR ".join(sorted(dict.fromkeys(filter(None, map(_to_spdx, classifiers)))))


def is_allowed(expression: str) -> bool:
    """Return whether a licence allows the use: each part of an AND, or one part of an OR."""
    parts = re.split(r"\s+AND\s+|\s*,\s*", expression.replace("(", "").replace(")", ""))
    return bool(expression) and all(
        any(one.partition(" WITH ")[0].strip() in _ALLOWED for one in part.split(" OR "))
        for part in parts
    )


def _to_spdx(written: str) -> str:
    if written in _ALLOWED:
        return written
    return _SPDX.get(written.lower().rstrip("."), "" if len(written) > 60 else written)  # noqa: PLR2004 - a whole text


def _closure(name: str, extras: frozenset[str]) -> Iterator[Distribution]:
    """Yield the installed packages that a package needs with some extras, and what they need."""
    waiting, seen = [(name, extras)], set[tuple[str, frozenset[str]]]()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue
        if _normal_name(package) != PROJECT:
            yield package
        for line in package.requires or ():
            requirement = Requirement(line)
            if requirement.marker is None or any(
                requirement.marker.evaluate({"extra": extra}) for extra in (*extras, "")
            ):
                waiting.append((requirement.name, frozenset(requirement.extras)))


def _normal_name(package: Distribution) -> str:
    return re.sub(r"[-_.]+", "-", package.metadata["Name"]).lower()


if __name__ == "__main__":
    sys.exit(main())
