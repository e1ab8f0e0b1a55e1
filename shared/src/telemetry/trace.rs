//! The trace that links what several functions do for one request (AWS X-Ray, "Tracing header"): it goes along in queue
//! messages, and every line of the logs has its id.

use crate::config;

/// Longer than any that X-Ray makes.
const LONGEST: usize = 256;

tokio::task_local! {
    /// Of the queue record that is being worked on.
    static OF_RECORD: Option<String>;
}

/// The trace that work handed to a queue now belongs to, in the form of the header `X-Amzn-Trace-Id`: the record's that is
/// being worked on, or else the invocation's. None of another form: SQS would refuse the message with it.
#[must_use]
pub fn current() -> Option<String> {
    let trace = OF_RECORD.try_with(Clone::clone).ok().flatten().or_else(config::invocation_trace);
    trace.filter(|trace| is_header(trace))
}

/// Fields like `Root=1-5759e988-bd862e3fe1be46a994272793`, separated by semicolons.
fn is_header(trace: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:=".contains(&byte);
    let is_field = |field: &str| field.contains('=') && field.bytes().all(is_plain);
    trace.starts_with("Root=1-") && trace.len() <= LONGEST && trace.split(';').all(is_field)
}

/// Works as a part of the trace that a queue record brought along.
pub async fn within<F: Future>(trace: Option<String>, work: F) -> F::Output {
    OF_RECORD.scope(trace, work).await
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

    #[tokio::test]
    async fn what_a_record_brought_is_handed_on_if_a_queue_takes_it() {
        assert_eq!(within(Some(HEADER.to_owned()), async { current() }).await.as_deref(), Some(HEADER));
        let long = format!("Root=1-{}", "0".repeat(LONGEST));
        for other in ["", "Root=1-5759e988;", "Root=1-5759e988; Sampled=1", "Sampled=1", "Root=1-\u{e9}", &long] {
            assert_eq!(within(Some(other.to_owned()), async { current() }).await, None, "{other}");
        }
    }
}
