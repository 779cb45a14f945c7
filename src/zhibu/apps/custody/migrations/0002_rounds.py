import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('custody', '0001_initial'),
        ('organizations', '0002_merged_and_split'),
    ]

    operations = [
        migrations.CreateModel(
            name='ServiceBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=60, verbose_name='名称')),
                ('kind', models.CharField(choices=[('visit', '走访'), ('call', '电话问候'), ('reimbursement', '协助报销'), ('condolence', '慰问'), ('medical', '就医陪护'), ('other', '其他服务')], default='condolence', max_length=20, verbose_name='服务类别')),
                ('on', models.DateField(verbose_name='日期')),
                ('gift', models.CharField(blank=True, max_length=100, verbose_name='每人的内容')),
                ('cost', models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True, verbose_name='每人费用（元）')),
                ('state', models.CharField(choices=[('open', '进行中'), ('closed', '已办结'), ('dropped', '已作废')], default='open', editable=False, max_length=10, verbose_name='状态')),
                ('count', models.PositiveIntegerField(default=0, editable=False, verbose_name='人数')),
                ('by_name', models.CharField(blank=True, editable=False, max_length=100, verbose_name='经办人')),
                ('closed_at', models.DateTimeField(editable=False, null=True, verbose_name='办结时间')),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='建立时间')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='办理单位')),
            ],
            options={
                'verbose_name': '批量走访慰问',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['on'], name='batch_open')],
            },
        ),
        migrations.CreateModel(
            name='BatchLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('place', models.PositiveIntegerField(verbose_name='序号')),
                ('received', models.BooleanField(default=False, verbose_name='已签领')),
                ('received_by', models.CharField(blank=True, max_length=50, verbose_name='代领人')),
                ('care', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batch_lines', to='custody.carerecord', verbose_name='托管档案')),
                ('service', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='batch_line', to='custody.servicerecord')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='custody.servicebatch', verbose_name='批次')),
            ],
            options={
                'verbose_name': '签领',
                'ordering': ['batch_id', 'place'],
                'constraints': [models.UniqueConstraint(fields=('batch', 'care'), name='batch_line_once')],
            },
        ),
    ]
