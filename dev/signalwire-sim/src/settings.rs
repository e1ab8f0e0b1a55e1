//! What a simulator is started with.

use std::path::PathBuf;

use crate::behaviour::Behaviour;

/// The project that the simulator plays, and what it owns from the first moment.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Project id, a UUID: the user of Basic authentication, and `AccountSid` in every path.
    pub project_id: String,
    /// API token (`PT…`): the password of Basic authentication.
    pub token: String,
    /// Signing key (`PSK_…`) of the webhooks.
    pub signing_key: String,
    /// The one approved 10DLC campaign.
    pub campaign_id: String,
    /// Numbers that the project has before anything is bought. They can text at once.
    pub owned: Vec<OwnedNumber>,
    /// Where the state survives a restart; without it everything is forgotten.
    pub state_file: Option<PathBuf>,
    /// Timings and misbehaviour at start, and after a reset.
    pub behaviour: Behaviour,
}

/// A number that the project already has.
#[derive(Debug, Clone)]
pub struct OwnedNumber {
    pub phone_number: String,
    pub friendly_name: String,
    pub sms_url: String,
    pub voice_url: Option<String>,
    pub status_callback: Option<String>,
}

impl Default for Settings {
    /// A project for demonstrations; the keys are public and worth nothing.
    fn default() -> Self {
        Self {
            project_id: "5a1d0e4c-7f4b-4a53-9d6a-0c2f7a9be001".to_owned(),
            token: "PTsimulatedtoken".to_owned(),
            signing_key: "PSK_simulatedsigningkey".to_owned(),
            campaign_id: "5a1d0e4c-7f4b-4a53-9d6a-0c2f7a9be002".to_owned(),
            owned: Vec::new(),
            state_file: None,
            behaviour: Behaviour::default(),
        }
    }
}
