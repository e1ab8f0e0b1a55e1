use chrono::{DateTime, NaiveDate, Utc};
use secrecy::ExposeSecret;
use serde::Serialize;
use url::Url;

use crate::{
    actions::porting::WholeOrder,
    db::{
        port_documents, port_events, port_numbers,
        port_orders::{Details, Listed},
    },
    domain::{
        self, NumberType, PhoneNumberId, PortAccountType, PortDocumentId, PortDocumentKind, PortEvent, PortOrderId,
        PortOrderState, PortPace, PortParty, Portability, ServiceAddress,
    },
};

/// An order to bring numbers along.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PortOrder {
    /// Its id.
    pub id: PortOrderId,
    /// Where it stands.
    pub state: PortOrderState,
    /// Counts its changes; every change says the one that it is about.
    pub version: i32,
    /// The numbers, which move together.
    pub numbers: Vec<PortNumber>,
    /// The present provider.
    pub losing_carrier: Option<String>,
    /// The account there; for administrators in person only.
    pub account_number: Option<String>,
    /// Whether there is one.
    pub has_account_number: bool,
    /// What the provider asks before it lets a number go; for administrators in person only. Deleted when the order ends.
    pub pin: Option<String>,
    /// Whether there is one.
    pub has_pin: bool,
    /// Whose account it is.
    pub account_type: PortAccountType,
    /// The company, as the provider has it.
    pub company_name: Option<String>,
    /// Who may sign for the account.
    pub authorized_name: Option<String>,
    /// The number that the provider bills (BTN).
    pub billing_phone_number: Option<domain::PhoneNumber>,
    /// Where the lines are.
    pub service_address: Option<ServiceAddress>,
    /// The date on the letter of authorisation: at most 30 days before the order is submitted.
    pub loa_signed_on: Option<NaiveDate>,
    /// The letter of authorisation and the invoice.
    pub documents: Vec<PortDocument>,
    /// The fields that submission still asks for.
    pub missing: Vec<&'static str>,
    /// Business days that it usually takes at most, counted from submission.
    pub expected_business_days: u8,
    /// Why it takes that long.
    pub expected_reason: PortPace,
    /// Why the present provider refused it, the last time.
    pub rejection_reason: Option<String>,
    /// When.
    pub rejected_at: Option<DateTime<Utc>>,
    /// When the order is cancelled unless it is submitted again: a rejected one, or a draft that nobody changes.
    pub cancels_at: Option<DateTime<Utc>>,
    /// The day on which the numbers move.
    pub foc_date: Option<NaiveDate>,
    /// What the carrier calls the order.
    pub carrier_reference: Option<String>,
    /// Why it was called off.
    pub cancel_reason: Option<String>,
    /// What happened, the oldest first.
    pub history: Vec<PortHistoryEntry>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was last submitted.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// One number of an order.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PortNumber {
    /// The number.
    pub phone_number: domain::PhoneNumber,
    /// The department that it will belong to.
    pub number_type: NumberType,
    /// What it will be called.
    pub friendly_name: String,
    /// The number of the workspace that it takes the place of, which is given back then.
    pub replaces_phone_number_id: Option<PhoneNumberId>,
    /// What the carrier's lookup said when the order was submitted.
    pub portability: Portability,
    /// What that means, when it is not simply yes.
    pub portability_detail: Option<&'static str>,
    /// The kind of line, in the carrier's word.
    pub line_type: Option<String>,
    /// Business days that it usually takes at most.
    pub expected_business_days: u8,
    /// When it was seen in the carrier account and got its webhooks.
    pub found_at: Option<DateTime<Utc>>,
    /// The number, once the workspace has it.
    pub phone_number_id: Option<PhoneNumberId>,
}

/// A document of an order.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PortDocument {
    /// Its id.
    pub id: PortDocumentId,
    /// What it is.
    pub kind: PortDocumentKind,
    /// The type of the file.
    pub content_type: String,
    /// How large it is.
    pub byte_size: i64,
    /// What it is called.
    pub file_name: String,
    /// When it was seen to be there, which submission does.
    pub arrived_at: Option<DateTime<Utc>>,
    /// Where it can be fetched, for a quarter of an hour; for administrators in person only. Null when the file was deleted, 90
    /// days after the order's end.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub url: Option<Url>,
}

/// One thing that happened.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PortHistoryEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub event: PortEvent,
    /// By whom.
    pub by: PortParty,
    /// The Clerk user, when it was one of the workspace.
    pub user: Option<String>,
    /// The state after it.
    pub state: PortOrderState,
    /// Reason, date, names of fields.
    pub detail: Option<String>,
}

/// An order in a list.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PortOrderSummary {
    /// Its id.
    pub id: PortOrderId,
    /// Where it stands.
    pub state: PortOrderState,
    /// Counts its changes.
    pub version: i32,
    /// Its numbers.
    pub phone_numbers: Vec<domain::PhoneNumber>,
    /// The present provider.
    pub losing_carrier: Option<String>,
    /// Why it was refused, the last time.
    pub rejection_reason: Option<String>,
    /// When it is cancelled unless it is submitted again: a rejected one, or a draft that nobody changes.
    pub cancels_at: Option<DateTime<Utc>>,
    /// The day on which the numbers move.
    pub foc_date: Option<NaiveDate>,
    /// Business days that it usually takes at most.
    pub expected_business_days: u8,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was last submitted.
    pub submitted_at: Option<DateTime<Utc>>,
}

