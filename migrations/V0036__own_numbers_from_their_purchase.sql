-- Whose a text is that came while nobody owned its number: theirs whose purchase brought the number that is owned now. An earlier
-- attempt of the same workspace, or an earlier number of its own, may lie before the time of another owner.
CREATE OR REPLACE FUNCTION number_owned_since(p_phone_number text) RETURNS timestamptz
    LANGUAGE sql STABLE
    AS $$
    SELECT coalesce(
        (SELECT min(p.created_at) FROM number_provisionings p WHERE p.phone_number_id = n.id),
        (SELECT min(o.found_at) FROM port_order_numbers o WHERE o.phone_number_id = n.id),
        n.provisioned_at)
    FROM workspace_phone_numbers n
    WHERE n.phone_number = p_phone_number AND n.status <> 'released';
    $$;
CREATE INDEX number_provisionings_number_idx ON number_provisionings (phone_number_id) WHERE phone_number_id IS NOT NULL;
