"""A workspace with something in it, in the stack that STACK_URLS names, and what its requests need."""

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CUSTOMER = "+14055550123"
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class World:
    """Where the API is, who asks, and ids of what there is, by the names of the path parameters."""

    api: str
    token: str
    ids: dict[str, str]


@cache
def build_world() -> World:
    """Signs an organisation up, waits for its number, and lets a customer write to it."""
    urls = read_urls()
    sign_up = {"name": "Harbour Dental", "plan": "enterprise"}
    organization = ask("POST", f"{urls['clerk']}/_sim/organizations", sign_up)["organizationId"]
    query = urllib.parse.urlencode({"organization": organization, "role": "admin", "ttl": 3600})
    with urllib.request.urlopen(f"{urls['token']}?{query}") as answer:
        token = answer.read().decode()
    workspace = f"{urls['api']}/api/workspaces/{organization}"

    number = eventually(lambda: first(ask("GET", f"{workspace}/phone-numbers", token=token), "phoneNumbers"))
    text = {"from": CUSTOMER, "to": number["phoneNumber"], "body": "Are you open today?"}
    ask("POST", f"{urls['signalwire']}/_sim/messages", text)
    conversation = eventually(lambda: first(ask("GET", f"{workspace}/conversations", token=token), "conversations"))
    messages = ask("GET", f"{workspace}/conversations/{conversation['id']}/messages", token=token)
    stop = {"from": "+14055550124", "to": number["phoneNumber"], "body": "STOP"}
    ask("POST", f"{urls['signalwire']}/_sim/messages", stop)
    opt_out = eventually(lambda: first(ask("GET", f"{workspace}/opt-outs", token=token), "optOuts"))
    receiver = {"url": f"{urls['local']}webhooks", "eventTypes": ["message.received"]}
    endpoint = ask("POST", f"{workspace}/webhook-endpoints", receiver, token=token)["webhookEndpoint"]["id"]
    ask("POST", f"{workspace}/webhook-endpoints/{endpoint}/test", {}, token=token)
    deliveries = f"{workspace}/webhook-endpoints/{endpoint}/deliveries"
    delivery = eventually(lambda: first(ask("GET", deliveries, token=token), "deliveries"))
    ids = {
        "workspace": organization,
        "number": number["id"],
        "conversation": conversation["id"],
        "contact": conversation["contact"]["id"],
        "message": first(messages, "messages")["id"],
        "optOut": opt_out["id"],
        "endpoint": endpoint,
        "delivery": delivery["id"],
    }
    return World(urls["api"], token, ids)


def read_urls() -> dict[str, str]:
    file = os.environ.get("STACK_URLS")
    if not file:
        raise RuntimeError("STACK_URLS is not set: run this by `make test`, or with `target/debug/stack run -- …`")
    return json.loads(Path(file).read_text(encoding="utf-8"))


def ask(method: str, url: str, body: dict | None = None, token: str | None = None) -> dict:
    request = urllib.request.Request(url, method=method, data=None if body is None else json.dumps(body).encode())
    request.add_header("content-type", "application/json")
    if token:
        request.add_header("authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{method} {url} answered {error.code}: {error.read().decode()}") from error


def first(answer: dict, name: str) -> dict | None:
    return answer[name][0] if answer[name] else None


def eventually(look):
    """What `look` finds, once it finds something."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := look()) is None:
        if time.monotonic() > deadline:
            raise RuntimeError(f"nothing was found in {PATIENCE_SECONDS} s")
        time.sleep(0.2)
    return found
