//! Numbers that the freight company brings along: one order that it is still writing, one that its provider rejected and
//! one with a day on which the number moves.

use anyhow::Result;
use chrono::TimeDelta;
use serde_json::{Value, json};
use shared::clock;

use crate::client::{Client, Tenant};

const DEPOT: &str = "+14055550171";
const HOTLINE: &str = "+14055550172";
const YARD: &str = "+14055550173";

pub(crate) async fn plant(client: &Client, org: &Tenant) -> Result<()> {
    let draft = json!({
        "numbers": [{ "phoneNumber": YARD, "friendlyName": "Yard" }], "losingCarrier": "Prairie Telephone",
    });
    client.port(org, "port-orders", &draft).await?;

    let rejected = submitted(client, org, &order(DEPOT, "support", "Depot", "PT-20417")).await?;
    let reason = "The account number does not belong to this number. Please compare it with your latest invoice.";
    client.operator_answers(&rejected, &json!({ "answer": "rejected", "reason": reason })).await?;

    let scheduled = submitted(client, org, &order(HOTLINE, "sales", "Hotline", "PT-88310")).await?;
    let foc_date = (clock::now() + TimeDelta::days(5)).date_naive().to_string();
    let answer = json!({ "answer": "scheduled", "focDate": foc_date, "carrierReference": "PR-1042" });
    client.operator_answers(&scheduled, &answer).await
}

fn order(number: &str, number_type: &str, name: &str, account: &str) -> Value {
    json!({
        "numbers": [{ "phoneNumber": number, "numberType": number_type, "friendlyName": name }],
        "losingCarrier": "Prairie Telephone", "accountNumber": account, "pin": "4821",
        "companyName": "Cedar Freight LLC", "authorizedName": "Demo Owner", "billingPhoneNumber": number,
        "serviceAddress": { "street": "400 W Reno Ave", "city": "Oklahoma City", "region": "OK", "postalCode": "73102" },
        "loaSignedOn": (clock::now() - TimeDelta::days(2)).date_naive().to_string(),
    })
}

/// An order with its documents, in the hands of the operator; gives its id and version.
async fn submitted(client: &Client, org: &Tenant, fields: &Value) -> Result<Value> {
    let order = client.port(org, "port-orders", fields).await?;
    let path = format!("port-orders/{}", order["id"].as_str().unwrap_or_default());
    for kind in ["loa", "invoice"] {
        client.port_document(org, &path, kind).await?;
    }
    // After two documents.
    client.port(org, &format!("{path}/submit"), &json!({ "version": 3 })).await
}
