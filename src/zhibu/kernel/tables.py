"""Tables of rules and parameters written as YAML: read in one way. Pure: no Django."""

from pathlib import Path
from typing import Any

import yaml

# every process reads some fifteen of them as it starts: libyaml is ten times as fast as the parser written in Python
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(text: str) -> Any:
    """Return what a text says. Raises yaml.YAMLError."""
    return yaml.load(text, Loader=_LOADER)


def read(path: Path) -> Any:
    """Return what a file says. Raises OSError, yaml.YAMLError."""
    return parse(path.read_text(encoding="utf-8"))
