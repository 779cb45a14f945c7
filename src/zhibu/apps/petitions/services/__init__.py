"""Every write of requests and answers. `ask`, `ask_again` and `withdraw` are what apps above call inside their own acts."""

from zhibu.apps.petitions.services.asking import ask, ask_again, withdraw

__all__ = ["ask", "ask_again", "withdraw"]
