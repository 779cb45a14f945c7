"""Sealing by the clock: every minute the worker closes what was written since into the next link of the chain."""

from zhibu.kernel.audit.seals import seal_pending
from zhibu.kernel.jobs import every

every("audit.seal", minutes=1)(seal_pending)
