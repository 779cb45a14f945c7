"""Every write of requests and answers. `ask` and `withdraw` are what apps above call inside their own acts."""

from zhibu.apps.petitions.services.asking import ask, withdraw

__all__ = ["ask", "withdraw"]
