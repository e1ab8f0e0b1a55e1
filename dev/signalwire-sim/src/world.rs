//! Everything the network remembers and a restart keeps.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    clock,
    inventory::{self, Inventory},
    records::{
        AddressRecord, AssignmentRecord, AssignmentState, CallRecord, Capabilities, FileRecord, MessageRecord,
        NumberRecord, OptOut, OrderRecord, RecordingRecord, RegistryRecord, TranscriptionRecord, new_sid,
    },
    settings::{OwnedNumber, Settings},
};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct World {
    /// In the order of their purchase; lists show the newest first.
    pub numbers: Vec<NumberRecord>,
    pub messages: Vec<MessageRecord>,
    pub orders: Vec<OrderRecord>,
    pub assignments: Vec<AssignmentRecord>,
    pub opt_outs: Vec<OptOut>,
    pub inventory: Inventory,
    /// What the lookup answers about numbers: a line type, or `invalid`.
    #[serde(default)]
    pub lookups: BTreeMap<String, String>,
    #[serde(default)]
    pub brands: Vec<RegistryRecord>,
    /// Without the one of the settings.
    #[serde(default)]
    pub campaigns: Vec<RegistryRecord>,
    #[serde(default)]
    pub addresses: Vec<AddressRecord>,
    #[serde(default)]
    pub files: Vec<FileRecord>,
    #[serde(default)]
    pub calls: Vec<CallRecord>,
    #[serde(default)]
    pub recordings: Vec<RecordingRecord>,
    #[serde(default)]
    pub transcriptions: Vec<TranscriptionRecord>,
}

impl World {
    /// A project with only the numbers of its settings.
    pub fn new(settings: &Settings) -> Self {
        let mut world = Self::default();
        world.adopt(settings);
        world
    }

    /// Brings the numbers of the settings in, or up to date with them when a saved state has them already.
    pub fn adopt(&mut self, settings: &Settings) {
        for owned in &settings.owned {
            self.adopt_number(owned, &settings.campaign_id);
        }
    }

    fn adopt_number(&mut self, owned: &OwnedNumber, campaign_id: &str) {
        if self.number(&owned.phone_number).is_none() {
            self.add_ready_number(&owned.phone_number, campaign_id);
        }
        let Some(number) = self.number_mut(&owned.phone_number) else { return };
        number.friendly_name.clone_from(&owned.friendly_name);
        number.webhooks.sms_url = Some(owned.sms_url.clone());
        number.webhooks.voice_url.clone_from(&owned.voice_url);
        number.webhooks.status_callback.clone_from(&owned.status_callback);
    }

    /// Adds a number that texts at once, as if it had been bought and registered long ago.
    pub fn add_ready_number(&mut self, phone_number: &str, campaign_id: &str) {
        let country = inventory::area_code(phone_number).and_then(inventory::area).map_or("US", |area| area.country);
        let mut number = NumberRecord::bought(phone_number, country, inventory::number_type(phone_number));
        number.capabilities = Capabilities { voice: true, sms: true, mms: true, fax: true };
        if number.verification_status.is_some() {
            number.verification_status = Some("Verified".to_owned());
        }
        if number.needs_campaign() {
            let now = clock::now();
            self.assignments.push(AssignmentRecord {
                id: new_sid(),
                order_id: new_sid(),
                campaign_id: campaign_id.to_owned(),
                phone_number: phone_number.to_owned(),
                state: AssignmentState::Completed,
                created_at: now,
                updated_at: now,
            });
        }
        self.numbers.push(number);
    }

    pub fn number(&self, phone_number: &str) -> Option<&NumberRecord> {
        self.numbers.iter().find(|number| number.phone_number == phone_number)
    }

    pub fn number_mut(&mut self, phone_number: &str) -> Option<&mut NumberRecord> {
        self.numbers.iter_mut().find(|number| number.phone_number == phone_number)
    }

    /// From the newest: it is nearly always one of the last, and there may be a hundred thousand.
    pub fn message_mut(&mut self, sid: &str) -> Option<&mut MessageRecord> {
        self.messages.iter_mut().rfind(|message| message.sid == sid)
    }

    pub fn message(&self, sid: &str) -> Option<&MessageRecord> {
        self.messages.iter().rfind(|message| message.sid == sid)
    }

    pub fn call(&self, sid: &str) -> Option<&CallRecord> {
        self.calls.iter().find(|call| call.sid == sid)
    }

    pub fn call_mut(&mut self, sid: &str) -> Option<&mut CallRecord> {
        self.calls.iter_mut().find(|call| call.sid == sid)
    }

    pub fn recording(&self, sid: &str) -> Option<&RecordingRecord> {
        self.recordings.iter().find(|recording| recording.sid == sid)
    }

    pub fn recording_mut(&mut self, sid: &str) -> Option<&mut RecordingRecord> {
        self.recordings.iter_mut().find(|recording| recording.sid == sid)
    }

    pub fn transcription_mut(&mut self, sid: &str) -> Option<&mut TranscriptionRecord> {
        self.transcriptions.iter_mut().find(|transcription| transcription.sid == sid)
    }

    /// The campaign that a number belongs to.
    pub fn campaign_of(&self, phone_number: &str) -> Option<&str> {
        let own = |assignment: &&AssignmentRecord| {
            assignment.phone_number == phone_number && assignment.state == AssignmentState::Completed
        };
        self.assignments.iter().find(own).map(|assignment| assignment.campaign_id.as_str())
    }

    pub fn brand(&self, id: &str) -> Option<&RegistryRecord> {
        self.brands.iter().find(|brand| brand.id == id)
    }

    pub fn campaign(&self, id: &str) -> Option<&RegistryRecord> {
        self.campaigns.iter().find(|campaign| campaign.id == id)
    }

    pub fn has_opted_out(&self, customer: &str, sender: &str) -> bool {
        self.opt_outs
            .iter()
            .any(|entry| entry.customer == customer && entry.sender.as_deref().is_none_or(|only| only == sender))
    }

    /// Takes a number out of the project, with its campaign membership.
    pub fn remove_number(&mut self, phone_number: &str) {
        self.numbers.retain(|number| number.phone_number != phone_number);
        self.assignments.retain(|assignment| assignment.phone_number != phone_number);
    }
}
