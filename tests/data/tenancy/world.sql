-- Everything that one workspace can have, once or a little more often. The tests of tests/it/tenancy run this for two
-- workspaces and replace what stands in braces: {ID} begins every id, {mark} is in every text that is free to have it,
-- {line} begins every phone number.
INSERT INTO workspaces (id, clerk_organization_id, name, slug, subscription_tier, clerk_payer_id, quiet_start, quiet_end,
    quiet_exempt_replies, created_at)
VALUES ('{ID}-0000-4000-8000-000000000001', 'org_{mark}', 'Workspace {mark}', 'workspace-{mark}', 'enterprise',
    'cpayer_{mark}', NULL, NULL, NULL, now() - interval '40 days');
INSERT INTO users (id, clerk_user_id, email, first_name, last_name, image_url) VALUES
    ('{ID}-0001-4000-8000-000000000001', 'user_{mark}', 'ada@{mark}.example.com', 'Ada {mark}', 'Admin {mark}',
        'https://img.example.com/{mark}/ada.png'),
    ('{ID}-0001-4000-8000-000000000002', 'user_{mark}2', 'max@{mark}.example.com', 'Max {mark}', 'Member {mark}', NULL);
INSERT INTO workspace_members (id, workspace_id, user_id, clerk_membership_id, role) VALUES
    ('{ID}-0002-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', '{ID}-0001-4000-8000-000000000001',
        'orgmem_{mark}', 'org:admin'),
    ('{ID}-0002-4000-8000-000000000002', '{ID}-0000-4000-8000-000000000001', '{ID}-0001-4000-8000-000000000002',
        'orgmem_{mark}2', 'org:member');
INSERT INTO subscription_items (id, workspace_id, clerk_item_id, plan_slug, status, period_start, period_end, clerk_updated_at)
VALUES ('{ID}-0003-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', 'csub_item_{mark}', 'enterprise', 'active',
    now() - interval '10 days', now() + interval '20 days', now() - interval '10 days');
INSERT INTO subscription_payments (id, workspace_id, clerk_payer_id, status, amount_cents, currency, charge_type, paid_at,
    covers_until, clerk_updated_at)
VALUES ('cpa_{mark}', '{ID}-0000-4000-8000-000000000001', 'cpayer_{mark}', 'paid', 19900, 'USD', 'checkout',
    now() - interval '10 days', now() + interval '20 days', now() - interval '10 days');
INSERT INTO webhook_events (provider, event_id, event_type, outcome, workspace_id)
VALUES ('clerk', 'msg_{mark}', 'organization.created', 'applied', '{ID}-0000-4000-8000-000000000001');

-- The last one is neither released nor bought for good: it has been taken away, and can come back.
INSERT INTO workspace_phone_numbers (id, workspace_id, phone_number, phone_number_sid, friendly_name, number_type,
    monthly_cost_cents, capabilities, messaging_status, messaging_failure_reason, campaign_id, campaign_order_id, voice_url,
    sms_url, status_callback_url, status, suspended_at, release_due_at, suspension_reason, voice)
VALUES
    ('{ID}-0004-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', '{line}5550101', 'pn-{mark}-1', 'Main {mark}',
        'primary', 50, '{"sms": true, "mms": true, "voice": true, "fax": false}', 'ready', NULL, 'campaign-{mark}',
        'order-{mark}', 'https://hooks.example.com/{mark}/call', 'https://hooks.example.com/{mark}/message',
        'https://hooks.example.com/{mark}/status', 'active', NULL, NULL, NULL,
        '{"greeting": {"say": "Welcome to {mark}."}, "voicemail": {"enabled": true}}'),
    ('{ID}-0004-4000-8000-000000000002', '{ID}-0000-4000-8000-000000000001', '{line}5550102', 'pn-{mark}-2', 'Sales {mark}',
        'sales', 50, '{"sms": true, "mms": true, "voice": true, "fax": false}', 'failed', 'refused {mark}', NULL, NULL, NULL,
        NULL, NULL, 'active', NULL, NULL, NULL, NULL),
    ('{ID}-0004-4000-8000-000000000003', '{ID}-0000-4000-8000-000000000001', '{line}5550103', 'pn-{mark}-3', 'Old {mark}',
        'support', 50, '{"sms": true, "mms": true, "voice": true, "fax": false}', 'ready', NULL, NULL, NULL, NULL, NULL, NULL,
        'suspended', now(), now() + interval '10 days', 'plan_limit', NULL);
