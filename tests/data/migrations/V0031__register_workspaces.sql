INSERT INTO messaging_brands (id, workspace_id, state, details, campaign_details, carrier_brand_id, submitted_at)
VALUES
    ('00000000-0000-4000-8020-00000000000a', '00000000-0000-4000-8000-00000000000a', 'active',
        '{"companyName": "Alpine Dental LLC", "ein": "12-3456789"}', '{"useCase": "CUSTOMER_CARE"}', 'brand-a', now()),
    ('00000000-0000-4000-8020-00000000000b', '00000000-0000-4000-8000-00000000000b', 'draft', '{}', '{}', NULL, NULL);
INSERT INTO messaging_campaigns (workspace_id, brand_id, details, carrier_name, carrier_campaign_id, month_cost_micros,
    month_price_micros, approved_at)
VALUES
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8020-00000000000a', '{"useCase": "CUSTOMER_CARE"}', 'sb-a',
        'campaign-a', 10000000, 10000000, now() - interval '40 days'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8020-00000000000b', '{}', 'sb-b', NULL, 10000000, 10000000,
        NULL);
UPDATE workspace_phone_numbers SET emergency_address = '{"firstName": "Ada", "lastName": "Bird", "streetNumber": "12",
    "streetName": "Main St", "city": "Tulsa", "state": "OK", "postalCode": "74103", "country": "US"}', emergency_address_status = 'active',
    former_campaign_id = 'campaign-platform'
WHERE workspace_id = '00000000-0000-4000-8000-00000000000a';
