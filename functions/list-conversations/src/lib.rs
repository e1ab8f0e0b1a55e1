//! `list-conversations`: the inbox, most recent first.
//!
//! - **Trigger**: `GET /api/workspaces/{workspace}/conversations` of the HTTP API.
//! - **Without `status`** the open ones are listed, as inboxes do: archived, closed and spam ones are asked for by name,
//!   or all at once by `status=all`. So spam does not count as unread there either.
//! - **Searching** (`q`) goes by indexes, in two SQL functions (docs/decisions/0007).
//! - **Reads** only; every member of the organisation may.
//! - **Twice is harmless**: it changes nothing.

pub mod handler;
