"""The function that looks into the index, made again after every migration, as the tables' policies are.

Row-level security lets no operator look at a row before the policy has judged it, and full text and trigram operators
are such: behind it, neither index would be used. So the function runs as the tables' owner, and judges itself: it gives
nothing but rows of the organisation that the transaction works for.
"""

from typing import Any

from django.db import connection

from grc.db.grants import APP_ROLE

FEW = 50
"""Where fewer records than these hold the words themselves, those that hold them inside of other words come too."""

SIMILAR_FROM = 0.5
"""From which similarity of trigrams on (0 to 1) a word counts as another one with a typing error."""

HOLDS_WORDS, HOLDS_PIECES, IS_SIMILAR = 1, 2, 3

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION assay_found(
    asked tsquery, must tsquery, pieces text[], alike text[], slugs text[], set_aside boolean
) RETURNS TABLE (key_id bigint, register varchar, way smallint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 300 SET search_path = public, pg_temp
AS $$
DECLARE
    here bigint := nullif(current_setting('assay.organisation', true), '')::bigint;
    rows text := 'SELECT e.key_id, e.register, %s::smallint FROM grc_searchentry e WHERE e.organisation_id = %s';
    among text;
    like_pieces text := '';
    like_words text := '';
    looked tsquery;
    part text;
    n bigint;
    found bigint;
BEGIN
    IF here IS NULL OR (asked IS NULL AND must IS NULL) OR numnode(coalesce(asked, must)) = 0 THEN
        RETURN;
    END IF;
    among := format(' AND e.register = ANY (%L::text[])', slugs);
    IF set_aside IS NOT NULL THEN
        among := among || format(' AND e.archived = %L', set_aside);
    END IF;
    looked := format('''@%s''', here)::tsquery;
    looked := looked && coalesce(must && asked, must, asked);
    RETURN QUERY EXECUTE format(rows, {HOLDS_WORDS}, here) || ' AND e.vector @@ $1' || among USING looked;
    GET DIAGNOSTICS found = ROW_COUNT;
    IF must IS NOT NULL THEN
        among := among || ' AND e.vector @@ $2';
    END IF;
    IF found < {FEW} AND cardinality(pieces) > 0 THEN
        FOREACH part IN ARRAY pieces LOOP
            like_pieces := like_pieces || format(' AND e.body ILIKE %L', part);
        END LOOP;
        RETURN QUERY EXECUTE format(rows, {HOLDS_PIECES}, here) || like_pieces || ' AND NOT e.vector @@ $1' || among
            USING looked, must;
        GET DIAGNOSTICS n = ROW_COUNT;
        found := found + n;
    END IF;
    IF found = 0 AND cardinality(alike) > 0 THEN
        PERFORM set_config('pg_trgm.word_similarity_threshold', '{SIMILAR_FROM}', true);
        FOREACH part IN ARRAY alike LOOP
            like_words := like_words || format(' AND %L <%% e.body', part);
        END LOOP;
        RETURN QUERY EXECUTE format(rows, {IS_SIMILAR}, here) || like_words || among USING looked, must;
    END IF;
END $$
"""  # noqa: S608  (numbers of ours; what is asked for comes as arguments)
_SIGNATURE = "assay_found(tsquery, tsquery, text[], text[], text[], boolean)"


def make_function(**_: Any) -> None:
    """Create the function, or replace it by the one that the code knows. Runs as the owner, after migrations."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('grc_searchentry')")
        if cursor.fetchone()[0] is None:
            return  # migrated back to before there was a search
        cursor.execute(_FUNCTION)
        cursor.execute(f"REVOKE ALL ON FUNCTION {_SIGNATURE} FROM PUBLIC")
        cursor.execute(f"GRANT EXECUTE ON FUNCTION {_SIGNATURE} TO {APP_ROLE}")
