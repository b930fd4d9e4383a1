#!/usr/bin/env python3
"""Draws benches/RESULTS.md as docs/img/throughput.svg: how many times faster cwfilter is than each engine that evaluates rules.

usage: chart.py RESULTS.md OUT.svg          `benches/rivals/run` calls it at its end; standard library only
"""
import html
import math
import re
import sys

LEFT, BAR, WIDTH, GROUP, RIGHT = 210, 16, 520, 22, 60


def tables(text):
    """(heading, [(engine, times faster, agrees)]) for each number of rules; readers that evaluate nothing are left out."""
    for part in re.split(r"^### ", text, flags=re.M)[1:]:
        heading, rows = part.split("\n", 1)
        if not heading.endswith(" rules"):
            continue
        found = []
        for row in re.findall(r"^\| ([^|]+) \| (\d+) \| ([\d.]+) \| ([^|]+) \|", rows, flags=re.M):
            engine, _, times, agrees = (cell.strip() for cell in row)
            if agrees != "does not match" and not engine.startswith("cwfilter"):
                found.append((engine, float(times), agrees == "yes"))
        yield heading, found


def draw(text):
    groups = list(tables(text))
    if not groups or not all(rows for _, rows in groups):
        sys.exit("chart.py: no tables of engines in the results")
    most = max(times for _, rows in groups for _, times, _ in rows)
    scale = WIDTH / math.log10(most * 1.2)
    out, y = [], 58
    for heading, rows in groups:
        out.append(f'<text class="head" x="{LEFT}" y="{y}">{html.escape(heading)}</text>')
        y += 10
        for engine, times, agrees in rows:
            length = max(2.0, math.log10(max(times, 1.0)) * scale)
            note = "" if agrees else " *"
            out.append(f'<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end">{html.escape(engine + note)}</text>')
            out.append(f'<rect class="{"bar" if agrees else "other"}" x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR}" rx="2"/>')
            out.append(f'<text x="{LEFT + length + 6:.1f}" y="{y + 12}">{times:.1f}×</text>')
            y += GROUP
        y += 26
    machine = re.search(r"^Machine: (.*)$", text, flags=re.M)
    out.append(f'<text class="note" x="12" y="{y}">logarithmic scale; * finds other matches; {html.escape(machine.group(1) if machine else "")}</text>')
    height, width = y + 16, LEFT + WIDTH + RIGHT
    style = (
        "text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-size:16px;font-weight:600}.head{font-weight:600}"
        ".note{font-size:11px;fill:#59636e}.bar{fill:#0969da}.other{fill:#8c959f}.ground{fill:#ffffff}"
        "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.note{fill:#9198a1}.bar{fill:#4493f8}.other{fill:#656c76}.ground{fill:#0d1117}}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="How many times faster cwfilter matches than other engines">\n<style>{style}</style>\n'
        f'<rect class="ground" width="{width}" height="{height}"/>\n'
        f'<text class="title" x="12" y="28">cwfilter matches this many times faster than …</text>\n' + "\n".join(out) + "\n</svg>\n"
    )


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as results:
        drawn = draw(results.read())
    with open(sys.argv[2], "w", encoding="utf-8") as chart:
        chart.write(drawn)
