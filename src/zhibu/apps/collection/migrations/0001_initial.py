import django.db.models.deletion
import uuid
import zhibu.kernel.crypto.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organizations', '0002_merged_and_split'),
        ('people', '0005_reveal_pages'),
    ]

    operations = [
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=60, verbose_name='名称')),
                ('words', models.TextField(blank=True, max_length=1000, verbose_name='给大家的说明')),
                ('fields', models.JSONField(default=list, verbose_name='采集的项目')),
                ('employments', models.JSONField(blank=True, default=list, verbose_name='人员类别')),
                ('relation', models.CharField(blank=True, choices=[('home', '归属单位'), ('administrative', '行政关系'), ('party', '组织关系'), ('service', '服务关系')], max_length=20, verbose_name='按哪种关系')),
                ('is_public', models.BooleanField(default=True, verbose_name='公开各组织进度')),
                ('due_on', models.DateField(verbose_name='截止日期')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('opening', '正在开始'), ('open', '进行中'), ('closed', '已结束'), ('dropped', '已作废')], default='draft', editable=False, max_length=10, verbose_name='状态')),
                ('opened_at', models.DateTimeField(editable=False, null=True, verbose_name='开始时间')),
                ('closed_at', models.DateTimeField(editable=False, null=True, verbose_name='结束时间')),
                ('reminded_at', models.DateTimeField(editable=False, null=True, verbose_name='最近提醒')),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='建立时间')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='organizations.organization', verbose_name='采集范围')),
            ],
            options={
                'verbose_name': '信息采集',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('waiting', '待填'), ('part', '填了一部分'), ('filed', '待审核'), ('returned', '有退回'), ('done', '已完成'), ('left', '不再采集')], default='waiting', editable=False, max_length=10, verbose_name='状态')),
                ('dropped', models.BooleanField(default=False, editable=False)),
                ('sent_at', models.DateTimeField(editable=False, null=True, verbose_name='提交时间')),
                ('sent_by_account_id', models.BigIntegerField(editable=False, null=True, verbose_name='填报账号')),
                ('sent_by_person_id', models.BigIntegerField(editable=False, null=True)),
                ('sent_by_name', models.CharField(blank=True, editable=False, max_length=100, verbose_name='填报人')),
                ('consent', models.CharField(blank=True, editable=False, max_length=20, verbose_name='本人同意的方式')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('campaign', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='collection.campaign', verbose_name='采集')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='organizations.organization', verbose_name='组织')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='people.person', verbose_name='人员')),
            ],
            options={
                'verbose_name': '填报',
                'ordering': ['id'],
                'indexes': [models.Index(fields=['campaign', 'organization', 'state'], name='reply_of_campaign'), models.Index(fields=['person', 'state'], name='reply_of_person')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'left'), _negated=True), fields=('campaign', 'person'), name='reply_once_in_a_campaign')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('field', models.CharField(max_length=30, verbose_name='项目')),
                ('group', models.CharField(max_length=20)),
                ('value', zhibu.kernel.crypto.fields.SealedTextField(blank=True, null=True, verbose_name='填报内容')),
                ('state', models.CharField(choices=[('draft', '未提交'), ('sent', '待审核'), ('same', '确认无误'), ('accepted', '已收下'), ('refused', '已退回')], default='draft', max_length=10, verbose_name='状态')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='退回原因')),
                ('decided_by_name', models.CharField(blank=True, max_length=100, verbose_name='审核人')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='审核时间')),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('reply', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='collection.reply')),
            ],
            options={
                'verbose_name': '填报项目',
                'ordering': ['id'],
                'indexes': [models.Index(condition=models.Q(('state', 'sent')), fields=['state', 'group', 'reply'], name='answer_waits')],
                'constraints': [models.UniqueConstraint(fields=('reply', 'field'), name='answer_once_a_field')],
            },
        ),
    ]
