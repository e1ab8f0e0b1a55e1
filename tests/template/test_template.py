"""template.yaml has no fault, and the check would have found one: each test below plants a fault in a copy."""

import pytest

from check_template import find_faults, read_template, translate
from rules import find_own_faults


def a_function(template: dict, event_type: str) -> dict:
    """The properties of the first function that has an event of this type."""
    for resource in template["Resources"].values():
        events = resource["Properties"].get("Events", {})
        if any(event["Type"] == event_type for event in events.values()):
            return resource["Properties"]
    raise LookupError(f"no function with an {event_type} event")


def an_event(template: dict, event_type: str) -> dict:
    """The first event of this type."""
    return next(e for e in a_function(template, event_type)["Events"].values() if e["Type"] == event_type)


def a_queue_with_redrive(template: dict) -> dict:
    """The properties of the first queue that has a dead-letter queue."""
    queues = (r["Properties"] for r in template["Resources"].values() if r["Type"] == "AWS::SQS::Queue")
    return next(queue for queue in queues if "RedrivePolicy" in queue)


def unknown_event_property(template: dict) -> None:
    an_event(template, "HttpApi")["Properties"]["Verb"] = "GET"


def reference_to_a_missing_resource(template: dict) -> None:
    variables = a_function(template, "SQS")["Environment"]["Variables"]
    variables["QUEUE_ARN"] = {"Fn::GetAtt": ["NoSuchQueue", "Arn"]}


def unknown_event_type(template: dict) -> None:
    an_event(template, "SQS")["Type"] = "SQSQueue"


def unknown_redrive_key(template: dict) -> None:
    a_queue_with_redrive(template)["RedrivePolicy"]["maxReceives"] = 3


def visibility_shorter_than_the_function(template: dict) -> None:
    a_queue_with_redrive(template)["VisibilityTimeout"] = a_function(template, "SQS")["Timeout"] - 1


def unknown_runtime(template: dict) -> None:
    template["Globals"]["Function"]["Runtime"] = "provided.al2024"


def too_little_memory(template: dict) -> None:
    template["Globals"]["Function"]["MemorySize"] = 64


def one_route_on_two_functions(template: dict) -> None:
    route = an_event(template, "HttpApi")["Properties"]
    a_function(template, "SQS")["Events"]["Again"] = {"Type": "HttpApi", "Properties": dict(route)}


def unknown_cache_property(template: dict) -> None:
    distribution = template["Resources"]["ConsoleDistribution"]["Properties"]["DistributionConfig"]
    distribution["DefaultCacheBehavior"]["CacheForever"] = True


def malformed_schedule(template: dict) -> None:
    event = {"Type": "Schedule", "Properties": {"Schedule": "rate(1 minutes)"}}
    a_function(template, "SQS")["Events"]["Tick"] = event


# What is planted, and what the finding about it says.
FAULTS = {
    unknown_event_property: "property Verb not defined",
    reference_to_a_missing_resource: "E1010 ",
    unknown_event_type: "Event Type is: SQSQueue",
    unknown_redrive_key: "E3002 ",
    unknown_runtime: "E3030 ",
    too_little_memory: "E3034 ",
    one_route_on_two_functions: "defined multiple times",
    malformed_schedule: "E3027 ",
    unknown_cache_property: "E3002 ",
}


def policies_of(template: dict, function: str) -> list:
    """The policies of one function, apart from those that several functions share by an anchor."""
    properties = template["Resources"][function]["Properties"]
    properties["Policies"] = list(properties.get("Policies", []))
    return properties["Policies"]


def every_object_of_every_bucket(template: dict) -> None:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    policies_of(template, "ReadConversation").append({"Statement": [statement]})


def every_action_on_a_queue(template: dict) -> None:
    statement = {"Effect": "Allow", "Action": "sqs:*", "Resource": {"Fn::GetAtt": ["MediaQueue", "Arn"]}}
    policies_of(template, "ReceiveMessage").append({"Statement": [statement]})


def every_secret(template: dict) -> None:
    arn = {"Fn::Sub": "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:*"}
    statement = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": arn}
    policies_of(template, "SendMessage").append({"Statement": [statement]})


