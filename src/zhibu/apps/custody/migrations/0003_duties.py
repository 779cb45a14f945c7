import django.db.models.deletion
import uuid
import zhibu.kernel.crypto.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('custody', '0002_rounds'),
    ]

    operations = [
        migrations.CreateModel(
            name='Proxy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('name', models.CharField(max_length=50, verbose_name='代办人')),
                ('relation', models.CharField(max_length=20, verbose_name='与本人关系')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='代办人电话')),
                ('document', zhibu.kernel.crypto.fields.SealedTextField(blank=True, null=True, verbose_name='代办人证件号码')),
                ('matters', models.JSONField(default=list, verbose_name='委托事项')),
                ('since', models.DateField(verbose_name='起始日期')),
                ('until', models.DateField(verbose_name='截止日期')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='备注')),
                ('revoked_on', models.DateField(blank=True, editable=False, null=True, verbose_name='撤销日期')),
                ('revoked_why', models.CharField(blank=True, editable=False, max_length=200, verbose_name='撤销原因')),
                ('care', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proxies', to='custody.carerecord', verbose_name='托管档案')),
            ],
            options={
                'verbose_name': '委托代办',
                'ordering': ['-until', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('until__gte', models.F('since'))), name='proxy_period')],
            },
        ),
        migrations.AddField(
            model_name='servicerecord',
            name='proxy',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='services', to='custody.proxy', verbose_name='代办人'),
        ),
        migrations.CreateModel(
            name='YearlyCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('kind', models.CharField(max_length=20, verbose_name='认证种类')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('due_on', models.DateField(verbose_name='应办日期')),
                ('done_on', models.DateField(blank=True, editable=False, null=True, verbose_name='办理日期')),
                ('words', models.CharField(blank=True, editable=False, max_length=200, verbose_name='办理情况')),
                ('done_by', models.CharField(blank=True, editable=False, max_length=100, verbose_name='经办人')),
                ('care', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='custody.carerecord', verbose_name='托管档案')),
            ],
            options={
                'verbose_name': '年度认证',
                'ordering': ['due_on', 'id'],
                'indexes': [models.Index(condition=models.Q(('done_on__isnull', True)), fields=['due_on'], name='check_open')],
                'constraints': [models.UniqueConstraint(fields=('care', 'kind', 'year'), name='check_once_a_year')],
            },
        ),
    ]
