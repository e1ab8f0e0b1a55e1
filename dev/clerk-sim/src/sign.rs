//! Svix signatures: HMAC-SHA256 over `id.timestamp.body`. The product's verifier is separate code on purpose: if both
//! called the same function, both could be wrong together.

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// A key of a webhook endpoint, shown by Clerk as `whsec_` and base64.
#[derive(Clone)]
pub struct SigningSecret(Vec<u8>);

impl SigningSecret {
    /// Reads `whsec_…`; the prefix may be missing.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let text = text.trim();
        let encoded = text.strip_prefix("whsec_").unwrap_or(text);
        let key = STANDARD.decode(encoded).context("the webhook secret is not whsec_ followed by base64")?;
        anyhow::ensure!(!key.is_empty(), "the webhook secret is empty");
        Ok(Self(key))
    }

    /// One entry of the header `svix-signature`.
    pub fn sign(&self, svix_id: &str, timestamp: &str, body: &str) -> anyhow::Result<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).context("the webhook secret has an impossible length")?;
        mac.update(format!("{svix_id}.{timestamp}.{body}").as_bytes());
        Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    }
}

/// The header `svix-signature`: one entry for each secret in force, as during a rotation.
pub fn signature_header(
    secrets: &[SigningSecret],
    svix_id: &str,
    timestamp: &str,
    body: &str,
) -> anyhow::Result<String> {
    let entries: Vec<String> =
        secrets.iter().map(|secret| secret.sign(svix_id, timestamp, body)).collect::<anyhow::Result<_>>()?;
    Ok(entries.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEQUENTIAL: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    fn sign(secret: &str, id: &str, timestamp: &str, body: &str) -> String {
        SigningSecret::parse(secret).unwrap().sign(id, timestamp, body).unwrap()
    }

    #[test]
    fn the_example_in_svix_documentation_is_reproduced() {
        let signature = sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn an_organisation_event_signs_as_the_svix_package_signs_it() {
        let body = concat!(
            r#"{"data":{"object":"organization","id":"org_test_alpha","name":"Alpha","slug":"alpha","public_metadata":{},"#,
            r#""created_at":1767225599000,"updated_at":1767225599000},"object":"event","type":"organization.created","#,
            r#""instance_id":"ins_test","timestamp":1767225599000}"#
        );
        assert_eq!(
            sign(SEQUENTIAL, "msg_2g7np7Hrk0SN6kj5EDMLDaKNL0S", "1767225600", body),
            "v1,PNQEHfphnyPQRJHG0dmOCDXlpSGu4eJTPioUeIdoTXU="
        );
    }

    #[test]
    fn text_outside_ascii_and_a_final_newline_are_signed_byte_for_byte() {
        let body = concat!(
            r#"{"type":"organization.updated","data":{"id":"org_x","name":"Café ☃ 📞","note":"a/b\u00e9\n"}}"#,
            "\n"
        );
        assert_eq!(body.len(), 99);
        assert_eq!(
            sign("whsec_////////////////////////////////", "msg_utf8", "1767225600", body),
            "v1,PBSeMN2e4zbbPRmm0C4HqWNZfMCfl8fyxP2B6YIjVRo="
        );
    }

    #[test]
    fn an_empty_body_can_be_signed() {
        assert_eq!(sign(SEQUENTIAL, "msg_empty", "1767225600", ""), "v1,k10XBqOzl0GF1ynbwUY7qtUw0poaNGcnOjLHwCCosHw=");
    }

    #[test]
    fn a_billing_event_signs_as_the_svix_package_signs_it() {
        let body = concat!(
            r#"{"object":"event","type":"subscriptionItem.active","instance_id":"ins_test","timestamp":1767225604,"#,
            r#""data":{"object":"subscription_item","id":"csub_item_1","status":"active","is_free_trial":false,"#,
            r#""interval":"month","plan_id":"cplan_pro","plan":{"id":"cplan_pro","slug":"pro","name":"Pro","#,
            r#""is_recurring":true,"amount":4900,"currency":"USD"},"payer":{"object":"commerce_payer","#,
            r#""id":"cpayer_1","user_id":"","organization_id":"org_test_alpha","organization_name":"Alpha","email":""},"#,
            r#""subscription_id":"csub_1","period_start":1767225600000,"period_end":1769904000000,"#,
            r#""created_at":1767225600000,"updated_at":1767225604000}}"#
        );
        assert_eq!(
            sign(SEQUENTIAL, "msg_sub_1", "1767225605", body),
            "v1,pD2YZUw3NcqMD5LNDTTphJJguvHDPr/Q0sFYpb/22sg="
        );
    }

    #[test]
    fn during_a_rotation_each_secret_signs() {
        let secrets = [
            SigningSecret::parse(SEQUENTIAL).unwrap(),
            SigningSecret::parse("whsec_////////////////////////////////").unwrap(),
        ];
        let header = signature_header(&secrets, "msg_1", "1767225600", "{}").unwrap();
        assert_eq!(header.split(' ').filter(|entry| entry.starts_with("v1,")).count(), 2);
    }

    #[test]
    fn secrets_that_cannot_sign_are_refused() {
        assert!(SigningSecret::parse("whsec_").is_err());
        assert!(SigningSecret::parse("whsec_not base64").is_err());
        assert!(SigningSecret::parse(" MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").is_ok());
    }
}
