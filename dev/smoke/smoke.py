"""Is a deployed stack alive, from end to end? `make smoke`, or `make smoke STACK=switchboard`.

Sends what the providers send, signed as they sign, and looks at the answers. Nothing is bought and nothing is sent: the test
organisation has no plan, and the text comes from a number that nobody has (555-01XX) to the platform number.

What stays behind is marked: a deleted workspace "Switchboard smoke test", and one text and one call in `unroutable_events`,
which ring UnroutableMessagesAlarm once, as they should. Only Python's own library is needed, and the AWS CLI for a deployed
stack. SMOKE_TOKEN, a session token of a member, has the API asked on that member's behalf as well.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

NAME = "Switchboard smoke test"
# Reserved for fiction (North American Numbering Plan, 555-0100 to 555-0199).
CUSTOMER = "+12025550199"
# A cold start and a retry of ours; the carrier itself waits five seconds.
TIMEOUT_SECONDS = 10
ATTEMPTS = 2


@dataclass
class Target:
    """Where the stack is, and what proves that a request is a provider's."""

    api: str
    console: str
    webhooks: dict[str, str]
    platform_number: str
    signing_key: str
    clerk_secret: str
    # Answers session tokens; only the Clerk simulator has it.
    token_url: str = ""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    def json(self) -> dict:
        try:
            found = json.loads(self.text)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


class Failed(Exception):
    """An answer is not the one that a healthy stack gives."""


# ---------------------------------------------------------------- where the stack is


def from_urls(path: Path) -> Target:
    """A file like `.dev/urls.json`."""
    urls = json.loads(path.read_text(encoding="utf-8"))
    names = ["messageWebhook", "messageStatusWebhook", "callWebhook", "callStatusWebhook", "registrationWebhook"]
    return Target(
        api=urls["api"],
        console=urls["console"],
        webhooks={"clerkWebhook": urls["clerkWebhook"]} | {name: urls[name] for name in names},
        platform_number=urls["platformNumber"],
        signing_key=os.environ.get("SIGNALWIRE_SIGNING_KEY") or urls["signalwireSigningKey"],
        clerk_secret=os.environ.get("CLERK_WEBHOOK_SECRET") or urls["clerkWebhookSecret"],
        token_url=urls.get("token", ""),
    )


