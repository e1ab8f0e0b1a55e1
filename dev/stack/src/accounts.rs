//! The accounts at the two providers, real or simulated: what the functions are configured with.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

/// Real accounts; each simulator is switched off on its own by giving one.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
    pub signalwire: Option<SignalWireAccount>,
    pub clerk: Option<ClerkAccount>,
}

#[derive(Clone, Debug)]
pub struct SignalWireAccount {
    pub project_id: String,
    pub token: String,
    /// Base URL of the Space, without a trailing slash.
    pub space_url: String,
    /// The platform number.
    pub phone_number: String,
    /// Sends by WhatsApp; empty when that is not enabled.
    pub whatsapp_number: String,
    pub signing_key: String,
    pub signing_key_secondary: String,
    pub campaign_id: String,
}

#[derive(Clone, Debug, Default)]
pub struct ClerkAccount {
    pub webhook_secret: String,
    /// Reads plans back; may be empty.
    pub secret_key: String,
    /// Base of the Backend API; empty is Clerk's own.
    pub api_url: String,
    pub jwt_key: String,
    pub issuer: String,
    pub authorized_parties: String,
    /// Opens Clerk in the browser; may be empty, and then nobody can sign in to the console.
    pub publishable_key: String,
}

impl Accounts {
    /// Reads the accounts from variables. Half an account is an error: it would be a simulator by surprise.
    pub fn from_variables(variables: &BTreeMap<String, String>) -> Result<Self> {
        Ok(Self { signalwire: signalwire(variables)?, clerk: clerk(variables)? })
    }
}

fn signalwire(variables: &BTreeMap<String, String>) -> Result<Option<SignalWireAccount>> {
    let names = [
        "SIGNALWIRE_PROJECT_ID",
        "SIGNALWIRE_TOKEN",
        "SIGNALWIRE_SPACE_URL",
        "SIGNALWIRE_PHONE_NUMBER",
        "SIGNALWIRE_SIGNING_KEY",
    ];
    let Some([project_id, token, space_url, phone_number, signing_key]) = all_or_none(variables, names)? else {
        return Ok(None);
    };
    Ok(Some(SignalWireAccount {
        project_id,
        token,
        space_url: space_url.trim_end_matches('/').to_owned(),
        phone_number,
        whatsapp_number: optional(variables, "SIGNALWIRE_WHATSAPP_NUMBER"),
        signing_key,
        signing_key_secondary: optional(variables, "SIGNALWIRE_SIGNING_KEY_SECONDARY"),
        campaign_id: optional(variables, "SIGNALWIRE_CAMPAIGN_ID"),
    }))
}

fn clerk(variables: &BTreeMap<String, String>) -> Result<Option<ClerkAccount>> {
    let names = ["CLERK_WEBHOOK_SECRET", "CLERK_JWT_KEY", "CLERK_ISSUER"];
    let Some([webhook_secret, jwt_key, issuer]) = all_or_none(variables, names)? else { return Ok(None) };
    Ok(Some(ClerkAccount {
        webhook_secret,
        secret_key: optional(variables, "CLERK_SECRET_KEY"),
        api_url: optional(variables, "CLERK_API_URL"),
        jwt_key,
        issuer,
        authorized_parties: optional(variables, "CLERK_AUTHORIZED_PARTIES"),
        publishable_key: optional(variables, "CLERK_PUBLISHABLE_KEY"),
    }))
}

fn optional(variables: &BTreeMap<String, String>, name: &str) -> String {
    variables.get(name).cloned().unwrap_or_default()
}

fn all_or_none<const N: usize>(variables: &BTreeMap<String, String>, names: [&str; N]) -> Result<Option<[String; N]>> {
    let values = names.map(|name| optional(variables, name));
    if values.iter().all(String::is_empty) {
        return Ok(None);
    }
    let missing: Vec<_> =
        names.iter().zip(&values).filter(|(_, value)| value.is_empty()).map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        bail!("a real account needs all its settings; {} is missing from the environment and .env", missing.join(", "));
    }
    Ok(Some(values))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(names: &[&str]) -> BTreeMap<String, String> {
        names.iter().map(|name| ((*name).to_owned(), format!("value of {name}"))).collect()
    }

    #[test]
    fn each_account_is_real_or_simulated_on_its_own() {
        let accounts = Accounts::from_variables(&variables(&[])).unwrap();
        assert!(accounts.signalwire.is_none() && accounts.clerk.is_none());

        let clerk = variables(&["CLERK_WEBHOOK_SECRET", "CLERK_JWT_KEY", "CLERK_ISSUER"]);
        let accounts = Accounts::from_variables(&clerk).unwrap();
        assert!(accounts.signalwire.is_none());
        assert_eq!(accounts.clerk.unwrap().issuer, "value of CLERK_ISSUER");
    }

    #[test]
    fn half_an_account_is_refused_by_name() {
        let error = Accounts::from_variables(&variables(&["SIGNALWIRE_PROJECT_ID", "SIGNALWIRE_TOKEN"])).unwrap_err();
        assert!(error.to_string().contains("SIGNALWIRE_SPACE_URL, SIGNALWIRE_PHONE_NUMBER"), "{error}");
    }
}
