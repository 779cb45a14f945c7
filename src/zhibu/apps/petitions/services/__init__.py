"""Every write of requests and answers. `ask`, `withdraw` and `Scan` are what apps above call inside their own acts."""

from zhibu.apps.petitions.services.asking import Scan, ask, withdraw

__all__ = ["Scan", "ask", "withdraw"]
