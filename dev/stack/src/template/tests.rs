use super::*;

fn deployment() -> Deployment {
    Deployment {
        stack_name: "shop".to_owned(),
        region: "us-east-1".to_owned(),
        account_id: "123456789012".to_owned(),
        gateway_url: "http://127.0.0.1:8787".to_owned(),
        aws_endpoint: "http://127.0.0.1:5555".to_owned(),
        parameters: BTreeMap::from([("Secret".to_owned(), "shop/key".to_owned())]),
        overrides: BTreeMap::new(),
    }
}

fn parsed(text: &str) -> Template {
    parse(text, &deployment()).unwrap_or_else(|error| panic!("{error:#}"))
}

fn refused(text: &str) -> String {
    format!("{:#}", parse(text, &deployment()).expect_err("was accepted"))
}

/// A function `Work` with the given lines below `Properties`.
fn function(properties: &str) -> String {
    let properties = properties.replace('\n', "\n      ");
    format!(
        "Resources:
  Work:
    Type: AWS::Serverless::Function
    Metadata: {{ BuildProperties: {{ Binary: work }} }}
    Properties:
      {properties}
  Jobs: {{ Type: AWS::SQS::Queue, Properties: {{ VisibilityTimeout: 60 }} }}
  Topic: {{ Type: AWS::SNS::Topic }}
"
    )
}

fn variables(lines: &str) -> String {
    let lines = lines.replace('\n', "\n    ");
    function(&format!("Environment:\n  Variables:\n    {lines}"))
}

#[test]
fn a_function_gets_the_globals_unless_it_says_otherwise() {
    let text = "
Globals:
  Function:
    Timeout: 10
    MemorySize: 256
    Environment: { Variables: { A: global, B: global } }
Resources:
  One:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: one } }
    Properties:
      FunctionName: !Sub '${AWS::StackName}-one'
      Timeout: 20
      FunctionUrlConfig: { AuthType: NONE }
      Environment: { Variables: { B: own, C: 3, D: true } }
  Two:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: two } }
";
    let functions = parsed(text).functions;

    let one = &functions[0];
    assert_eq!(
        (one.deployed_name.as_str(), one.timeout.as_secs(), one.memory_mb, one.has_url),
        ("shop-one", 20, 256, true)
    );
    assert_eq!(one.arn, "arn:aws:lambda:us-east-1:123456789012:function:shop-one");
    let variables: Vec<_> = one.environment.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(variables, ["A=global", "B=own", "C=3", "D=true"]);

    let two = &functions[1];
    assert_eq!((two.deployed_name.as_str(), two.timeout.as_secs(), two.has_url), ("shop-Two", 10, false));
}

#[test]
fn intrinsic_functions_are_resolved_in_both_spellings() {
    let text = variables(
        "PSEUDO: !Ref AWS::Region
SECRET: !Sub 'secretsmanager:${Secret}'
LONG: { Ref: Secret }
QUEUE_URL: !Ref Jobs
QUEUE_ARN: !GetAtt Jobs.Arn
QUEUE_NAME: { Fn::GetAtt: [Jobs, QueueName] }
SUB_MAP: !Sub ['${x}-${Jobs.QueueName}-${!literal}', { x: !Ref AWS::AccountId }]
JOINED: !Join ['/', [a, !Ref Secret]]
FUNCTION: !Ref Work
URL: !GetAtt WorkUrl.FunctionUrl",
    );
    let template = parsed(&format!("Parameters: {{ Secret: {{ Type: String }} }}\n{text}"));
    let environment = &template.functions[0].environment;
    for (name, expected) in [
        ("PSEUDO", "us-east-1"),
        ("SECRET", "secretsmanager:shop/key"),
        ("LONG", "shop/key"),
        ("QUEUE_URL", "http://127.0.0.1:5555/123456789012/shop-Jobs"),
        ("QUEUE_ARN", "arn:aws:sqs:us-east-1:123456789012:shop-Jobs"),
        ("QUEUE_NAME", "shop-Jobs"),
        ("SUB_MAP", "123456789012-shop-Jobs-${literal}"),
        ("JOINED", "a/shop/key"),
        ("FUNCTION", "shop-Work"),
        ("URL", "http://127.0.0.1:8787/lambda-url/work/"),
    ] {
        assert_eq!(environment[name], expected, "{name}");
    }
}