INSERT INTO number_provisionings (id, workspace_id, state, number_type, friendly_name, area_code, requested_phone_number,
    candidate_phone_number, search_step, phone_number_sid, phone_number_id, failure_code, failure_reason, finished_at)
VALUES
    ('{ID}-0005-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', 'active', 'primary', 'Main {mark}', '405',
        '{line}5550101', '{line}5550101', 'area_code', 'pn-{mark}-1', '{ID}-0004-4000-8000-000000000001', NULL, NULL, now()),
    ('{ID}-0005-4000-8000-000000000002', '{ID}-0000-4000-8000-000000000001', 'failed', 'support', 'Support {mark}', '405',
        NULL, NULL, NULL, NULL, NULL, 'no_numbers', 'No number for {mark}.', now());
INSERT INTO carrier_releases (phone_number_id, workspace_id, phone_number_sid, due_at)
VALUES ('{ID}-0004-4000-8000-000000000003', '{ID}-0000-4000-8000-000000000001', 'pn-{mark}-3', now() + interval '10 days');
INSERT INTO audit_log (id, workspace_id, actor, impersonator, action, phone_number_id, provisioning_id, details)
VALUES ('{ID}-0006-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', 'user_{mark}', 'user_support_{mark}',
    'number.updated', '{ID}-0004-4000-8000-000000000001', '{ID}-0005-4000-8000-000000000001',
    '{"friendlyName": "Main {mark}"}');

INSERT INTO contacts (id, workspace_id, first_name, last_name, company, email, notes, name, phone_number, created_at) VALUES
    ('{ID}-0007-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', 'Carla {mark}', 'Customer {mark}',
        'Company {mark}', 'carla@{mark}.example.net', 'Notes of {mark}', 'Carla {mark}', '{line}2010177',
        now() - interval '3 days'),
    ('{ID}-0007-4000-8000-000000000002', '{ID}-0000-4000-8000-000000000001', 'Cesar {mark}', NULL, NULL, NULL, NULL, NULL, NULL,
        now() - interval '2 days');
INSERT INTO contact_phone_numbers (id, workspace_id, contact_id, phone_number, match_key) VALUES
    ('{ID}-0008-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', '{ID}-0007-4000-8000-000000000001',
        '{line}2010177', '{line}2010177'),
    ('{ID}-0008-4000-8000-000000000002', '{ID}-0000-4000-8000-000000000001', '{ID}-0007-4000-8000-000000000002',
        '{line}2010178', '{line}2010178');

INSERT INTO conversations (id, workspace_id, channel, phone_number_id, our_number, counterpart, contact_id, assigned_to,
    unread_count, message_count, snippet, last_message_at)
VALUES
    ('{ID}-0009-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', 'sms', '{ID}-0004-4000-8000-000000000001',
        '{line}5550101', '{line}2010177', '{ID}-0007-4000-8000-000000000001', '{ID}-0001-4000-8000-000000000001', 1, 3,
        'Hello {mark}', now() - interval '1 hour'),
    ('{ID}-0009-4000-8000-000000000002', '{ID}-0000-4000-8000-000000000001', 'voice', '{ID}-0004-4000-8000-000000000001',
        '{line}5550101', '{line}2010177', '{ID}-0007-4000-8000-000000000001', NULL, 0, 1, '[call] {mark}',
        now() - interval '2 hours'),
    ('{ID}-0009-4000-8000-000000000003', '{ID}-0000-4000-8000-000000000001', 'email', NULL, 'office@{mark}.example.com',
        'carla@{mark}.example.net', '{ID}-0007-4000-8000-000000000001', NULL, 0, 1, 'Mail to {mark}',
        now() - interval '3 hours');
