import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organizations', '0002_merged_and_split'),
        ('people', '0008_sparse_indices'),
    ]

    operations = [
        migrations.CreateModel(
            name='Petition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(max_length=30, verbose_name='类别')),
                ('title', models.CharField(max_length=100, verbose_name='标题')),
                ('words', models.TextField(max_length=4000, verbose_name='正文')),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('outside', models.CharField(blank=True, max_length=100, verbose_name='平台以外的上级')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('sent', '待批复'), ('agreed', '已同意'), ('refused', '未同意'), ('returned', '退回补充'), ('withdrawn', '已撤回')], default='draft', editable=False, max_length=10, verbose_name='状态')),
                ('number', models.PositiveIntegerField(editable=False, null=True, verbose_name='序号')),
                ('year', models.PositiveSmallIntegerField(editable=False, null=True, verbose_name='年度')),
                ('number_text', models.CharField(blank=True, editable=False, max_length=80, verbose_name='文号')),
                ('about_type', models.CharField(blank=True, editable=False, max_length=80)),
                ('about_id', models.CharField(blank=True, editable=False, max_length=40)),
                ('about_title', models.CharField(blank=True, editable=False, max_length=200, verbose_name='关于')),
                ('about_url', models.CharField(blank=True, editable=False, max_length=300)),
                ('asked_account_id', models.BigIntegerField(editable=False, null=True)),
                ('asked_name', models.CharField(blank=True, editable=False, max_length=100, verbose_name='经办人姓名')),
                ('sent_on', models.DateField(editable=False, null=True, verbose_name='发出日期')),
                ('answered_on', models.DateField(editable=False, null=True, verbose_name='批复日期')),
                ('answer_number', models.CharField(blank=True, editable=False, max_length=80, verbose_name='批复文号')),
                ('answer_words', models.TextField(blank=True, editable=False, max_length=4000, verbose_name='批复内容')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='起草时间')),
                ('asked_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='经办人')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='请示的组织')),
                ('superior', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='上级组织')),
            ],
            options={
                'verbose_name': '请示',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['about_type', 'about_id'], name='petition_about'), models.Index(condition=models.Q(('state__in', ['draft', 'sent', 'returned'])), fields=['organization'], name='petition_open')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('number__isnull', False)), fields=('organization', 'year', 'number'), name='petition_number_once')],
            },
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(max_length=30, verbose_name='类别')),
                ('title', models.CharField(max_length=100, verbose_name='标题')),
                ('words', models.TextField(max_length=4000, verbose_name='正文')),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('round', models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='第几次发出')),
                ('external', models.BooleanField(default=False, editable=False, verbose_name='上级在平台以外')),
                ('sent_on', models.DateField(editable=False, verbose_name='收到日期')),
                ('due_on', models.DateField(editable=False, verbose_name='应批复日期')),
                ('outcome', models.CharField(choices=[('waiting', '待批复'), ('agreed', '同意'), ('refused', '不同意'), ('returned', '退回补充'), ('withdrawn', '对方撤回')], default='waiting', editable=False, max_length=10, verbose_name='结果')),
                ('number', models.PositiveIntegerField(editable=False, null=True, verbose_name='序号')),
                ('year', models.PositiveSmallIntegerField(editable=False, null=True, verbose_name='年度')),
                ('number_text', models.CharField(blank=True, editable=False, max_length=80, verbose_name='批复文号')),
                ('answer', models.TextField(blank=True, editable=False, max_length=4000, verbose_name='批复内容')),
                ('on', models.DateField(editable=False, null=True, verbose_name='批复日期')),
                ('by_account_id', models.BigIntegerField(editable=False, null=True)),
                ('by_name', models.CharField(blank=True, editable=False, max_length=100, verbose_name='批复人姓名')),
                ('by_person', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='批复人')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='批复的组织')),
                ('petition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='petitions.petition', verbose_name='请示')),
            ],
            options={
                'verbose_name': '收到的请示',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('outcome', 'waiting')), fields=['due_on'], name='reply_waiting')],
                'constraints': [models.UniqueConstraint(fields=('petition', 'round'), name='reply_round_once'), models.UniqueConstraint(condition=models.Q(('outcome', 'waiting')), fields=('petition',), name='reply_one_waiting'), models.UniqueConstraint(condition=models.Q(('number__isnull', False)), fields=('organization', 'year', 'number'), name='reply_number_once')],
            },
        ),
    ]
