//! Who there is and what they write.

use anyhow::Result;
use chrono::TimeDelta;
use serde_json::json;
use shared::clock;
use stack::Urls;

use crate::{
    client::{Client, Tenant},
    history, porting, registrations,
};

/// Customers' numbers are in the range that is reserved for fiction.
const PATIENT: &str = "+14055550123";
const WAREHOUSE: &str = "+14055550142";
const REGULAR: &str = "+14055550187";
const FORMER_PATIENT: &str = "+14055550161";
const RECEPTION: &str = "+14055550150";
const ADVERTISER: &str = "+14055550199";
const FRONT_DESK: &str = "+14055550110";
/// In Phoenix, seven hours behind Greenwich in summer and winter.
const EARLY_RISER: &str = "+16025550148";

pub(crate) async fn plant(client: &Client, urls: &Urls) -> Result<()> {
    dentist(client, urls).await?;
    freight_company(client).await?;
    surf_school(client).await?;
    bakery(client).await
}

/// Pro: one number, and a month of history. A customer asks and is answered, one conversation is done, and one is spam. Three calls came in; one
/// customer heard a reminder by phone, and one was called in person.
async fn dentist(client: &Client, urls: &Urls) -> Result<()> {
    let org = client.organization("Alpine Dental", "pro", "owner@alpine-dental.example").await?;
    let number = client.number(&org).await?;
    history::plant(urls, &org.id, &org.user_id).await?;
    let patient = json!({
        "firstName": "Maria", "lastName": "Silva", "email": "maria.silva@mail.example", "notes": "Prefers mornings.",
        "phoneNumbers": ["(405) 555-0123", "+55 (11) 98765-4321"],
    });
    client.contact(&org, &patient).await?;
    client.contact(&org, &json!({ "firstName": "Ken", "phoneNumbers": ["(405) 555-0161"] })).await?;
    client.customer_texts(FORMER_PATIENT, &number, "Thank you, all is well now.").await?;
    client.file(&org, FORMER_PATIENT, &json!({ "status": "closed", "read": true })).await?;
    client.customer_texts(ADVERTISER, &number, "You have WON a cruise! Reply YES").await?;
    client.file(&org, ADVERTISER, &json!({ "status": "spam" })).await?;
    client.customer_texts(PATIENT, &number, "Hello, are you open on Saturday?").await?;
    client.staff_texts(&org, PATIENT, "Yes, from nine to one. Shall we book you in?").await?;
    client.customer_texts(PATIENT, &number, "10:30 would be great 👍").await?;
    phone_calls(client, &org, &number).await?;
    client.staff_speaks(&org, FORMER_PATIENT, "This is Alpine Dental. It is time for your yearly check-up.").await?;
    client.staff_calls(&org, RECEPTION, PATIENT).await
}

/// One that the front desk answers, one that nobody does, and a voicemail.
async fn phone_calls(client: &Client, org: &Tenant, number: &str) -> Result<()> {
    let voice = json!({
        "greeting": { "say": "Thanks for calling Alpine Dental." },
        "forward": { "numbers": [{ "phoneNumber": FRONT_DESK, "name": "Front desk" }], "whisper": "Call for Alpine Dental" },
        "voicemail": { "greeting": { "say": "Please leave a message, we call you back." } },
    });
    client.set_voice(org, &voice).await?;
    let answered = client.customer_calls(PATIENT, number).await?;
    client.at_the_phone(&client.ringing(&answered).await?, "answer", &json!({})).await?;
    client.wait_for_talk(&answered).await?;
    client.at_the_phone(&answered, "hangup", &json!({ "seconds": 94 })).await?;

    let missed = client.customer_calls(FORMER_PATIENT, number).await?;
    client.ringing(&missed).await?;
    client.at_the_phone(&missed, "hangup", &json!({})).await?;

    let voicemail = client.customer_calls(PATIENT, number).await?;
    client.at_the_phone(&client.ringing(&voicemail).await?, "ignore", &json!({})).await?;
    let said = "Hello, this is Maria. Could I come at eleven instead? Please call me back.";
    client.at_the_phone(&voicemail, "record", &json!({ "seconds": 9, "transcript": said })).await
}

/// Enterprise: a number per department and one that was given back, two customers who wait for an answer,
/// one of them for somebody's. One number is toll-free and waits for its verification, one says where an ambulance is to go and
/// the others warn. It brings numbers along, and texts by a registration of its own. Its own system is told of what happens, and it keeps nothing longer than it has to.
async fn freight_company(client: &Client) -> Result<()> {
    let org = client.organization("Cedar Freight", "enterprise", "owner@cedar-freight.example").await?;
    client.tell_integrator(&org, "Transport management").await?;
    client
        .configure(&org, &json!({ "retention": { "messageDays": 1095, "mediaDays": 365, "recordingDays": 90 } }))
        .await?;
    let number = client.number(&org).await?;
    let warehouse = json!({ "firstName": "Lee", "company": "Red River Warehouse", "phoneNumbers": ["(405) 555-0142"] });
    client.contact(&org, &warehouse).await?;
    client.customer_texts(WAREHOUSE, &number, "Where is delivery 4711?").await?;
    client.customer_texts(PATIENT, &number, "Can you pick up two pallets tomorrow?").await?;
    client.file(&org, WAREHOUSE, &json!({ "assignedTo": org.user_id })).await?;
    for (number_type, name) in [("sales", "Quotes"), ("support", "Dispatch")] {
        client.order(&org, &json!({ "areaCode": "405", "numberType": number_type, "friendlyName": name })).await?;
    }
    let fair =
        client.order(&org, &json!({ "areaCode": "212", "numberType": "custom", "friendlyName": "Trade fair" })).await?;
    client.release(&org, &fair).await?;
    client.order_toll_free(&org, "Freight hotline").await?;
    let depot = json!({
        "firstName": "Demo", "lastName": "Owner", "streetNumber": "400", "streetName": "W Reno Ave", "unitType": "Suite",
        "unitNumber": "12", "city": "Oklahoma City", "state": "OK", "postalCode": "73102", "country": "US",
    });
    client.set_emergency_address(&org, &depot).await?;
    porting::plant(client, &org).await?;
    registrations::approved(client, &org, "Cedar Freight", "cedar-freight.example.com").await
}

/// Was on Pro and left it: its number is suspended, and comes back with the plan during the next fourteen days.
async fn surf_school(client: &Client) -> Result<()> {
    let org = client.organization("Dune Surf School", "pro", "owner@dune-surf.example").await?;
    let number = client.number(&org).await?;
    client.customer_texts(REGULAR, &number, "Is the water warm enough already?").await?;
    client.change_plan(&org, "starter").await
}

/// Starter: no own number, texts go out from the platform's and answers come back to it. It has quiet hours, so one text waits:
/// they begin an hour ago and last for the rest of the working day, whenever the demo data is made. Its registration was refused.
async fn bakery(client: &Client) -> Result<()> {
    let org = client.organization("Corner Bakery", "starter", "owner@corner-bakery.example").await?;
    client.staff_texts(&org, REGULAR, "Your cake is ready to be picked up.").await?;
    let in_phoenix = |hours: i64| (clock::now() + TimeDelta::hours(hours - 7)).format("%H:%M").to_string();
    let quiet = json!({ "start": in_phoenix(-1), "end": in_phoenix(10), "exemptReplies": true });
    client.configure(&org, &json!({ "quietHours": quiet })).await?;
    client.staff_texts(&org, EARLY_RISER, "Your rolls are in the oven.").await?;
    registrations::unverified(client, &org, "Corner Bakery", "corner-bakery.example.com").await
}
