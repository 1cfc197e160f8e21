from django.db import migrations

BRING_BACK = """
WITH numbered AS (
  SELECT *, 'LNK-' || lpad(row_number() OVER (PARTITION BY organisation_id ORDER BY id)::text, 4, '0') AS reference
  FROM grc_link_before
), keys AS (
  INSERT INTO grc_recordkey (organisation_id, register, reference, title)
  SELECT n.organisation_id, 'links', n.reference, s.reference || ' – ' || t.reference
  FROM numbered n JOIN grc_recordkey s ON s.id = n.source_id JOIN grc_recordkey t ON t.id = n.target_id
  RETURNING id, organisation_id, reference
), counted AS (
  INSERT INTO grc_referencecounter (organisation_id, prefix, last)
  SELECT organisation_id, 'LNK', count(*) FROM numbered GROUP BY organisation_id
), links AS (
  INSERT INTO grc_link (id, organisation_id, reference, owner_id, tags, lock, created_at, created_by_id, updated_at,
                        updated_by_id, archived_at, source_id, target_id, note)
  SELECT k.id, n.organisation_id, n.reference, n.created_by_id, '{}', 1, n.created_at, n.created_by_id,
         coalesce(n.ended_at, n.created_at), coalesce(n.ended_by_id, n.created_by_id), n.ended_at,
         n.source_id, n.target_id, ''
  FROM numbered n JOIN keys k USING (organisation_id, reference)
  RETURNING *
)
INSERT INTO grc_historicallink (id, organisation_id, reference, owner_id, tags, lock, created_at, created_by_id,
                                updated_at, updated_by_id, archived_at, source_id, target_id, note,
                                history_date, history_type, history_user_id)
SELECT id, organisation_id, reference, owner_id, tags, lock, created_at, created_by_id, updated_at, updated_by_id,
       archived_at, source_id, target_id, note, updated_at, '+', updated_by_id
FROM links
"""


class Migration(migrations.Migration):
    """The links that were set aside, each with a reference and the beginning of a history."""

    dependencies = [("grc", "0003_kernel_made_whole")]

    operations = [
        migrations.RunSQL(BRING_BACK, migrations.RunSQL.noop),
        migrations.RunSQL("DROP TABLE grc_link_before", migrations.RunSQL.noop),
    ]