def a_policy_template_of_sam(template: dict) -> None:
    policies_of(template, "Sweep").append({"SQSSendMessagePolicy": {"QueueName": {"Fn::GetAtt": ["InboxQueue", "QueueName"]}}})


def a_managed_policy(template: dict) -> None:
    policies_of(template, "ListPlans").append("arn:aws:iam::aws:policy/AmazonS3FullAccess")


def a_worker_that_may_read_other_queues(template: dict) -> None:
    policies = policies_of(template, "WorkMedia")
    denied = next(p for p in policies if p["Statement"][0]["Effect"] == "Deny")
    policies.remove(denied)


def a_function_that_does_not_wait_for_migrations(template: dict) -> None:
    del template["Resources"]["ReceiveMessage"]["DependsOn"]


def a_queue_that_leads_past_the_alias(template: dict) -> None:
    template["Resources"]["Shortcut"] = {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {"EventSourceArn": {"Fn::GetAtt": ["MediaQueue", "Arn"]}, "FunctionName": {"Ref": "WorkMedia"}},
    }


def a_deployment_for_everybody_at_once(template: dict) -> None:
    template["Resources"]["SendMessage"]["Properties"]["DeploymentPreference"] = {"Type": "AllAtOnce"}


def a_deployment_that_no_alarm_takes_back(template: dict) -> None:
    del template["Globals"]["Function"]["DeploymentPreference"]["Alarms"]


def a_parameter_that_says_nothing(template: dict) -> None:
    del template["Parameters"]["ClerkIssuer"]["Description"]


def a_parameter_that_does_nothing(template: dict) -> None:
    template["Parameters"]["Forgotten"] = {"Type": "String", "Description": "Something that nobody reads."}


def a_public_bucket(template: dict) -> None:
    template["Resources"]["MediaBucket"]["Properties"]["PublicAccessBlockConfiguration"]["BlockPublicPolicy"] = False


def uploads_from_any_page(template: dict) -> None:
    cors = template["Resources"]["MediaBucket"]["Properties"]["CorsConfiguration"]
    cors["CorsRules"][0]["AllowedOrigins"] = ["*"]


def a_readable_queue(template: dict) -> None:
    del template["Resources"]["InboxQueue"]["Properties"]["SqsManagedSseEnabled"]


def an_api_for_every_page(template: dict) -> None:
    template["Resources"]["HttpApi"]["Properties"]["CorsConfiguration"] = True


def an_api_without_limits(template: dict) -> None:
    del template["Resources"]["HttpApi"]["Properties"]["DefaultRouteSettings"]


def a_distribution_for_any_number_of_requests(template: dict) -> None:
    del template["Resources"]["WebhookDistribution"]["Properties"]["DistributionConfig"]["WebACLId"]


def a_limit_that_only_counts(template: dict) -> None:
    template["Resources"]["WebAcl"]["Properties"]["Rules"][1]["Action"] = {"Count": {}}


def functions_without_a_share(template: dict) -> None:
    del template["Globals"]["Function"]["ReservedConcurrentExecutions"]


def a_dead_letter_queue_that_nobody_watches(template: dict) -> None:
    del template["Resources"]["MediaDeadLetterAlarm"]


