"""People in care: their records, agreements and two years of services, made in a few statements."""

import io
import random
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from PIL import Image, ImageDraw

from zhibu.apps.accounts.models import Account
from zhibu.apps.custody import rules
from zhibu.apps.custody.models import Agreement, CareRecord, ServiceRecord
from zhibu.apps.custody.models.service import VISITS
from zhibu.apps.custody.params import categories
from zhibu.apps.custody.permissions import VIEW
from zhibu.apps.workbench.demo import care_words, words
from zhibu.apps.workbench.demo.people import Plan
from zhibu.apps.workbench.demo.tree import Tree
from zhibu.apps.workbench.demo.writing import PastAct
from zhibu.kernel import files
from zhibu.kernel.actor import Actor
from zhibu.kernel.audit import AuditLine, record_many
from zhibu.kernel.bulk import insert_models
from zhibu.kernel.calendar import add_months
from zhibu.kernel.calendar.dated import in_force

TWO_YEARS = 730
#: of a thousand: without a category yet, with special needs, with an agreement, visits that were missed, follow-ups that wait
UNSORTED, NEEDY, AGREED, MISSED, WAITING = 12, 180, 620, 70, 25
PICTURED = 12


class Care:
    """Makes it all, the same for the same seed, tree and day."""

    def __init__(self, act: PastAct, rng: random.Random, tree: Tree, today: date) -> None:
        self.act, self.rng, self.tree, self.today = act, rng, tree, today
        self.table = in_force(categories(), today)
        self._agreed: dict[int, int] = defaultdict(int)

    def write(self, people: list[Plan], accounts: dict[str, Account]) -> int:
        """Write everything; returns the number of people in care."""
        served = [plan for plan in people if plan.values["employment"] == "in_care" and "service" in plan.places]
        self.clerks = {
            place.pk: [p for p in people if p.places["home"] is place and p.values["employment"] == "active"]
            for place in self.tree.all_stations
        }
        clerk = accounts.get("gongzuozhan")
        self.actor = (
            Actor(account_id=clerk.pk, person_id=clerk.person_id, name=clerk.display_name) if clerk else self.act.actor
        )
        cares = [self._care(plan) for plan in served]
        services = {id(care): self._services(care, plan) for care, plan in zip(cares, served, strict=True)}
        insert_models(cares, with_keys=True)
        agreements = [row for care in cares for row in self._agreements(care)]
        insert_models(agreements, with_keys=True)
        made = [self._of(care, row) for care in cares for row in services[id(care)]]
        insert_models(made, with_keys=True)
        self._log(cares, agreements, made, {plan.pk: plan for plan in served})
        self._pictures(made)
        return len(cares)

    def _some(self, weights: dict[str, int]) -> str:
        return self.rng.choices(list(weights), list(weights.values()))[0]

    def _care(self, plan: Plan) -> CareRecord:
        rng, place = self.rng, plan.places["service"]
        category = "" if rng.randrange(1000) < UNSORTED else self._some(care_words.CATEGORIES)
        row = self.table.get(category)
        near = self.clerks.get(place.pk) or []
        needs = rng.choice(care_words.NEEDS) if rng.randrange(1000) < NEEDY else None
        kin = plan.values["name"][0] + rng.choice(words.GIVEN[rng.choice("12")]["young"])
        return CareRecord(
            person_id=plan.pk, organization=place, category=category, sent_by=str(plan.places["home"]),
            since=plan.since["service"], clerk_id=rng.choice(near).pk if near else None, living=self._some(care_words.LIVING),
            special_needs=needs, kin_name=kin, kin_relation=rng.choice(care_words.KIN),
            kin_phone=f"100{rng.randrange(10**8):08d}", visit_months=row.visit_months if row else rules.VISIT_MONTHS,
            allowance=row.allowance if row else None, created_at=timezone.now(),
        )  # fmt: skip

    def _services(self, care: CareRecord, plan: Plan) -> list[dict[str, Any]]:
        """Return what was done in two years: visits as they fell due, now and then one missed, and other help between."""
        begin = max(care.since, self.today - timedelta(days=TWO_YEARS))
        found, day = [], begin + timedelta(days=self.rng.randint(3, 60))
        while day <= self.today:
            if self.rng.randrange(1000) >= MISSED:
                found.append(self._service("visit", day))
            step = 30 * care.visit_months
            day += timedelta(days=self.rng.randint(step * 7 // 10, step))
        kinds = {kind: weight for kind, (weight, _, _) in care_words.SERVICES.items() if kind != "visit"}
        span = (self.today - begin).days
        for _ in range(span // 150):
            found.append(self._service(self._some(kinds), begin + timedelta(days=self.rng.randint(0, span))))
        found.sort(key=lambda one: one["on"])
        seen = [one["on"] for one in found if one["kind"] in VISITS]
        care.last_visit_on = seen[-1] if seen else None
        care.next_visit_on = rules.next_visit(care.since, care.last_visit_on, care.visit_months)
        return found

    def _service(self, kind: str, day: date) -> dict[str, Any]:
        _, places, said = care_words.SERVICES[kind]
        row: dict[str, Any] = {
            "kind": kind,
            "on": day,
            "place": self.rng.choice(places),
            "words": self.rng.choice(said),
        }
        if kind == "visit" and self.rng.random() < 0.08:
            row["cost"] = Decimal(self.rng.choice((100, 200, 300)))
        recent = (self.today - day).days < 45
        if self.rng.randrange(1000) < WAITING * (8 if recent else 1):
            row |= {
                "follow_up_on": day + timedelta(days=self.rng.randint(10, 40)),
                "follow_up_words": self.rng.choice(care_words.FOLLOW_UPS),
            }
            if not recent or self.rng.random() < 0.4:
                row |= {"followed_at": self._moment(day), "followed_words": self.rng.choice(care_words.FOLLOWED)}
        return row

    def _of(self, care: CareRecord, row: dict[str, Any]) -> ServiceRecord:
        return ServiceRecord(
            care=care, by_account_id=self.actor.account_id, by_name=self.actor.name, recorded_at=timezone.now(), **row
        )

    def _agreements(self, care: CareRecord) -> list[Agreement]:
        if self.rng.randrange(1000) >= AGREED:
            return []
        lot = self.rng.random()
        left = self.rng.randint(-25, -1) if lot < 0.01 else self.rng.randint(1, 90) if lot < 0.08 else None
        until = self.today + timedelta(days=left if left is not None else self.rng.randint(100, 900))
        since = max(care.since, add_months(until, -36) + timedelta(days=1))
        year = since.year
        self._agreed[year] += 1
        note = "一式三份"
        return [
            Agreement(
                care=care, number=f"托管〔{year}〕{self._agreed[year]:04d}号", since=since, until=until, note=note
            )
        ]

    def _log(self, cares: list[CareRecord], agreements: list[Agreement], made: list[ServiceRecord], of: Any) -> None:
        names = {pk: plan.values["name"] for pk, plan in of.items()}
        lines: list[tuple[date, str, str, Any, CareRecord]] = [
            (care.since, "custody.care.open", f"建立托管档案：{names[care.person_id]}", care, care) for care in cares
        ]
        lines += [(a.since, "custody.agreement.sign", f"签订协议 {a.number}", a, a.care) for a in agreements]
        lines += [
            (s.on, "custody.service.record", f"登记服务：{names[s.care.person_id]}的{s.get_kind_display()}", s, s.care)
            for s in made
        ]
        lines.sort(key=lambda line: line[0])
        record_many(
            AuditLine(
                self.actor, code, words, obj._meta.label, str(obj.pk), care.organization_id, at=self._moment(day)
            )
            for day, code, words, obj, care in lines
        )  # fmt: skip

    def _pictures(self, made: list[ServiceRecord]) -> None:
        """Hang drawn pictures on the latest visits of the station that the demonstration's clerk serves."""
        station = self.tree.named("江北工作站").pk
        here = [one for one in made if one.care.organization_id == station and one.kind == "visit"]
        for n, service in enumerate(sorted(here, key=lambda one: one.on)[-PICTURED:]):
            blob = files.store_made(drawn(n % 4), mime="image/jpeg")
            files.attach(
                service, blob, name=f"走访照片{n + 1}.jpg", permission=VIEW, actor=self.actor, organization_id=station
            )

    def _moment(self, day: date) -> datetime:
        at = time(self.rng.randint(8, 17), self.rng.randint(0, 59), tzinfo=timezone.get_current_timezone())
        return min(datetime.combine(day, at), timezone.now())


def drawn(n: int) -> bytes:
    """Return a drawn picture of a house: no photograph of anybody."""
    sky, wall = (
        ((188, 214, 232), (222, 226, 205), (240, 214, 186), (204, 204, 224))[n],
        ((176, 92, 70), (150, 116, 82))[n % 2],
    )
    picture = Image.new("RGB", (640, 480), sky)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 360, 640, 480), fill=(150, 170, 120))
    pen.rectangle((180, 200, 460, 400), fill=wall)
    pen.polygon(((150, 200), (320, 90), (490, 200)), fill=(92, 62, 54))
    pen.rectangle((290, 290, 350, 400), fill=(70, 46, 40))
    for left in (210, 380):
        pen.rectangle((left, 240, left + 50, 285), fill=(250, 236, 190))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()
