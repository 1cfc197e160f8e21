"""A new month of decision rows carries the policies of the table that it is part of, detached or reached directly."""

from django.db import migrations

MONTHS = """
CREATE OR REPLACE FUNCTION evidence_decision_month(instant timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET timezone = 'UTC' AS $$
DECLARE
    begins timestamptz := date_trunc('month', instant);
    name text := 'm' || to_char(begins, 'YYYY_MM');
    policy record;
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
    EXECUTE format('ALTER TABLE decision_months.%I ENABLE ROW LEVEL SECURITY', name);
    FOR policy IN
        SELECT policyname, cmd, roles, qual, with_check, obj_description(p.oid, 'pg_policy') AS definition
        FROM pg_policies JOIN pg_policy p ON polname = policyname AND polrelid = 'public.evidence_decision'::regclass
        WHERE schemaname = 'public' AND tablename = 'evidence_decision'
    LOOP
        EXECUTE format('CREATE POLICY %I ON decision_months.%I FOR %s TO %s USING (%s)',
            policy.policyname, name, policy.cmd, array_to_string(policy.roles, ', '), policy.qual)
            || coalesce(' WITH CHECK (' || policy.with_check || ')', '');
        EXECUTE format('COMMENT ON POLICY %I ON decision_months.%I IS %L', policy.policyname, name, policy.definition);
    END LOOP;
    EXECUTE format(
        'CREATE TRIGGER decision_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_months.%I '
        'FOR EACH STATEMENT EXECUTE FUNCTION public.evidence_decision_is_final()', name);
    EXECUTE format(
        'ALTER TABLE public.evidence_decision ATTACH PARTITION decision_months.%I FOR VALUES FROM (%L) TO (%L)',
        name, begins, begins + interval '1 month');
    RETURN true;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0005_tags")]

    operations = [migrations.RunSQL(MONTHS, migrations.RunSQL.noop)]
