"""Write the figures as Markdown tables and as a plot."""

import re
import statistics
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from plot import drawn, growths

KINDS = ("rare", "common", "and", "or", "phrase", "prefix", "fuzzy", "name", "filter")
_BEGIN = "<!-- {}: made by bench/speed.py -->"
_END = "<!-- end of {} -->"


def page(figures: Mapping[str, Any], path: Path) -> None:
    """Put the table of each label between its marks in a page, and the plot next to the page."""
    text = path.read_text("utf-8") if path.exists() else "# Performance\n"
    plot = f"![Ratios to each peer, and growth]({path.with_suffix('.svg').name})\n"
    blocks = {"plot": plot, **{label: table(label, found) for label, found in figures.items()}}
    for label, held in blocks.items():
        begin, end = _BEGIN.format(label), _END.format(label)
        block = f"{begin}\n\n{held}\n{end}"
        before = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        if before.search(text):
            text = before.sub(lambda _, block=block: block, text)
        else:
            text = f"{text.rstrip()}\n\n{block}\n"
    path.write_text(text, "utf-8")
    path.with_suffix(".svg").write_text(drawn(summaries(figures), figures.get("growth")), "utf-8")


def table(label: str, found: Mapping[str, Any]) -> str:
    """Return all tables of a run."""
    if "scales" in found:
        parts = _large(found)
    else:
        parts = _growth(found) if "sizes" in found else _compared(label, found)
    return "\n".join(parts) + "\n"


