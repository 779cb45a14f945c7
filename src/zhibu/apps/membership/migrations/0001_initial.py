import django.db.models.deletion
import uuid
import zhibu.kernel.crypto.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organizations', '0002_merged_and_split'),
        ('people', '0008_sparse_indices'),
    ]

    operations = [
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('full', '正式党员'), ('probationary', '预备党员')], max_length=12, verbose_name='人员类别')),
                ('status', models.CharField(choices=[('normal', '正常'), ('lost', '失联'), ('abroad', '出国（境）'), ('suspended', '停止党籍'), ('cancelled', '取消预备党员资格'), ('persuaded', '劝退'), ('removed', '除名'), ('withdrawn', '退党'), ('expelled', '开除党籍'), ('transferred_out', '已转出'), ('deceased', '去世')], default='normal', max_length=16, verbose_name='党籍状态')),
                ('status_since', models.DateField(blank=True, editable=False, null=True, verbose_name='状态起')),
                ('applied_on', models.DateField(blank=True, null=True, verbose_name='申请入党日期')),
                ('admitted_on', models.DateField(blank=True, null=True, verbose_name='入党日期')),
                ('full_on', models.DateField(blank=True, null=True, verbose_name='转正日期')),
                ('probation_until', models.DateField(blank=True, editable=False, null=True, verbose_name='预备期延长至')),
                ('rights_from', models.DateField(blank=True, editable=False, null=True, verbose_name='留党察看起')),
                ('rights_until', models.DateField(blank=True, editable=False, null=True, verbose_name='留党察看止（不含）')),
                ('rectify_until', models.DateField(blank=True, editable=False, null=True, verbose_name='限期改正至')),
                ('left_on', models.DateField(blank=True, editable=False, null=True, verbose_name='不再是党员之日')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='备注')),
                ('quiet', models.BooleanField(default=False, editable=False, verbose_name='不提醒政治生日')),
                ('state', models.CharField(choices=[('live', '正常'), ('merged', '已合并'), ('withdrawn', '已撤回')], default='live', editable=False, max_length=10)),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='建档时间')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='organizations.organization', verbose_name='所在支部或党小组')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='people.person', verbose_name='人员')),
            ],
            options={
                'verbose_name': '党员',
                'verbose_name_plural': '党员',
                'ordering': ['organization__path', 'id'],
                'indexes': [models.Index(fields=['organization', 'status'], name='member_of_organization'), models.Index(fields=['person'], name='member_of_person')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'live')), fields=('person',), name='member_once', violation_error_message='此人已有党员记录'), models.CheckConstraint(condition=models.Q(('full_on__isnull', True), ('admitted_on__isnull', True), ('full_on__gte', models.F('admitted_on')), _connector='OR'), name='member_full_after_admitted', violation_error_message='转正日期早于入党日期')],
            },
        ),
        migrations.CreateModel(
            name='Introducer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=100, verbose_name='姓名')),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='introduced', to='people.person', verbose_name='介绍人')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='introducers', to='membership.member', verbose_name='党员')),
            ],
            options={
                'verbose_name': '入党介绍人',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='MemberChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('admit', '接收为预备党员'), ('full', '转为正式党员'), ('extend', '延长预备期'), ('cancel', '取消预备党员资格'), ('lose', '登记失联'), ('find', '恢复联系'), ('go_abroad', '出国（境）'), ('come_back', '回国（境）'), ('suspend', '停止党籍'), ('restore', '恢复党籍'), ('rectify', '限期改正'), ('rectified', '改正期结束'), ('observe', '留党察看'), ('observed', '恢复党员权利'), ('persuade', '劝退'), ('remove', '除名'), ('withdraw', '退党'), ('expel', '开除党籍'), ('transfer_out', '组织关系转出'), ('return', '组织关系转回'), ('die', '去世'), ('reversal', '撤销变动')], max_length=12, verbose_name='变动')),
                ('on', models.DateField(verbose_name='生效日期')),
                ('until', models.DateField(blank=True, null=True, verbose_name='期限至')),
                ('status', models.CharField(blank=True, editable=False, max_length=16)),
                ('member_kind', models.CharField(blank=True, editable=False, max_length=12)),
                ('decided_on', models.DateField(blank=True, null=True, verbose_name='支部大会日期')),
                ('document', models.CharField(blank=True, max_length=60, verbose_name='决定文号')),
                ('approved_by', models.CharField(blank=True, max_length=100, verbose_name='批准机关')),
                ('approved_on', models.DateField(blank=True, null=True, verbose_name='批准日期')),
                ('article', models.CharField(blank=True, editable=False, max_length=120, verbose_name='依据')),
                ('words', zhibu.kernel.crypto.fields.SealedTextField(blank=True, null=True, verbose_name='事由')),
                ('data', models.JSONField(default=dict, editable=False)),
                ('source', models.CharField(blank=True, editable=False, max_length=40)),
                ('by_account_id', models.BigIntegerField(editable=False, null=True)),
                ('by_name', models.CharField(blank=True, editable=False, max_length=100, verbose_name='经办人')),
                ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='membership.member', verbose_name='党员')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='当时所在支部')),
                ('reversed_by', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reverses', to='membership.memberchange', verbose_name='撤销记录')),
            ],
            options={
                'verbose_name': '党籍变动',
                'ordering': ['-on', '-id'],
                'indexes': [models.Index(fields=['on'], name='member_change_on')],
            },
        ),
    ]