INSERT INTO conversation_participants (id, workspace_id, conversation_id, contact_id) VALUES
    ('{ID}-000a-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', '{ID}-0009-4000-8000-000000000001',
        '{ID}-0007-4000-8000-000000000001');
INSERT INTO conversation_messages (id, workspace_id, conversation_id, phone_number_id, number_type, direction, channel,
    subject, body, media, from_number, to_number, status, carrier_sid, error_code, error_message, sender_reason, segments,
    sent_by, created_at, scheduled_for)
VALUES
    ('{ID}-000b-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', '{ID}-0009-4000-8000-000000000001',
        '{ID}-0004-4000-8000-000000000001', 'primary', 'inbound', 'sms', NULL, 'Hello {mark}',
        '[{"url": "https://files.example.com/{mark}.png", "contentType": "image/png"}]', '{line}2010177', '{line}5550101',
        'received', 'sid-{mark}-1', NULL, NULL, NULL, 1, NULL, now() - interval '90 minutes', NULL),
    ('{ID}-000b-4000-8000-000000000002', '{ID}-0000-4000-8000-000000000001', '{ID}-0009-4000-8000-000000000001',
        '{ID}-0004-4000-8000-000000000001', 'primary', 'outbound', 'sms', NULL, 'Answer of {mark}', '[]', '{line}5550101',
        '{line}2010177', 'undelivered', 'sid-{mark}-2', '30003', 'Unreachable {mark}', 'conversation', 1, 'user_{mark}',
        now() - interval '70 minutes', NULL),
    ('{ID}-000b-4000-8000-000000000003', '{ID}-0000-4000-8000-000000000001', '{ID}-0009-4000-8000-000000000001',
        '{ID}-0004-4000-8000-000000000001', 'primary', 'outbound', 'sms', NULL, 'Later from {mark}', '[]', '{line}5550101',
        '{line}2010177', 'scheduled', NULL, NULL, NULL, 'conversation', 1, 'user_{mark}', now() - interval '1 hour',
        now() + interval '9 hours'),
    ('{ID}-000b-4000-8000-000000000004', '{ID}-0000-4000-8000-000000000001', '{ID}-0009-4000-8000-000000000002',
        '{ID}-0004-4000-8000-000000000001', 'primary', 'inbound', 'voice', NULL, '', '[]', '{line}2010177', '{line}5550101',
        'voicemail', 'call-{mark}', NULL, NULL, NULL, 0, NULL, now() - interval '2 hours', NULL),
    ('{ID}-000b-4000-8000-000000000005', '{ID}-0000-4000-8000-000000000001', '{ID}-0009-4000-8000-000000000003', NULL, NULL,
        'outbound', 'email', 'About {mark}', 'Mail to {mark}', '[]', 'office@{mark}.example.com',
        'carla@{mark}.example.net', 'delivered', 'mail-{mark}', NULL, NULL, 'platform', 1, 'user_{mark}',
        now() - interval '3 hours', NULL);
-- The trigger of inbound media has made its row.
UPDATE message_media SET id = '{ID}-000c-4000-8000-000000000001', state = 'stored', content_type = 'image/png',
    object_key = 'media/{ID}-0000-4000-8000-000000000001/{mark}.png', byte_size = 68, failure_code = NULL
    WHERE message_id = '{ID}-000b-4000-8000-000000000001';
INSERT INTO message_events (workspace_id, message_id, carrier_sid, status, error_code, error_message, payload)
VALUES ('{ID}-0000-4000-8000-000000000001', '{ID}-000b-4000-8000-000000000002', 'sid-{mark}-2', 'undelivered', '30003',
    'Unreachable {mark}', '{"Body": "Answer of {mark}"}');
