"""The loaded calendar: reading it for whoever counts working days, and replacing a year of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.audit import Change
from zhibu.kernel.calendar.announcement import YEARS, SpecialDay
from zhibu.kernel.calendar.models import Holiday, HolidayYear
from zhibu.kernel.calendar.work import WorkCalendar


@dataclass(frozen=True)
class LoadInput:
    """A year's announcement, complete: `source` names the notice it was taken from."""

    year: int
    source: str
    days: Sequence[SpecialDay]


def work_calendar() -> WorkCalendar:
    """Return the calendar of working days with everything that was loaded (two queries).

    Where two announcements name the same day, the later year's says what it is.
    """
    years = frozenset(HolidayYear.objects.values_list("year", flat=True))
    days = Holiday.objects.order_by("announcement_id").values_list("day", "is_workday") if years else ()
    return WorkCalendar(dict(days), years)


def load_year(act: Act, obj: None, data: LoadInput) -> HolidayYear:
    """Replace everything loaded for the year; raises Refused when the same is loaded already."""
    if data.year not in YEARS or not data.days:
        raise Refused("年份或日期不对", field="year")
    HolidayYear.objects.get_or_create(year=data.year, defaults={"source": ""})
    loaded: HolidayYear = HolidayYear.objects.select_for_update().get(year=data.year)
    before = {row.day: SpecialDay(row.day, row.is_workday, row.note) for row in loaded.days.all()}
    after = {special.day: special for special in data.days}
    changes = [
        Change(field=day.isoformat(), label=day.isoformat(), old=_state(before.get(day)), new=_state(after.get(day)))
        for day in sorted({*before, *after})
        if before.get(day) != after.get(day)
    ]
    if loaded.source != data.source:
        changes.insert(0, Change(field="source", label="依据", old=loaded.source, new=data.source))
    if not changes:
        raise Refused(f"{loaded}已经载入，与这一份完全相同", next_step="不需要再载入。")
    loaded.source = data.source
    loaded.save()
    loaded.days.all().delete()
    Holiday.objects.bulk_create(
        Holiday(announcement=loaded, day=s.day, is_workday=s.works, note=s.note) for s in after.values()
    )
    off = sum(not special.works for special in after.values())
    act.log(loaded, changes=changes, summary=f"载入 {loaded}：放假 {off} 天，调休上班 {len(after) - off} 天")
    return loaded


def _state(special: SpecialDay | None) -> str:
    return special.state if special else ""
