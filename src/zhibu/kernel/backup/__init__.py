"""Backup while in use, and restore onto an empty machine: database, files and keys as one proven whole.

A backup is one .zip: the database of one moment, every file it names, the keys closed by a passphrase (or by a recovery
code that is shown once), and a manifest with size and SHA-256 of every member, the rows of every table and the root of
the audit's seals. It appears under its name complete or not at all. A restore checks all of it before it writes
anything, proves what it wrote, and only then gives the data folder its name. See docs/operations.md.
"""

from zhibu.kernel.backup.archive import Archive
from zhibu.kernel.backup.errors import BackupRefused
from zhibu.kernel.backup.escrow import Passphrase, new_code
from zhibu.kernel.backup.last import LastBackup, last_backup
from zhibu.kernel.backup.making import Made, make
from zhibu.kernel.backup.manifest import Manifest
from zhibu.kernel.backup.restoring import Restored, restore

__all__ = [
    "Archive",
    "BackupRefused",
    "LastBackup",
    "Made",
    "Manifest",
    "Passphrase",
    "Restored",
    "last_backup",
    "make",
    "new_code",
    "restore",
]
