//! What the queues hold. Input: the body of a record.
#![no_main]

use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use futures_util::FutureExt;
use libfuzzer_sys::fuzz_target;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use shared::{
    lambda,
    queue::{InboxWork, MediaWork, ProvisioningWork, WebhookWork},
};

fuzz_target!(|data: &[u8]| {
    let Ok(body) = std::str::from_utf8(data) else { return };
    let kinds = [
        reads_back::<InboxWork>(body),
        reads_back::<MediaWork>(body),
        reads_back::<ProvisioningWork>(body),
        reads_back::<WebhookWork>(body),
    ];
    assert!(kinds.iter().filter(|is_one| **is_one).count() <= 1, "work of one queue is none of another");
    one_bad_record_spoils_no_other(body);
});

/// Whether it is such work. What was read is written so that the same is read again, and says its version.
fn reads_back<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(body: &str) -> bool {
    let Ok(work) = serde_json::from_str::<T>(body) else { return false };
    let written = serde_json::to_string(&work).expect("it can be written");
    assert_eq!(serde_json::from_str::<T>(&written).expect("it can be read"), work);
    let written: Value = serde_json::from_str(&written).expect("JSON");
    assert_eq!(written["version"], 1);
    true
}

fn one_bad_record_spoils_no_other(body: &str) {
    let good = r#"{"kind":"fetch_media","version":1,"messageSid":"one"}"#;
    let mut event = SqsEvent::default();
    for (id, body) in [("first", good), ("fuzzed", body), ("last", good)] {
        let mut record = SqsMessage::default();
        record.message_id = Some(id.to_owned());
        record.body = Some(body.to_owned());
        event.records.push(record);
    }
    let mut done = 0;
    let batch = lambda::handle_batch(event, async |_: MediaWork| {
        done += 1;
        Ok(())
    });
    let response = batch.now_or_never().expect("nothing waits");
    let failed: Vec<&str> = response.batch_item_failures.iter().map(|one| one.item_identifier.as_str()).collect();
    let expected: &[&str] = if serde_json::from_str::<MediaWork>(body).is_ok() { &[] } else { &["fuzzed"] };
    assert_eq!((failed.as_slice(), done), (expected, 3 - expected.len()));
}
