-- Documents of port orders hold personal data: they are deleted a while after the order's end (docs/decisions/0021).
ALTER TABLE port_order_documents ADD COLUMN deleted_at timestamptz;
CREATE INDEX port_order_documents_kept_idx ON port_order_documents (order_id) WHERE deleted_at IS NULL;
