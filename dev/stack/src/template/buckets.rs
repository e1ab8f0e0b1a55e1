//! `AWS::S3::Bucket`.

use anyhow::{Context, Result};
use yaml_serde::{Mapping, Value};

use super::resolver::Resolver;
use super::{Bucket, CorsRule, refuse_others, section};

const UNDERSTOOD: [&str; 2] = ["BucketName", "CorsConfiguration"];

// Who may read, how it is encrypted and how long things are kept changes nothing on one machine.
const WITHOUT_EFFECT: [&str; 5] =
    ["PublicAccessBlockConfiguration", "OwnershipControls", "BucketEncryption", "LifecycleConfiguration", "Tags"];

pub fn read(id: &str, properties: &Mapping, resolver: &Resolver<'_>) -> Result<Bucket> {
    let understood: Vec<_> = UNDERSTOOD.into_iter().chain(WITHOUT_EFFECT).collect();
    refuse_others(properties, &understood)?;
    let cors = section(properties, "CorsConfiguration")?;
    let rules = match cors.get("CorsRules") {
        None => Vec::new(),
        Some(rules) => {
            let rules = rules.as_sequence().context("CorsRules is not a list")?;
            rules.iter().map(|rule| cors_rule(rule, resolver)).collect::<Result<_>>().context("CorsRules")?
        }
    };
    Ok(Bucket { name: resolver.bucket_name(id)?, cors: rules })
}

fn cors_rule(rule: &Value, resolver: &Resolver<'_>) -> Result<CorsRule> {
    let rule = rule.as_mapping().context("a rule is not a mapping")?;
    refuse_others(rule, &["AllowedMethods", "AllowedOrigins", "AllowedHeaders", "MaxAge"])?;
    let texts = |key: &str| -> Result<Vec<String>> {
        let Some(list) = rule.get(key) else { return Ok(Vec::new()) };
        let list = list.as_sequence().with_context(|| format!("{key} is not a list"))?;
        list.iter().map(|value| resolver.text(value).with_context(|| key.to_owned())).collect()
    };
    Ok(CorsRule {
        methods: texts("AllowedMethods")?,
        origins: texts("AllowedOrigins")?,
        headers: texts("AllowedHeaders")?,
        max_age: rule.get("MaxAge").map(|value| resolver.number(value)).transpose()?,
    })
}
