//! `upload-media`: an address to which a member's browser uploads a picture or a file that is to be sent.
//!
//! - **Trigger**: `POST /api/workspaces/{workspace}/media` of the HTTP API, by any member in person.
//! - **Writes** nothing itself. The bucket takes what the address was made for: this many bytes of this type at this key,
//!   for ten minutes. `mediaUrl` is where the file lies, for `mediaUrls` of a send; `send-message` checks that it is the
//!   workspace's own and gives the carrier an address that works, fresh each time.
//! - **Twice is harmless**: the second address is for another file; what is never uploaded is nowhere.
//! - **When it fails**: alarm on 5xx; the function has no credentials for the bucket.

pub mod api;
pub mod handler;
