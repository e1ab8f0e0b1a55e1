//! Runs functions as Lambda does: real processes, one request at a time each, started on demand.

mod environment;
mod instances;
mod process;
mod runtime_api;
mod status;

pub use environment::LOCAL_CREDENTIAL;
pub use instances::Instances;
pub use runtime_api::RuntimeApi;
pub use status::{Limits, Status};

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use axum::body::Bytes;
use serde_json::json;
use uuid::Uuid;

/// Largest event and largest answer of a synchronous invocation (AWS Lambda, quotas: 6 MB, as the service counts it).
pub const PAYLOAD_LIMIT: usize = 6_291_556;

/// What is needed to run one function.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What the function is called locally: the name of its binary.
    pub name: String,
    pub function_name: String,
    pub arn: String,
    pub program: PathBuf,
    pub timeout: Duration,
    pub memory_mb: u32,
    pub environment: BTreeMap<String, String>,
    /// Base of the SQS, Secrets Manager and S3 server.
    pub aws_endpoint: String,
    pub region: String,
}

/// How an invocation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Response(Bytes),
    /// The function failed, died or ran out of time; the payload is Lambda's `{"errorType", "errorMessage"}`.
    Error(Bytes),
}

impl Outcome {
    /// An error that Lambda itself reports.
    fn error(kind: &str, message: &str) -> Self {
        Self::Error(Bytes::from(json!({ "errorType": kind, "errorMessage": message }).to_string()))
    }
}

/// A new trace that nobody looks at (AWS X-Ray, "Tracing header": Root=1-<8 hex digits>-<24 hex digits>).
pub fn new_trace() -> String {
    let id = Uuid::new_v4().simple().to_string();
    format!("Root=1-{}-{};Sampled=0", &id[..8], &id[8..])
}