# Faults that AWS would accept, and the rule that finds each.
OWN_FAULTS = {
    every_object_of_every_bucket: "wide_permissions: ReadConversationRole",
    every_action_on_a_queue: "wide_permissions: ReceiveMessageRole may sqs:*",
    every_secret: "wide_permissions: SendMessageRole",
    a_policy_template_of_sam: "wide_permissions: SweepRole may sqs:SendMessage*",
    a_managed_policy: "managed_policies: ListPlansRole has AmazonS3FullAccess",
    a_worker_that_may_read_other_queues: "queues_beside_the_own: WorkMediaRole",
    a_function_that_does_not_wait_for_migrations: "code_before_migrations: ReceiveMessage does not wait",
    a_queue_that_leads_past_the_alias: "requests_beside_the_alias: Shortcut",
    a_deployment_for_everybody_at_once: "deployments_without_a_way_back: SendMessage is changed for everybody",
    a_deployment_that_no_alarm_takes_back: "deployments_without_a_way_back: no alarm takes ReceiveCall back",
    a_parameter_that_says_nothing: "parameters_without_description: ClerkIssuer",
    a_parameter_that_does_nothing: "unused_parameters: Forgotten",
    a_public_bucket: "unprotected_storage: MediaBucket may become public",
    uploads_from_any_page: "unprotected_storage: MediaBucket takes files from ['*']",
    a_readable_queue: "unprotected_storage: InboxQueue is not encrypted",
    an_api_for_every_page: "unlimited_api: HttpApi is open to pages",
    an_api_without_limits: "unlimited_api: HttpApi",
    a_distribution_for_any_number_of_requests: "unlimited_addresses: WebhookDistribution",
    a_limit_that_only_counts: "unlimited_addresses: WebAcl requests-of-an-address",
    functions_without_a_share: "unlimited_api: ListPlans may have any number of connections",
    visibility_shorter_than_the_function: "hidden_for_too_short: WorkProvisioning",
    a_dead_letter_queue_that_nobody_watches: "dead_letters_that_nobody_hears_of: no alarm watches MediaDeadLetterQueue",
}


def test_the_template_has_no_fault():
    assert find_faults(read_template()) == []


@pytest.mark.parametrize(("plant", "expected"), FAULTS.items(), ids=[plant.__name__ for plant in FAULTS])
def test_a_planted_fault_is_found(plant, expected):
    template = read_template()
    plant(template)
    faults = find_faults(template)
    assert any(expected in fault for fault in faults), faults


@pytest.mark.parametrize(("plant", "expected"), OWN_FAULTS.items(), ids=[plant.__name__ for plant in OWN_FAULTS])
def test_a_planted_fault_against_our_own_rules_is_found(plant, expected):
    template = read_template()
    plant(template)
    faults = find_own_faults(template, translate(template))
    assert any(fault.startswith(expected) for fault in faults), faults


def test_each_release_publishes_a_new_version_of_every_function():
    def versions(release: str) -> set[str]:
        template = read_template()
        assert template["Globals"]["Function"]["Description"] == "not released", "what dev/make/deploy.sh replaces"
        template["Globals"]["Function"]["Description"] = release
        return {key for key, r in translate(template)["Resources"].items() if r["Type"] == "AWS::Lambda::Version"}

    first, second = versions("one"), versions("two")
    assert len(first) == len(second) > 30
    assert not first & second


def console_policies() -> list[dict[str, list[str]]]:
    """What the console's pages and files may load, directive by directive."""
    resources = read_template()["Resources"].values()
    policies = [r["Properties"] for r in resources if r["Type"] == "AWS::CloudFront::ResponseHeadersPolicy"]
    headers = [policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"] for policy in policies]
    texts = [header["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"] for header in headers]
    directives = [[part.split() for part in text.split(";")] for text in texts]
    return [{name: sources for name, *sources in policy} for policy in directives]


def test_only_scripts_of_named_origins_run_in_the_console():
    policies = console_policies()
    assert len(policies) == 2
    for policy in policies:
        assert policy["default-src"] == ["'none'"]
        assert policy["script-src"] == ["'self'", "${ClerkIssuer}", "${ClerkHelperHosts}"]
        assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
        for name, sources in policy.items():
            forbidden = {"*", "http:", "https:", "'unsafe-eval'"} | (set() if name == "style-src" else {"'unsafe-inline'"})
            assert not forbidden & set(sources), name


def test_each_behaviour_of_the_console_sends_the_headers_that_it_needs():
    config = read_template()["Resources"]["ConsoleDistribution"]["Properties"]["DistributionConfig"]
    behaviours = {behaviour["PathPattern"]: behaviour for behaviour in config["CacheBehaviors"]}
    assert config["DefaultCacheBehavior"]["ResponseHeadersPolicyId"] == {"Ref": "ConsoleHeaders"}
    assert behaviours["/assets/*"]["ResponseHeadersPolicyId"] == {"Ref": "ConsoleAssetHeaders"}
    assert behaviours["/api/*"]["TargetOriginId"] == "api"
    assert "PATCH" in behaviours["/api/*"]["AllowedMethods"]
