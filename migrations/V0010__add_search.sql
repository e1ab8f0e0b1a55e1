-- Text search over the inbox and the contacts (docs/decisions/0007). Only what Postgres has built in: terms in a GIN index,
-- each with its workspace in front, so that a search reads no other workspace's part of the index.

-- The words of a text: letters and digits of any script, without case and accents, whatever the database's locale is.
-- Long texts count with their beginning: an index must never refuse a message.
CREATE FUNCTION search_words(p_text text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ARRAY(
        SELECT DISTINCT left(word, 64)
        FROM regexp_split_to_table(
            lower(regexp_replace(normalize(left(p_text, 10000), NFKD), '[\u0300-\u036f]', '', 'g') COLLATE "und-x-icu"),
            '[^[:alnum:]]+') AS word
        WHERE word <> ''
    );

CREATE FUNCTION search_terms(p_workspace_id uuid, p_text text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN array_to_tsvector(ARRAY(
        SELECT right(p_workspace_id::text, 12) || ':' || word FROM unnest(search_words(p_text)) AS word));

-- Every end of a number's digits, in both of its spellings: a part of a number is the beginning of one of its ends.
CREATE FUNCTION number_terms(p_workspace_id uuid, p_phone_number text, p_match_key text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN search_terms(p_workspace_id, p_phone_number) || array_to_tsvector(ARRAY(
        SELECT DISTINCT right(p_workspace_id::text, 12) || '#' || right(digits, length)
        FROM unnest(ARRAY[p_phone_number, p_match_key]) AS number,
            regexp_replace(number, '[^0-9]', '', 'g') AS digits,
            generate_series(3, length(digits)) AS length));

-- All words of the text, each as the beginning of one; null when it has none.
CREATE FUNCTION words_query(p_workspace_id uuid, p_text text) RETURNS tsquery
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN (SELECT string_agg(format('''%s:%s'':*', right(p_workspace_id::text, 12), word), ' & ')::tsquery
        FROM unnest(search_words(p_text)) AS word);

-- Any of the parts of a number; null when there is none.
CREATE FUNCTION digits_query(p_workspace_id uuid, p_parts text[]) RETURNS tsquery
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN (SELECT string_agg(format('''%s#%s'':*', right(p_workspace_id::text, 12), part), ' | ')::tsquery
        FROM unnest(p_parts) AS part WHERE part ~ '^[0-9]{3,}$');

-- No pending list: the text that fills it would be late.
CREATE INDEX conversation_messages_search_idx ON conversation_messages
    USING gin (search_terms(workspace_id, body)) WITH (fastupdate = off);
CREATE INDEX contacts_search_idx ON contacts
    USING gin (search_terms(workspace_id, coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' '
        || coalesce(company, '') || ' ' || coalesce(email, ''))) WITH (fastupdate = off);
CREATE INDEX contact_phone_numbers_search_idx ON contact_phone_numbers
    USING gin (number_terms(workspace_id, phone_number, match_key)) WITH (fastupdate = off);
-- The list of the open ones is the inbox; the rest grows without end.
CREATE INDEX conversations_status_idx ON conversations (workspace_id, status, last_message_at DESC, id DESC);

-- The searches run with the owner's rights: under row-level security an operator that is not leakproof, as @@ is, may not
-- look into an index. They say themselves which workspace they are about: the transaction's.
-- ROWS: so few that the lists go from what is found to its row.
CREATE FUNCTION search_contacts(p_text text, p_parts text[]) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 10
    AS $$
DECLARE
    v_workspace_id uuid := current_workspace_id();
    v_words tsquery := words_query(v_workspace_id, p_text);
    v_number tsquery := coalesce(v_words || digits_query(v_workspace_id, p_parts), v_words);
BEGIN
    RETURN QUERY
        SELECT t.id FROM contacts t
        WHERE t.workspace_id = v_workspace_id AND t.merged_into IS NULL
            AND search_terms(t.workspace_id, coalesce(t.first_name, '') || ' ' || coalesce(t.last_name, '') || ' '
                || coalesce(t.company, '') || ' ' || coalesce(t.email, '')) @@ v_words
        UNION
        SELECT n.contact_id FROM contact_phone_numbers n
        WHERE n.workspace_id = v_workspace_id AND n.removed_at IS NULL
            AND number_terms(n.workspace_id, n.phone_number, n.match_key) @@ v_number;
END
$$;

CREATE FUNCTION search_conversations(p_text text, p_parts text[]) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 10
    AS $$
DECLARE
    v_workspace_id uuid := current_workspace_id();
    v_words tsquery := words_query(v_workspace_id, p_text);
BEGIN
    RETURN QUERY
        SELECT m.conversation_id FROM conversation_messages m
        WHERE m.workspace_id = v_workspace_id AND search_terms(m.workspace_id, m.body) @@ v_words
        UNION
        SELECT c.id FROM conversations c
        WHERE c.workspace_id = v_workspace_id AND c.contact_id IN (SELECT search_contacts(p_text, p_parts));
END
$$;

-- Whoever writes a row computes its terms; whoever searches is a function of the API.
GRANT EXECUTE ON FUNCTION search_words(text), search_terms(uuid, text), number_terms(uuid, text, text),
    words_query(uuid, text), digits_query(uuid, text[]) TO switchboard_app, switchboard_system;
GRANT EXECUTE ON FUNCTION search_contacts(text, text[]), search_conversations(text, text[]) TO switchboard_app;
