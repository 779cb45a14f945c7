import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('meetings', '0001_initial'),
        ('organizations', '0002_merged_and_split'),
        ('people', '0008_sparse_indices'),
        ('voting', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Ballot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('round', models.PositiveSmallIntegerField(verbose_name='第几次投票')),
                ('post', models.CharField(blank=True, max_length=20, verbose_name='职务')),
                ('of_committee', models.BooleanField(default=False, verbose_name='新一届委员会投票')),
                ('seats', models.PositiveSmallIntegerField(verbose_name='应选人数')),
                ('tied', models.JSONField(default=list, editable=False, verbose_name='票数相等的')),
                ('state', models.CharField(choices=[('open', '投票中'), ('counted', '待确认结果'), ('settled', '已确认'), ('void', '无效，重新投票')], default='open', editable=False, max_length=10, verbose_name='状态')),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('motion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='voting.motion', verbose_name='投票')),
            ],
            options={
                'verbose_name': '选票',
                'ordering': ['election_id', 'id'],
                'constraints': [models.UniqueConstraint(fields=('motion',), name='ballot_motion_once')],
            },
        ),
        migrations.CreateModel(
            name='Election',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('renewal', '换届选举'), ('first', '首届选举'), ('by', '补选'), ('appointment', '上级任命')], default='renewal', max_length=20, verbose_name='种类')),
                ('version', models.CharField(editable=False, max_length=30, verbose_name='适用规则')),
                ('number', models.PositiveSmallIntegerField(default=1, verbose_name='届次')),
                ('body', models.CharField(choices=[('committee', '委员会委员'), ('posts', '书记、副书记')], default='committee', max_length=10, verbose_name='选举什么')),
                ('full_members', models.PositiveIntegerField(default=0, editable=False, verbose_name='正式党员人数')),
                ('seats', models.PositiveSmallIntegerField(verbose_name='应选人数')),
                ('deputy', models.BooleanField(default=False, verbose_name='设副书记')),
                ('planned_on', models.DateField(verbose_name='拟召开大会的日期')),
                ('timing', models.CharField(choices=[('on_time', '按期'), ('early', '提前'), ('late', '延期')], default='on_time', editable=False, max_length=10, verbose_name='按期或提前、延期')),
                ('words', models.TextField(blank=True, max_length=2000, verbose_name='情况说明')),
                ('state', models.CharField(choices=[('draft', '拟定方案'), ('asked', '待同意选举'), ('nominating', '酝酿推荐'), ('slate_asked', '待同意候选人'), ('assembly', '召开选举大会'), ('allocating', '委员会分工'), ('reported', '待批复'), ('done', '已生效'), ('stopped', '已终止')], default='draft', editable=False, max_length=20, verbose_name='状态')),
                ('note', models.CharField(blank=True, editable=False, max_length=500, verbose_name='退回的原因')),
                ('regulations', models.TextField(blank=True, max_length=6000, verbose_name='选举办法')),
                ('adopted_on', models.DateField(editable=False, null=True, verbose_name='选举办法通过日期')),
                ('elected_on', models.DateField(editable=False, null=True, verbose_name='选出日期')),
                ('effective_on', models.DateField(editable=False, null=True, verbose_name='生效日期')),
                ('document', models.CharField(blank=True, editable=False, max_length=80, verbose_name='任命文号')),
                ('by_name', models.CharField(blank=True, editable=False, max_length=100, verbose_name='经办人')),
                ('stopped_why', models.CharField(blank=True, editable=False, max_length=200, verbose_name='终止原因')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='建立时间')),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('adopted', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='voting.motion', verbose_name='通过选举办法的表决')),
                ('committee_roll', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='voting.roll', verbose_name='新一届委员名册')),
                ('meeting', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='meetings.meeting', verbose_name='选举大会')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='党组织')),
                ('reducing', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='voting.motion', verbose_name='减少名额的表决')),
                ('roll', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='voting.roll', verbose_name='选举名册')),
                ('term', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.term', verbose_name='届满的任期')),
            ],
            options={
                'verbose_name': '选举',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['draft', 'asked', 'nominating', 'slate_asked', 'assembly', 'allocating', 'reported'])), fields=['state'], name='election_open')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'asked', 'nominating', 'slate_asked', 'assembly', 'allocating', 'reported'])), fields=('organization',), name='election_one_open', violation_error_message='这个组织已有一次选举在办理')],
            },
        ),
        migrations.CreateModel(
            name='Elected',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=100, verbose_name='姓名')),
                ('votes', models.PositiveIntegerField(default=0, verbose_name='得票')),
                ('written_in', models.BooleanField(default=False, verbose_name='另选他人')),
                ('post', models.CharField(blank=True, choices=[('secretary', '书记'), ('deputy_secretary', '副书记'), ('organization', '组织委员'), ('publicity', '宣传委员'), ('discipline', '纪检委员'), ('united_front', '统战委员'), ('youth', '青年委员'), ('group_leader', '党小组长'), ('member', '委员'), ('head', '负责人'), ('deputy_head', '副职'), ('clerk', '工作人员')], max_length=20, verbose_name='职务')),
                ('stands', models.BooleanField(default=True, editable=False)),
                ('ballot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='elected', to='elections.ballot', verbose_name='选票')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='当选人')),
                ('election', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='elected', to='elections.election', verbose_name='选举')),
            ],
            options={
                'verbose_name': '当选人',
                'ordering': ['election_id', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('stands', True)), fields=('election', 'person'), name='elected_once')],
            },
        ),
        migrations.CreateModel(
            name='BallotLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=100, verbose_name='姓名')),
                ('place', models.PositiveSmallIntegerField(verbose_name='序号')),
                ('ballot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='elections.ballot', verbose_name='选票')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='候选人')),
                ('election', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='elections.election', verbose_name='选举')),
            ],
            options={
                'verbose_name': '选票上的候选人',
                'ordering': ['ballot_id', 'place'],
                'constraints': [models.UniqueConstraint(fields=('ballot', 'person'), name='ballot_line_once')],
            },
        ),
        migrations.AddField(
            model_name='ballot',
            name='election',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ballots', to='elections.election', verbose_name='选举'),
        ),
        migrations.CreateModel(
            name='Nomination',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('source', models.CharField(max_length=60, verbose_name='推荐的党小组或会议')),
                ('on', models.DateField(verbose_name='日期')),
                ('attended', models.PositiveIntegerField(verbose_name='参加人数')),
                ('stands', models.BooleanField(default=True, editable=False)),
                ('withdrawn_why', models.CharField(blank=True, editable=False, max_length=200, verbose_name='撤回原因')),
                ('by_name', models.CharField(blank=True, editable=False, max_length=100, verbose_name='登记人')),
                ('rev', models.PositiveIntegerField(default=1, editable=False)),
                ('election', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nominations', to='elections.election', verbose_name='选举')),
            ],
            options={
                'verbose_name': '推荐',
                'ordering': ['election_id', 'id'],
            },
        ),
        migrations.CreateModel(
            name='NominationLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=100, verbose_name='姓名')),
                ('votes', models.PositiveIntegerField(verbose_name='推荐票数')),
                ('election', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='elections.election', verbose_name='选举')),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='elections.nomination', verbose_name='推荐')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='被推荐人')),
            ],
            options={
                'verbose_name': '推荐票数',
                'ordering': ['nomination_id', '-votes', 'id'],
                'constraints': [models.UniqueConstraint(fields=('nomination', 'person'), name='nomination_line_once')],
            },
        ),
        migrations.CreateModel(
            name='Official',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=100, verbose_name='姓名')),
                ('role', models.CharField(choices=[('scrutineer', '监票人'), ('counter', '计票人')], max_length=10, verbose_name='分工')),
                ('ended', models.BooleanField(default=False, editable=False)),
                ('election', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='officials', to='elections.election', verbose_name='选举')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='人员')),
            ],
            options={
                'verbose_name': '监票计票人员',
                'ordering': ['election_id', 'role', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended', False)), fields=('election', 'person'), name='official_once')],
            },
        ),
        migrations.CreateModel(
            name='Slate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('version', models.PositiveSmallIntegerField(verbose_name='第几份')),
                ('state', models.CharField(choices=[('asked', '待上级同意'), ('agreed', '上级已同意'), ('refused', '上级未同意'), ('replaced', '已由后一份代替'), ('withdrawn', '已撤回')], default='asked', editable=False, max_length=10, verbose_name='状态')),
                ('words', models.CharField(blank=True, max_length=300, verbose_name='变化的原因')),
                ('on', models.DateField(verbose_name='确定日期')),
                ('by_name', models.CharField(blank=True, editable=False, max_length=100, verbose_name='登记人')),
                ('election', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='slates', to='elections.election', verbose_name='选举')),
            ],
            options={
                'verbose_name': '候选人名单',
                'ordering': ['election_id', 'version'],
                'constraints': [models.UniqueConstraint(fields=('election', 'version'), name='slate_version_once')],
            },
        ),
        migrations.CreateModel(
            name='Candidate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=100, verbose_name='姓名')),
                ('post', models.CharField(blank=True, max_length=20, verbose_name='拟任职务')),
                ('place', models.PositiveSmallIntegerField(verbose_name='序号')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='候选人')),
                ('election', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='elections.election', verbose_name='选举')),
                ('slate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='candidates', to='elections.slate', verbose_name='候选人名单')),
            ],
            options={
                'verbose_name': '候选人',
                'ordering': ['slate_id', 'place'],
                'constraints': [models.UniqueConstraint(fields=('slate', 'person', 'post'), name='candidate_once')],
            },
        ),
    ]