#[test]
fn anchors_and_merges_are_resolved() {
    let text = function("Environment: { Variables: { <<: &shared { A: 1, B: 1 }, B: 2 } }");
    assert_eq!(parsed(&text).functions[0].environment, BTreeMap::from([("A", "1"), ("B", "2")].map(owned)));
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[test]
fn events_become_routes_sources_and_schedules() {
    let template = parsed(&function(
        "Timeout: 30
Events:
  Read: { Type: HttpApi, Properties: { Method: get, Path: '/things/{id}' } }
  Rest: { Type: HttpApi }
  Queue:
    Type: SQS
    Properties:
      Queue: !GetAtt Jobs.Arn
      BatchSize: 5
      FunctionResponseTypes: [ReportBatchItemFailures]
      ScalingConfig: { MaximumConcurrency: 3 }
  Hourly: { Type: Schedule, Properties: { Schedule: rate(1 hour), Enabled: false } }
  Nightly: { Type: ScheduleV2, Properties: { Name: night, ScheduleExpression: cron(0 3 * * ? *), Input: '{}' } }",
    ));
    let function = &template.functions[0];

    let routes: Vec<_> = function.routes.iter().map(|route| format!("{} {}", route.method, route.path)).collect();
    assert_eq!(routes, ["GET /things/{id}", "ANY $default"]);
    let expected = QueueSource {
        queue_name: "shop-Jobs".to_owned(),
        queue_arn: "arn:aws:sqs:us-east-1:123456789012:shop-Jobs".to_owned(),
        batch_size: 5,
        maximum_concurrency: 3,
        reports_item_failures: true,
        enabled: true,
    };
    assert_eq!(function.queue_sources, [expected]);
    let [hourly, nightly] = &function.schedules[..] else { panic!("{:?}", function.schedules) };
    assert_eq!((hourly.name.as_str(), hourly.enabled), ("work-hourly", false));
    assert_eq!((nightly.name.as_str(), nightly.enabled, nightly.input.as_deref()), ("night", true, Some("{}")));
}

#[test]
fn queues_keep_their_attributes() {
    let template = parsed(
        "
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: jobs
      VisibilityTimeout: 180
      DelaySeconds: 5
      MessageRetentionPeriod: 1209600
      SqsManagedSseEnabled: true
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 8 }
  Dead: { Type: AWS::SQS::Queue }
",
    );
    let jobs = &template.queues[0];
    assert_eq!((jobs.name.as_str(), jobs.visibility_timeout.as_secs()), ("jobs", 180));
    let attributes: Vec<_> = jobs.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(attributes, ["DelaySeconds=5", "MessageRetentionPeriod=1209600", "VisibilityTimeout=180"]);
    let dead_letter_arn = "arn:aws:sqs:us-east-1:123456789012:shop-Dead".to_owned();
    assert_eq!(jobs.redrive, Some(Redrive { dead_letter_arn, max_receive_count: 8 }));
}

#[test]
fn a_parameter_without_a_value_is_named() {
    let text = format!("Parameters: {{ Colour: {{ Type: String }} }}\n{}", function("Timeout: 3"));
    let error = refused(&text);
    assert!(error.contains("parameter Colour: has no default and no value was given"), "{error}");
}

#[test]
fn an_override_wins_and_must_exist() {
    let mut deployment = deployment();
    deployment.overrides.insert("Secret".to_owned(), "other".to_owned());
    let text = format!("Parameters: {{ Secret: {{ Type: String }} }}\n{}", variables("A: !Ref Secret"));
    assert_eq!(parse(&text, &deployment).unwrap().functions[0].environment["A"], "other");

    deployment.overrides.insert("Sceret".to_owned(), "typo".to_owned());
    assert!(format!("{:#}", parse(&text, &deployment).unwrap_err()).contains("no parameter Sceret"));
}

