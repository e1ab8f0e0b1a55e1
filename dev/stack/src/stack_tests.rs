//! The stack from end to end, with one function that does what it is told and the real SQS server.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use reqwest::{Client, Response};
use serde_json::json;
use uuid::Uuid;

use super::*;

const TEMPLATE: &str = "
Parameters: { Colour: { Type: String, Default: red } }
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub '${AWS::StackName}-jobs'
      VisibilityTimeout: 2
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 2 }
  Dead: { Type: AWS::SQS::Queue, Properties: { QueueName: !Sub '${AWS::StackName}-dead' } }
  Files: { Type: AWS::S3::Bucket }
  Echo:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: echo_function } }
    Properties:
      FunctionName: !Sub '${AWS::StackName}-echo'
      Timeout: 2
      FunctionUrlConfig: { AuthType: NONE }
      Environment: { Variables: { QUEUE_URL: !Ref Jobs, BUCKET: !Ref Files, COLOUR: !Ref Colour } }
      Events:
        Item: { Type: HttpApi, Properties: { Method: ANY, Path: '/items/{item}' } }
        Save: { Type: HttpApi, Properties: { Method: POST, Path: '/items' } }
        Hourly: { Type: Schedule, Properties: { Schedule: rate(1 hour) } }
        Queue:
          Type: SQS
          Properties:
            Queue: !GetAtt Jobs.Arn
            FunctionResponseTypes: [ReportBatchItemFailures]
";

struct Fixture {
    stack: Stack,
    http: Client,
    name: String,
    _directory: tempfile::TempDir,
}

