//! Mails, by Amazon SES.

use std::{sync::OnceLock, time::Duration};

use aws_sdk_sesv2::{
    Client,
    config::{Builder, retry::RetryConfig, timeout::TimeoutConfig},
    error::{DisplayErrorContext, ProvideErrorMetadata, SdkError},
    operation::send_email::SendEmailError,
    types::{Body, Content, Destination, EmailContent, Message},
};

use crate::domain::ApprovedEmail;

/// Shorter than the function's own time-out, so that a slow answer is recorded rather than cut off.
const TIME_LIMIT: Duration = Duration::from_secs(12);

/// Sends mails. The client is built at the first one: most sends are texts.
#[derive(Default)]
pub struct Mailer {
    client: OnceLock<Client>,
}

/// Why a mail was not sent, or may not have been.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// It may be on its way. SES cannot be asked, so it stays unknown; it is never sent again by itself.
    #[error("it is unknown whether SES took the mail: {0}")]
    Unknown(String),
    /// SES does not send now, or not for this account or address: the operator's business.
    #[error("SES does not send ({0})")]
    Unavailable(String),
    /// SES does not take this mail.
    #[error("SES refused the mail ({0})")]
    Refused(String),
}

impl Mailer {
    /// Sends a mail that passed every check, and gives its id. Asked once: the SDK's own repeats are switched off, because a
    /// mail whose answer was lost would be sent twice.
    pub async fn send(&self, mail: &ApprovedEmail) -> Result<String, MailError> {
        let client = self.client.get_or_init(client);
        let content = |text: &str| {
            Content::builder().data(text).charset("UTF-8").build().map_err(|e| MailError::Refused(e.to_string()))
        };
        let message = Message::builder()
            .subject(content(mail.subject())?)
            .body(Body::builder().text(content(mail.body())?).build())
            .build();
        let answer = client
            .send_email()
            .from_email_address(mail.sender().address.as_str())
            .destination(Destination::builder().to_addresses(mail.to().as_str()).build())
            .content(EmailContent::builder().simple(message).build())
            .send()
            .await
            .map_err(|error| explain(&error))?;
        answer.message_id.ok_or_else(|| MailError::Unknown("the answer has no id".to_owned()))
    }
}

fn client() -> Client {
    let config = Builder::from(&crate::aws::sdk_config())
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::builder().operation_timeout(TIME_LIMIT).build())
        .build();
    Client::from_conf(config)
}

fn explain(error: &SdkError<SendEmailError>) -> MailError {
    let SdkError::ServiceError(refusal) = error else {
        return match error {
            SdkError::ConstructionFailure(_) => MailError::Unavailable(DisplayErrorContext(error).to_string()),
            _ => MailError::Unknown(DisplayErrorContext(error).to_string()),
        };
    };
    let status = refusal.raw().status().as_u16();
    // SES's explanation quotes addresses; its code does not.
    let code = refusal.err().code().unwrap_or("no code").to_owned();
    match code.as_str() {
        _ if status >= 500 => MailError::Unknown(code),
        "MessageRejected" | "BadRequestException" => MailError::Refused(code),
        _ => MailError::Unavailable(code),
    }
}