#[test]
fn what_is_not_understood_names_the_resource() {
    let event = |event: &str| function(&format!("Timeout: 30\nEvents:\n  E: {event}"));
    let table = [
        (variables("A: !Ref Nothing"), "resource Work: variable A: Nothing is neither a parameter nor a resource"),
        (variables("A: !Ref Topic"), "resource Work: variable A: Ref to Topic"),
        (variables("A: !GetAtt Jobs.Colour"), "resource Work: variable A: GetAtt Jobs.Colour"),
        (variables("A: !If [x, y, z]"), "resource Work: variable A: the intrinsic function If"),
        (variables("A: !Ref AWS::NoValue"), "the pseudo parameter AWS::NoValue"),
        (variables("A: [1]"), "resource Work: variable A: expected text"),
        (function("Timeout: soon"), "resource Work: Timeout: \"soon\" is not a number"),
        (event("{ Type: Kafka }"), "resource Work: event E: the event type Kafka"),
        (event("{ Type: HttpApi, Properties: { Path: /a, Method: GET, Auth: { Authorizer: x } } }"), "property Auth"),
        (event("{ Type: HttpApi, Properties: { Path: a, Method: GET } }"), "does not start with a slash"),
        (
            event("{ Type: SQS, Properties: { Queue: !GetAtt Jobs.Arn, FilterCriteria: {} } }"),
            "property FilterCriteria",
        ),
        (event("{ Type: SQS, Properties: { Queue: 'arn:aws:sqs:x:1:other' } }"), "is not in the template"),
        (
            event("{ Type: SQS, Properties: { Queue: !GetAtt Jobs.Arn, ScalingConfig: { MaximumConcurrency: 1 } } }"),
            "below 2",
        ),
        (event("{ Type: Schedule, Properties: { Schedule: daily } }"), "neither rate(…) nor cron(…)"),
        (
            event("{ Type: SQS, Properties: { Queue: !GetAtt Jobs.Arn } }").replace("Timeout: 30", "Timeout: 61"),
            "the visibility time-out of queue shop-Jobs (60 s) is shorter",
        ),
        (
            "Resources: { Q: { Type: AWS::SQS::Queue, Properties: { Colour: red } } }".to_owned(),
            "resource Q: property Colour is not understood",
        ),
        (
            "Resources: { F: { Type: AWS::Serverless::Function } }".to_owned(),
            "resource F: F has no Metadata.BuildProperties.Binary",
        ),
    ];
    for (text, expected) in table {
        let error = refused(&text);
        assert!(error.contains(expected), "{error}\ndoes not contain\n{expected}");
    }
}

#[test]
fn a_route_on_two_functions_is_refused() {
    let function = |id: &str, binary: &str| {
        format!(
            "  {id}:
    Type: AWS::Serverless::Function
    Metadata: {{ BuildProperties: {{ Binary: {binary} }} }}
    Properties: {{ Events: {{ E: {{ Type: HttpApi, Properties: {{ Method: GET, Path: /a }} }} }} }}
"
        )
    };
    let error = refused(&format!("Resources:\n{}{}", function("A", "a"), function("B", "b")));
    assert!(error.contains("two functions have the route GET /a"), "{error}");
}

#[test]
fn the_template_of_this_repository_is_understood() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../template.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    let document: Value = yaml_serde::from_str(&text).unwrap();
    let declared = section(document.as_mapping().unwrap(), "Parameters").unwrap();
    let mut deployment = deployment();
    for (name, declaration) in &declared {
        if declaration.get("Default").is_none() {
            deployment.overrides.insert(name.as_str().unwrap().to_owned(), "value".to_owned());
        }
    }

    let template = read(&path, &deployment).unwrap_or_else(|error| panic!("{error:#}"));

    let folders = std::fs::read_dir(path.parent().unwrap().join("functions")).unwrap();
    let mut folders: Vec<_> = folders
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    folders.sort();
    let mut binaries: Vec<_> = template.functions.iter().map(|function| function.binary.clone()).collect();
    binaries.sort();
    assert_eq!(binaries, folders);
}
