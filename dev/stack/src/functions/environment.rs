//! The environment variables of a function (AWS Lambda, defined runtime environment variables), and nothing else: what
//! the template forgets is missing here too.

use std::collections::BTreeMap;

use super::Settings;

/// The SQS server accepts any key; the SDK only wants one.
pub const LOCAL_CREDENTIAL: &str = "test";

pub fn of_function(settings: &Settings, runtime_api: &str) -> BTreeMap<String, String> {
    let directory = settings.program.parent().unwrap_or(&settings.program).display().to_string();
    let log_group = format!("/aws/lambda/{}", settings.function_name);
    let mut environment = BTreeMap::from(
        [
            ("AWS_LAMBDA_RUNTIME_API", runtime_api),
            ("AWS_LAMBDA_FUNCTION_NAME", &settings.function_name),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &settings.memory_mb.to_string()),
            ("AWS_LAMBDA_LOG_GROUP_NAME", &log_group),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "local"),
            ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
            ("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023"),
            ("_HANDLER", "bootstrap"),
            ("LAMBDA_TASK_ROOT", &directory),
            ("AWS_REGION", &settings.region),
            ("AWS_DEFAULT_REGION", &settings.region),
            ("AWS_ACCESS_KEY_ID", LOCAL_CREDENTIAL),
            ("AWS_SECRET_ACCESS_KEY", LOCAL_CREDENTIAL),
            ("AWS_SESSION_TOKEN", LOCAL_CREDENTIAL),
            ("AWS_ENDPOINT_URL_SQS", &settings.aws_endpoint),
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", &settings.aws_endpoint),
            ("AWS_ENDPOINT_URL_S3", &settings.aws_endpoint),
            ("AWS_ENDPOINT_URL_SESV2", &settings.aws_endpoint),
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
            ("LANG", "en_US.UTF-8"),
            ("TZ", ":UTC"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    environment.extend(settings.environment.clone());
    environment
}
