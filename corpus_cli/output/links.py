"""Make links from a terminal to a line of a file (OSC 8)."""

import os
import re
from collections.abc import Mapping

from corpus_cli.errors import UsageError, closest_name
from corpus_cli.text.data import toml

_PART = re.compile(r"\{([^{}]*)\}")
_PARTS = ("path", "line", "column", "host", "wslprefix")


def link_template(choice: str, environment: Mapping[str, str], *, terminal: bool) -> str:
    """Return the template of links for a choice; empty for no links.

    `always` links to the file, and `auto` does so in terminals that are known to support links.
    The alias of an editor, or a template (`{path}`, `{line}`, `{column}`, `{host}`,
    `{wslprefix}`), applies in every terminal. Raises `UsageError` for any other choice.
    """
    aliases: Mapping[str, str] = toml("terminal")["links"]
    match choice:
        case "never":
            return ""
        case "always":
            wanted = True
        case "auto":
            wanted = terminal and _is_known_terminal(environment)
        case _:
            wanted = terminal and environment.get("TERM") != "dumb"
    if choice in ("auto", "always"):
        choice = "wsl" if environment.get("WSL_DISTRO_NAME") else "default"
    address = aliases[choice] if choice in aliases else _check_template(choice, aliases)
    return _here(address, environment) if wanted else ""


def link(template: str, path: str, line: int, column: int) -> str:
    """Return the address of a position in a file, in ASCII without blanks."""
    from urllib.parse import quote

    values = {
        "path": quote(_bytes(os.path.abspath(path)), safe="/"),  # noqa: PTH100 - keeps links
        "line": str(line),
        "column": str(column),
    }
    return _PART.sub(lambda part: values[part[1]], template)


def _bytes(path: str) -> bytes:
    """Encode a path, with a question mark for each character that no file name can have."""
    return re.sub("[\ud800-\udc7f\udd00-\udfff]", "?", path).encode("utf-8", "surrogateescape")


def _check_template(choice: str, aliases: Mapping[str, str]) -> str:
    """Check a template of the user and return it. Raises `UsageError` if it is invalid."""
    parts = _PART.findall(choice)
    if not parts and ":" not in choice:
        raise UsageError(_unknown(choice, aliases))
    for part in parts:
        if part not in _PARTS:
            known_parts = ", ".join(f"{{{name}}}" for name in _PARTS)
            raise UsageError(f"{choice}: a link template has no {{{part}}}, only {known_parts}")
    if "path" not in parts:
        raise UsageError(f"{choice}: a link template needs {{path}}, as in file://{{host}}{{path}}")
    if not re.fullmatch(r"[a-zA-Z][a-zA-Z0-9+.-]*:[!-~]*", choice):
        raise UsageError(
            f"{choice}: a link template has to begin with a scheme, as in file://, "
            "and to be ASCII without blanks"
        )
    return choice


def _unknown(choice: str, aliases: Mapping[str, str]) -> str:
    words = ("auto", "never", "always", *aliases)
    near = closest_name(choice, words, 0.6)
    hint = f"did you mean {near}? " if near else ""
    return (
        f"{choice} is not a kind of link: {hint}choose from {', '.join(words)}, or give a template"
    )


def _here(template: str, environment: Mapping[str, str]) -> str:
    """Fill in the parts of a template that do not depend on the file."""
    from urllib.parse import quote

    distro = environment.get("WSL_DISTRO_NAME", "")
    values = {
        "host": quote(os.uname().nodename, safe=""),
        "wslprefix": f"wsl$/{quote(distro, safe='')}" if distro else "",
    }
    return _PART.sub(lambda part: values.get(part[1], part[0]), template)


def _is_known_terminal(environment: Mapping[str, str]) -> bool:
    """Return whether the terminal is known to support links; FORCE_HYPERLINK overrides this."""
    forced = environment.get("FORCE_HYPERLINK")
    if forced or environment.get("TERM") in (None, "dumb"):
        return forced not in (None, "", "0")
    known_terminals = toml("terminal")["known"]
    least = known_terminals["programs"].get(environment.get("TERM_PROGRAM", ""))
    return (
        any(environment.get(name) for name in known_terminals["variables"])
        or environment.get("TERM") in known_terminals["terms"]
        or (least is not None and _reaches(environment.get("TERM_PROGRAM_VERSION", ""), least))
        or any(
            _reaches(environment.get(name, ""), version)
            for name, version in known_terminals["versions"].items()
        )
    )


def _reaches(version: str, least: str) -> bool:
    def numbers(text: str) -> list[int]:
        return [int(number) for number in re.findall(r"[0-9]{1,9}", text)]

    return numbers(version) >= numbers(least)
