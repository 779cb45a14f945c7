"""Run every benchmark on both databases, one process each, so that none disturbs the next; write RESULTS.md."""

import json
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
FIGURES = (
    "small",
    "list",
    "person_page",
    "search",
    "import_people",
    "documents",
    "files",
    "taps",
    "compliance",
    "sign_in",
    "dues",
)
HEAD = """# Results

Every figure is a ratio to the limit named beside it, measured in the same run, or a plain amount with its unit. Written by
`make bench` on {day}. What each figure means stands at the head of its file.
"""


def main() -> int:
    """Return 0 when every limit holds."""
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "figures.jsonl"
        for database in ("sqlite", "postgres"):
            for name in FIGURES:
                call = [sys.executable, HERE / f"{name}.py", "--database", database, "--out", out]
                worst = max(worst, subprocess.run(call, check=False).returncode)
        figures = [json.loads(line) for line in out.read_text().splitlines()] if out.exists() else []
    (HERE / "RESULTS.md").write_text(table(figures))
    return worst


def table(figures: list[dict[str, object]]) -> str:
    """Return the page: a table for each database."""
    lines = [HEAD.format(day=date.today().isoformat())]
    for database, title in (("sqlite", "SQLite"), ("postgres", "PostgreSQL")):
        lines += [
            f"## {title}",
            "",
            "| figure | value | limit | holds | measured | beside |",
            "|---|---|---|---|---|---|",
        ]
        for one in (figure for figure in figures if figure["database"] == database):
            limit = "" if one["limit"] is None else f"{one['limit']:g}"
            holds = "" if one["limit"] is None else "yes" if one["value"] <= one["limit"] else "**no**"  # type: ignore[operator]
            value = f"{one['value']:.2f} {one['unit']}"
            lines.append(f"| {one['name']} | {value} | {limit} | {holds} | {one['measured']} | {one['raw']} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
