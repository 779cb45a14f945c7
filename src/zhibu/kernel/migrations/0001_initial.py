import django.db.models.deletion
import django.utils.timezone
import uuid
import zhibu.kernel.audit.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organizations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditDetail',
            fields=[
                ('entry_id', zhibu.kernel.audit.models.RowIdField(primary_key=True, serialize=False)),
                ('salt', models.BinaryField()),
                ('body', models.TextField()),
            ],
            options={
                'verbose_name': '操作记录内容',
                'db_table': 'audit_detail',
            },
        ),
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('n', zhibu.kernel.audit.models.RowIdField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('ranges', models.TextField(help_text='JSON [[first, last], …], both included')),
                ('count', models.PositiveBigIntegerField()),
                ('prev', models.BinaryField()),
                ('root', models.BinaryField()),
                ('key_id', models.PositiveSmallIntegerField()),
            ],
            options={
                'verbose_name': '操作记录封条',
                'db_table': 'audit_seal',
            },
        ),
        migrations.CreateModel(
            name='AuditUnsealed',
            fields=[
                ('id', zhibu.kernel.audit.models.RowIdField(primary_key=True, serialize=False)),
            ],
            options={
                'verbose_name': '待封存的操作记录',
                'db_table': 'audit_unsealed',
            },
        ),
        migrations.CreateModel(
            name='Blob',
            fields=[
                ('sha256', models.CharField(max_length=64, primary_key=True, serialize=False, verbose_name='摘要')),
                ('size', models.PositiveBigIntegerField(verbose_name='字节数')),
                ('mime', models.CharField(max_length=100, verbose_name='类型')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='存入时间')),
            ],
            options={
                'verbose_name': '文件内容',
            },
        ),
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True, verbose_name='日期')),
                ('is_workday', models.BooleanField(verbose_name='上班')),
                ('note', models.CharField(blank=True, max_length=60, verbose_name='说明')),
                ('source', models.CharField(max_length=200, verbose_name='依据')),
                ('loaded_by_id', models.BigIntegerField(null=True)),
                ('loaded_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': '节假日安排',
                'ordering': ['day'],
            },
        ),
        migrations.CreateModel(
            name='JobSchedule',
            fields=[
                ('name', models.CharField(max_length=80, primary_key=True, serialize=False, verbose_name='名称')),
                ('last_run_at', models.DateTimeField(null=True, verbose_name='上次运行')),
                ('failures', models.PositiveSmallIntegerField(default=0, verbose_name='连续失败')),
                ('retry_at', models.DateTimeField(null=True, verbose_name='重试时间')),
                ('error', models.TextField(blank=True, default='', verbose_name='技术信息')),
            ],
            options={
                'verbose_name': '定时工作',
                'verbose_name_plural': '定时工作',
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('key', models.UUIDField(primary_key=True, serialize=False)),
                ('account_id', models.BigIntegerField(null=True)),
                ('action', models.CharField(max_length=80)),
                ('answer', models.JSONField(default=dict)),
                ('at', models.DateTimeField(auto_now_add=True, db_index=True)),
            ],
            options={
                'verbose_name': '提交',
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('actor_id', models.BigIntegerField(null=True, verbose_name='账号')),
                ('actor_name', models.CharField(max_length=100, verbose_name='操作人')),
                ('for_whom_id', models.BigIntegerField(null=True, verbose_name='代何人')),
                ('action', models.CharField(max_length=80, verbose_name='操作')),
                ('organization_id', models.BigIntegerField(null=True, verbose_name='组织')),
                ('object_type', models.CharField(max_length=80, verbose_name='对象类别')),
                ('object_id', models.CharField(max_length=64, verbose_name='对象编号')),
                ('detail_digest', models.BinaryField()),
                ('leaf', models.BinaryField()),
                ('key_id', models.PositiveSmallIntegerField()),
            ],
            options={
                'verbose_name': '操作记录',
                'verbose_name_plural': '操作记录',
                'db_table': 'audit_entry',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['object_type', 'object_id'], name='audit_entry_object'), models.Index(fields=['organization_id'], name='audit_entry_organization'), models.Index(fields=['actor_id'], name='audit_entry_actor')],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(max_length=80, verbose_name='种类')),
                ('label', models.CharField(max_length=200, verbose_name='名称')),
                ('payload', models.JSONField(default=dict, verbose_name='参数')),
                ('payload_version', models.PositiveSmallIntegerField(default=1, verbose_name='参数版本')),
                ('requested_by_id', models.PositiveBigIntegerField(null=True, verbose_name='发起账号')),
                ('state', models.CharField(choices=[('queued', '等待处理'), ('running', '正在处理'), ('done', '已完成'), ('failed', '未成功'), ('cancelled', '已取消')], default='queued', max_length=10, verbose_name='状态')),
                ('cancel_requested', models.BooleanField(default=False, verbose_name='要求取消')),
                ('attempt', models.PositiveSmallIntegerField(default=0, verbose_name='失败次数')),
                ('takeovers', models.PositiveSmallIntegerField(default=0, verbose_name='接手次数')),
                ('not_before', models.DateTimeField(default=django.utils.timezone.now, verbose_name='最早处理时间')),
                ('lease_owner', models.CharField(blank=True, default='', max_length=120, verbose_name='处理者')),
                ('lease_until', models.DateTimeField(null=True, verbose_name='处理者有效期')),
                ('cursor', models.JSONField(null=True, verbose_name='进度位置')),
                ('chunks', models.PositiveIntegerField(default=0, verbose_name='已生效批次')),
                ('done_count', models.PositiveBigIntegerField(default=0, verbose_name='已处理')),
                ('total', models.PositiveBigIntegerField(null=True, verbose_name='总数')),
                ('message', models.CharField(blank=True, default='', max_length=500, verbose_name='说明')),
                ('result', models.JSONField(null=True, verbose_name='结果')),
                ('error', models.TextField(blank=True, default='', verbose_name='技术信息')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='提交时间')),
                ('started_at', models.DateTimeField(null=True, verbose_name='开始时间')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='结束时间')),
                ('organization', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='组织')),
            ],
            options={
                'verbose_name': '后台任务',
                'verbose_name_plural': '后台任务',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['not_before', 'id'], name='kernel_job_open'), models.Index(fields=['requested_by_id', '-id'], name='kernel_job_mine')],
            },
        ),
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('spec', models.CharField(max_length=60, verbose_name='导入种类')),
                ('label', models.CharField(max_length=100, verbose_name='名称')),
                ('requested_by_id', models.BigIntegerField(null=True, verbose_name='经办账号')),
                ('requested_by_name', models.CharField(blank=True, max_length=100, verbose_name='经办人')),
                ('file_name', models.CharField(max_length=200, verbose_name='文件名')),
                ('state', models.CharField(choices=[('uploaded', '待核对列'), ('checking', '正在检查'), ('checked', '待确认'), ('applying', '正在写入'), ('done', '已写入'), ('undoing', '正在撤销'), ('undone', '已撤销'), ('failed', '未成功'), ('cancelled', '已放弃')], default='uploaded', max_length=12, verbose_name='状态')),
                ('sheet', models.CharField(blank=True, max_length=100, verbose_name='工作表')),
                ('header_rows', models.JSONField(default=list, verbose_name='表头行')),
                ('mapping', models.JSONField(default=dict, verbose_name='列对应')),
                ('options', models.JSONField(default=dict, verbose_name='选项')),
                ('counts', models.JSONField(default=dict, verbose_name='统计')),
                ('skip_errors', models.BooleanField(default=False, verbose_name='略过有错的行')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('rev', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='上传时间')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='完成时间')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.blob', verbose_name='原始文件')),
                ('organization', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='归属组织')),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.job')),
            ],
            options={
                'verbose_name': '导入',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['uploaded', 'checking', 'checked', 'applying'])), fields=['requested_by_id'], name='import_open')],
            },
        ),
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('series', models.CharField(max_length=64, verbose_name='序列')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('organization_id', models.PositiveBigIntegerField(default=0, verbose_name='组织')),
                ('last', models.PositiveBigIntegerField(default=0, verbose_name='最后编号')),
            ],
            options={
                'verbose_name': '编号序列',
                'verbose_name_plural': '编号序列',
                'constraints': [models.UniqueConstraint(fields=('series', 'year', 'organization_id'), name='kernel_numberseries_one')],
            },
        ),
        migrations.CreateModel(
            name='RememberedHeader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('spec', models.CharField(max_length=60)),
                ('signature', models.CharField(max_length=64)),
                ('mapping', models.JSONField()),
                ('changed_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('spec', 'signature'), name='header_remembered_once')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('object_type', models.CharField(max_length=80)),
                ('object_id', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=200, verbose_name='文件名')),
                ('permission', models.CharField(max_length=60)),
                ('uploaded_by_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('removed_at', models.DateTimeField(null=True)),
                ('organization', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('blob', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='kernel.blob')),
            ],
            options={
                'verbose_name': '附件',
                'indexes': [models.Index(fields=['object_type', 'object_id'], name='kernel_atta_object__faa979_idx')],
            },
        ),
        migrations.CreateModel(
            name='ImportEffect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveIntegerField()),
                ('object_id', models.BigIntegerField()),
                ('created', models.BooleanField()),
                ('before', models.JSONField(default=dict)),
                ('rev_after', models.PositiveIntegerField()),
                ('undone', models.BooleanField(default=False)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='effects', to='kernel.importbatch')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('batch', 'row'), name='effect_once_a_row')],
            },
        ),
    ]
