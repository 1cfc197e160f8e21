from django.db import migrations


class Migration(migrations.Migration):
    """Links become records: their rows wait aside while the table is made anew (0004 brings them back)."""

    dependencies = [("grc", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE TABLE grc_link_before AS SELECT * FROM grc_link", migrations.RunSQL.noop),
        migrations.DeleteModel(name="Link"),
    ]