def from_stack(name: str) -> Target:
    """The outputs and parameters of a CloudFormation stack, and its secrets."""
    stack = aws("cloudformation", "describe-stacks", "--stack-name", name)["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    parameters = {p["ParameterKey"]: p["ParameterValue"] for p in stack["Parameters"]}

    def secret(parameter: str) -> str:
        return aws("secretsmanager", "get-secret-value", "--secret-id", parameters[parameter])["SecretString"].strip()

    names = ["MessageWebhookUrl", "MessageStatusWebhookUrl", "CallWebhookUrl", "CallStatusWebhookUrl", "RegistrationWebhookUrl"]
    # What is signed is the parameter; where it leads to shows whether it is the address of this stack.
    webhooks = {name[0].lower() + name[1:].removesuffix("Url"): parameters[name] for name in names if parameters[name]}
    return Target(
        api=outputs["ApiUrl"],
        console=outputs["ConsoleUrl"],
        webhooks={"clerkWebhook": outputs["ClerkWebhookUrl"]} | webhooks,
        platform_number=parameters["SignalWirePhoneNumber"],
        signing_key=secret("SignalWireSigningKeySecret"),
        clerk_secret=secret("ClerkWebhookSecret"),
    )


def aws(*command: str) -> dict:
    done = subprocess.run(["aws", *command, "--output", "json"], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


# ---------------------------------------------------------------- requests


def ask(method: str, url: str, headers: dict[str, str] | None = None, body: bytes | None = None) -> Answer:
    """One request; once more when there was no answer at all. What is sent may arrive twice."""
    for attempt in range(ATTEMPTS):
        request = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
                return answer_of(response)
        except urllib.error.HTTPError as error:
            return answer_of(error)
        except OSError as error:
            if attempt + 1 == ATTEMPTS:
                raise Failed(f"no answer from {urllib.parse.urlsplit(url).netloc}: {error}") from error
    raise AssertionError("the loop returns or raises")


def answer_of(response) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status, headers, response.read().decode("utf-8", "replace"))


def form(url: str, fields: dict[str, str], key: str | None) -> Answer:
    """A form as SignalWire sends it: the signature covers the URL and the sorted fields."""
    headers = {"content-type": "application/x-www-form-urlencoded"}
    if key is not None:
        covered = url + "".join(name + fields[name] for name in sorted(fields))
        digest = hmac.new(key.encode(), covered.encode(), hashlib.sha1).digest()
        headers["x-signalwire-signature"] = base64.b64encode(digest).decode()
    return ask("POST", url, headers, urllib.parse.urlencode(fields).encode())


def clerk_event(target: Target, kind: str, data: dict, secret: str) -> Answer:
    """An event as Clerk sends it, signed by Svix's rules."""
    now = int(time.time())
    event = {"data": data, "object": "event", "type": kind, "timestamp": now * 1000, "instance_id": "ins_smoke"}
    body = json.dumps(event)
    message = f"msg_smoke{uuid.uuid4().hex}"
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{message}.{now}.{body}".encode(), hashlib.sha256).digest()
    headers = {
        "content-type": "application/json",
        "svix-id": message,
        "svix-timestamp": str(now),
        "svix-signature": "v1," + base64.b64encode(digest).decode(),
    }
    return ask("POST", target.webhooks["clerkWebhook"], headers, body.encode())


def expect(answer: Answer, *statuses: int) -> Answer:
    if answer.status not in statuses:
        raise Failed(f"HTTP {answer.status} instead of {' or '.join(map(str, statuses))}: {answer.text[:200]!r}")
    return answer


# ---------------------------------------------------------------- checks


def console(target: Target) -> None:
    page = expect(ask("GET", target.console + "/", {"accept": "text/html"}), 200)
    if "content-security-policy" not in page.headers:
        raise Failed("the console's page has no content security policy")
    settings = expect(ask("GET", target.console + "/config.json"), 200).json()
    if "clerk" not in settings:
        raise Failed("/config.json does not say where to sign in")


def api_without_token(target: Target) -> None:
    for headers in ({}, {"authorization": "Bearer not.a.token"}):
        for base in {target.api, target.console}:
            answer = expect(ask("GET", base + "/api/plans", headers), 401)
            if answer.json().get("code") != "unauthenticated":
                raise Failed(f"a problem without the code unauthenticated: {answer.text[:200]!r}")


def forged_webhooks(target: Target) -> None:
    fields = {"MessageSid": str(uuid.uuid4()), "From": CUSTOMER, "To": target.platform_number, "Body": NAME}
    for name, url in target.webhooks.items():
        try:
            if name != "clerkWebhook":
                expect(form(url, fields, key=None), 403)
                expect(form(url, fields, key="PSK_somebody_else"), 403)
            else:
                other = "whsec_" + base64.b64encode(b"somebody else's secret").decode()
                expect(clerk_event(target, "organization.created", {"id": "org_forged"}, other), 403)
        except Failed as error:
            raise Failed(f"{name}: {error}") from error


def organization(target: Target) -> None:
    """Signs an organisation up that has no plan, so that no number is bought, and deletes it."""
    now = int(time.time() * 1000)
    number = uuid.uuid4().hex
    data = {
        "object": "organization",
        "id": f"org_smoke{number}",
        "name": NAME,
        "slug": f"smoke-{number}",
        "created_at": now,
        "updated_at": now,
    }
    deleted = {"object": "organization", "id": data["id"], "slug": data["slug"], "deleted": True}
    try:
        expect(clerk_event(target, "organization.created", data, target.clerk_secret), 200, 204)
        if target.token_url:
            workspace_is_there(target, data["id"], 200)
    finally:
        expect(clerk_event(target, "organization.deleted", deleted, target.clerk_secret), 200, 204)
    if target.token_url:
        workspace_is_there(target, data["id"], 404, 410, 403)


def workspace_is_there(target: Target, organization_id: str, *statuses: int) -> None:
    query = urllib.parse.urlencode({"organization": organization_id, "role": "admin", "user": "user_smoke"})
    token = expect(ask("GET", f"{target.token_url}?{query}"), 200).text.strip()
    answer = ask("GET", f"{target.api}/api/workspaces/{organization_id}", {"authorization": f"Bearer {token}"})
    expect(answer, *statuses)
    if answer.status == 200 and answer.json()["workspace"]["name"] != NAME:
        raise Failed(f"another workspace: {answer.text[:200]!r}")


def inbound_text(target: Target) -> None:
    sid = str(uuid.uuid4())
    fields = {
        "MessageSid": sid,
        "SmsSid": sid,
        "AccountSid": "smoke",
        "ApiVersion": "2010-04-01",
        "From": CUSTOMER,
        "To": target.platform_number,
        "Body": NAME,
        "NumMedia": "0",
        "NumSegments": "1",
    }
    for _ in ("first", "and again, as after a lost answer"):
        answer = expect(form(target.webhooks["messageWebhook"], fields, target.signing_key), 200)
        if "<Response" not in answer.text or "<Message" in answer.text:
            raise Failed(f"not an empty answer: {answer.text[:200]!r}")


def delivery_receipt(target: Target) -> None:
    fields = {
        "MessageSid": str(uuid.uuid4()),
        "AccountSid": "smoke",
        "From": target.platform_number,
        "To": CUSTOMER,
        "MessageStatus": "delivered",
    }
    expect(form(target.webhooks["messageStatusWebhook"], fields, target.signing_key), 200, 204)


def inbound_call(target: Target) -> None:
    fields = {
        "CallSid": str(uuid.uuid4()),
        "AccountSid": "smoke",
        "ApiVersion": "2010-04-01",
        "CallStatus": "ringing",
        "Direction": "inbound",
        "From": CUSTOMER,
        "To": target.platform_number,
    }
    answer = expect(form(target.webhooks["callWebhook"], fields, target.signing_key), 200)
    if "<Response" not in answer.text or "<Dial" in answer.text:
        raise Failed(f"the caller hears something unexpected: {answer.text[:200]!r}")
    ended = fields | {"CallStatus": "completed", "CallDuration": "1"}
    expect(form(target.webhooks["callStatusWebhook"], ended, target.signing_key), 200, 204)


def api_with_token(target: Target) -> None:
    answer = expect(ask("GET", target.api + "/api/plans", {"authorization": "Bearer " + os.environ["SMOKE_TOKEN"]}), 200)
    if not answer.json().get("plans"):
        raise Failed(f"no plans: {answer.text[:200]!r}")


CHECKS: dict[str, Callable[[Target], None]] = {
    "the console is served, with its security headers": console,
    "the API refuses who has no token": api_without_token,
    "webhooks refuse what nobody signed, or somebody else": forged_webhooks,
    "an organisation signs up and goes": organization,
    "a text comes in, twice": inbound_text,
    "a delivery receipt comes in": delivery_receipt,
    "a call comes in and ends": inbound_call,
}


def run(target: Target) -> int:
    checks = CHECKS | ({"the API answers a member": api_with_token} if os.environ.get("SMOKE_TOKEN") else {})
    failed = 0
    for name, check in checks.items():
        since = time.monotonic()
        try:
            check(target)
            result = "ok"
        except Failed as error:
            failed += 1
            result = f"FAILED: {error}"
        print(f"[{time.monotonic() - since:5.1f} s] {name}: {result}", flush=True)
    print(f"{len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks a running stack from end to end; buys and sends nothing.")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--stack", metavar="NAME", help="a deployed CloudFormation stack")
    where.add_argument("--urls", metavar="FILE", type=Path, help="a file like .dev/urls.json (the default)")
    arguments = parser.parse_args()
    if arguments.stack:
        return run(from_stack(arguments.stack))
    path = arguments.urls or Path(__file__).parents[2] / ".dev/urls.json"
    if not path.is_file():
        parser.error(f"{path} is not there: start `make up`, or name a deployed stack by --stack")
    return run(from_urls(path))


if __name__ == "__main__":
    sys.exit(main())
