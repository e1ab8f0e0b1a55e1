//! Who there is and what they write.

use anyhow::Result;

use crate::client::Client;

/// Customers' numbers are in the range that is reserved for fiction.
const PATIENT: &str = "+14055550123";
const WAREHOUSE: &str = "+14055550142";
const REGULAR: &str = "+14055550187";

pub(crate) async fn plant(client: &Client) -> Result<()> {
    dentist(client).await?;
    freight_company(client).await?;
    bakery(client).await
}

/// Pro: one number, a customer asks and is answered.
async fn dentist(client: &Client) -> Result<()> {
    let org = client.organization("Alpine Dental", "pro", "owner@alpine-dental.example").await?;
    let number = client.number(&org).await?;
    client.customer_texts(PATIENT, &number, "Hello, are you open on Saturday?").await?;
    client.staff_texts(&org, PATIENT, "Yes, from nine to one. Shall we book you in?").await?;
    client.customer_texts(PATIENT, &number, "10:30 would be great 👍").await
}

/// Enterprise: the primary number, two customers who wait for an answer.
async fn freight_company(client: &Client) -> Result<()> {
    let org = client.organization("Cedar Freight", "enterprise", "owner@cedar-freight.example").await?;
    let number = client.number(&org).await?;
    client.customer_texts(WAREHOUSE, &number, "Where is delivery 4711?").await?;
    client.customer_texts(PATIENT, &number, "Can you pick up two pallets tomorrow?").await
}

/// Starter: no own number, texts go out from the platform's and answers come back to it.
async fn bakery(client: &Client) -> Result<()> {
    let org = client.organization("Corner Bakery", "starter", "owner@corner-bakery.example").await?;
    client.staff_texts(&org, REGULAR, "Your cake is ready to be picked up.").await
}
