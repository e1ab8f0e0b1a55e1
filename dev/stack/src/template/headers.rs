//! `AWS::CloudFront::ResponseHeadersPolicy`: of it, what the console's pages may load. Served here too, so that a page that
//! breaks the policy breaks on a developer's machine.

use anyhow::{Context, Result};
use yaml_serde::{Mapping, Value};

use super::resolver::Resolver;

const PLACE: [&str; 5] = [
    "Properties",
    "ResponseHeadersPolicyConfig",
    "SecurityHeadersConfig",
    "ContentSecurityPolicy",
    "ContentSecurityPolicy",
];

pub fn content_security_policy(resource: &Mapping, resolver: &Resolver<'_>) -> Result<Option<String>> {
    let mut found = resource.get(PLACE[0]);
    for key in &PLACE[1..] {
        found = found.and_then(Value::as_mapping).and_then(|inner| inner.get(*key));
    }
    found.map(|policy| resolver.text(policy)).transpose().context("ContentSecurityPolicy")
}