INSERT INTO calls (id, workspace_id, conversation_id, message_id, phone_number_id, number_type, kind, direction, from_number,
    to_number, member_number, carrier_sid, state, answered_by, error_code, error_message, started_at, ended_at,
    duration_seconds, sent_by)
VALUES ('{ID}-000d-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', '{ID}-0009-4000-8000-000000000002',
    '{ID}-000b-4000-8000-000000000004', '{ID}-0004-4000-8000-000000000001', 'primary', 'inbound', 'inbound', '{line}2010177',
    '{line}5550101', '{line}5550188', 'call-{mark}', 'voicemail', 'voicemail', '30003', 'Call of {mark}',
    now() - interval '2 hours', now() - interval '119 minutes', 41, 'user_{mark}');
INSERT INTO call_recordings (id, workspace_id, call_id, kind, carrier_sid, source_url, duration_seconds, state, object_key,
    content_type, byte_size, transcription_state, transcription, transcription_sid)
VALUES ('{ID}-000e-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', '{ID}-000d-4000-8000-000000000001',
    'voicemail', 'recording-{mark}', 'https://files.example.com/{mark}.wav', 12, 'stored',
    'recordings/{ID}-0000-4000-8000-000000000001/{mark}.wav', 'audio/wav', 4096, 'done', 'Voicemail for {mark}.',
    'transcription-{mark}');
INSERT INTO call_events (workspace_id, call_id, carrier_sid, kind, status, payload, facts)
VALUES ('{ID}-0000-4000-8000-000000000001', '{ID}-000d-4000-8000-000000000001', 'call-{mark}', 'end', 'completed',
    '{"From": "{line}2010177", "mark": "{mark}"}', '{"mark": "{mark}"}');

INSERT INTO idempotency_keys (workspace_id, route, key, request_hash, message_id, provisioning_id, response_status,
    response_body)
VALUES
    ('{ID}-0000-4000-8000-000000000001', 'POST messages', 'key-{mark}', 'hash-{mark}', '{ID}-000b-4000-8000-000000000002', NULL,
        201, '{"message": {"id": "{ID}-000b-4000-8000-000000000002", "body": "Answer of {mark}"}}'),
    ('{ID}-0000-4000-8000-000000000001', 'POST calls', 'key-{mark}', 'hash-{mark}', '{ID}-000b-4000-8000-000000000004', NULL,
        201, '{"message": {"id": "{ID}-000b-4000-8000-000000000004"}}'),
    ('{ID}-0000-4000-8000-000000000001', 'POST phone-numbers', 'key-{mark}', 'hash-{mark}', NULL,
        '{ID}-0005-4000-8000-000000000001', NULL, NULL);
INSERT INTO opt_outs (id, workspace_id, phone_number_id, counterpart, state, source) VALUES
    ('{ID}-000f-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', '{ID}-0004-4000-8000-000000000001',
        '{line}2010179', 'opted_out', 'keyword');
INSERT INTO automatic_replies (id, workspace_id, phone_number_id, counterpart, kind, asked_by, state)
VALUES ('{ID}-0010-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', '{ID}-0004-4000-8000-000000000001',
    '{line}2010179', 'opt_out_confirmation', 'stop-{mark}', 'skipped');
INSERT INTO send_windows (workspace_id, period, started_at, sent) VALUES
    ('{ID}-0000-4000-8000-000000000001', 'minute', now() - interval '1 hour', 3);
INSERT INTO request_windows (workspace_id, started_at, requests) VALUES
    ('{ID}-0000-4000-8000-000000000001', now() - interval '1 hour', 3);

-- The messages and the call are charged by triggers, whose changes wait for the sweep; these are sums of earlier days.
INSERT INTO usage_daily (workspace_id, day, phone_number_id, number_type, service, direction, outcome, events, units,
    cost_micros, estimated_micros, revenue_micros)
