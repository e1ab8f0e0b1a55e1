"""Checks webhooks against `svix` from PyPI.

With CLERK_SIM_URL: every webhook of the simulator, as it arrived and as it was recorded, must verify.
With CLERK_WEBHOOK_URL: each case of cases.json is posted there; the receiver must accept exactly what `svix` accepts.

Environment: CLERK_SIM_URL, CLERK_WEBHOOK_URL (at least one), CLERK_WEBHOOK_SECRET, CLERK_INSTANCE_ID.
"""

import json
import os
import sys
import threading
import urllib.error
import urllib.request
import uuid
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from svix.webhooks import Webhook, WebhookVerificationError

SECRET = os.environ.get("CLERK_WEBHOOK_SECRET", "whsec_Y2xlcmstc2ltdWxhdG9yLXdlYmhvb2s=")
OTHER_SECRET = "whsec_////////////////////////////////"
INSTANCE = os.environ.get("CLERK_INSTANCE_ID", "ins_simulator")
TIMEOUT_SECONDS = 20

failures = []


def check(passed, text):
    print(("ok    " if passed else "FAIL  ") + text)
    if not passed:
        failures.append(text)


def request(method, url, body=b"", headers=None):
    """Status and body of the answer, whatever the status is."""
    message = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(message, timeout=TIMEOUT_SECONDS) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def call(method, url, body=None):
    status, text = request(method, url, json.dumps(body or {}).encode(), {"content-type": "application/json"})
    if status not in range(200, 300):
        raise SystemExit(f"{method} {url} answered {status}: {text}")
    return json.loads(text)


def accepted_by_svix(body, headers):
    try:
        Webhook(SECRET).verify(body, headers)
        return True
    except json.JSONDecodeError:
        # The package parses after it has verified.
        return True
    except (WebhookVerificationError, ValueError):
        # A signature that cannot be taken apart is a ValueError in the package.
        return False


class Receiver:
    """An endpoint on loopback that keeps what it gets."""

    def __init__(self):
        self.received = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.received.append((body, {name.lower(): value for name, value in self.headers.items()}))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def check_simulator(url):
    receiver = Receiver()
    before = call("GET", f"{url}/_sim/settings")["webhookUrl"]
    call("PATCH", f"{url}/_sim/settings", {"webhookUrl": receiver.url})
    try:
        created = call("POST", f"{url}/_sim/organizations", {"name": "Café Oracle ☃", "plan": "pro", "order": "shuffled"})
        changed = call("POST", f"{url}/_sim/organizations/{created['organizationId']}/plan", {"plan": "starter"})
        call("DELETE", f"{url}/_sim/organizations/{created['organizationId']}")
    finally:
        call("PATCH", f"{url}/_sim/settings", {"webhookUrl": before})
    for body, headers in receiver.received:
        kind = json.loads(body)["type"]
        check(accepted_by_svix(body, headers), f"svix verifies {kind} as it arrived")
        altered = body.replace(b'"event"', b'"Event"')
        check(not accepted_by_svix(altered, headers), f"svix refuses {kind} when it was altered")
    for delivery in created["deliveries"] + changed["deliveries"]:
        headers = delivery["attempts"][0]["headers"]
        check(accepted_by_svix(delivery["body"], headers), f"svix verifies {delivery['type']} as it was recorded")
    expected = len(created["deliveries"]) + len(changed["deliveries"]) + 1
    check(len(receiver.received) == expected, f"{expected} webhooks arrived")


def build(case):
    """Body and headers of a case, under a new message id."""
    envelope = {
        "object": "event",
        "type": "oracle.checked",
        "instance_id": INSTANCE,
        "timestamp": 1767225600000,
        "data": {"id": "oracle_1"},
    }
    body = case.get("body", json.dumps(envelope)).replace("$instance", INSTANCE)
    message_id = "msg_" + uuid.uuid4().hex
    at = datetime.now(timezone.utc) - timedelta(seconds=case.get("age", 0))
    timestamp = str(int(at.timestamp()))
    signed = Webhook(OTHER_SECRET if case.get("otherSecret") else SECRET).sign(message_id, at, body)
    good = signed.removeprefix("v1,")

    fields = {"id": message_id, "timestamp": timestamp}
    fields["signature"] = case.get("signature", "v1,$good").replace("$good", good)
    for name, text in case.get("set", {}).items():
        fields[name] = text.replace("$timestamp", timestamp).replace("$next", str(int(timestamp) + 1))
    prefix = case.get("prefix", "svix")
    headers = {f"{prefix}-{name}": text for name, text in fields.items() if name not in case.get("omit", [])}
    body = "" if case.get("emptyBody") else body + case.get("bodySuffix", "")
    return body.encode(), headers


def check_receiver(url):
    cases = json.loads((Path(__file__).parent / "cases.json").read_text())
    for case in cases:
        body, headers = build(case)
        if not case.get("stricter"):
            verdict = accepted_by_svix(body, headers)
            check(verdict == case["accept"], f"{case['name']}: svix {'accepts' if verdict else 'refuses'}")
        if url:
            status, _ = request("POST", url, body, headers | {"content-type": "application/json"})
            agrees = status in range(200, 300) if case["accept"] else status in range(400, 500)
            check(agrees, f"{case['name']}: the receiver answers {status}")


def main():
    simulator, receiver = os.environ.get("CLERK_SIM_URL"), os.environ.get("CLERK_WEBHOOK_URL")
    if not simulator and not receiver:
        raise SystemExit("set CLERK_SIM_URL, CLERK_WEBHOOK_URL, or both")
    if simulator:
        check_simulator(simulator.rstrip("/"))
    check_receiver(receiver)
    print(f"{len(failures)} failed" if failures else "all passed")
    sys.exit(1 if failures else 0)


main()
