-- Whose a number is, as far as texts and calls of a time go. Two statements about texts and two about calls (shared/src/db/
-- message_gaps.rs, call_gaps.rs) said so on their own.

-- Since when the present owner of a number has it, or was about to get it: what came before was meant for somebody else.
-- NULL: nobody owns it.
CREATE FUNCTION number_owned_since(p_phone_number text) RETURNS timestamptz
    LANGUAGE sql STABLE
    AS $$
    SELECT coalesce(
        (SELECT min(p.created_at) FROM number_provisionings p
            WHERE p.workspace_id = n.workspace_id AND p.candidate_phone_number = n.phone_number),
        n.provisioned_at)
    FROM workspace_phone_numbers n
    WHERE n.phone_number = p_phone_number AND n.status <> 'released';
    $$;

GRANT EXECUTE ON FUNCTION number_owned_since(text) TO switchboard_system;
