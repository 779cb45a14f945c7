import django.db.models.deletion
import uuid
import zhibu.kernel.crypto.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0006_sparse_indices'),
        ('organizations', '0002_merged_and_split'),
    ]

    operations = [
        migrations.CreateModel(
            name='Publicity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(max_length=40, verbose_name='种类')),
                ('subject_type', models.CharField(max_length=80)),
                ('subject_id', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=100, verbose_name='标题')),
                ('lines', models.JSONField(default=list, verbose_name='公示内容')),
                ('contact', models.CharField(max_length=200, verbose_name='意见受理')),
                ('online', models.BooleanField(default=True, verbose_name='同时在网上公示')),
                ('posted_on', models.DateField(verbose_name='张贴日期')),
                ('working_days', models.PositiveSmallIntegerField(verbose_name='工作日')),
                ('article', models.CharField(blank=True, max_length=60, verbose_name='依据')),
                ('ends_on', models.DateField(blank=True, editable=False, null=True, verbose_name='届满日期')),
                ('state', models.CharField(choices=[('running', '公示中'), ('closed', '已结束'), ('withdrawn', '已撤下')], default='running', editable=False, max_length=10, verbose_name='状态')),
                ('outcome', models.CharField(blank=True, choices=[('clear', '没有影响'), ('affected', '有影响')], editable=False, max_length=10, verbose_name='结果')),
                ('closed_on', models.DateField(blank=True, editable=False, null=True, verbose_name='记录结果日期')),
                ('words', models.CharField(blank=True, editable=False, max_length=500, verbose_name='说明')),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='公示单位')),
            ],
            options={
                'verbose_name': '公示',
                'ordering': ['-posted_on', '-id'],
                'indexes': [models.Index(condition=models.Q(('state', 'running')), fields=['ends_on'], name='publicity_running'), models.Index(fields=['subject_type', 'subject_id'], name='publicity_subject')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('kind', 'subject_type', 'subject_id'), name='publicity_one_running')],
            },
        ),
        migrations.CreateModel(
            name='PublicityObjection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('received_on', models.DateField(verbose_name='收到日期')),
                ('manner', models.CharField(choices=[('letter', '来信'), ('call', '来电'), ('visit', '来访'), ('online', '网上'), ('other', '其他')], max_length=10, verbose_name='方式')),
                ('named', models.BooleanField(default=False, verbose_name='署实名')),
                ('matter', zhibu.kernel.crypto.fields.SealedTextField(null=True, verbose_name='反映的问题')),
                ('handled_on', models.DateField(blank=True, editable=False, null=True, verbose_name='处理日期')),
                ('finding', models.CharField(blank=True, choices=[('none', '不影响'), ('affects', '影响')], editable=False, max_length=10, verbose_name='结论')),
                ('handling', zhibu.kernel.crypto.fields.SealedTextField(blank=True, null=True, verbose_name='核查情况')),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('publicity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='kernel.publicity', verbose_name='公示')),
            ],
            options={
                'verbose_name': '公示异议',
                'ordering': ['received_on', 'id'],
                'indexes': [models.Index(condition=models.Q(('handled_on__isnull', True)), fields=['publicity'], name='publicity_objection_open')],
            },
        ),
        migrations.CreateModel(
            name='PublicityPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('work', '工作、学习单位'), ('residence', '居住地'), ('origin', '流出地'), ('host', '流入地')], max_length=10, verbose_name='地点种类')),
                ('name', models.CharField(max_length=100, verbose_name='张贴地点')),
                ('publicity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='kernel.publicity')),
            ],
            options={
                'verbose_name': '公示地点',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('publicity', 'kind'), name='publicity_place_once')],
            },
        ),
        migrations.CreateModel(
            name='PublicityRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('posted_on', models.DateField(verbose_name='张贴日期')),
                ('stopped_on', models.DateField(verbose_name='变更日期')),
                ('lines', models.JSONField(default=list, verbose_name='当时的内容')),
                ('why', models.CharField(max_length=200, verbose_name='变更原因')),
                ('publicity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='kernel.publicity')),
            ],
            options={
                'verbose_name': '重新公示',
                'ordering': ['id'],
            },
        ),
    ]
