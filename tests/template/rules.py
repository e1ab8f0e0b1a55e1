"""Our own rules about template.yaml, where AWS would accept what we would regret.

Each takes the template as written and as translated, and gives a line for each fault.
"""

import json
import re
from collections.abc import Iterator

# What SAM attaches to every function. Their resource is `*`; each with the reason why that is borne.
MANAGED_POLICIES = {
    "AWSLambdaBasicExecutionRole": "log groups are created at the first invocation; nothing but writing logs is allowed",
    "AWSXrayWriteOnlyAccess": "a trace segment has no ARN; nothing but writing them is allowed",
    "AWSLambdaSQSQueueExecutionRole": "narrowed to one queue by a Deny, which another rule asks for",
    "AWSCodeDeployRoleForLambda": "the role of CodeDeploy, not of a function: it moves the aliases",
}

# `*` inside these is a part of a name in one named bucket or secret.
NARROW = re.compile(r"(s3:::\$\{\w+\}/media/[\w*/]+|:secret:\$\{\w+\}-\?{6})$")


def find_own_faults(template: dict, translated: dict) -> list[str]:
    rules = [
        wide_permissions,
        managed_policies,
        queues_beside_the_own,
        code_before_migrations,
        requests_beside_the_alias,
        deployments_without_a_way_back,
        parameters_without_description,
        unused_parameters,
        unprotected_storage,
        unlimited_api,
        unlimited_addresses,
        hidden_for_too_short,
        dead_letters_that_nobody_hears_of,
        too_large,
    ]
    return [f"{rule.__name__}: {fault}" for rule in rules for fault in rule(template, translated)]


def of_type(translated: dict, kind: str) -> dict[str, dict]:
    return {key: r for key, r in translated["Resources"].items() if r["Type"] == kind}


def as_list(value) -> list:
    return value if isinstance(value, list) else [value]


def statements(role: dict) -> Iterator[dict]:
    for policy in role["Properties"].get("Policies", []):
        yield from as_list(policy["PolicyDocument"]["Statement"])


def wide_permissions(_, translated: dict) -> Iterator[str]:
    """Actions and resources are named."""
    for key, role in of_type(translated, "AWS::IAM::Role").items():
        for statement in statements(role):
            if statement["Effect"] != "Allow":
                continue
            for action in as_list(statement["Action"]):
                if "*" in action:
                    yield f"{key} may {action}"
            if "NotAction" in statement or "NotResource" in statement:
                yield f"{key} may everything but something"
            for resource in as_list(statement.get("Resource", "*")):
                arn = resource.get("Fn::Sub", "") if isinstance(resource, dict) else resource
                if "*" in arn and not NARROW.search(arn):
                    yield f"{key} may {statement['Action']} on {arn}"


def managed_policies(_, translated: dict) -> Iterator[str]:
    for key, role in of_type(translated, "AWS::IAM::Role").items():
        for arn in role["Properties"].get("ManagedPolicyArns", []):
            name = (arn if isinstance(arn, str) else json.dumps(arn)).rsplit("/", 1)[-1].rstrip('"}')
            if name not in MANAGED_POLICIES:
                yield f"{key} has {name}"


def queues_beside_the_own(_, translated: dict) -> Iterator[str]:
    """Who reads a queue is denied every other one."""
    for key, role in of_type(translated, "AWS::IAM::Role").items():
        reads = any("SQSQueueExecutionRole" in str(arn) for arn in role["Properties"].get("ManagedPolicyArns", []))
        denied = [s for s in statements(role) if s["Effect"] == "Deny" and s["Action"] == "sqs:*" and "NotResource" in s]
        if reads and not denied:
            yield f"{key} may read every queue of the account"


def code_before_migrations(_, translated: dict) -> Iterator[str]:
    """No function, version or alias is made or changed before the migrations have run."""
    resources = translated["Resources"]

    def needs(key: str, seen: frozenset = frozenset()) -> bool:
        if key == "Migration":
            return True
        if key in seen or key not in resources:
            return False
        return any(needs(other, seen | {key}) for other in references(resources[key]))

    for kind in ("AWS::Lambda::Function", "AWS::Lambda::Version", "AWS::Lambda::Alias"):
        for key in of_type(translated, kind):
            if not key.startswith("Migrate") and not needs(key):
                yield f"{key} does not wait for Migration"


