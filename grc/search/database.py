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

SIMILAR_FROM, CANDIDATES, SAMPLE = 0.3, 3, 500
"""Typing errors: from which similarity of trigrams on (0 to 1) a word may be what was meant, how many such words are
looked for, and in how many records (by each half of the word)."""

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
    head text;
    tail text;
    words text;
    beginning tsquery;
    meant tsquery;
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
        -- one slip of the finger leaves either half of a word as it is: words with the same half, from a sample of
        -- records, are measured against it; so it costs the same however many records there are
        FOREACH part IN ARRAY alike LOOP
            n := length(part);
            head := left(part, greatest(2, n::int / 2));
            tail := right(part, greatest(3, n::int - n::int / 2));
            beginning := format('''@%s'' & ''%s'':*', here, head)::tsquery;
            SELECT string_agg(quote_literal(lexeme), ' | ') INTO words FROM (
                SELECT lexeme FROM (
                    (SELECT vector FROM grc_searchentry e WHERE e.organisation_id = here AND e.register = ANY (slugs)
                        AND e.vector @@ beginning LIMIT {SAMPLE})
                    UNION ALL
                    (SELECT vector FROM grc_searchentry e WHERE e.organisation_id = here AND e.register = ANY (slugs)
                        AND e.body ILIKE '%' || tail || '%' LIMIT {SAMPLE})
                ) AS sample, unnest(vector)
                WHERE (starts_with(lexeme, head) OR lexeme LIKE '%' || tail)
                    AND similarity(lexeme, part) >= {SIMILAR_FROM} AND left(lexeme, 1) NOT IN ('#', '@')
                GROUP BY lexeme ORDER BY similarity(lexeme, part) DESC, lexeme LIMIT {CANDIDATES}
            ) AS best;
            IF words IS NULL THEN
                RETURN;
            END IF;
            meant := coalesce(meant && words::tsquery, words::tsquery);
        END LOOP;
        looked := format('''@%s''', here)::tsquery;
        RETURN QUERY EXECUTE format(rows, {IS_SIMILAR}, here) || ' AND e.vector @@ $1' || among
            USING looked && meant, must;
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
