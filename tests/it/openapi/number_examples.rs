//! The numbers that the examples show.

use serde_json::{Value, json};

/// The workspace's first number.
pub fn main_line() -> Value {
    json!({
        "id": "0194a2f1-0c2e-7a44-b0d1-7e6f5a4b3c2d",
        "phoneNumber": "+14052010100",
        "phoneNumberSid": "3f2b8c1a-7d64-4e90-b1c5-0a9f8e7d6c5b",
        "friendlyName": "Main line",
        "numberType": "primary",
        "status": "active",
        "messagingStatus": "ready",
        "messagingFailureReason": null,
        "capabilities": { "sms": true, "mms": true, "voice": true, "fax": false },
        "monthlyCostCents": 50,
        "provisionedAt": "2026-01-15T18:31:00Z",
        "releasedAt": null,
        "campaign": "platform",
        "tollFreeVerification": null,
        "emergencyAddress": null,
        "emergencyAddressMissing": true,
        "voice": null,
    })
}

/// The same with another name and a call flow.
pub fn main_line_with_call_flow() -> Value {
    let weekdays = json!([{ "from": "09:00", "to": "12:00" }, { "from": "13:00", "to": "17:00" }]);
    let voice = json!({
        "greeting": { "say": "Thanks for calling Harbour Dental." },
        "businessHours": {
            "timeZone": "America/Chicago",
            "weekly": {
                "monday": weekdays, "tuesday": [], "wednesday": [], "thursday": [], "friday": [], "saturday": [], "sunday": [],
            },
            "holidays": [{ "date": "2026-12-25", "name": "Christmas" }],
        },
        "closed": { "greeting": { "say": "We are closed." } },
        "forward": {
            "numbers": [{ "phoneNumber": "+14052010188", "name": "Front desk" }],
            "strategy": "simultaneous",
            "timeoutSeconds": 20,
            "whisper": null,
        },
        "menu": null,
        "voicemail": {
            "enabled": true,
            "greeting": { "say": "Please leave a message." },
            "maxLengthSeconds": 120,
            "transcribe": true,
        },
        "recordCalls": false,
    });
    with(main_line(), &json!({ "friendlyName": "Front desk", "voice": voice }))
}

/// The same while its emergency address is `pending` or `removing`.
pub fn main_line_with_address(status: &str) -> Value {
    let address = json!({
        "status": status,
        "failureReason": null,
        "address": {
            "firstName": "Ada", "lastName": "Bird", "streetNumber": "12", "streetName": "Main St", "unitType": "Suite",
            "unitNumber": "4", "city": "Tulsa", "state": "OK", "postalCode": "74103", "country": "US",
        },
    });
    let is_missing = status == "removing";
    with(main_line(), &json!({ "emergencyAddress": address, "emergencyAddressMissing": is_missing }))
}

/// The same after its release.
pub fn main_line_released() -> Value {
    with(main_line(), &json!({ "status": "released", "releasedAt": "2026-02-01T09:00:00Z" }))
}

/// A number that was bought a moment ago.
pub fn support_line() -> Value {
    let bought = json!({
        "id": "0194a2f1-4d5e-7b66-a2c3-4b5c6d7e8f90",
        "phoneNumber": "+14052010102",
        "phoneNumberSid": "7a6b5c4d-3e2f-4a1b-9c8d-7e6f5a4b3c2d",
        "friendlyName": "Support line",
        "numberType": "support",
        "messagingStatus": "pending",
        "capabilities": { "sms": false, "mms": false, "voice": true, "fax": false },
        "provisionedAt": "2026-01-15T18:33:00Z",
    });
    with(main_line(), &bought)
}

fn with(mut number: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().expect("an object") {
        number[name] = value.clone();
    }
    number
}
