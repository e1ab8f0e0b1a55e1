//! The requests of `CloudFormation` to a custom resource, and its answers (AWS `CloudFormation` User Guide, "Custom resource
//! request and response reference"). They do not go back to whoever invoked, but to a URL that stands in the request.

use serde::{Deserialize, Serialize};
use url::Url;

/// What `CloudFormation` asks.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceRequest {
    /// What happens to the resource.
    pub request_type: RequestType,
    #[serde(rename = "ResponseURL")]
    response_url: Url,
    stack_id: String,
    request_id: String,
    logical_resource_id: String,
}

/// What happens to the resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum RequestType {
    /// The first deployment.
    Create,
    /// A later one, or the way back from one that failed.
    Update,
    /// The stack is deleted.
    Delete,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ResourceAnswer<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Always the same: another one would be a new resource, and the old one would be deleted.
    physical_resource_id: &'static str,
    stack_id: &'a str,
    request_id: &'a str,
    logical_resource_id: &'a str,
}

impl ResourceRequest {
    /// Tells `CloudFormation` how it went. The reason of a failure is shown to whoever deploys.
    ///
    /// # Errors
    /// It did not take the answer. Without one it waits for an hour, or as long as the template says.
    pub async fn answer(&self, http: &reqwest::Client, outcome: Result<(), String>) -> Result<(), reqwest::Error> {
        let answer = ResourceAnswer {
            status: if outcome.is_ok() { "SUCCESS" } else { "FAILED" },
            reason: outcome.err(),
            physical_resource_id: "migrations",
            stack_id: &self.stack_id,
            request_id: &self.request_id,
            logical_resource_id: &self.logical_resource_id,
        };
        // The URL is signed for a request without a content type.
        let body = serde_json::to_vec(&answer).unwrap_or_default();
        let answer = http.put(self.response_url.clone()).body(body).send().await;
        answer.and_then(reqwest::Response::error_for_status).map_err(reqwest::Error::without_url)?;
        Ok(())
    }
}
