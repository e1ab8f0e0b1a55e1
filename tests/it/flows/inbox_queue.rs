//! Webhooks that Postgres cannot take wait in the inbox queue, and are stored when it is back.
