"""`zhibu doctor`: a list of checks in plain words, each with what to do. Apps add theirs in their module `doctor`.

    @doctor.check(300, "人员归属")                # in people/doctor.py
    def homes(full: bool) -> Finding:
        return doctor.ok("每个人都有归属单位") if … else doctor.fault("…", "请…")

`full` is what the operator asked for by --full: look at everything instead of a sample.
"""

from zhibu.kernel.doctor.registry import Check, Finding, State, attention, check, fault, ok, run

__all__ = ["Check", "Finding", "State", "attention", "check", "fault", "ok", "run"]
