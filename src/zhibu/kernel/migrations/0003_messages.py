import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0002_holiday_years'),
        ('organizations', '0002_merged_and_split'),
        ('people', '0004_fewer_indices'),
    ]

    operations = [
        migrations.CreateModel(
            name='QuietHours',
            fields=[
                ('account_id', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='账号')),
                ('since', models.TimeField(verbose_name='从')),
                ('until', models.TimeField(verbose_name='到')),
            ],
            options={
                'verbose_name': '免打扰时间',
                'verbose_name_plural': '免打扰时间',
            },
        ),
        migrations.CreateModel(
            name='MessageChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_id', models.BigIntegerField(verbose_name='账号')),
                ('kind', models.CharField(max_length=40, verbose_name='种类')),
                ('channels', models.JSONField(default=list, verbose_name='途径')),
            ],
            options={
                'verbose_name': '消息设置',
                'verbose_name_plural': '消息设置',
                'constraints': [models.UniqueConstraint(fields=('account_id', 'kind'), name='message_choice_once')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('key', models.CharField(editable=False, max_length=120, unique=True, verbose_name='键')),
                ('kind', models.CharField(max_length=40, verbose_name='种类')),
                ('title', models.CharField(max_length=100, verbose_name='标题')),
                ('body', models.TextField(blank=True, max_length=2000, verbose_name='内容')),
                ('link', models.CharField(blank=True, max_length=300, verbose_name='链接')),
                ('audience', models.CharField(blank=True, max_length=200, verbose_name='发给谁')),
                ('recipients', models.PositiveIntegerField(default=0, verbose_name='人数')),
                ('by_account_id', models.BigIntegerField(editable=False, null=True, verbose_name='经办账号')),
                ('by_name', models.CharField(blank=True, editable=False, max_length=100, verbose_name='经办人')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='发出时间')),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='发出单位')),
            ],
            options={
                'verbose_name': '通知',
                'verbose_name_plural': '通知',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('key', models.CharField(editable=False, max_length=160, unique=True, verbose_name='键')),
                ('kind', models.CharField(max_length=40, verbose_name='种类')),
                ('account_id', models.BigIntegerField(null=True, verbose_name='账号')),
                ('title', models.CharField(max_length=100, verbose_name='标题')),
                ('body', models.TextField(blank=True, max_length=2000, verbose_name='内容')),
                ('link', models.CharField(blank=True, max_length=300, verbose_name='链接')),
                ('sender', models.CharField(blank=True, max_length=100, verbose_name='发出')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='时间')),
                ('read_at', models.DateTimeField(null=True, verbose_name='阅读时间')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='人员')),
                ('notice', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.notice', verbose_name='通知')),
            ],
            options={
                'verbose_name': '消息',
                'verbose_name_plural': '消息',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['person', '-id'], name='message_of_person'), models.Index(fields=['account_id', '-id'], name='message_of_account'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['person'], name='message_unread_person'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['account_id'], name='message_unread_account'), models.Index(fields=['created_at'], name='message_age')],
                'constraints': [models.CheckConstraint(condition=models.Q(('person__isnull', False), ('account_id__isnull', False), _connector='OR'), name='message_has_recipient')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('channel', models.CharField(choices=[('sms', '短信'), ('mail', '电子邮件'), ('chat', '企业聊天'), ('call', '电话')], max_length=10, verbose_name='途径')),
                ('state', models.CharField(choices=[('waiting', '等待发送'), ('sent', '已发出'), ('failed', '未发出，会再试'), ('given_up', '没有发出'), ('to_call', '待电话通知'), ('printed', '已打印名单'), ('told', '已通知'), ('not_reached', '未联系上')], default='waiting', max_length=12, verbose_name='状态')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='次数')),
                ('next_at', models.DateTimeField(null=True, verbose_name='下次发送')),
                ('done_at', models.DateTimeField(null=True, verbose_name='完成时间')),
                ('done_by', models.CharField(blank=True, max_length=100, verbose_name='经办人')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('target', models.BinaryField(max_length=16, null=True)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.message', verbose_name='消息')),
            ],
            options={
                'verbose_name': '送达',
                'verbose_name_plural': '送达',
                'ordering': ['id'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'failed'])), fields=['next_at', 'id'], name='delivery_due'), models.Index(condition=models.Q(('state', 'sent')), fields=['channel', 'done_at'], name='delivery_sent')],
                'constraints': [models.UniqueConstraint(fields=('message', 'channel'), name='delivery_once_a_channel')],
            },
        ),
    ]