VALUES ('{ID}-0000-4000-8000-000000000001', (now() - interval '4 days')::date, '{ID}-0004-4000-8000-000000000001', 'primary',
    'sms', 'outbound', 'delivered', 7, 7, 55300, 0, 140000);
INSERT INTO usage_slots (workspace_id, grain, slot, number_type, service, inbound, outbound, open, sent, delivered,
    undelivered, failed, canceled, answered, missed, voicemail, units, cost_micros, estimated_micros, revenue_micros)
VALUES ('{ID}-0000-4000-8000-000000000001', 60, date_trunc('hour', now() - interval '4 days'), 'primary', 'sms', 0, 7, 0, 0, 7, 0,
    0, 0, 0, 0, 0, 7, 55300, 0, 140000);
INSERT INTO answers_daily (workspace_id, day, bucket, answers)
VALUES ('{ID}-0000-4000-8000-000000000001', (now() - interval '4 days')::date, 3, 2);
INSERT INTO answer_changes (workspace_id, day, bucket)
VALUES ('{ID}-0000-4000-8000-000000000001', (now() - interval '1 day')::date, 3);
INSERT INTO reconciliations (id, day, service, workspace_id, phone_number_id, our_number, cause, events, our_micros,
    carrier_micros, examples)
VALUES ('{ID}-0011-4000-8000-000000000001', (now() - interval '1 day')::date, 'sms', '{ID}-0000-4000-8000-000000000001',
    '{ID}-0004-4000-8000-000000000001', '{line}5550101', 'price_differs', 1, 7900, 8300, '["sid-{mark}-2"]');

INSERT INTO webhook_endpoints (id, workspace_id, url, description, event_types, secret, previous_secret,
    previous_secret_until)
VALUES ('{ID}-0012-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', 'http://127.0.0.1:9/{mark}', 'CRM of {mark}',
    '{message.received}', 'whsec_{mark}', 'whsec_{mark}', now() + interval '1 day');
INSERT INTO outbound_events (id, workspace_id, event_type, message_id, change)
VALUES ('{ID}-0013-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', 'message.received',
    '{ID}-000b-4000-8000-000000000001', '{"error_message": "{mark}"}');
INSERT INTO webhook_deliveries (id, workspace_id, endpoint_id, event_id, state, attempts)
VALUES ('{ID}-0014-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', '{ID}-0012-4000-8000-000000000001',
    '{ID}-0013-4000-8000-000000000001', 'failed', 11);

INSERT INTO contact_erasures (id, workspace_id, contact_id, requested_by)
VALUES ('{ID}-0015-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', '{ID}-0007-4000-8000-000000000002', 'user_{mark}');
INSERT INTO deletion_tasks (id, workspace_id, erasure_id, kind, target, due_at)
VALUES ('{ID}-0016-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', '{ID}-0015-4000-8000-000000000001', 'object',
    'media/{mark}', now() + interval '1 day');

INSERT INTO expired_messages (carrier_sid, workspace_id, conversation_id, message_id)
SELECT 'expired-{mark}', workspace_id, id, '{ID}-0017-4000-8000-000000000001' FROM conversations
WHERE workspace_id = '{ID}-0000-4000-8000-000000000001' LIMIT 1;

