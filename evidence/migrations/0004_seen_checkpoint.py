from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evidence", "0003_evidence_items")]

    operations = [
        migrations.AddField(
            model_name="sourcehead",
            name="seen_checkpoint",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
    ]
