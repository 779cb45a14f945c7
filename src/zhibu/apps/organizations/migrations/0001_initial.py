import django.db.models.deletion
import uuid
import zhibu.kernel.tree
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Organization',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('path', zhibu.kernel.tree.PathField(editable=False, max_length=48, unique=True, verbose_name='树路径')),
                ('kind', models.CharField(choices=[('unit', '单位'), ('department', '部门'), ('workstation', '工作站'), ('committee', '党委'), ('general_branch', '党总支'), ('branch', '党支部'), ('group', '党小组')], max_length=20, verbose_name='类别')),
                ('name', models.CharField(max_length=100, verbose_name='全称')),
                ('short_name', models.CharField(blank=True, max_length=40, verbose_name='简称')),
                ('code', models.CharField(max_length=40, unique=True, verbose_name='编码')),
                ('founded_on', models.DateField(blank=True, null=True, verbose_name='成立日期')),
                ('dissolved_on', models.DateField(blank=True, null=True, verbose_name='撤销日期')),
                ('region', models.CharField(blank=True, max_length=60, verbose_name='所在地区')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='地址')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='电话')),
                ('introduction', models.TextField(blank=True, max_length=4000, verbose_name='简介')),
                ('sort', models.PositiveIntegerField(default=0, verbose_name='排序')),
                ('ended_with', models.JSONField(blank=True, default=dict, editable=False, verbose_name='随撤销结束的记录')),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='organizations.organization', verbose_name='上级组织')),
            ],
            options={
                'verbose_name': '组织',
                'verbose_name_plural': '组织机构',
                'ordering': ['path'],
                'indexes': [models.Index(fields=['parent', 'sort'], name='organizatio_parent__c457d5_idx'), models.Index(fields=['name'], name='organizatio_name_537540_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('founded_on__isnull', True), ('dissolved_on__isnull', True), ('dissolved_on__gte', models.F('founded_on')), _connector='OR'), name='organization_dissolved_after_founded', violation_error_message='撤销日期早于成立日期')],
            },
        ),
        migrations.CreateModel(
            name='Cover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('since', models.DateField(verbose_name='起')),
                ('until', models.DateField(blank=True, null=True, verbose_name='止（不含）')),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('covered', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='covered_by', to='organizations.organization', verbose_name='覆盖的组织')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='covers', to='organizations.organization', verbose_name='覆盖方')),
            ],
            options={
                'verbose_name': '覆盖关系',
                'ordering': ['covered__path'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('organization', 'covered'), name='cover_once_open'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='cover_period', violation_error_message='止期早于起期')],
            },
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.PositiveSmallIntegerField(verbose_name='届次')),
                ('since', models.DateField(verbose_name='任期起')),
                ('until', models.DateField(verbose_name='任期止（不含）')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='实际结束')),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='terms', to='organizations.organization', verbose_name='组织')),
            ],
            options={
                'verbose_name': '任期',
                'ordering': ['organization__path', '-number'],
                'indexes': [models.Index(condition=models.Q(('closed_on__isnull', True)), fields=['until'], name='term_open_until')],
                'constraints': [models.UniqueConstraint(fields=('organization', 'number'), name='term_number_once'), models.UniqueConstraint(condition=models.Q(('closed_on__isnull', True)), fields=('organization',), name='term_one_open', violation_error_message='已有一届尚未结束'), models.CheckConstraint(condition=models.Q(('closed_on__isnull', True), ('closed_on__gte', models.F('since')), _connector='OR'), name='term_closed_after_start', violation_error_message='结束日期早于任期起'), models.CheckConstraint(condition=models.Q(('until__gt', models.F('since'))), name='term_period', violation_error_message='任期止应晚于任期起')],
            },
        ),
    ]
