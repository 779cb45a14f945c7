"""The filters of the list of members who take part in two places."""

import django_filters

from zhibu.apps.organizations.filters import SubtreeFilter
from zhibu.apps.transfers.models import Twofold, TwofoldGround
from zhibu.kernel.console.filters import OngoingFilter


class TwofoldFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """State, why, and the branch."""

    state = OngoingFilter("参加中")
    ground = django_filters.ChoiceFilter(label="原因", choices=TwofoldGround.choices, empty_label="全部")
    below = SubtreeFilter("所在党支部（含上级）")

    class Meta:
        model = Twofold
        fields = ()
