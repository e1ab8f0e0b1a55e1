//! Forgetting.

use super::text_enum::text_enum;

text_enum! {
    /// How far the erasure of a person is.
    pub enum ErasureState {
        /// Nothing can be read any more; files and what the carrier has are being deleted.
        Pending => "pending",
        /// Everything is deleted.
        Done => "done",
    }
}

text_enum! {
    /// What is to be deleted outside of Postgres.
    pub enum DeletionKind {
        /// An object of our bucket.
        Object => "object",
        /// The carrier's copy of a message, with its media.
        CarrierMessage => "carrier_message",
        /// The carrier's copies of the pictures and files of a message, which stays.
        CarrierMedia => "carrier_media",
        /// The carrier's record of a call.
        CarrierCall => "carrier_call",
        /// The carrier's copy of a recording.
        CarrierRecording => "carrier_recording",
        /// What the carrier understood in a recording.
        CarrierTranscription => "carrier_transcription",
    }
}
