#!/usr/bin/env python3
"""Draws how the processor time of a pass and the memory grow with sockets, targets and network namespaces.

    Benchmarks/growth.py Benchmarks/results.tsv >docs/images/growth.svg

The input is a file RESULTS of all.sh. A point is the median; a vertical line goes from the minimum to the maximum.
The colours are readable on a light and on a dark background.
"""

import re
import sys

SUBJECTS = ["sockets", "targets", "namespaces"]
QUANTITIES = {"processor time": "processor time of a pass, ms", "memory": "resident memory, MB"}
ROW = re.compile(rf"pass, (\d+) ({'|'.join(SUBJECTS)}): ({'|'.join(QUANTITIES)})$")

WIDTH, HEIGHT = 160, 120  # of a panel
LEFT, TOP = 76, 20  # of the first panel
ACROSS, DOWN = 236, 184  # from one panel to the next
INK, LINE = "#757d85", "#3b82d0"


def read(path):
    """The points of each panel: x, minimum, median, maximum."""
    panels = {}
    for line in open(path, encoding="utf-8"):
        what, *fields = line.rstrip("\n").split("\t")
        if found := ROW.match(what):
            point = (int(found[1]), *map(float, fields[1:]))
            panels.setdefault((found[2], found[3]), {})[point[0]] = point
    return {panel: sorted(points.values()) for panel, points in panels.items()}


def bound(value):
    """The end of an axis: the next number of one digit, or of two of which the second is 5."""
    power = 10 ** (len(str(int(value))) - 1)
    return next(factor * power for factor in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10, 20) if factor * power >= value)


def text(x, y, content, anchor="middle", more=""):
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{more}>{content}</text>'


def panel(left, top, subject, points):
    """A panel with its axes."""
    right, bottom = left + WIDTH, top + HEIGHT
    last_x, last_y = bound(points[-1][0]), bound(max(point[3] for point in points))

    def place(x, y):
        return left + x / last_x * WIDTH, bottom - y / last_y * HEIGHT

    yield f'<path class="axis" d="M{left} {top}V{bottom}H{right}"/>'
    for step in (0, 0.5, 1):
        x, y = place(step * last_x, step * last_y)
        yield f'<path class="axis" d="M{left} {y:g}h-4M{x:g} {bottom}v4"/>'
        yield text(left - 8, y + 4, f"{step * last_y:,g}", "end")
        yield text(x, bottom + 17, f"{step * last_x:,g}")
    yield text(left + WIDTH / 2, bottom + 34, subject)
    line = " ".join("{:.1f},{:.1f}".format(*place(x, median)) for x, _, median, _ in points)
    yield f'<polyline class="line" points="{line}"/>'
    for x, least, median, most in points:
        (across, low), (_, middle), (_, high) = place(x, least), place(x, median), place(x, most)
        yield f'<path class="line" d="M{across:.1f} {low:.1f}V{high:.1f}"/>'
        yield f'<circle cx="{across:.1f}" cy="{middle:.1f}" r="3"/>'


def picture(panels):
    width, height = LEFT + 2 * ACROSS + WIDTH + 24, TOP + DOWN + HEIGHT + 44
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="title">'
    yield '<title id="title">Processor time of a pass and resident memory, by sockets, targets and namespaces</title>'
    yield "<style>"
    yield f"text {{ font: 12px sans-serif; fill: {INK} }} circle {{ fill: {LINE} }}"
    yield f".axis {{ stroke: {INK}; fill: none }} .line {{ stroke: {LINE}; stroke-width: 1.5; fill: none }}"
    yield "</style>"
    for row, (quantity, label) in enumerate(QUANTITIES.items()):
        middle = TOP + row * DOWN + HEIGHT / 2
        yield text(14, middle, label, more=f' transform="rotate(-90 14 {middle:g})"')
        for column, subject in enumerate(SUBJECTS):
            yield from panel(LEFT + column * ACROSS, TOP + row * DOWN, subject, panels[subject, quantity])
    yield "</svg>"


if len(sys.argv) != 2:
    sys.exit("usage: growth.py RESULTS")
print("\n".join(picture(read(sys.argv[1]))))