-- Not submitted yet, and never so in the past: a draft that may be.
INSERT INTO messaging_brands (id, workspace_id, reason, details, campaign_details, agreed_fees, carrier_name, carrier_brand_id, history)
VALUES ('{ID}-0018-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', 'Refused to {mark}.',
    '{"companyName": "Alpine Dental {mark} LLC", "legalEntityType": "PRIVATE_PROFIT", "ein": "12-3456789", "einIssuingCountry": "United States", "vertical": "HEALTHCARE", "address": "12 Main St, Tulsa OK, 74103", "website": "https://alpine-dental.example.com", "contactEmail": "office@alpine-dental.example.com", "contactPhone": "+19185550123"}',
    '{"useCase": "LOW_VOLUME_MIXED", "subUseCases": ["CUSTOMER_CARE"], "description": "Alpine Dental {mark} answers its patients and reminds them of appointments.", "messageFlow": "Patients tick a box on the form at the desk and agree to get texts about appointments.", "samples": ["Alpine Dental {mark}: your appointment is tomorrow at 2 pm.", "We have moved your appointment to Friday. Reply STOP to opt out."], "optOutMessage": "You will get no more texts from Alpine Dental.", "helpMessage": "Call +1 918 555 0123 for help, or reply STOP to end."}',
    NULL, 'Alpine Dental {mark}', 'brand-{mark}', '[{"at": "2026-01-15T18:40:00Z", "state": "draft", "reason": "{mark}"}]');
INSERT INTO messaging_campaigns (id, workspace_id, brand_id, details, carrier_name, carrier_campaign_id, month_cost_micros,
    month_price_micros, superseded_at)
VALUES ('{ID}-0019-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', '{ID}-0018-4000-8000-000000000001',
    '{"description": "Of {mark}."}', 'sb-{mark}', 'own-campaign-{mark}', 1500000, 1500000, now());
UPDATE workspace_phone_numbers SET former_campaign_id = 'former-{mark}', verification_status = 'Verified {mark}',
    emergency_address = '{"firstName": "Ada", "lastName": "{mark}", "streetNumber": "12", "streetName": "Main St",
        "city": "Tulsa", "state": "OK", "postalCode": "74103", "country": "US"}', emergency_address_id = 'address-{mark}', emergency_address_status = 'active',
    emergency_address_failure = 'Refused to {mark}.'
WHERE id = '{ID}-0004-4000-8000-000000000003';

INSERT INTO port_orders (id, workspace_id, state, losing_carrier, account_number, pin, company_name, authorized_name,
    billing_phone_number, service_address, loa_signed_on, rejection_reason, rejected_at, foc_date, carrier_reference,
    cancel_reason, created_by, submitted_at)
VALUES ('{ID}-001c-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', 'rejected', 'Carrier of {mark}', 'account-{mark}',
    'pin-{mark}', 'Company {mark}', 'Ann {mark}', '{line}5550191',
    '{"street": "1 {mark} Street", "street2": null, "city": "Tulsa", "region": "OK", "postalCode": "74103", "country": "US"}',
    current_date,
    'The name {mark} differs.', now(), current_date, 'reference-{mark}', 'because of {mark}', 'user_{mark}', now());
INSERT INTO port_order_numbers (id, workspace_id, order_id, position, phone_number, number_type, friendly_name, claimed,
    phone_number_sid, voice_url, sms_url, status_callback_url)
VALUES ('{ID}-001d-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', '{ID}-001c-4000-8000-000000000001', 0,
    '{line}5550191', 'support', 'Desk of {mark}', true, 'sid-{mark}-ported', 'https://{mark}.example.com/',
    'https://{mark}.example.com/', 'https://{mark}.example.com/');
INSERT INTO port_order_documents (id, workspace_id, order_id, kind, object_key, content_type, byte_size, file_name)
VALUES ('{ID}-001e-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', '{ID}-001c-4000-8000-000000000001', 'loa',
    'media/{ID}-0000-4000-8000-000000000001/documents/{mark}', 'application/pdf', 1000, 'loa-{mark}.pdf');
INSERT INTO port_order_events (id, workspace_id, order_id, event, party, actor, state, detail)
VALUES ('{ID}-001f-4000-8000-000000000001', '{ID}-0000-4000-8000-000000000001', '{ID}-001c-4000-8000-000000000001', 'rejected',
    'workspace', 'user_{mark}', 'rejected', 'The name {mark} differs.');
