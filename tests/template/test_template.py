"""template.yaml has no fault, and the check would have found one: each test below plants a fault in a copy."""

import pytest

from check_template import find_faults, read_template


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
    visibility_shorter_than_the_function: "E3505 ",
    unknown_runtime: "E3030 ",
    too_little_memory: "E3034 ",
    one_route_on_two_functions: "defined multiple times",
    malformed_schedule: "E3027 ",
    unknown_cache_property: "E3002 ",
}


def test_the_template_has_no_fault():
    assert find_faults(read_template()) == []


@pytest.mark.parametrize(("plant", "expected"), FAULTS.items(), ids=[plant.__name__ for plant in FAULTS])
def test_a_planted_fault_is_found(plant, expected):
    template = read_template()
    plant(template)
    faults = find_faults(template)
    assert any(expected in fault for fault in faults), faults


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
