"""Cases of development with all that hangs on them, plans, settings."""

from zhibu.apps.development.models.case import (
    RESTARTABLE,
    TONES,
    Case,
    Companion,
    Move,
    OfCase,
    Override,
    Proposal,
    State,
    Step,
)
from zhibu.apps.development.models.paper import Paper, Review
from zhibu.apps.development.models.plan import Plan, Setting
from zhibu.apps.development.models.special import Analysis, SpecialAdmission
from zhibu.apps.development.models.told import Told

__all__ = [
    "RESTARTABLE",
    "TONES",
    "Analysis",
    "Case",
    "Companion",
    "Move",
    "OfCase",
    "Override",
    "Paper",
    "Plan",
    "Proposal",
    "Review",
    "Setting",
    "SpecialAdmission",
    "State",
    "Step",
    "Told",
]
