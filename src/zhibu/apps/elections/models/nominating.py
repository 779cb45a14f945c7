"""Before the assembly: who was nominated, the candidates in each version, those who watch and count."""

from django.db import models

from zhibu.apps.elections.models.election import Election, OfElection


class Nomination(OfElection):
    """One group's (or the whole branch's) nominations, counted. stands: False once withdrawn as a mistake."""

    election = models.ForeignKey(Election, models.PROTECT, related_name="nominations", verbose_name="选举")
    source = models.CharField("推荐的党小组或会议", max_length=60)
    on = models.DateField("日期")
    attended = models.PositiveIntegerField("参加人数")
    stands = models.BooleanField(default=True, editable=False)
    withdrawn_why = models.CharField("撤回原因", max_length=200, blank=True, editable=False)
    by_name = models.CharField("登记人", max_length=100, blank=True, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "推荐"
        ordering = ["election_id", "id"]

    def __str__(self) -> str:
        return f"{self.source}的推荐（{self.on.isoformat()}）"


class NominationLine(OfElection):
    """How many of those who took part named somebody."""

    election = models.ForeignKey(Election, models.PROTECT, related_name="+", verbose_name="选举")
    nomination = models.ForeignKey(Nomination, models.PROTECT, related_name="lines", verbose_name="推荐")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name="被推荐人")
    name = models.CharField("姓名", max_length=100)
    votes = models.PositiveIntegerField("推荐票数")

    class Meta:
        verbose_name = "推荐票数"
        ordering = ["nomination_id", "-votes", "id"]
        constraints = [models.UniqueConstraint(fields=["nomination", "person"], name="nomination_line_once")]

    def __str__(self) -> str:
        return f"{self.name}（{self.votes} 票）"


class SlateState(models.TextChoices):
    """What became of a list of candidates."""

    ASKED = "asked", "待上级同意"
    AGREED = "agreed", "上级已同意"
    REFUSED = "refused", "上级未同意"
    REPLACED = "replaced", "已由后一份代替"
    WITHDRAWN = "withdrawn", "已撤回"


class Slate(OfElection):
    """A list of candidates; a change is a new version, the earlier ones stay."""

    election = models.ForeignKey(Election, models.PROTECT, related_name="slates", verbose_name="选举")
    version = models.PositiveSmallIntegerField("第几份")
    state = models.CharField("状态", max_length=10, choices=SlateState, default=SlateState.ASKED, editable=False)
    words = models.CharField("变化的原因", max_length=300, blank=True)
    on = models.DateField("确定日期")
    by_name = models.CharField("登记人", max_length=100, blank=True, editable=False)

    class Meta:
        verbose_name = "候选人名单"
        ordering = ["election_id", "version"]
        constraints = [models.UniqueConstraint(fields=["election", "version"], name="slate_version_once")]

    def __str__(self) -> str:
        return f"{self.election}候选人名单（第 {self.version} 份）"


class Candidate(OfElection):
    """Somebody on a list of candidates; post: what they stand for where posts are elected directly."""

    election = models.ForeignKey(Election, models.PROTECT, related_name="+", verbose_name="选举")
    slate = models.ForeignKey(Slate, models.PROTECT, related_name="candidates", verbose_name="候选人名单")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name="候选人")
    name = models.CharField("姓名", max_length=100)
    post = models.CharField("拟任职务", max_length=20, blank=True)
    place = models.PositiveSmallIntegerField("序号")

    class Meta:
        verbose_name = "候选人"
        ordering = ["slate_id", "place"]
        constraints = [models.UniqueConstraint(fields=["slate", "person", "post"], name="candidate_once")]

    def __str__(self) -> str:
        return self.name


class OfficialRole(models.TextChoices):
    """Who watches, who counts."""

    SCRUTINEER = "scrutineer", "监票人"
    COUNTER = "counter", "计票人"


class Official(OfElection):
    """Somebody who watches or counts; ended: replaced by a later vote of the assembly."""

    election = models.ForeignKey(Election, models.PROTECT, related_name="officials", verbose_name="选举")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name="人员")
    name = models.CharField("姓名", max_length=100)
    role = models.CharField("分工", max_length=10, choices=OfficialRole)
    ended = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = "监票计票人员"
        ordering = ["election_id", "role", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["election", "person"], condition=models.Q(ended=False), name="official_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.get_role_display()}）"
