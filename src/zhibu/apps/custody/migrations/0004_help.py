import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('custody', '0003_duties'),
        ('people', '0007_national_checks'),
    ]

    operations = [
        migrations.CreateModel(
            name='HelpRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('words', models.CharField(max_length=300, verbose_name='需要帮什么')),
                ('wanted_on', models.DateField(blank=True, null=True, verbose_name='希望哪天以前')),
                ('by_self', models.BooleanField(default=False, editable=False, verbose_name='本人提出')),
                ('asked_by', models.CharField(blank=True, editable=False, max_length=100, verbose_name='登记人')),
                ('state', models.CharField(choices=[('open', '待认领'), ('claimed', '已认领'), ('done', '已办好'), ('off', '不用办了')], default='open', editable=False, max_length=10, verbose_name='状态')),
                ('claimed_name', models.CharField(blank=True, editable=False, max_length=100, verbose_name='认领人姓名')),
                ('claimed_at', models.DateTimeField(editable=False, null=True, verbose_name='认领时间')),
                ('closed_why', models.CharField(blank=True, editable=False, max_length=200, verbose_name='不办原因')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='提出时间')),
                ('care', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='help_requests', to='custody.carerecord', verbose_name='托管档案')),
                ('claimed_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='认领人')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='help_requests', to='people.person', verbose_name='本人')),
                ('service', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='help_request', to='custody.servicerecord')),
            ],
            options={
                'verbose_name': '求助',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['open', 'claimed'])), fields=['wanted_on'], name='help_open')],
            },
        ),
        migrations.CreateModel(
            name='HelpOffer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='help_offers', to='people.person', verbose_name='党员')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='custody.helprequest', verbose_name='求助')),
            ],
            options={
                'verbose_name': '帮忙',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('request', 'person'), name='help_offered_once')],
            },
        ),
    ]
