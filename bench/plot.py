"""Draw the plot: ratios to each peer on the left, growth on the right."""

import math
import statistics
from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape

_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #666 }
.small { font-size: 11px } .head { font-weight: 600 }
.grid { stroke: #8884 } .one { stroke: #888; stroke-dasharray: 4 3 }
.index { fill: #b3541e; stroke: #b3541e } .cold { fill: #2f6fb2; stroke: #2f6fb2 }
.warm { fill: #3c8d5a; stroke: #3c8d5a } .line { fill: none; stroke-width: 2 }
.other { stroke-dasharray: 3 3 }
@media (prefers-color-scheme: dark) {
  text { fill: #ddd } .index { fill: #e08a55; stroke: #e08a55 }
  .cold { fill: #6aa9ea; stroke: #6aa9ea } .warm { fill: #6cc48d; stroke: #6cc48d }
}
"""
_WAYS = {"index": "ingest", "cold": "cold query", "warm": "warm query"}
_WIDTH, _ROW, _TOP = 400, 26, 70
_LEFT, _RIGHT = 110, 650
_SHAPES = {
    "index": "M-5 -5H5V5H-5Z",
    "cold": "M0 -6L6 5H-6Z",
    "warm": "M-5 0A5 5 0 1 0 5 0A5 5 0 1 0 -5 0Z",
}


def drawn(ratios: Mapping[str, Mapping[str, float]], growth: Mapping[str, Any] | None) -> str:
    """Return the SVG of the plot; either half may be empty."""
    height = _TOP + _ROW * max(len(ratios), 9) + 40
    width = _RIGHT + _WIDTH + 60 if growth else _LEFT + _WIDTH + 60
    parts = [*_ratios(ratios, height), *(_growth(growth, height) if growth else ())]
    body = "\n".join(parts)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
    title = "<title>corpus compared with its peers, and growth with the number of articles</title>"
    return f"{head}\n{title}\n<style>{_STYLE}</style>\n{body}\n</svg>\n"


def _text(x: float, y: float, line: str, anchor: str = "start", kind: str = "") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(line)}</text>'
    )


def _decades(values: list[float]) -> tuple[int, int]:
    """Return the exponents of the powers of ten just below and above all values."""
    return (
        math.floor(math.log10(min(values, default=1))),
        math.ceil(math.log10(max(values, default=1)) + 1e-9),
    )


def _ratios(ratios: Mapping[str, Mapping[str, float]], height: int) -> Iterator[str]:
    values = [1.0, *(value for row in ratios.values() for value in row.values())]
    low, high = _decades(values)

    def at(value: float) -> float:
        return _LEFT + _WIDTH * (math.log10(value) - low) / max(high - low, 1)

    yield _text(_LEFT, 20, "Time of corpus ÷ time of the peer (less is faster)", kind="head")
    for n, (way, name) in enumerate(_WAYS.items()):
        yield _mark(way, _LEFT + 6 + n * 110, 40)
        yield _text(_LEFT + 18 + n * 110, 44, name, kind="small")
    for power in range(low, high + 1):
        x, kind = at(10.0**power), "one" if power == 0 else "grid"
        yield f'<path class="{kind}" d="M{x:.1f} {_TOP - 12}V{height - 34}"/>'
        yield _text(x, height - 18, f"{10.0**power:g}", "middle", "small")
    for n, (peer, row) in enumerate(ratios.items()):
        y = _TOP + 6 + n * _ROW
        yield _text(_LEFT - 12, y + 4, peer, "end")
        yield f'<path class="grid" d="M{_LEFT} {y}h{_WIDTH}"/>'
        yield from (_mark(way, at(value), y) for way, value in row.items())


def _mark(way: str, x: float, y: float) -> str:
    return f'<path class="{way}" transform="translate({x:.1f} {y:.1f})" d="{_SHAPES[way]}"/>'


def _growth(growth: Mapping[str, Any], height: int) -> Iterator[str]:
    told = growths(growth)
    lines = {
        (name, way): {int(count): value * scale for count, value in row.items()}
        for name in ("corpus", "fts5")
        for way, key, scale in (
            ("index", "index, s", 1000),
            ("cold", "cold query, ms", 1),
            ("warm", "warm query, ms", 1),
        )
        if (row := told.get(f"{name}: {key}"))
    }
    low, high = _decades([value for row in lines.values() for value in row.values()])
    counts = sorted({count for row in lines.values() for count in row})
    first, last = math.log10(counts[0]), math.log10(counts[-1])
    floor = height - 34

    def at(count: int, value: float) -> tuple[float, float]:
        x = _RIGHT + _WIDTH * (math.log10(count) - first) / ((last - first) or 1)
        return x, floor - (floor - _TOP + 12) * (math.log10(value) - low) / max(high - low, 1)

    yield _text(_RIGHT, 20, "ms as articles grow", kind="head")
    yield _text(_RIGHT, 44, "corpus ———   SQLite FTS5 - - -   colours as on the left", kind="small")
    for power in range(low, high + 1):
        _, y = at(counts[0], 10.0**power)
        yield f'<path class="grid" d="M{_RIGHT} {y:.1f}h{_WIDTH}"/>'
        yield _text(_RIGHT - 8, y + 4, f"{10.0**power:g}", "end", "small")
    for count in counts:
        yield _text(at(count, 1)[0], height - 18, f"{count:,}", "middle", "small")
    for (name, way), row in lines.items():
        points = [at(count, value) for count, value in sorted(row.items())]
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        other = "" if name == "corpus" else " other"
        yield f'<path class="{way} line{other}" style="fill:none" d="{path}"/>'
        yield from (_mark(way, x, y) for x, y in points if not other)


def growths(found: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Return the rows of the growth table: by measure, the value at each number of articles."""
    told: dict[str, dict[str, float]] = {}
    for count, one in found["sizes"].items():
        told.setdefault("text, MB", {})[count] = one["text"]
        for name, index in one["index"].items():
            told.setdefault(f"{name}: index, s", {})[count] = index["wall"]
            told.setdefault(f"{name}: index, MB of memory", {})[count] = index["memory"]
            if name != "corpus reindex":
                told.setdefault(f"{name}: MB on disk", {})[count] = index["size"]
        for way, at in (("cold", 0), ("warm", 1)):
            for name, asked in one[way].items():
                mean = statistics.geometric_mean([took[at] for took in asked["ms"].values()])
                told.setdefault(f"{name}: {way} query, ms", {})[count] = mean
                told.setdefault(f"{name}: {way} query, MB of memory", {})[count] = asked["memory"]
    return told