def references(value) -> set[str]:
    """The resources that a resource needs before it is made."""
    if isinstance(value, list):
        return set().union(*(references(item) for item in value), set())
    if not isinstance(value, dict):
        return set()
    found = set(as_list(value["DependsOn"])) if "DependsOn" in value else set()
    for key, inner in value.items():
        if key == "Ref":
            found.add(inner)
        elif key == "Fn::GetAtt":
            found.add(inner[0] if isinstance(inner, list) else inner.split(".")[0])
        elif key == "Fn::Sub":
            text = inner[0] if isinstance(inner, list) else inner
            found |= {name.split(".")[0] for name in re.findall(r"\$\{([\w.]+)\}", text)}
            found |= references(inner)
        else:
            found |= references(inner)
    return found


def requests_beside_the_alias(_, translated: dict) -> Iterator[str]:
    """What calls a function calls its alias, or a deployment would move nothing."""
    targets = {
        "AWS::Lambda::Url": "TargetFunctionArn",
        "AWS::Lambda::EventSourceMapping": "FunctionName",
        "AWS::Lambda::Permission": "FunctionName",
    }
    for kind, target in targets.items():
        for key, resource in of_type(translated, kind).items():
            if not str(resource["Properties"][target].get("Ref", "")).endswith("Aliaslive"):
                yield f"{key} leads to {resource['Properties'][target]}"
    for key, rule in of_type(translated, "AWS::Events::Rule").items():
        for goal in rule["Properties"]["Targets"]:
            if not str(goal["Arn"].get("Ref", "")).endswith("Aliaslive"):
                yield f"{key} leads to {goal['Arn']}"


def deployments_without_a_way_back(_, translated: dict) -> Iterator[str]:
    """The functions that answer somebody get their traffic bit by bit, and an alarm takes it back."""
    aliases = of_type(translated, "AWS::Lambda::Alias")
    groups = of_type(translated, "AWS::CodeDeploy::DeploymentGroup")
    for key in aliases:
        name = key.removesuffix("Aliaslive")
        if name == "Migrate":
            continue
        update = aliases[key].get("UpdatePolicy", {}).get("CodeDeployLambdaAliasUpdate")
        group = groups.get(f"{name}DeploymentGroup", {}).get("Properties", {})
        if not update or len(group.get("AlarmConfiguration", {}).get("Alarms", [])) < 3:
            yield f"no alarm takes {name} back"
        if "DEPLOYMENT_STOP_ON_ALARM" not in group.get("AutoRollbackConfiguration", {}).get("Events", []):
            yield f"nothing takes {name} back"
        if "AllAtOnce" in json.dumps(group.get("DeploymentConfigName", "")):
            yield f"{name} is changed for everybody at once"


def parameters_without_description(template: dict, _) -> Iterator[str]:
    for name, parameter in template["Parameters"].items():
        if len(parameter.get("Description", "")) < 10:
            yield name


def unused_parameters(template: dict, _) -> Iterator[str]:
    """As W2001 of cfn-lint, but in what is written: translation replaces some parameters by their values."""
    text = json.dumps({key: template.get(key) for key in ("Globals", "Resources", "Outputs", "Conditions")})
    for name in template["Parameters"]:
        if f'"Ref": "{name}"' not in text and f"${{{name}}}" not in text:
            yield name


