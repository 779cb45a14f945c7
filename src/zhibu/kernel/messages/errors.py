"""Why a delivery did not go out; the sentence is shown to the office. It names neither address nor text."""


class NotSent(Exception):
    """It will not go by this channel whatever is tried."""


class TryLater(NotSent):
    """It may go later."""


class Postponed(Exception):
    """It is not its time yet; no try is counted."""
