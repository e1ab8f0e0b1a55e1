//! The RSA key that signs session tokens, and the forms in which its public half is handed out.

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rsa::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, EncodePublicKey as _, LineEnding};
use rsa::traits::PublicKeyParts as _;
use rsa::{PrivateKey, sha2};
use serde_json::{Value, json};

/// Clerk's keys have 2048 bits.
const BITS: usize = 2048;

/// The key pair of an instance.
pub struct SessionKey {
    private: PrivateKey,
    private_pem: String,
    public_pem: String,
}

impl SessionKey {
    /// Makes a new key; takes up to a second in an unoptimised build.
    pub fn generate() -> anyhow::Result<Self> {
        let private = PrivateKey::new(&mut rand::rng(), BITS).context("cannot make an RSA key")?;
        Self::new(private)
    }

    /// Reads a key in PKCS #8 PEM.
    pub fn from_pem(pem: &str) -> anyhow::Result<Self> {
        Self::new(PrivateKey::from_pkcs8_pem(pem).context("the private key is not RSA in PKCS #8 PEM")?)
    }

    fn new(private: PrivateKey) -> anyhow::Result<Self> {
        let private_pem = private.to_pkcs8_pem(LineEnding::LF).context("cannot write the RSA key")?.to_string();
        let public_pem =
            private.to_public_key().to_public_key_pem(LineEnding::LF).context("cannot write the public key")?;
        Ok(Self { private, private_pem, public_pem })
    }

    /// The private key, PKCS #8 PEM, for the state file.
    pub fn private_pem(&self) -> &str {
        &self.private_pem
    }

    /// The public key, SPKI PEM, as Clerk's dashboard shows it ("JWKS Public Key").
    pub fn public_pem(&self) -> &str {
        &self.public_pem
    }

    /// The public key as an entry of a JWKS (Clerk, Backend API, `GET /v1/jwks`).
    pub fn jwk(&self, key_id: &str) -> Value {
        let public = self.private.as_public_key();
        json!({
            "use": "sig", "kty": "RSA", "kid": key_id, "alg": "RS256",
            "n": URL_SAFE_NO_PAD.encode(public.n_bytes()),
            "e": URL_SAFE_NO_PAD.encode(public.e_bytes()),
        })
    }

    /// RS256.
    pub fn sign_sha256(&self, message: &[u8]) -> anyhow::Result<Vec<u8>> {
        self.private.pkcs1v15_sign::<sha2::Sha256>(message).context("cannot sign with RS256")
    }

    /// RS512, which Clerk never uses: for tokens that must be refused.
    pub fn sign_sha512(&self, message: &[u8]) -> anyhow::Result<Vec<u8>> {
        self.private.pkcs1v15_sign::<sha2::Sha512>(message).context("cannot sign with RS512")
    }
}
