"""Run every benchmark on both databases, one process each, so that none disturbs the next."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FIGURES = ("small", "list", "person_page", "search", "import_people", "documents")

sys.exit(
    max(
        subprocess.run([sys.executable, HERE / f"{name}.py", "--database", database], check=False).returncode
        for database in ("sqlite", "postgres")
        for name in FIGURES
    )
)