def rows(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table, with its first column left-aligned and the others right-aligned."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *body]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def ratio(ours: Mapping[str, Any], theirs: Mapping[str, Any], at: int) -> float | None:
    """Return the geometric mean of our time / their time over the classes that both answer."""
    both = [ours[kind][at] / theirs[kind][at] for kind in KINDS if kind in ours and kind in theirs]
    return statistics.geometric_mean(both) if both else None


def summaries(figures: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Return the ratios to each peer in the first run: index, cold, warm."""
    found = next((one for one in figures.values() if "versions" in one), None)
    if not found:
        return {}
    told = {}
    for name in found["versions"]:
        if name.startswith("corpus"):
            continue
        index = found["index"].get(name)
        values = {
            "index": found["index"]["corpus"]["wall"] / index["wall"] if _made(index) else None,
            "cold": _to(found["cold"], name, 0),
            "warm": _to(found["warm"], name, 1),
        }
        told[name] = {key: value for key, value in values.items() if value}
    return {name: values for name, values in told.items() if values}


def _made(index: Mapping[str, float] | None) -> bool:
    return bool(index and index["size"])


def _to(told: Mapping[str, Any], name: str, at: int) -> float | None:
    return ratio(told["corpus"]["ms"], told[name]["ms"], at) if name in told else None


def _compared(label: str, found: Mapping[str, Any]) -> Iterator[str]:
    yield f"### {label}: {found['documents']:,} articles, {found['text']:.1f} MB of text\n"
    yield f"`{found['command']}` on {found['machine']}.\n"
    told = [f"{name} {version}" for name, version in found["versions"].items()]
    yield f"Versions: {'; '.join(one for one in told if not one.startswith('corpus '))}.\n"
    if found["missing"]:
        yield "Missing:\n"
        yield "".join(f"- {name}: {why}\n" for name, why in found["missing"].items())
    yield "#### Making the index\n"
    yield rows(*_index(found))
    yield "#### Cold: a whole process, ten answers with snippets, into a pipe\n"
    yield rows(*_cold(found))
    if "corpus" in found["warm"]:
        yield "#### Warm: in one process, ten answers with snippets\n"
        yield rows(*_warm(found, 1))
        yield "#### Warm, without snippets\n"
        yield rows(*_warm(found, 0))


def _index(found: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    ours, alone = found["index"]["corpus"], found["index"].get("corpus reindex")
    head = ["", "s", "CPU s", "MB of memory", "MB on disk"]
    head += ["corpus ÷ it", "by CPU", "reindex ÷ it", "by CPU", "disk: corpus ÷ it"]
    body = []
    for name, one in found["index"].items():
        if not _made(one) and name != "corpus reindex":
            continue
        cells = [name, f"{one['wall']:.2f}", f"{one['cpu']:.2f}", f"{one['memory']:.0f}"]
        cells += [
            f"{one['size']:.1f}" if name != "corpus reindex" else "",
        ]
        cells += [
            f"{mine[key] / one[key]:.2f}" if mine and one[key] else ""
            for mine in (ours, alone)
            for key in ("wall", "cpu")
        ]
        disk = f"{ours['size'] / one['size']:.2f}" if name != "corpus reindex" else ""
        body.append([*cells, disk])
    return head, body


def _cold(found: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    head = ["ms", *KINDS, "MB", "corpus ÷ it", "by the least"]
    median, least = found["bare"]
    ours = found["cold"]["corpus"]["ms"]
    bare = {kind: [median, least] for kind in KINDS}
    every = {"bare Python": {"ms": bare, "memory": 0}, **found["cold"]}
    body = []
    for name, one in every.items():
        shown = [f"{one['ms'][kind][0]:.1f}" if kind in one["ms"] else "" for kind in KINDS]
        memory = f"{one['memory']:.0f}" if one["memory"] else ""
        both = [ratio(ours, one["ms"], at) for at in (0, 1)]
        body.append([name, *shown, memory, *(f"{value:.2f}" if value else "" for value in both)])
    return head, body


def _warm(found: Mapping[str, Any], at: int) -> tuple[list[str], list[list[str]]]:
    head = ["ms", *KINDS, "MB", "corpus ÷ it"]
    ours = found["warm"]["corpus"]["ms"]
    body = []
    for name, one in found["warm"].items():
        shown = [f"{one['ms'][kind][at]:.2f}" if kind in one["ms"] else "" for kind in KINDS]
        value = ratio(ours, one["ms"], at)
        told = f"{value:.2f}" if value else ""
        body.append([name, *shown, f"{one['memory']:.0f}", told])
    return head, body


def _large(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the tables of bench/large.py: each size has the columns CPU, clock and memory."""
    scales = found["scales"]
    yield "### Large corpora\n"
    yield f"`{found['command']}` on {found['machine']}.\n"
    head = ["", *(f"{int(count):,} articles" for count in scales)]
    sizes = {"passages": "{passages:,}", "text, MB": "{text:.0f}"}
    body = [
        [name, *(shown.format(**one) for one in scales.values())] for name, shown in sizes.items()
    ]
    for name, label in {"corpus": "ingest", "fts5": "fts5"}.items():
        for key, unit in {"cpu": "CPU s", "wall": "s", "memory": "MB of memory"}.items():
            figures = (one["built"][name][key] for one in scales.values())
            body.append([f"{label}: {unit}", *(f"{value:,.0f}" for value in figures)])
    disks = {
        "index": "index",
        "before": "the generation before",
        "store": "store",
        "names": "names",
    }
    for key, label in disks.items():
        figures = (one["disk"][key] for one in scales.values())
        body.append([f"disk, MB: {label}", *(f"{value:,.1f}" for value in figures)])
    both = [(one["disk"], one["built"]["fts5"]["size"]) for one in scales.values()]
    body.append(["disk, MB: fts5, with the texts", *(f"{peer:,.1f}" for _, peer in both)])
    body.append(["index ÷ fts5", *(f"{ours['index'] / peer:.2f}" for ours, peer in both)])
    body.append(["all ÷ fts5", *(f"{sum(ours.values()) / peer:.2f}" for ours, peer in both)])
    yield rows(head, body)
    head = ["ms"]
    for count in scales:
        head += [f"CPU at {int(count):,}", "by the clock", "MB"]
    body = []
    for name in next(iter(scales.values()))["commands"]:
        every = [one["commands"][name] for one in scales.values()]
        cells = [f"{one[key]:,.0f}" for one in every for key in ("cpu", "wall", "memory")]
        growth = every[-1]["cpu"] / every[0]["cpu"]
        body.append([name, *cells, f"{growth:.2f}"])
    yield "Whole commands, into a pipe: the least of three\n"
    yield rows([*head, "growth of CPU"], body)


def _growth(found: Mapping[str, Any]) -> Iterator[str]:
    yield "### Growth\n"
    yield f"`{found['command']}` on {found['machine']}.\n"
    head = ["", *(f"{int(count):,} articles" for count in found["sizes"])]
    steps = list(zip(list(found["sizes"])[:-1], list(found["sizes"])[1:], strict=True))
    head += [f"{int(high):,} ÷ {int(low):,}" for low, high in steps]
    body = []
    for name, row in growths(found).items():
        cells = [f"{row[count]:.4g}" if row.get(count) else "" for count in found["sizes"]]
        for low, high in steps:
            cells.append(f"{row[high] / row[low]:.2f}" if row.get(low) and row.get(high) else "")
        body.append([name, *cells])
    yield rows(head, body)
