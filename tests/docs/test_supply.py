"""What continuous integration installs is locked, and may be used."""

import re
import tomllib
from collections.abc import Iterator

import pytest

from docs import licences
from tests.docs.test_docs import ROOT

LOCK = (ROOT / ".ci" / "requirements.txt").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def pinned() -> Iterator[tuple[str, str]]:
    """The packages of pyproject.toml with their versions, those of extras too."""
    lines = [*PROJECT["dependencies"]]
    for extra in PROJECT["optional-dependencies"].values():
        lines += extra
    for line in lines:
        if not line.startswith("corpus-search["):
            name, version = re.split("==|;", line)[:2]
            yield re.sub("[-_.]+", "-", name).lower(), version.strip()


def test_every_package_is_locked_in_its_version() -> None:
    locked = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", LOCK, re.MULTILINE))
    assert dict(pinned()).items() <= locked.items()


def test_every_package_has_a_hash() -> None:
    for entry in re.split(r"\n(?=[a-z])", LOCK):
        assert re.search(r"--hash=sha256:[0-9a-f]{64}$", entry.rstrip()), entry[:60]


def test_the_lock_names_no_host_and_no_machine() -> None:
    assert not re.search(r"https?:|file:|@ |--index|--find-links|/home/|/tmp/|/root/", LOCK)


@pytest.mark.parametrize(
    ("expression", "is_allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-2-Clause", True),
        ("MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later", True),
        ("MIT AND (BSD-3-Clause OR GPL-2.0-only)", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("MIT AND GPL-3.0-or-later", False),
        ("GPL-3.0-only", False),
        ("AGPL-3.0-only", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_a_licence_is_allowed_or_not(expression: str, *, is_allowed: bool) -> None:
    assert licences.is_allowed(expression) is is_allowed


def test_every_package_of_users_is_listed() -> None:
    listed = set(re.findall(r"^\| `([^`]+)` \|", licences.PAGE.read_text("utf-8"), re.MULTILINE))
    assert dict(pinned()).keys() <= listed
