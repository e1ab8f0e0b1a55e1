//! Secrets in the local Secrets Manager, under the names that the template's parameters give to the functions.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use aws_sdk_secretsmanager::Client;

/// Creates each secret, or gives it the new value.
pub async fn put(client: &Client, secrets: &BTreeMap<String, String>) -> Result<()> {
    for (name, value) in secrets {
        let created = client.create_secret().name(name).secret_string(value).send().await;
        let exists = match created {
            Ok(_) => false,
            Err(error) => {
                let error = error.into_service_error();
                if !error.is_resource_exists_exception() {
                    return Err(error).with_context(|| format!("cannot create the secret {name}"));
                }
                true
            }
        };
        if exists {
            let put = client.put_secret_value().secret_id(name).secret_string(value).send().await;
            put.map_err(aws_sdk_secretsmanager::error::SdkError::into_service_error)
                .with_context(|| format!("cannot change the secret {name}"))?;
        }
    }
    Ok(())
}
