"""The table of decision rows, partitioned by month, which Django's migrations cannot make.

Months live in a schema of their own, where no role but the owner has any privilege: they are reached through the table
only. Each month carries its own triggers, so that it stays final when it is detached, and TRUNCATE is refused too.
"""

from django.db import migrations

TABLE = """
CREATE TABLE evidence_decision (
    ts timestamptz NOT NULL,
    seq bigint NOT NULL,
    decision_id uuid,
    organisation_id integer NOT NULL,
    source_id integer NOT NULL,
    system_id integer,
    policy_id integer,
    model_id integer,
    kind smallint NOT NULL,
    outcome smallint,
    subject_ref bytea
) PARTITION BY RANGE (ts);

CREATE UNIQUE INDEX evidence_decision_place ON evidence_decision (source_id, seq, ts);
CREATE INDEX evidence_decision_by_id ON evidence_decision (decision_id) WHERE decision_id IS NOT NULL;
CREATE INDEX evidence_decision_by_subject ON evidence_decision (subject_ref) WHERE subject_ref IS NOT NULL;
CREATE INDEX evidence_decision_by_system ON evidence_decision (organisation_id, system_id, ts);
CREATE INDEX evidence_decision_by_policy ON evidence_decision (policy_id, ts) WHERE policy_id IS NOT NULL;
CREATE INDEX evidence_decision_by_outcome ON evidence_decision (organisation_id, outcome, ts) WHERE outcome > 1;
CREATE INDEX evidence_decision_by_time ON evidence_decision USING brin (ts);

CREATE FUNCTION evidence_decision_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Decision records are final: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER decision_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence_decision
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_decision_is_final();
"""

MONTHS = """
CREATE SCHEMA decision_months;

-- Makes the month that an instant lies in, if it is missing. Attaching a table made beforehand does not lock readers
-- out, as CREATE ... PARTITION OF would.
CREATE FUNCTION evidence_decision_month(instant timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET timezone = 'UTC' AS $$
DECLARE
    begins timestamptz := date_trunc('month', instant);
    name text := 'm' || to_char(begins, 'YYYY_MM');
BEGIN
    IF instant < '1990-01-01' OR instant >= '2200-01-01' THEN
        RAISE EXCEPTION 'There is no month for %', instant USING ERRCODE = 'datetime_field_overflow';
    END IF;
    IF to_regclass('decision_months.' || name) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('evidence_decision_month'));
    IF to_regclass('decision_months.' || name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE decision_months.%I (LIKE public.evidence_decision INCLUDING ALL)', name);
    EXECUTE format(
        'CREATE TRIGGER decision_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_months.%I '
        'FOR EACH STATEMENT EXECUTE FUNCTION public.evidence_decision_is_final()', name);
    EXECUTE format(
        'ALTER TABLE public.evidence_decision ATTACH PARTITION decision_months.%I FOR VALUES FROM (%L) TO (%L)',
        name, begins, begins + interval '1 month');
    RETURN true;
END $$;

REVOKE ALL ON FUNCTION evidence_decision_month(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION evidence_decision_month(timestamptz) TO assay_app, assay_ingest;
"""

UNDO = """
DROP TABLE evidence_decision;
DROP FUNCTION evidence_decision_month(timestamptz);
DROP FUNCTION evidence_decision_is_final();
DROP SCHEMA decision_months;
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_decision_records")]

    operations = [
        migrations.RunSQL(TABLE, migrations.RunSQL.noop),
        migrations.RunSQL(MONTHS, UNDO),
    ]
