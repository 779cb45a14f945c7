"""The one exception of backup and restore."""


class BackupRefused(Exception):
    """It cannot be done; the text is a Chinese message for the operator that says why and what to do."""
