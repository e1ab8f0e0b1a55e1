//! Who texts by a campaign of one's own, and who could not have one.

use anyhow::Result;
use serde_json::{Value, json};

use crate::client::{Client, Tenant};

/// A company whose campaign is approved and whose numbers have moved.
pub(crate) async fn approved(client: &Client, org: &Tenant, name: &str, website: &str) -> Result<()> {
    client.register(org, &company(name, website), &texts(name)).await?;
    client.wait_for_registration(org, "active").await
}

/// A company that the registry does not find; the operator has said why.
pub(crate) async fn unverified(client: &Client, org: &Tenant, name: &str, website: &str) -> Result<()> {
    client.registry(&json!({ "brandsVerified": false })).await?;
    client.register(org, &company(name, website), &texts(name)).await?;
    client.wait_for_registration(org, "brand_unverified").await?;
    client.registry(&json!({ "brandsVerified": true })).await?;
    let reason = "The registry could not match the company name and the EIN. Write the name as it stands on the letter of the tax office.";
    client.operator_explains(org, reason).await
}

fn company(name: &str, website: &str) -> Value {
    json!({
        "companyName": format!("{name} LLC"),
        "legalEntityType": "PRIVATE_PROFIT",
        "ein": "12-3456789",
        "einIssuingCountry": "United States",
        "vertical": "PROFESSIONAL",
        "address": "12 Main St, Tulsa OK, 74103",
        "website": format!("https://{website}"),
        "contactEmail": format!("owner@{website}"),
        "contactPhone": "+19185550123",
    })
}

fn texts(name: &str) -> Value {
    json!({
        "useCase": "LOW_VOLUME_MIXED",
        "subUseCases": ["CUSTOMER_CARE", "DELIVERY_NOTIFICATION"],
        "description": format!("{name} answers its customers' questions and tells them when their order is ready."),
        "messageFlow": "Customers tick a box on the order form and so agree to get texts about their orders.",
        "samples": [
            format!("{name}: your order is on its way and will be with you tomorrow."),
            "Your order is ready to be picked up. Reply STOP to opt out.",
        ],
        "optOutMessage": format!("You will get no more texts from {name}."),
        "helpMessage": "Call +1 918 555 0123 for help, or reply STOP to end.",
    })
}