/// Whether the reader sees PIN, account number and where the documents are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrets {
    /// Administrators in person, and the operator.
    Shown,
    /// Everybody else.
    Hidden,
}

/// The fields without which an order cannot be submitted, by the names that problems have for them.
#[must_use]
pub fn missing(
    details: &Details,
    numbers: &[port_numbers::PortNumber],
    documents: impl IntoIterator<Item = PortDocumentKind>,
) -> Vec<&'static str> {
    let documents: Vec<PortDocumentKind> = documents.into_iter().collect();
    let has = |kind: PortDocumentKind| documents.contains(&kind);
    let company = details.account_type == PortAccountType::Residential || details.company_name.is_some();
    let checks = [
        ("numbers", !numbers.is_empty()),
        ("losingCarrier", details.losing_carrier.is_some()),
        ("accountNumber", details.account_number.is_some()),
        ("pin", details.pin.is_some()),
        ("companyName", company),
        ("authorizedName", details.authorized_name.is_some()),
        ("billingPhoneNumber", details.billing_phone_number.is_some()),
        ("serviceAddress", details.service_address.is_some()),
        ("loaSignedOn", details.loa_signed_on.is_some()),
        (PortDocumentKind::Loa.field(), has(PortDocumentKind::Loa)),
        (PortDocumentKind::Invoice.field(), has(PortDocumentKind::Invoice)),
    ];
    checks.into_iter().filter(|(_, is_there)| !is_there).map(|(field, _)| field).collect()
}

impl PortOrder {
    /// The order as this reader sees it.
    #[must_use]
    pub fn new(whole: WholeOrder, secrets: Secrets) -> Self {
        let WholeOrder { order, numbers, documents, history } = whole;
        let missing = if order.state.is_final() {
            Vec::new()
        } else {
            missing(&order.details, &numbers, documents.iter().map(|(document, _)| document.kind))
        };
        let pace = PortPace::slowest(numbers.iter().map(|number| &number.phone_number));
        let cancels_at = order.cancels_at();
        let d = order.details;
        let shown = |secret: &Option<secrecy::SecretString>| match secrets {
            Secrets::Shown => secret.as_ref().map(|secret| secret.expose_secret().to_owned()),
            Secrets::Hidden => None,
        };
        Self {
            id: order.id,
            state: order.state,
            version: order.version,
            numbers: numbers.into_iter().map(Into::into).collect(),
            losing_carrier: d.losing_carrier,
            account_number: shown(&d.account_number),
            has_account_number: d.account_number.is_some(),
            pin: shown(&d.pin),
            has_pin: d.pin.is_some(),
            account_type: d.account_type,
            company_name: d.company_name,
            authorized_name: d.authorized_name,
            billing_phone_number: d.billing_phone_number,
            service_address: d.service_address,
            loa_signed_on: d.loa_signed_on,
            documents: documents.into_iter().map(|(document, url)| PortDocument::new(document, url)).collect(),
            missing,
            expected_business_days: pace.business_days(),
            expected_reason: pace,
            rejection_reason: order.rejection_reason,
            rejected_at: order.rejected_at,
            cancels_at,
            foc_date: order.foc_date,
            carrier_reference: order.carrier_reference,
            cancel_reason: order.cancel_reason,
            history: history.into_iter().map(Into::into).collect(),
            created_at: order.created_at,
            updated_at: order.updated_at,
            submitted_at: order.submitted_at,
            finished_at: order.finished_at,
        }
    }
}

impl From<port_numbers::PortNumber> for PortNumber {
    fn from(row: port_numbers::PortNumber) -> Self {
        Self {
            expected_business_days: PortPace::of(&row.phone_number).business_days(),
            phone_number: row.phone_number,
            number_type: row.number_type,
            friendly_name: row.friendly_name,
            replaces_phone_number_id: row.replaces,
            portability_detail: match row.portability {
                Portability::Unknown => {
                    Some("The carrier's lookup did not answer. The operator checks by hand whether it can be ported.")
                }
                Portability::Unchecked | Portability::Portable => None,
            },
            portability: row.portability,
            line_type: row.line_type,
            found_at: row.found.map(|found| found.found_at),
            phone_number_id: row.phone_number_id,
        }
    }
}

impl PortDocument {
    /// A document, with the address for those who may fetch it.
    #[must_use]
    pub fn new(row: port_documents::PortDocument, url: Option<Url>) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            content_type: row.content_type,
            byte_size: row.byte_size,
            file_name: row.file_name,
            arrived_at: row.arrived_at,
            url,
        }
    }
}

impl From<port_events::Happened> for PortHistoryEntry {
    fn from(row: port_events::Happened) -> Self {
        let user = row.actor.filter(|_| row.party == PortParty::Workspace);
        Self { at: row.at, event: row.event, by: row.party, user, state: row.state, detail: row.detail }
    }
}

impl From<Listed> for PortOrderSummary {
    fn from(listed: Listed) -> Self {
        let Listed { order, phone_numbers, .. } = listed;
        Self {
            cancels_at: order.cancels_at(),
            id: order.id,
            state: order.state,
            version: order.version,
            losing_carrier: order.details.losing_carrier,
            rejection_reason: order.rejection_reason,
            foc_date: order.foc_date,
            expected_business_days: PortPace::slowest(&phone_numbers).business_days(),
            phone_numbers,
            created_at: order.created_at,
            updated_at: order.updated_at,
            submitted_at: order.submitted_at,
        }
    }
}
