-- A request for a number is answered by its provisioning, whenever its key is seen again.
ALTER TABLE idempotency_keys ADD COLUMN provisioning_id uuid REFERENCES number_provisionings (id);

-- The failed provisioning that this one repeats. Each is repeated at most once, so that a second press of the button
-- finds the first one's work.
ALTER TABLE number_provisionings ADD COLUMN retry_of uuid REFERENCES number_provisionings (id);
CREATE UNIQUE INDEX number_provisionings_retry_of_key ON number_provisionings (retry_of);
