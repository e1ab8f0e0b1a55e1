-- A function in SQL is parsed and planned at each call that cannot be inlined; one in PL/pgSQL once for each connection. Those
-- that run for each message or each request do the same as before, as PL/pgSQL: a text that comes in costs Postgres a quarter
-- less (docs/performance.md). The terms are the same, so the indexes stay as they are.
-- What an index calls names its schema: a restore and a vacuum run without a search path.

-- As in V0010. Most texts are ASCII, which has neither accents nor letters of other widths, and needs no tables of Unicode: a new
-- connection reads them for three milliseconds.
CREATE OR REPLACE FUNCTION search_words(p_text text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
DECLARE
    v_text text := left(p_text, 10000);
BEGIN
    IF octet_length(v_text) = length(v_text) THEN
        RETURN ARRAY(
            SELECT DISTINCT left(word, 64)
            FROM regexp_split_to_table(lower(v_text COLLATE "C"), '[^[:alnum:]]+') AS word
            WHERE word <> '');
    END IF;
    RETURN ARRAY(
        SELECT DISTINCT left(word, 64)
        FROM regexp_split_to_table(
            lower(regexp_replace(normalize(v_text, NFKD), '[\u0300-\u036f]', '', 'g') COLLATE "und-x-icu"),
            '[^[:alnum:]]+') AS word
        WHERE word <> '');
END
$$;

CREATE OR REPLACE FUNCTION search_terms(p_workspace_id uuid, p_text text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
DECLARE
    v_prefix text := right(p_workspace_id::text, 12) || ':';
BEGIN
    RETURN array_to_tsvector(ARRAY(SELECT v_prefix || word FROM unnest(public.search_words(p_text)) AS word));
END
$$;

-- As in V0010. The two spellings of a number are mostly one.
CREATE OR REPLACE FUNCTION number_terms(p_workspace_id uuid, p_phone_number text, p_match_key text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
DECLARE
    v_prefix text := right(p_workspace_id::text, 12) || '#';
    v_number text := regexp_replace(p_phone_number, '[^0-9]', '', 'g');
    v_key text := regexp_replace(p_match_key, '[^0-9]', '', 'g');
    v_ends text[] := ARRAY(SELECT v_prefix || right(v_number, length) FROM generate_series(3, length(v_number)) AS length);
BEGIN
    IF v_key <> v_number THEN
        v_ends := v_ends || ARRAY(
            SELECT v_prefix || right(v_key, length) FROM generate_series(3, length(v_key)) AS length);
    END IF;
    RETURN public.search_terms(p_workspace_id, p_phone_number) || array_to_tsvector(v_ends);
END
$$;

-- As in V0026.
CREATE OR REPLACE FUNCTION awaits_webhooks(p_workspace_id uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    RETURN EXISTS (SELECT FROM webhook_endpoints e WHERE e.workspace_id = p_workspace_id AND e.status = 'enabled');
END
$$;

-- As in V0025.
CREATE OR REPLACE FUNCTION count_request(p_organization_id text, p_limit bigint) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    v_seconds integer;
BEGIN
    INSERT INTO request_windows AS w (workspace_id, started_at, requests)
        SELECT id, now(), 1 FROM workspaces WHERE clerk_organization_id = p_organization_id AND deleted_at IS NULL
        ON CONFLICT (workspace_id) DO UPDATE SET
            started_at = CASE WHEN w.started_at + interval '1 minute' <= excluded.started_at
                THEN excluded.started_at ELSE w.started_at END,
            requests = CASE WHEN w.started_at + interval '1 minute' <= excluded.started_at THEN 1 ELSE w.requests + 1 END
        RETURNING CASE WHEN requests > p_limit
            THEN greatest(1, ceil(extract(epoch FROM started_at + interval '1 minute' - now()))::integer) END
        INTO v_seconds;
    RETURN v_seconds;
END
$$;
