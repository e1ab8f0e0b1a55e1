//! `send-due-messages`: sends the messages that waited for the end of quiet hours.
//!
//! - **Trigger**: a schedule, every minute. A run goes on while there is something due, for most of a minute.
//! - **Reads** what was written, and makes every check once more: the customer may have opted out since, the number may be
//!   gone, the quiet hours may be other ones.
//! - **Writes**: the message (put off, given up with the reason, or `pending` before the carrier is asked and the carrier's
//!   answer after it), and how much the workspace has sent.
//! - **Twice is harmless**, and two at the same time are too: a message is taken under its row's lock and leaves
//!   `scheduled` before the carrier is asked, so nobody takes it again. What a killed process leaves `pending` is settled
//!   by its callback or by the look-up of `sweep`, and never sent again. Messages of one thread are sent in their order.
//! - **When it fails**: a message that fails stops no other; the function then fails as a whole, so watch its errors. A
//!   message that cannot be sent any more is a warning, "a scheduled message was given up".

mod approval;
mod delivery;
pub mod handler;
