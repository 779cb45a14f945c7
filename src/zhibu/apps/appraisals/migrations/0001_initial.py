import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('meetings', '0001_initial'),
        ('organizations', '0002_merged_and_split'),
        ('people', '0008_sparse_indices'),
    ]

    operations = [
        migrations.CreateModel(
            name='Appraisal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('on', models.DateField(editable=False, verbose_name='名册日期')),
                ('total', models.PositiveIntegerField(editable=False, verbose_name='党员总数')),
                ('state', models.CharField(choices=[('open', '自评和互评'), ('measured', '已测评'), ('proposed', '已拟定等次'), ('decided', '待上级审定'), ('confirmed', '已审定'), ('void', '已作废')], default='open', editable=False, max_length=10, verbose_name='进度')),
                ('issued', models.PositiveIntegerField(editable=False, null=True, verbose_name='发出测评票')),
                ('returned', models.PositiveIntegerField(editable=False, null=True, verbose_name='收回测评票')),
                ('valid', models.PositiveIntegerField(editable=False, null=True, verbose_name='有效票')),
                ('mutual', models.BooleanField(default=False, editable=False, verbose_name='已党员互评')),
                ('decided_account_id', models.BigIntegerField(editable=False, null=True)),
                ('confirmed_on', models.DateField(editable=False, null=True, verbose_name='审定日期')),
                ('confirmed_by', models.CharField(blank=True, editable=False, max_length=100, verbose_name='审定人')),
                ('words', models.CharField(blank=True, editable=False, max_length=200, verbose_name='上级意见')),
                ('by_name', models.CharField(blank=True, editable=False, max_length=100, verbose_name='经办人')),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='开始时间')),
                ('decided_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='报审人')),
                ('meeting', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='meetings.meeting', verbose_name='评定的会议')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='党支部')),
            ],
            options={
                'verbose_name': '民主评议',
                'ordering': ['-year', 'organization__path'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['confirmed', 'void']), _negated=True), fields=['organization', 'state'], name='appraisal_open')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'void'), _negated=True), fields=('organization', 'year'), name='appraisal_once_a_year', violation_error_message='这个支部这一年的民主评议已经开始')],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('place', models.PositiveIntegerField(verbose_name='序号')),
                ('name', models.CharField(max_length=50, verbose_name='姓名')),
                ('ranked', models.BooleanField(default=True, verbose_name='评定等次')),
                ('ground', models.CharField(blank=True, max_length=60, verbose_name='不评定的原因')),
                ('own_words', models.TextField(blank=True, max_length=2000, verbose_name='个人自评')),
                ('own_on', models.DateField(null=True, verbose_name='自评日期')),
                ('own_by', models.CharField(blank=True, max_length=100, verbose_name='自评录入')),
                ('excellent', models.PositiveIntegerField(null=True, verbose_name='优秀票')),
                ('good', models.PositiveIntegerField(null=True, verbose_name='合格票')),
                ('basic', models.PositiveIntegerField(null=True, verbose_name='基本合格票')),
                ('poor', models.PositiveIntegerField(null=True, verbose_name='不合格票')),
                ('rank', models.CharField(blank=True, choices=[('excellent', '优秀'), ('good', '合格'), ('basic', '基本合格'), ('poor', '不合格')], max_length=10, verbose_name='等次')),
                ('rank_why', models.CharField(blank=True, max_length=200, verbose_name='评定理由')),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('appraisal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='appraisals.appraisal', verbose_name='民主评议')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='党员')),
            ],
            options={
                'verbose_name': '民主评议结果',
                'ordering': ['appraisal_id', 'place'],
                'indexes': [models.Index(fields=['person'], name='appraisal_of_person')],
                'constraints': [models.UniqueConstraint(fields=('appraisal', 'person'), name='appraisal_entry_once')],
            },
        ),
    ]
