import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('aims', '0005_clauses_4_to_10'),
        ('grc', '0005_vendor_manager'),
        ('vendors', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='campaign',
            name='readers',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('everybody', 'Everybody here'), ('administrator', 'Administrator'), ('compliance-officer', 'Compliance officer'), ('contributor', 'Contributor'), ('approver', 'Approver (top management)'), ('internal-auditor', 'Internal auditor'), ('vendor-manager', 'Vendor manager'), ('procurement-responder', 'Procurement responder'), ('reader', 'Reader'), ('platform-engineer', 'Platform engineer')], max_length=40), blank=True, default=list, help_text='They are asked, and confirm that they have read it.', size=None, verbose_name='who must read it'),
        ),
        migrations.AlterField(
            model_name='document',
            name='readers',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('everybody', 'Everybody here'), ('administrator', 'Administrator'), ('compliance-officer', 'Compliance officer'), ('contributor', 'Contributor'), ('approver', 'Approver (top management)'), ('internal-auditor', 'Internal auditor'), ('vendor-manager', 'Vendor manager'), ('procurement-responder', 'Procurement responder'), ('reader', 'Reader'), ('platform-engineer', 'Platform engineer')], max_length=40), blank=True, default=list, help_text='They are asked, and confirm that they have read it.', size=None, verbose_name='who must read it'),
        ),
        migrations.AlterField(
            model_name='historicalcampaign',
            name='readers',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('everybody', 'Everybody here'), ('administrator', 'Administrator'), ('compliance-officer', 'Compliance officer'), ('contributor', 'Contributor'), ('approver', 'Approver (top management)'), ('internal-auditor', 'Internal auditor'), ('vendor-manager', 'Vendor manager'), ('procurement-responder', 'Procurement responder'), ('reader', 'Reader'), ('platform-engineer', 'Platform engineer')], max_length=40), blank=True, default=list, help_text='They are asked, and confirm that they have read it.', size=None, verbose_name='who must read it'),
        ),
        migrations.AlterField(
            model_name='historicaldocument',
            name='readers',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('everybody', 'Everybody here'), ('administrator', 'Administrator'), ('compliance-officer', 'Compliance officer'), ('contributor', 'Contributor'), ('approver', 'Approver (top management)'), ('internal-auditor', 'Internal auditor'), ('vendor-manager', 'Vendor manager'), ('procurement-responder', 'Procurement responder'), ('reader', 'Reader'), ('platform-engineer', 'Platform engineer')], max_length=40), blank=True, default=list, help_text='They are asked, and confirm that they have read it.', size=None, verbose_name='who must read it'),
        ),
        migrations.CreateModel(
            name='HistoricalSystemUse',
            fields=[
                ('reference', models.CharField(editable=False, max_length=24, verbose_name='reference')),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, help_text='Words of your own, with commas between them.', size=None, verbose_name='tags')),
                ('lock', models.PositiveIntegerField(default=0, editable=False)),
                ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(blank=True, editable=False, verbose_name='last change')),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='archived')),
                ('purpose', models.CharField(blank=True, max_length=300, verbose_name='what for')),
                ('data', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('public', 'Public data'), ('internal', 'Internal data'), ('confidential', 'Confidential data'), ('customer', 'Customers’ content'), ('personal', 'Personal data'), ('special', 'Special categories (GDPR Art. 9)'), ('credentials', 'Source code or credentials')], max_length=12), blank=True, default=list, size=None, verbose_name='data that reaches it')),
                ('since', models.DateField(blank=True, null=True, verbose_name='since')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('created_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('key', models.ForeignKey(blank=True, db_column='id', db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='grc.recordkey')),
                ('organisation', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='grc.organisation')),
                ('owner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('route', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='vendors.route', verbose_name='route')),
                ('system', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='aims.aisystem', verbose_name='AI system')),
                ('updated_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical use of a vendor',
                'verbose_name_plural': 'historical uses of vendors',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='SystemUse',
            fields=[
                ('key', models.OneToOneField(db_column='id', editable=False, on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='grc.recordkey')),
                ('reference', models.CharField(editable=False, max_length=24, verbose_name='reference')),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, help_text='Words of your own, with commas between them.', size=None, verbose_name='tags')),
                ('lock', models.PositiveIntegerField(default=0, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last change')),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='archived')),
                ('purpose', models.CharField(blank=True, max_length=300, verbose_name='what for')),
                ('data', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('public', 'Public data'), ('internal', 'Internal data'), ('confidential', 'Confidential data'), ('customer', 'Customers’ content'), ('personal', 'Personal data'), ('special', 'Special categories (GDPR Art. 9)'), ('credentials', 'Source code or credentials')], max_length=12), blank=True, default=list, size=None, verbose_name='data that reaches it')),
                ('since', models.DateField(blank=True, null=True, verbose_name='since')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grc.organisation')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('route', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='vendors.route', verbose_name='route')),
                ('system', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='aims.aisystem', verbose_name='AI system')),
                ('updated_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'use of a vendor',
                'verbose_name_plural': 'uses of vendors',
                'abstract': False,
                'default_manager_name': 'unscoped',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'reference'), name='system_use_reference_once'), models.UniqueConstraint(condition=models.Q(('archived_at__isnull', True)), fields=('system', 'route'), name='system_use_once', violation_error_message='This system is listed with this route.')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
    ]
