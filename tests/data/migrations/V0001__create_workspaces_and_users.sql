INSERT INTO workspaces (id, clerk_organization_id, name, slug, subscription_tier) VALUES
    ('00000000-0000-4000-8000-00000000000a', 'org_a', 'Workspace A', 'workspace-a', 'professional'),
    ('00000000-0000-4000-8000-00000000000b', 'org_b', 'Workspace B', 'workspace-b', 'enterprise');

-- The last one is a member of both.
INSERT INTO users (id, clerk_user_id, email) VALUES
    ('00000000-0000-4000-8001-00000000000a', 'user_a', 'a@example.com'),
    ('00000000-0000-4000-8001-00000000000b', 'user_b', 'b@example.com'),
    ('00000000-0000-4000-8001-0000000000ab', 'user_ab', 'ab@example.com');

INSERT INTO workspace_members (workspace_id, user_id, clerk_membership_id, role) VALUES
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8001-00000000000a', 'orgmem_a', 'org:admin'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8001-0000000000ab', 'orgmem_ab_a', 'org:member'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8001-00000000000b', 'orgmem_b', 'org:admin'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8001-0000000000ab', 'orgmem_ab_b', 'org:member');

INSERT INTO subscription_items (workspace_id, clerk_item_id, plan_slug, status, clerk_updated_at) VALUES
    ('00000000-0000-4000-8000-00000000000a', 'csub_item_a', 'pro', 'active', '2026-01-15T18:00:00Z'),
    ('00000000-0000-4000-8000-00000000000b', 'csub_item_b', 'enterprise', 'active', '2026-01-15T18:00:00Z');

INSERT INTO webhook_events (provider, event_id, event_type, outcome, workspace_id) VALUES
    ('clerk', 'msg_a', 'organization.created', 'applied', '00000000-0000-4000-8000-00000000000a'),
    ('clerk', 'msg_b', 'organization.created', 'applied', '00000000-0000-4000-8000-00000000000b');
