"""Services: recorded, corrected by a new version, taken back, followed up; the pictures that belong to them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.timezone import localdate

from zhibu.apps.custody.models import CareRecord, PhotoDraft, Proxy, ServiceRecord
from zhibu.apps.custody.permissions import VIEW
from zhibu.apps.custody.services.cares import refresh_visits
from zhibu.kernel import files
from zhibu.kernel.actions import Act, Refused, Why, diff
from zhibu.kernel.files import Scan
from zhibu.kernel.files.models import Attachment

#: pictures on one record
MOST_PHOTOS = 12
COLUMNS = ("kind", "on", "place", "words", "cost", "proxy", "follow_up_on", "follow_up_words")


@dataclass(frozen=True)
class Service:
    """What was done. photos: files sent with the form; uploaded: pictures sent ahead of it; kept: those of the version before."""

    kind: str
    on: date
    place: str
    words: str
    cost: Decimal | None = None
    proxy: Proxy | None = None
    follow_up_on: date | None = None
    follow_up_words: str = ""
    photos: tuple[Scan, ...] = ()
    uploaded: tuple[UUID, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Photo:
    """One picture sent ahead."""

    scan: Scan


@dataclass(frozen=True)
class Followed:
    """What came of a follow-up."""

    words: str


def record(act: Act, care: CareRecord, data: Service) -> ServiceRecord:
    """Write a service with its pictures; a visit moves the day of the next one."""
    made = _write(act, care, data)
    act.log(made, organization_id=care.organization_id, summary=f"登记服务：{made}")
    return made


def correct(act: Act, service: ServiceRecord, data: Service) -> ServiceRecord:
    """Write the corrected version; the one before stays readable and stands no more. Its pictures are shown on both."""
    care = service.care
    made = _write(act, care, data, corrects=service)
    service.stands = False
    service.rev += 1
    service.save(update_fields=["stands", "rev"])
    for old in _pictures(service):
        files.attach(
            made, old.blob, name=old.name, permission=VIEW, actor=act.actor, organization_id=care.organization_id
        )
    changes = diff(service, made, COLUMNS)
    where = care.organization_id
    act.log(service, changes=changes, organization_id=where, summary=f"更正服务：{service}，见新的一份")
    act.log(made, changes=changes, organization_id=where, summary=f"更正服务：{made}")
    _visits(care)
    return made


def withdraw(act: Act, service: ServiceRecord, data: Why) -> ServiceRecord:
    """Take a record back as a mistake; it stays readable with the reason."""
    service.stands, service.withdrawn_at, service.withdrawn_why = False, timezone.now(), data.reason
    service.rev += 1
    service.save(update_fields=["stands", "withdrawn_at", "withdrawn_why", "rev"])
    _visits(service.care)
    act.log(service, organization_id=service.care.organization_id, summary=f"撤回服务：{service}")
    return service


def follow(act: Act, service: ServiceRecord, data: Followed) -> ServiceRecord:
    """Say that a follow-up was seen to."""
    service.followed_at, service.followed_words = timezone.now(), data.words
    service.rev += 1
    service.save(update_fields=["followed_at", "followed_words", "rev"])
    act.log(service, organization_id=service.care.organization_id, summary=f"跟进办结：{service}，{data.words}"[:200])
    return service


def keep_photo(act: Act, care: CareRecord, data: Photo) -> PhotoDraft:
    """Keep a picture that was sent ahead of the form, for the account that sent it."""
    account = act.actor.account_id
    if account is None:
        raise Refused("请先登录")
    made: PhotoDraft = PhotoDraft.objects.create(
        care=care, account_id=account, blob=data.scan.blob, name=data.scan.name[:120]
    )
    act.log(made, organization_id=care.organization_id, summary=f"上传照片：{care.person.name}")
    return made


def drafts(account_id: int | None, care: CareRecord, uids: tuple[UUID, ...]) -> list[PhotoDraft]:
    """Return the pictures an account sent ahead for a record of care and has not used yet, in the order of `uids`."""
    rows = PhotoDraft.objects.system("one's own pictures").filter(account_id=account_id, care=care, used_at=None)
    found = {row.uid: row for row in rows.filter(uid__in=uids).select_related("blob")}
    return [found[uid] for uid in dict.fromkeys(uids) if uid in found]


def _write(act: Act, care: CareRecord, data: Service, *, corrects: ServiceRecord | None = None) -> ServiceRecord:
    if data.on > localdate():
        raise Refused("服务日期不能晚于今天", field="on")
    if not care.covers(data.on):
        raise Refused(f"服务日期应在托管期间（{care.since.isoformat()} 起）", field="on")
    if data.follow_up_on is not None and data.follow_up_on <= data.on:
        raise Refused("跟进日期应在服务日期之后", field="follow_up_on")
    if data.proxy is not None and (data.proxy.care_id != care.pk or not data.proxy.holds(data.on)):
        raise Refused("这份委托在服务日期无效", field="proxy", next_step="请核对日期，或另登记委托代办。")
    ahead = drafts(act.actor.account_id, care, data.uploaded)
    if len(ahead) < len(set(data.uploaded)):
        raise Refused("有照片没有传完，或已经用在另一份记录上", field="photos", next_step="请重新选择照片。")
    if len(ahead) + len(data.photos) > MOST_PHOTOS:
        raise Refused(f"一份记录最多 {MOST_PHOTOS} 张照片", field="photos")
    values = {name: getattr(data, name) for name in COLUMNS}
    made: ServiceRecord = ServiceRecord.objects.create(
        care=care, corrects=corrects, by_account_id=act.actor.account_id, by_name=act.actor.name[:100], **values
    )
    where = care.organization_id
    for scan in [*(Scan(one.blob, one.name) for one in ahead), *data.photos]:
        files.attach(made, scan.blob, name=scan.name, permission=VIEW, actor=act.actor, organization_id=where)
    moment = timezone.now()
    PhotoDraft.objects.system("pictures used").filter(pk__in=[one.pk for one in ahead]).update(used_at=moment)
    _visits(care)
    return made


def _visits(care: CareRecord) -> None:
    """Bring the days of visits up to date; no new revision: the form of the record does not show them."""
    refresh_visits(care)
    care.save(update_fields=["last_visit_on", "next_visit_on"])


def _pictures(service: ServiceRecord) -> list[Any]:
    rows = Attachment.objects.system("pictures of a version in hand").filter(
        object_type=service._meta.label, object_id=str(service.pk), removed_at=None
    )
    return list(rows.select_related("blob").order_by("pk"))