def unprotected_storage(_, translated: dict) -> Iterator[str]:
    for key, bucket in of_type(translated, "AWS::S3::Bucket").items():
        block = bucket["Properties"].get("PublicAccessBlockConfiguration", {})
        if not all(block.get(n) for n in ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")):
            yield f"{key} may become public"
        if "BucketEncryption" not in bucket["Properties"]:
            yield f"{key} is not encrypted"
        for rule in bucket["Properties"].get("CorsConfiguration", {}).get("CorsRules", []):
            if rule["AllowedOrigins"] != [{"Ref": "ConsoleOrigin"}]:
                yield f"{key} takes files from {rule['AllowedOrigins']}"
    for key, queue in of_type(translated, "AWS::SQS::Queue").items():
        if not queue["Properties"].get("SqsManagedSseEnabled"):
            yield f"{key} is not encrypted"


def unlimited_api(template: dict, translated: dict) -> Iterator[str]:
    for key, stage in of_type(translated, "AWS::ApiGatewayV2::Stage").items():
        limits = stage["Properties"].get("DefaultRouteSettings", {})
        if not {"ThrottlingRateLimit", "ThrottlingBurstLimit"} <= limits.keys():
            yield key
    for key, api in of_type(translated, "AWS::ApiGatewayV2::Api").items():
        if "CorsConfiguration" in api["Properties"] or "x-amazon-apigateway-cors" in json.dumps(api["Properties"].get("Body", {})):
            yield f"{key} is open to pages of other origins"
    shares = 0
    for key, function in of_type(translated, "AWS::Lambda::Function").items():
        share = function["Properties"].get("ReservedConcurrentExecutions", {}).get("Fn::If", [None, 0, None])[1]
        share = template["Parameters"][share["Ref"]]["Default"] if isinstance(share, dict) else share
        shares += int(share)
        if not share:
            yield f"{key} may have any number of connections to Postgres"
    if shares > 900:
        yield f"shares of {shares} in all; an account has 1000 by default, of which 100 stay for everybody"


def unlimited_addresses(_, translated: dict) -> Iterator[str]:
    """What CloudFront hands on has been counted by address, and whoever is refused is told when to come again."""
    for key, distribution in of_type(translated, "AWS::CloudFront::Distribution").items():
        if "WebACLId" not in distribution["Properties"]["DistributionConfig"]:
            yield f"{key} takes any number of requests of an address"
    for key, acl in of_type(translated, "AWS::WAFv2::WebACL").items():
        for rule in acl["Properties"]["Rules"]:
            answer = rule["Action"].get("Block", {}).get("CustomResponse", {})
            headers = {header["Name"] for header in answer.get("ResponseHeaders", [])}
            if "RateBasedStatement" not in rule["Statement"] or answer.get("ResponseCode") != 429 or "Retry-After" not in headers:
                yield f"{key} {rule['Name']} does not answer 429 with Retry-After to what is too much"


def hidden_for_too_short(_, translated: dict) -> Iterator[str]:
    """As E3505 of cfn-lint, which does not follow an alias to its function: AWS refuses such a mapping."""
    for mapping in of_type(translated, "AWS::Lambda::EventSourceMapping").values():
        queue = translated["Resources"][mapping["Properties"]["EventSourceArn"]["Fn::GetAtt"][0]]["Properties"]
        key = mapping["Properties"]["FunctionName"]["Ref"].removesuffix("Aliaslive")
        timeout = translated["Resources"][key]["Properties"]["Timeout"]
        if queue.get("VisibilityTimeout", 30) < timeout:
            yield f"{key} may take {timeout} s, and its queue shows the message again before"


def dead_letters_that_nobody_hears_of(_, translated: dict) -> Iterator[str]:
    queues = of_type(translated, "AWS::SQS::Queue")
    dead = {q["Properties"]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0] for q in queues.values() if "RedrivePolicy" in q["Properties"]}
    alarms = json.dumps(list(of_type(translated, "AWS::CloudWatch::Alarm").values()))
    for key in sorted(dead):
        if f'["{key}", "QueueName"]' not in alarms:
            yield f"no alarm watches {key}"


def too_large(_, translated: dict) -> Iterator[str]:
    """CloudFormation's own limits (500 resources, 200 parameters, 1 MB), with some room."""
    if len(translated["Resources"]) > 480:
        yield f"{len(translated['Resources'])} resources"
    if len(json.dumps(translated)) > 900_000:
        yield "the translated template has more than 900 kB"
