"""Draw a bar chart as an SVG that fits every width."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from corpus_cli.output.documents.tree import BarChart, legible

# Heights and letters are in pixels, and widths in percent, so letters are as large on every screen.
_HEIGHT, _ABOVE, _BELOW = 200, 24, 24
_MOST_LABELS = 6
_MOST_VALUES = 14
_TICKS = 4

_ROW, _BAR, _LETTERS = 38, 14, 15
_WIDEST = 88.0


def draw_bar_chart(chart: BarChart) -> Element:
    """Return a chart with a title and a description for readers who do not see it."""
    height = _ABOVE + _HEIGHT + _BELOW if chart.is_upright else _ROW * len(chart.bars)
    attributes = {"class": "chart", "role": "img", "width": "100%", "height": str(height)}
    attributes["aria-label"] = legible(f"{chart.title}: {chart.description}")
    svg = Element("svg", attributes)
    SubElement(svg, "title").text = legible(chart.title)
    SubElement(svg, "desc").text = legible(chart.description)
    if chart.is_upright:
        _draw_columns(svg, chart)
    else:
        _draw_rows(svg, chart)
    return svg


def tick_step(highest: int) -> int:
    """Return 1, 2 or 5 times a power of ten, so that about four ticks reach the highest value."""
    step = 1
    while step * _TICKS < highest:
        # 1, 2, 5, 10, 20, 50 …
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step


def _draw_columns(svg: Element, chart: BarChart) -> None:
    """Draw periods from left to right, with ticks at the left."""
    highest = max((bar.value for bar in chart.bars), default=0) or 1
    step = tick_step(highest)
    top = -(-highest // step) * step
    bottom = _ABOVE + _HEIGHT
    for value in range(0, top + 1, step):
        y = f"{bottom - _HEIGHT * value / top:.1f}"
        SubElement(svg, "line", {"class": "grid", "x1": "0", "x2": "100%", "y1": y, "y2": y})
        if value:
            # The number stands above its line, where no bar begins.
            at = {"class": "tick", "x": "0", "y": f"{float(y) - 4:.1f}"}
            SubElement(svg, "text", at).text = f"{value:,}"
    left = 7.0
    width = (100 - left) / len(chart.bars)
    every = -(-len(chart.bars) // _MOST_LABELS)
    for number, bar in enumerate(chart.bars):
        x, length = left + width * number, _HEIGHT * bar.value / top
        place = {"x": f"{x + width * 0.1:.3f}%", "width": f"{width * 0.8:.3f}%"}
        size = {"y": f"{bottom - length:.1f}", "height": f"{length:.1f}"}
        rectangle = SubElement(svg, "rect", {"class": "bar", **place, **size})
        SubElement(rectangle, "title").text = legible(bar.text)
        middle = f"{x + width / 2:.3f}%"
        if bar.value and len(chart.bars) <= _MOST_VALUES:
            at = {"class": "value middle", "x": middle, "y": f"{bottom - length - 5:.1f}"}
            SubElement(svg, "text", at).text = f"{bar.value:,}"
        if number % every == 0:
            at = {"class": "label middle", "x": middle, "y": str(bottom + 17)}
            SubElement(svg, "text", at).text = legible(bar.label)


def _draw_rows(svg: Element, chart: BarChart) -> None:
    """Draw a bar below each label, with its value behind it."""
    highest = max((bar.value for bar in chart.bars), default=0) or 1
    for number, bar in enumerate(chart.bars):
        top, length = _ROW * number, _WIDEST * bar.value / highest
        at = {"class": "label", "x": "0", "y": str(top + _LETTERS)}
        SubElement(svg, "text", at).text = legible(bar.label)
        size = {"width": f"{length:.3f}%", "height": str(_BAR)}
        place = {"class": "bar", "x": "0", "y": str(top + _LETTERS + 5)}
        rectangle = SubElement(svg, "rect", {**place, **size})
        SubElement(rectangle, "title").text = legible(bar.text)
        at = {"class": "value", "x": f"{length + 1:.3f}%", "y": str(top + _LETTERS + 17)}
        SubElement(svg, "text", at).text = f"{bar.value:,}"
