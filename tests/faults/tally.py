"""Add up what the tests of faults tried and what went wrong."""

from collections import Counter
from typing import Any

TRIED = {
    "calls": "system calls killed at or refused",
    "states": "states after a power cut",
    "syncs": "syncs left out, each of which the model has to notice",
    "mutations": "damaged files",
    "payloads": "indexes and files of strangers",
    "inputs": "files made to break their readers",
    "queries": "queries",
    "reads": "searches beside a writer",
    "upgrades": "corpora of earlier versions",
}
"""What the tests try, by the word that they count it with."""

WRONG = {
    "lost": "acknowledged articles lost",
    "wrong": "wrong answers without an error",
    "outside": "files outside of the corpus touched",
    "hangs": "commands that did not end",
}
"""What must never happen, by the word that tests count it with."""


class Tally:
    """A plugin of pytest that prints the sums of what the fixture `counts` was called with."""

    def __init__(self) -> None:
        self.sums = Counter[str]()

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.when == "teardown":
            for name, value in report.user_properties:
                if name == "counts":
                    self.sums.update(value)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        terminalreporter.section("faults")
        for words in (TRIED, WRONG):
            for kind, meaning in words.items():
                terminalreporter.write_line(f"{self.sums[kind]:9,}  {kind:10} {meaning}")
