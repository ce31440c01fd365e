"""The report of an ingest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Report:
    """The result of an ingest: names of sources, with the reason of failures and skips.

    `withheld` are sources of articles that were removed by hand, `deleted_kept` sources whose
    file was deleted but that were not pruned; `passed_over` counts articles without the needed
    words. `ambiguous_dates` are the dates of articles that may be either of two days, as they are
    written. `newly_skipped` are those of `skipped` that no report has named before; `interrupted`
    means that the ingest was stopped.
    """

    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    deleted_kept: list[str] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    newly_skipped: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    ambiguous_dates: dict[str, str] = field(default_factory=dict)
    passed_over: int = 0
    interrupted: bool = False

    def counts(self) -> Mapping[str, int]:
        """Return the number of sources by outcome, in the order they are printed."""
        return {
            "added": len(self.added),
            "replaced": len(self.replaced),
            "unchanged": len(self.unchanged),
            "removed": len(self.removed),
            "withheld": len(self.withheld),
            "skipped": len(self.skipped),
            "failed": len(self.failed),
        }
