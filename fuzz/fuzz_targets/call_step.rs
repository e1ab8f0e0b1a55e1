//! The signed state in the addresses of a call. Input: a step as JSON, or a query.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use shared::{
    domain::CallStep,
    signalwire::{StepError, StepSigner},
};
use switchboard_fuzz::{FUNCTION_URL, signing};
use url::Url;

static SIGNER: LazyLock<StepSigner> = LazyLock::new(|| StepSigner::new(&signing()));

fuzz_target!(|data: &[u8]| {
    if let Ok(step) = serde_json::from_slice::<CallStep>(data) {
        a_step_comes_back(&step);
    } else if let Ok(query) = std::str::from_utf8(data) {
        nothing_is_made_up(query);
    }
});

fn a_step_comes_back(step: &CallStep) {
    let url = SIGNER.url(&Url::parse(FUNCTION_URL).expect("a URL"), step);
    let query = url.query().expect("a query");
    assert!(query.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"=-_.".contains(&byte)), "{query}");
    assert_eq!(SIGNER.read(Some(query)).expect("our own step").as_ref(), Some(step));
    // Every letter counts, of the state as of its signature; the last one of a signature has bits that say nothing.
    let value = "step=".len();
    for at in [value, value + (query.len() - value) / 2, query.len() - 2] {
        let mut changed = query.as_bytes().to_vec();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).expect("letters");
        assert!(matches!(SIGNER.read(Some(&changed)), Err(StepError::Forged)), "{changed}");
    }
    let twice = format!("{query}&{query}");
    assert!(matches!(SIGNER.read(Some(&twice)), Err(StepError::Forged)));
    let beside = format!("a=b&{query}&c");
    assert_eq!(SIGNER.read(Some(&beside)).expect("other parameters do no harm").as_ref(), Some(step));
}

fn nothing_is_made_up(query: &str) {
    match SIGNER.read(Some(query)) {
        // Only what is among the seeds was signed: it reads back as itself.
        Ok(Some(step)) => a_step_comes_back(&step),
        Ok(None) => assert!(form_urlencoded::parse(query.as_bytes()).all(|(name, _)| name != "step")),
        Err(StepError::Forged | StepError::Unknown(_)) => {}
    }
}
