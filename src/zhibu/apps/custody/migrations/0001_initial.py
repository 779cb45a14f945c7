import django.db.models.deletion
import uuid
import zhibu.kernel.crypto.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('kernel', '0004_audit_heads'),
        ('organizations', '0002_merged_and_split'),
        ('people', '0005_reveal_pages'),
    ]

    operations = [
        migrations.CreateModel(
            name='CareRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('category', models.CharField(blank=True, max_length=20, verbose_name='类别')),
                ('sent_by', models.CharField(blank=True, max_length=100, verbose_name='派出单位')),
                ('since', models.DateField(verbose_name='进入日期')),
                ('until', models.DateField(blank=True, null=True, verbose_name='结束日期（不含）')),
                ('ending', models.CharField(blank=True, choices=[('leave_care', '结束托养托管'), ('retire', '退休'), ('leave', '离开单位'), ('die', '去世'), ('other', '不再服务'), ('mistake', '登记错误')], max_length=20, verbose_name='结束原因')),
                ('ending_words', models.CharField(blank=True, max_length=200, verbose_name='结束说明')),
                ('living', models.CharField(blank=True, choices=[('spouse', '与配偶同住'), ('children', '与子女同住'), ('alone', '独居'), ('home', '住养老机构'), ('hospital', '长期住院'), ('other', '其他')], max_length=10, verbose_name='居住情况')),
                ('living_words', models.CharField(blank=True, max_length=200, verbose_name='居住说明')),
                ('special_needs', zhibu.kernel.crypto.fields.SealedTextField(blank=True, null=True, verbose_name='特殊需要')),
                ('kin_name', models.CharField(blank=True, max_length=50, verbose_name='联系家属')),
                ('kin_relation', models.CharField(blank=True, max_length=20, verbose_name='与本人关系')),
                ('kin_phone', models.CharField(blank=True, max_length=40, verbose_name='家属电话')),
                ('allowance', models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True, verbose_name='补贴标准（元/月）')),
                ('visit_months', models.PositiveSmallIntegerField(default=12, verbose_name='走访周期（月）')),
                ('last_visit_on', models.DateField(blank=True, editable=False, null=True, verbose_name='最近走访')),
                ('next_visit_on', models.DateField(blank=True, editable=False, null=True, verbose_name='应走访日期')),
                ('opened_by', models.BigIntegerField(editable=False, null=True)),
                ('closed_by', models.BigIntegerField(editable=False, null=True)),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='建档时间')),
                ('clerk', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='负责人')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='服务工作站')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='care_records', to='people.person', verbose_name='人员')),
            ],
            options={
                'verbose_name': '托管档案',
                'ordering': ['id'],
                'indexes': [models.Index(condition=models.Q(('until__isnull', True)), fields=['organization', 'next_visit_on'], name='care_to_visit')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('person',), name='care_one_open', violation_error_message='此人已有托管档案'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='care_period', violation_error_message='结束日期早于进入日期')],
            },
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('number', models.CharField(max_length=40, verbose_name='协议编号')),
                ('since', models.DateField(verbose_name='起始日期')),
                ('until', models.DateField(verbose_name='到期日期')),
                ('ended_on', models.DateField(blank=True, editable=False, null=True, verbose_name='终止日期')),
                ('ended_why', models.CharField(blank=True, editable=False, max_length=200, verbose_name='终止原因')),
                ('ended_by', models.BigIntegerField(editable=False, null=True)),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='备注')),
                ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
                ('extends', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='custody.agreement', verbose_name='续签自')),
                ('care', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='custody.carerecord', verbose_name='托管档案')),
            ],
            options={
                'verbose_name': '托管协议',
                'ordering': ['-until', '-id'],
                'indexes': [models.Index(condition=models.Q(('ended_on__isnull', True)), fields=['until'], name='agreement_ending')],
                'constraints': [models.UniqueConstraint(fields=('care', 'number'), name='agreement_number_once'), models.CheckConstraint(condition=models.Q(('until__gte', models.F('since'))), name='agreement_period')],
            },
        ),
        migrations.CreateModel(
            name='PhotoDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('account_id', models.BigIntegerField(editable=False)),
                ('name', models.CharField(max_length=120, verbose_name='文件名')),
                ('used_at', models.DateTimeField(editable=False, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('blob', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.blob')),
                ('care', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='custody.carerecord', verbose_name='托管档案')),
            ],
            options={
                'verbose_name': '待用照片',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ServiceRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('kind', models.CharField(choices=[('visit', '走访'), ('call', '电话问候'), ('reimbursement', '协助报销'), ('condolence', '慰问'), ('medical', '就医陪护'), ('other', '其他服务')], default='visit', max_length=20, verbose_name='服务类别')),
                ('on', models.DateField(verbose_name='服务日期')),
                ('place', models.CharField(blank=True, max_length=100, verbose_name='地点')),
                ('words', models.TextField(max_length=2000, verbose_name='情况记录')),
                ('cost', models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True, verbose_name='费用（元）')),
                ('follow_up_on', models.DateField(blank=True, null=True, verbose_name='下次跟进日期')),
                ('follow_up_words', models.CharField(blank=True, max_length=200, verbose_name='跟进事项')),
                ('followed_at', models.DateTimeField(editable=False, null=True, verbose_name='跟进办结时间')),
                ('followed_words', models.CharField(blank=True, editable=False, max_length=200, verbose_name='跟进结果')),
                ('stands', models.BooleanField(default=True, editable=False)),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='撤回时间')),
                ('withdrawn_why', models.CharField(blank=True, editable=False, max_length=200, verbose_name='撤回原因')),
                ('by_account_id', models.BigIntegerField(editable=False, null=True, verbose_name='账号')),
                ('by_name', models.CharField(blank=True, editable=False, max_length=100, verbose_name='登记人')),
                ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
                ('care', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='custody.carerecord', verbose_name='托管档案')),
                ('corrects', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='custody.servicerecord', verbose_name='更正自')),
            ],
            options={
                'verbose_name': '服务记录',
                'ordering': ['-on', '-id'],
                'indexes': [models.Index(fields=['care', '-on'], name='service_of_care'), models.Index(fields=['on'], name='service_by_day'), models.Index(condition=models.Q(('follow_up_on__isnull', False), ('followed_at__isnull', True), ('stands', True)), fields=['follow_up_on'], name='service_to_follow')],
            },
        ),
    ]
