"""Say plainly what is missing before anything is set up. Runs on any Python 3."""

import sys

try:
    import ensurepip  # noqa: F401
    import venv  # noqa: F401
except ImportError:
    sys.exit("The module venv is missing. On Debian or Ubuntu: apt-get install python3-venv")

if sys.version_info < (3, 11):
    found = ".".join(map(str, sys.version_info[:2]))
    sys.exit("Zhibu needs Python 3.11 or newer, this is %s. Name another: make PYTHON=python3.12 …" % found)
