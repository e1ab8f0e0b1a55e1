//! An order as what is entered in the carrier's dashboard, as a page to print and as a table of its numbers.

use secrecy::{ExposeSecret, SecretString};
use shared::{
    actions::porting::WholeOrder,
    db::port_orders::Details,
    domain::{PortPace, ServiceAddress, harmless_cell},
};

use crate::{
    api::{DashboardField, PortOrderWorkspace},
    page::Page,
};

/// Columns of the table. The carrier's form takes the numbers with what belongs to each.
const COLUMNS: [&str; 10] = [
    "phoneNumber",
    "losingCarrier",
    "accountNumber",
    "accountType",
    "companyName",
    "authorizedName",
    "billingPhoneNumber",
    "serviceAddress",
    "lineType",
    "portability",
];

/// The form of the dashboard (SignalWire, porting into SignalWire), in its order.
pub(crate) fn dashboard(whole: &WholeOrder, project_id: &str) -> Vec<DashboardField> {
    let d = &whole.order.details;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let numbers: Vec<&str> = whole.numbers.iter().map(|number| number.phone_number.as_str()).collect();
    let date = d.loa_signed_on.map(|date| date.to_string()).unwrap_or_default();
    let btn = d.billing_phone_number.as_ref().map(ToString::to_string).unwrap_or_default();
    [
        ("Project ID", project_id.to_owned()),
        ("Numbers", numbers.join(", ")),
        ("Current provider", text(&d.losing_carrier)),
        ("Account number", secret(d.account_number.as_ref())),
        ("Account type", d.account_type.to_string()),
        ("Company name", text(&d.company_name)),
        ("Authorized name", text(&d.authorized_name)),
        ("Billing phone number (BTN)", btn),
        ("Service address", address(d)),
        ("PIN", secret(d.pin.as_ref())),
        ("Letter of authorisation signed on", date),
    ]
    .map(|(label, value)| DashboardField { label, value })
    .to_vec()
}

fn secret(secret: Option<&SecretString>) -> String {
    secret.map(|secret| secret.expose_secret().to_owned()).unwrap_or_default()
}

fn address(details: &Details) -> String {
    let Some(ServiceAddress { street, street2, city, region, postal_code, country }) = &details.service_address else {
        return String::new();
    };
    let street2 = street2.as_ref().map(|line| format!("{line}, ")).unwrap_or_default();
    format!("{street}, {street2}{city}, {region} {postal_code}, {country}")
}

pub(crate) fn table(whole: &WholeOrder) -> Result<Vec<u8>, csv::Error> {
    let d = &whole.order.details;
    let typed = |value: &Option<String>| harmless_cell(value.as_deref().unwrap_or_default());
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for number in &whole.numbers {
        writer.write_record([
            number.phone_number.to_string(),
            typed(&d.losing_carrier),
            harmless_cell(&secret(d.account_number.as_ref())),
            d.account_type.to_string(),
            typed(&d.company_name),
            typed(&d.authorized_name),
            d.billing_phone_number.as_ref().map(ToString::to_string).unwrap_or_default(),
            harmless_cell(&address(d)),
            harmless_cell(number.line_type.as_deref().unwrap_or_default()),
            number.portability.to_string(),
        ])?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

pub(crate) fn pdf(whole: &WholeOrder, workspace: &PortOrderWorkspace, project_id: &str) -> Vec<u8> {
    let order = &whole.order;
    let mut page = Page::new("Port-in order");
    page.field("Workspace", &workspace.name);
    page.field("Order", &order.id.to_string());
    page.field("State", order.state.as_str());
    let expected = PortPace::slowest(whole.numbers.iter().map(|number| &number.phone_number));
    page.field("Expected", &format!("up to {} business days ({expected})", expected.business_days()));
    if let Some(date) = order.foc_date {
        page.field("FOC date", &date.to_string());
    }
    page.heading("To enter in the carrier's dashboard (Phone Numbers, Port Requests)");
    for DashboardField { label, value } in dashboard(whole, project_id) {
        page.field(label, if value.is_empty() { "-" } else { &value });
    }
    page.heading("Numbers");
    for number in &whole.numbers {
        let line = number.line_type.as_deref().unwrap_or("line not known");
        page.field(number.phone_number.as_str(), &format!("{}, {line}, {}", number.number_type, number.portability));
    }
    page.heading("Documents to attach");
    for (document, _) in whole.documents.iter().filter(|(document, _)| document.is_at_hand()) {
        page.field(document.kind.as_str(), &format!("{} ({} bytes)", document.file_name, document.byte_size));
    }
    page.finish()
}

#[cfg(test)]
mod tests {
    use shared::{
        clock,
        db::port_orders::PortOrder,
        domain::{PortAccountType, PortOrderId, PortOrderState, WorkspaceId},
    };

    use super::*;

    fn whole(company: &str) -> WholeOrder {
        let details = Details {
            losing_carrier: Some("=Carrier".to_owned()),
            account_number: Some("A-1".to_owned().into()),
            pin: Some("1234".to_owned().into()),
            account_type: PortAccountType::Business,
            company_name: Some(company.to_owned()),
            authorized_name: Some("Ann".to_owned()),
            billing_phone_number: None,
            service_address: None,
            loa_signed_on: None,
        };
        let order = PortOrder {
            id: PortOrderId(WorkspaceId("018f3f0e-6a0b-4a3e-9d0a-2f6f5a1f9b10".parse::<WorkspaceId>().unwrap().0).0),
            workspace_id: "018f3f0e-6a0b-4a3e-9d0a-2f6f5a1f9b11".parse().unwrap(),
            state: PortOrderState::Submitted,
            version: 2,
            details,
            rejection_reason: None,
            rejected_at: None,
            foc_date: None,
            carrier_reference: None,
            cancel_reason: None,
            submitted_at: Some(clock::now()),
            finished_at: None,
            created_at: clock::now(),
            updated_at: clock::now(),
        };
        WholeOrder { order, numbers: Vec::new(), documents: Vec::new(), history: Vec::new() }
    }

    fn workspace() -> PortOrderWorkspace {
        PortOrderWorkspace { id: "018f3f0e-6a0b-4a3e-9d0a-2f6f5a1f9b11".parse().unwrap(), name: "Test".to_owned() }
    }

    fn has(content: &[u8], text: &[u8]) -> bool {
        content.windows(text.len()).any(|window| window == text)
    }

    #[test]
    fn names_of_western_europe_come_out_right_and_others_are_said_not_to() {
        let western = pdf(&whole("Café Zoë – «Ñandú»"), &workspace(), "project");
        // WinAnsi, which the file has in hexadecimal as soon as a letter is not ASCII.
        assert!(has(&western, b"<436166E9205A6FEB209620ABD1616E64FABB>"), "WinAnsi");
        assert!(!has(&western, b"cannot show"));
        let other = pdf(&whole("Łukasz 株式会社"), &workspace(), "project");
        assert!(has(&other, b"?ukasz ????") && has(&other, b"cannot show"), "the page says so");
        let csv = String::from_utf8(table(&whole("Łukasz")).unwrap()).unwrap();
        assert!(csv.starts_with("phoneNumber,losingCarrier,"), "{csv}");
    }

    #[test]
    fn what_is_entered_is_in_the_order_of_the_form() {
        let labels: Vec<&str> = dashboard(&whole("Example"), "project").iter().map(|field| field.label).collect();
        assert_eq!(labels[..4], ["Project ID", "Numbers", "Current provider", "Account number"]);
        assert_eq!(labels.len(), 11);
    }
}