impl Fixture {
    async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    async fn start_with(change: impl FnOnce(&mut Options)) -> Self {
        let endpoint = std::env::var("TEST_AWS_ENDPOINT_URL").expect(
            "TEST_AWS_ENDPOINT_URL is not set; run the tests by `cargo run -p stack -- services -- cargo nextest run …`",
        );
        let directory = tempfile::tempdir().unwrap();
        let name = format!("t{}", Uuid::new_v4().simple());
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let mut options = Options::new(root, "postgres://owner", "postgres://app", &endpoint, &name).unwrap();
        options.template = directory.path().join("template.yaml");
        std::fs::write(&options.template, TEMPLATE).unwrap();
        options.binaries = options.binaries.join("examples");
        options.limits.init = Duration::from_mins(1);
        change(&mut options);
        let stack = Stack::start(options).await.unwrap_or_else(|error| panic!("{error:#}"));
        Self { stack, http: http::client().unwrap(), name, _directory: directory }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.stack.urls.api)
    }

    async fn get(&self, path: &str) -> Response {
        self.http.get(self.url(path)).send().await.unwrap()
    }

    async fn post(&self, path: &str, headers: &[(&str, &str)], body: String) -> Response {
        let mut request = self.http.post(self.url(path)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    fn sqs(&self) -> aws_sdk_sqs::Client {
        Aws::new(&self.stack.urls.sqs).sqs
    }

    async fn send(&self, bodies: &[&str]) {
        let entry = |(index, body): (usize, &&str)| {
            let entry = aws_sdk_sqs::types::SendMessageBatchRequestEntry::builder().id(index.to_string());
            entry.message_body(*body).build().unwrap()
        };
        let entries = bodies.iter().enumerate().map(entry).collect();
        let url = format!("{}{}-jobs", self.stack.urls.queues, self.name);
        self.sqs().send_message_batch().queue_url(url).set_entries(Some(entries)).send().await.unwrap();
    }

    /// How many messages a queue holds, in sight or not.
    async fn count(&self, queue: &str) -> u32 {
        let url = format!("{}{}-{queue}", self.stack.urls.queues, self.name);
        let attributes = self.sqs().get_queue_attributes().queue_url(url).attribute_names("All".into()).send().await;
        let attributes = attributes.unwrap().attributes.unwrap();
        let count = |name: &str| attributes[&name.into()].parse::<u32>().unwrap();
        count("ApproximateNumberOfMessages") + count("ApproximateNumberOfMessagesNotVisible")
    }

    async fn wait_for_counts(&self, jobs: u32, dead: u32) {
        let started = Instant::now();
        loop {
            let counts = (self.count("jobs").await, self.count("dead").await);
            if counts == (jobs, dead) {
                return;
            }
            assert!(started.elapsed() < Duration::from_secs(30), "{counts:?} instead of {:?}", (jobs, dead));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What the function printed about each record it got, without the whole event.
    fn records(&self) -> Vec<String> {
        let lines = self.stack.logs.lines(Some("echo_function"));
        let records = lines.iter().filter(|line| line.text.starts_with("record "));
        records.map(|line| line.text.split(" event ").next().unwrap().to_owned()).collect()
    }
}

async fn body(response: Response) -> Value {
    let text = response.text().await.unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[tokio::test]
async fn a_request_reaches_the_function_of_its_route() {
    let fixture = Fixture::start().await;
    let response = fixture.get("/items/a%20b?q=1").await;
    assert_eq!(response.status(), 200);
    let seen = body(response).await;
    assert_eq!(seen["event"]["routeKey"], "ANY /items/{item}");
    assert_eq!(seen["event"]["pathParameters"]["item"], "a b");
    assert_eq!(seen["event"]["queryStringParameters"]["q"], "1");
    assert_eq!(seen["variables"]["COLOUR"], "red");
    assert_eq!(seen["variables"]["QUEUE_URL"], format!("{}{}-jobs", fixture.stack.urls.queues, fixture.name));
    assert_eq!(seen["variables"]["BUCKET"], format!("{}-files", fixture.name));

    let form = [("content-type", "application/x-www-form-urlencoded")];
    let seen = body(fixture.post("/items", &form, "a=1&b=2".to_owned()).await).await;
    assert_eq!((&seen["event"]["body"], &seen["event"]["isBase64Encoded"]), (&json!("YT0xJmI9Mg=="), &json!(true)));
    fixture.stack.stop().await.unwrap();
}

#[tokio::test]
async fn what_no_route_takes_is_not_found() {
    let fixture = Fixture::start().await;
    for path in ["/items", "/items/", "/other", "/items/a/b"] {
        let response = fixture.get(path).await;
        assert_eq!(response.status(), 404, "{path}");
        assert_eq!(body(response).await, json!({ "message": "Not Found" }));
    }
}

#[tokio::test]
async fn a_failing_function_is_a_500_of_the_api_and_a_502_of_its_url() {
    let fixture = Fixture::start().await;
    for action in ["fail", "panic", "exit", "large"] {
        let response = fixture.get(&format!("/items/a?action={action}")).await;
        assert_eq!(response.status(), 500, "{action}");
        assert_eq!(body(response).await, json!({ "message": "Internal Server Error" }));
        let response = fixture.get(&format!("/lambda-url/echo_function/?action={action}")).await;
        assert_eq!(response.status(), 502, "{action}");
    }
    let response = fixture.get("/items/a?action=sleep&milliseconds=60000").await;
    assert_eq!(response.status(), 500, "time-out of the function");
    let malformed = fixture.get("/items/a?action=answer&answer=%7B%22statusCode%22%3A%22x%22%7D").await;
    assert_eq!(malformed.status(), 500);
}

#[tokio::test]
async fn a_slow_function_is_a_503_of_the_api() {
    let fixture = Fixture::start_with(|options| options.limits.integration = Duration::from_millis(1500)).await;
    assert_eq!(fixture.get("/items/warm").await.status(), 200);
    let response = fixture.get("/items/a?action=sleep&milliseconds=1900").await;
    assert_eq!(response.status(), 503);
    assert_eq!(body(response).await, json!({ "message": "Service Unavailable" }));
}

#[tokio::test]
async fn a_request_that_is_too_large_is_a_413() {
    let fixture = Fixture::start().await;
    for (path, megabytes) in [("/items", 11), ("/items", 7), ("/lambda-url/echo_function/", 7)] {
        let response = fixture.post(path, &[], "x".repeat(megabytes * 1024 * 1024)).await;
        assert_eq!(response.status(), 413, "{megabytes} MB to {path}");
    }
}

#[tokio::test]
async fn an_answer_without_a_status_code_is_the_body() {
    let fixture = Fixture::start().await;
    let response = fixture.get("/items/a?action=bare").await;
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(body(response).await, json!({ "bare": true }));
}

#[tokio::test]
async fn a_function_url_sees_its_own_path() {
    let fixture = Fixture::start().await;
    for (path, raw_path) in [("", "/"), ("/", "/"), ("/a%20b/c/", "/a%20b/c/")] {
        let seen = body(fixture.get(&format!("/lambda-url/echo_function{path}")).await).await;
        assert_eq!(seen["event"]["rawPath"], raw_path);
        assert_eq!(seen["event"]["routeKey"], "$default");
        assert_eq!(seen["event"].get("pathParameters"), None);
    }
    assert_eq!(fixture.get("/lambda-url/other/").await.status(), 404);
}

#[tokio::test]
async fn the_invoke_api_tells_answers_from_errors() {
    let fixture = Fixture::start().await;
    let path = |name: &str| format!("/2015-03-31/functions/{name}/invocations");

    let response = fixture.post(&path("echo_function"), &[], json!({ "a": 1 }).to_string()).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers().get("x-amz-function-error"), None);
    assert_eq!(body(response).await["event"], json!({ "a": 1 }));

    let deployed_name = format!("{}-echo", fixture.name);
    let response = fixture.post(&path(&deployed_name), &[], json!({ "action": "fail" }).to_string()).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["x-amz-function-error"], "Unhandled");
    assert_eq!(body(response).await["errorMessage"], "told to fail");

    let event = [("x-amz-invocation-type", "Event")];
    let response = fixture.post(&path("echo_function"), &event, json!({ "action": "print" }).to_string()).await;
    assert_eq!(response.status(), 202);
    assert_eq!(fixture.post(&path("nobody"), &[], String::new()).await.status(), 404);
    assert_eq!(fixture.post(&path("echo_function"), &[], "{".to_owned()).await.status(), 400);
}

#[tokio::test]
async fn a_schedule_can_be_fired_by_hand() {
    let fixture = Fixture::start().await;
    let response = fixture.post("/_local/schedules/echo_function-hourly/fire", &[], String::new()).await;
    assert_eq!(body(response).await["event"]["detail-type"], "Scheduled Event");
    assert_eq!(fixture.stack.fire("echo_function").await.unwrap()["event"]["source"], "aws.events");
    assert_eq!(fixture.post("/_local/schedules/nothing/fire", &[], String::new()).await.status(), 404);
}

#[tokio::test]
async fn the_state_of_the_functions_and_their_output_can_be_read() {
    let fixture = Fixture::start().await;
    fixture.stack.invoke("echo_function", &json!({ "action": "print", "line": "a line" })).await.unwrap();
    let functions = body(fixture.get("/_local/functions").await).await;
    assert_eq!((&functions[0]["name"], &functions[0]["coldStarts"]), (&json!("echo_function"), &json!(1)));
    let logs = body(fixture.get("/_local/logs?function=echo_function").await).await;
    assert!(logs.as_array().unwrap().iter().any(|line| line["text"].as_str().unwrap().starts_with("cold start")));
}

#[tokio::test]
async fn a_handled_message_is_deleted() {
    let fixture = Fixture::start().await;
    fixture.send(&["one", "two"]).await;
    fixture.wait_for_counts(0, 0).await;
    let mut records = fixture.records();
    records.sort();
    assert_eq!(records, ["record one receive 1", "record two receive 1"]);

    let lines = fixture.stack.logs.lines(Some("echo_function"));
    let event = lines.iter().find_map(|line| line.text.split_once(" event ")).unwrap().1;
    let event: Value = serde_json::from_str(event).unwrap();
    assert_eq!(event["eventSource"], "aws:sqs");
    assert_eq!(event["eventSourceARN"], format!("arn:aws:sqs:us-east-1:123456789012:{}-jobs", fixture.name));
    assert_eq!(event["awsRegion"], "us-east-1");
    assert_eq!(event["md5OfBody"].as_str().unwrap().len(), 32);
    for attribute in ["SentTimestamp", "ApproximateFirstReceiveTimestamp", "SenderId"] {
        assert!(event["attributes"][attribute].is_string(), "{attribute}");
    }
}

#[tokio::test]
async fn only_the_failed_part_of_a_batch_comes_again_and_ends_in_the_dead_letter_queue() {
    let fixture = Fixture::start().await;
    fixture.send(&["good", "fail"]).await;
    fixture.wait_for_counts(0, 1).await;
    let mut records = fixture.records();
    records.sort();
    assert_eq!(records, ["record fail receive 1", "record fail receive 2", "record good receive 1"]);
}

#[tokio::test]
async fn a_function_that_fails_keeps_the_whole_batch_in_the_queue() {
    let fixture = Fixture::start().await;
    fixture.send(&["error"]).await;
    fixture.wait_for_counts(0, 1).await;
    assert_eq!(fixture.records(), ["record error receive 1", "record error receive 2"]);
}

#[tokio::test]
async fn two_stacks_share_a_server_without_meeting() {
    let (one, other) = tokio::join!(Fixture::start(), Fixture::start());
    one.send(&["one"]).await;
    one.wait_for_counts(0, 0).await;
    assert_eq!((one.records().len(), other.records().len()), (1, 0));
}

#[tokio::test]
async fn a_binary_that_is_not_built_stops_the_start_by_name() {
    let endpoint = std::env::var("TEST_AWS_ENDPOINT_URL").expect("TEST_AWS_ENDPOINT_URL is not set");
    let directory = tempfile::tempdir().unwrap();
    let name = format!("t{}", Uuid::new_v4().simple());
    let root = directory.path().to_owned();
    let mut options = Options::new(root, "postgres://owner", "postgres://app", &endpoint, &name).unwrap();
    options.binaries = directory.path().to_owned();
    std::fs::write(&options.template, TEMPLATE).unwrap();
    let error = Stack::start(options).await.err().expect("started");
    assert!(error.to_string().contains("echo_function; run cargo build --workspace"), "{error:#}");
}
