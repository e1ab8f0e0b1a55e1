//! `work-media`: copies the pictures and files of inbound messages, and the recordings of calls, into our bucket.
//!
//! - **Trigger**: the media queue. A message only names the carrier's message or recording; the rows say what is to be
//!   copied.
//! - **Reads** the carrier's files, with the project's credentials only at the carrier's own host; redirects are followed
//!   without them. **Writes** the bucket, `message_media` and `call_recordings`.
//! - **Enqueues**: the same again, later, while a file is not there yet.
//! - **Twice, late or out of order is harmless**: a lease on the row lets one worker at a time copy it, and the key in the
//!   bucket is made of ids, so a second copy takes the place of the first.
//! - **When it fails**: the row says why; members see the message without the file. What got lost on the way is found by
//!   the sweep.

mod download;
pub mod handler;
mod recordings;
