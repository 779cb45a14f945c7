import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kernel", "0007_publicity"),
        ("organizations", "0002_merged_and_split"),
        ("people", "0008_sparse_indices"),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("applicant", "入党申请人"),
                            ("activist", "入党积极分子"),
                            ("target", "发展对象"),
                            ("probationary", "预备党员"),
                            ("full", "正式党员"),
                        ],
                        default="applicant",
                        editable=False,
                        max_length=12,
                        verbose_name="阶段",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "办理中"),
                            ("stopped", "停止培养"),
                            ("withdrawn", "本人撤回"),
                            ("refused", "未获批准"),
                            ("cancelled", "取消预备党员资格"),
                            ("left", "转出或离开"),
                            ("done", "已转正归档"),
                        ],
                        default="open",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("floating", models.BooleanField(default=False, verbose_name="流动人员")),
                ("origin", models.CharField(blank=True, max_length=100, verbose_name="流出地")),
                ("host", models.CharField(blank=True, max_length=100, verbose_name="流入地")),
                ("leaves_on", models.DateField(blank=True, null=True, verbose_name="预计离开日期")),
                ("volume", models.CharField(blank=True, max_length=40, verbose_name="志愿书编号")),
                ("paused_days", models.PositiveIntegerField(default=0, editable=False, verbose_name="中断天数")),
                ("paused_on", models.DateField(editable=False, null=True, verbose_name="中断日期")),
                (
                    "extension",
                    models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="延长预备期（月）"),
                ),
                ("deferred_until", models.DateField(blank=True, editable=False, null=True, verbose_name="推迟讨论至")),
                (
                    "proposal",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("full", "按期转为正式党员"),
                            ("extend", "延长预备期"),
                            ("cancel", "取消预备党员资格"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="大会决议",
                    ),
                ),
                (
                    "proposed_months",
                    models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="拟延长（月）"),
                ),
                ("next_step", models.CharField(blank=True, editable=False, max_length=20, verbose_name="下一步")),
                ("next_due", models.DateField(blank=True, editable=False, null=True, verbose_name="办理期限")),
                ("ready", models.CharField(blank=True, editable=False, max_length=200, verbose_name="可办步骤")),
                ("next_from", models.DateField(blank=True, editable=False, null=True, verbose_name="最早日期")),
                ("review_due", models.DateField(blank=True, editable=False, null=True, verbose_name="应考察日期")),
                ("arriving", models.BooleanField(default=False, editable=False, verbose_name="转入待审查")),
                ("imported", models.BooleanField(default=False, editable=False, verbose_name="旧案导入")),
                ("closed_on", models.DateField(blank=True, editable=False, null=True, verbose_name="结束日期")),
                ("closed_words", models.CharField(blank=True, editable=False, max_length=300, verbose_name="结束说明")),
                ("rev", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="党支部",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="development_cases",
                        to="people.person",
                        verbose_name="姓名",
                    ),
                ),
            ],
            options={
                "verbose_name": "发展党员",
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["organization", "next_due"],
                        name="development_case_due",
                    ),
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["review_due"], name="development_to_review"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("person",),
                        name="development_one_open",
                        violation_error_message="此人已在发展过程中",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Companion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("rev", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=100, verbose_name="姓名")),
                (
                    "role",
                    models.CharField(
                        choices=[("contact", "培养联系人"), ("introducer", "入党介绍人")],
                        max_length=12,
                        verbose_name="身份",
                    ),
                ),
                ("since", models.DateField(verbose_name="起")),
                ("until", models.DateField(blank=True, null=True, verbose_name="止（不含）")),
                ("ended_why", models.CharField(blank=True, max_length=200, verbose_name="调整原因")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="companions",
                        to="development.case",
                        verbose_name="发展过程",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                        verbose_name="姓名",
                    ),
                ),
            ],
            options={
                "verbose_name": "培养联系人和入党介绍人",
                "ordering": ["role", "since", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False), ("until__isnull", True)),
                        fields=("case", "person", "role"),
                        name="development_companion_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("rev", models.PositiveIntegerField(default=1, editable=False)),
                ("on", models.DateField(verbose_name="转接日期")),
                ("reason", models.CharField(max_length=200, verbose_name="原因")),
                ("handed", models.CharField(blank=True, max_length=300, verbose_name="转交的材料")),
                ("received_on", models.DateField(blank=True, null=True, verbose_name="审查日期")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("accepted", "审查合格，接续培养"),
                            ("rejected", "材料不全，退回补充"),
                            ("denied", "无法认定，不予承认"),
                        ],
                        max_length=10,
                        verbose_name="审查结果",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=300, verbose_name="审查意见")),
                ("by_name", models.CharField(blank=True, max_length=100, verbose_name="登记人")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="development.case",
                        verbose_name="发展过程",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="转出支部",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="转入支部",
                    ),
                ),
            ],
            options={
                "verbose_name": "材料转接",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("received_on__isnull", True)),
                        fields=("case",),
                        name="development_move_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Override",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("rev", models.PositiveIntegerField(default=1, editable=False)),
                ("step", models.CharField(max_length=20, verbose_name="步骤")),
                ("code", models.CharField(max_length=60, verbose_name="规定")),
                ("message", models.CharField(max_length=300, verbose_name="不符合之处")),
                ("article", models.CharField(max_length=60, verbose_name="条文")),
                ("superior", models.CharField(max_length=100, verbose_name="批准的上级组织")),
                ("approved_by", models.CharField(max_length=50, verbose_name="批准人")),
                ("reason", models.CharField(max_length=500, verbose_name="理由")),
                ("by_name", models.CharField(max_length=100, verbose_name="登记人")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overrides",
                        to="development.case",
                        verbose_name="发展过程",
                    ),
                ),
            ],
            options={
                "verbose_name": "特许",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "step", "code"), name="development_override_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("rev", models.PositiveIntegerField(default=1, editable=False)),
                ("step", models.CharField(max_length=20, verbose_name="步骤")),
                ("code", models.CharField(max_length=30, verbose_name="材料")),
                ("title", models.CharField(blank=True, max_length=100, verbose_name="名称")),
                ("on", models.DateField(blank=True, null=True, verbose_name="材料日期")),
                ("by_name", models.CharField(blank=True, max_length=100, verbose_name="登记人")),
                ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="撤下时间")),
                ("withdrawn_why", models.CharField(blank=True, max_length=200, verbose_name="撤下原因")),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                (
                    "attachment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.attachment",
                        verbose_name="文件",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="development.case",
                        verbose_name="发展过程",
                    ),
                ),
            ],
            options={
                "verbose_name": "发展材料",
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=["case", "code"],
                        name="development_paper_there",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("number", models.PositiveSmallIntegerField(verbose_name="计划人数")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("rev", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="下达时间")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="党支部",
                    ),
                ),
            ],
            options={
                "verbose_name": "发展计划",
                "ordering": ["-year", "organization__path"],
                "constraints": [models.UniqueConstraint(fields=("organization", "year"), name="development_plan_once")],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("rev", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("half_year", "半年考察"), ("report", "思想汇报")], max_length=10, verbose_name="种类"
                    ),
                ),
                ("on", models.DateField(verbose_name="日期")),
                ("words", models.CharField(blank=True, max_length=1000, verbose_name="考察意见")),
                ("by_name", models.CharField(blank=True, max_length=100, verbose_name="登记人")),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="development.case",
                        verbose_name="发展过程",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="development.paper",
                    ),
                ),
            ],
            options={
                "verbose_name": "考察和汇报",
                "ordering": ["on", "id"],
                "constraints": [models.UniqueConstraint(fields=("case", "kind", "on"), name="development_review_once")],
            },
        ),
        migrations.CreateModel(
            name="Setting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "standing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("approves", "党委（可以审批预备党员）"),
                            ("subordinate", "乡镇（街道）党委所属的基层党委（只审议，不审批）"),
                            ("general_branch", "党总支（只审议，不审批）"),
                            ("party_group", "党组（不审批预备党员）"),
                            ("temporary", "临时党组织（不接收、不审批预备党员）"),
                        ],
                        max_length=20,
                        verbose_name="审批权限",
                    ),
                ),
                ("reports", models.PositiveSmallIntegerField(default=0, verbose_name="思想汇报间隔（月）")),
                ("notices", models.JSONField(default=dict, verbose_name="本地公示")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                ("rev", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                (
                    "organization",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="组织",
                    ),
                ),
            ],
            options={
                "verbose_name": "发展党员设置",
                "ordering": ["organization__path"],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("rev", models.PositiveIntegerField(default=1, editable=False)),
                ("code", models.CharField(max_length=20, verbose_name="步骤")),
                ("on", models.DateField(verbose_name="日期")),
                ("version", models.CharField(max_length=4, verbose_name="依据版本")),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("document", "签字材料"),
                            ("meeting", "会议"),
                            ("motion", "大会表决"),
                            ("publicity", "公示"),
                            ("act", "办理"),
                            ("import", "旧案导入"),
                        ],
                        max_length=12,
                        verbose_name="依据",
                    ),
                ),
                ("ref_type", models.CharField(blank=True, max_length=60)),
                ("ref_id", models.CharField(blank=True, max_length=40)),
                ("ref_url", models.CharField(blank=True, max_length=200)),
                ("facts", models.JSONField(default=dict, verbose_name="内容")),
                ("by_name", models.CharField(blank=True, max_length=100, verbose_name="登记人")),
                ("stands", models.BooleanField(default=True, verbose_name="有效")),
                ("void_why", models.CharField(blank=True, max_length=200, verbose_name="不再有效的原因")),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="development.case",
                        verbose_name="发展过程",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="办理组织",
                    ),
                ),
            ],
            options={
                "verbose_name": "发展步骤",
                "ordering": ["on", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("stands", True)), fields=("case", "code"), name="development_step_once"
                    )
                ],
            },
        ),
    ]
