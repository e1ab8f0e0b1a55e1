"""Drives the phone-network simulator with Twilio's Python SDK, and checks its webhooks with the SDK's validator.

SignalWire's Compatibility API is spoken by Twilio's SDKs, so this is a second opinion beside SignalWire's own.

Environment (each with the simulator's default): SIGNALWIRE_SIM_URL, SIGNALWIRE_PROJECT_ID, SIGNALWIRE_TOKEN,
SIGNALWIRE_SIGNING_KEY, SIGNALWIRE_CAMPAIGN_ID. Exits with 1 when a check fails. The simulator must be able to reach
this machine's loopback; settings that are changed on the way are put back.
"""

import base64
import datetime
import json
import os
import re
import sys
import threading
import time
import urllib.parse
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.twiml.messaging_response import MessagingResponse


def setting(name, otherwise):
    return os.environ.get(name) or otherwise


SIMULATOR = setting("SIGNALWIRE_SIM_URL", "http://127.0.0.1:8802").rstrip("/")
PROJECT = setting("SIGNALWIRE_PROJECT_ID", "5a1d0e4c-7f4b-4a53-9d6a-0c2f7a9be001")
TOKEN = setting("SIGNALWIRE_TOKEN", "PTsimulatedtoken")
SIGNING_KEY = setting("SIGNALWIRE_SIGNING_KEY", "PSK_simulatedsigningkey")
CAMPAIGN = setting("SIGNALWIRE_CAMPAIGN_ID", "5a1d0e4c-7f4b-4a53-9d6a-0c2f7a9be002")

CUSTOMER = f"+1628555{int(time.time() * 1000) % 10000:04d}"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

failed = 0


def check(passed, text):
    global failed
    print(f"{'ok    ' if passed else 'FAIL  '}{text}", flush=True)
    failed += not passed


class SimulatorClient(TwilioHttpClient):
    """Sends what is meant for Twilio's host to the simulator."""

    def request(self, method, uri, *args, **kwargs):
        return super().request(method, uri.replace("https://api.twilio.com", SIMULATOR), *args, **kwargs)


def refusal(action):
    try:
        action()
    except TwilioRestException as error:
        return error.status, error.code
    except TwilioException as error:
        # The SDK does not read the body of a refused list.
        response = error.args[1]
        return response.status_code, json.loads(response.text)["code"]
    return None, None


def eventually(ask, text):
    for _ in range(100):
        found = ask()
        if found:
            return found
        time.sleep(0.1)
    raise TimeoutError(f"did not happen within ten seconds: {text}")


def call(method, path, body=None, authorized=False):
    """A request that the SDK does not know: the control API, and the newer API."""
    request = urllib.request.Request(SIMULATOR + path, method=method)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    if authorized:
        request.add_header("Authorization", "Basic " + base64.b64encode(f"{PROJECT}:{TOKEN}".encode()).decode())
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read() or b"null")


# ---------------------------------------------------------------- a receiver of webhooks

arrived = []
documents = {"/inbound": "<Response/>"}


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        parameters = dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
        arrived.append((BASE + self.path, parameters, dict(self.headers.items())))
        document = documents.get(self.path.split("?")[0], "<Response/>").encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(document)))
        self.end_headers()
        self.wfile.write(document)

    def log_message(self, *_):
        """Quiet: the checks say what matters."""


server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
BASE = f"http://127.0.0.1:{server.server_port}"


def check_signatures(arrivals, text):
    def good(url, parameters, headers):
        header = {name.lower(): value for name, value in headers.items()}["x-twilio-signature"]
        validator = RequestValidator(SIGNING_KEY)
        return (
            validator.validate(url, parameters, header)
            and not validator.validate(url, {**parameters, "Body": "changed"}, header)
            and not RequestValidator("PSK_another").validate(url, parameters, header)
        )

    passed = bool(arrivals) and all(good(*arrival) for arrival in arrivals)
    check(passed, f"{text}: RequestValidator accepts {len(arrivals)}, and refuses changed ones")


# ---------------------------------------------------------------- numbers


def search_and_buy(client, name):
    found = client.available_phone_numbers("US").local.list(area_code=718, limit=3)
    check(len(found) == 3 and all(entry.phone_number.startswith("+1718") for entry in found), "search by area code, limited")
    canada = client.available_phone_numbers("CA").local.list(in_region="ON", limit=2)
    check(len(canada) == 2 and all(entry.iso_country == "CA" for entry in canada), "search in Canada by region")
    check(client.available_phone_numbers("US").local.list(area_code=999) == [], "an unassigned area code has no numbers")
    bad = refusal(lambda: client.available_phone_numbers("US").local.list(in_locality="Austin"))
    check(bad == (400, 90000), "a locality without a region is refused (400, code 90000)")

    wanted = {"phone_number": found[0].phone_number, "friendly_name": name, "sms_url": f"{BASE}/inbound?ws=1"}
    number = client.incoming_phone_numbers.create(**wanted)
    check(bool(UUID.fullmatch(number.sid)) and number.friendly_name == name, "buy with name and webhook")
    check(number.capabilities["sms"] is False and number.date_created.tzinfo is not None, "no texts yet; dates parse")
    again = refusal(lambda: client.incoming_phone_numbers.create(**wanted))
    check(again == (422, 10000), "buying it again is refused (422, code 10000)")
    return number


def find_and_update(client, number):
    by_name = client.incoming_phone_numbers.list(friendly_name=number.friendly_name)
    by_number = client.incoming_phone_numbers.list(phone_number=number.phone_number)
    check([entry.sid for entry in by_name] == [number.sid], "list by name")
    check([entry.sid for entry in by_number] == [number.sid], "list by number")
    check(client.incoming_phone_numbers(number.sid).fetch().phone_number == number.phone_number, "get")
    updated = client.incoming_phone_numbers(number.sid).update(friendly_name=number.friendly_name + "!")
    check(updated.friendly_name.endswith("!") and updated.sms_url == number.sms_url, "update")
    missing = refusal(lambda: client.incoming_phone_numbers(str(uuid.uuid4())).fetch())
    check(missing == (404, 20404), "an unknown number is 404, code 20404")


def assign(number):
    path = f"/api/relay/rest/registry/beta/campaigns/{CAMPAIGN}/orders"
    order = call("POST", path, {"phone_numbers": [number.phone_number]}, authorized=True)
    check(bool(order["id"]), "the assignment order to the campaign is taken")


def release(client, number):
    early = refusal(lambda: client.incoming_phone_numbers(number.sid).delete())
    check(early[1] == 22121, f"release before day 14 is refused ({early[0]}, code {early[1]})")
    before = call("GET", "/_sim/settings")["settings"]["releaseAfterSeconds"]
    call("PATCH", "/_sim/settings", {"releaseAfterSeconds": 0})
    try:
        check(client.incoming_phone_numbers(number.sid).delete() is True, "release when it is old enough")
    finally:
        call("PATCH", "/_sim/settings", {"releaseAfterSeconds": before})
    gone = refusal(lambda: client.incoming_phone_numbers(number.sid).fetch())
    check(gone == (404, 20404), "the released number is gone")


# ---------------------------------------------------------------- messages


def send(client, number):
    text = {"from_": number.phone_number, "to": CUSTOMER, "body": "Grüße 👋", "status_callback": f"{BASE}/status"}
    check(refusal(lambda: client.messages.create(**text))[1] == 21601, "sending before the assignment is refused (21601)")
    assign(number)
    message = client.messages.create(**text)
    check(message.status == "queued" and message.price is None, "send: queued, no price yet")
    done = eventually(
        lambda: next((now for now in [client.messages(message.sid).fetch()] if now.status == "delivered"), None),
        "the message is delivered",
    )
    check(float(done.price) > 0 and done.date_sent is not None, "get: delivered, with price and date")

    def ours():
        return [arrival for arrival in arrived if arrival[1].get("MessageSid") == message.sid]

    eventually(lambda: len(ours()) >= 3, "three status callbacks")
    statuses = [parameters["MessageStatus"] for _, parameters, _ in ours()]
    check(statuses == ["sending", "sent", "delivered"], "status callbacks in order")
    check_signatures(ours(), "status callbacks")
    for to, code in [("+19075550110", 21610), ("+19075550111", 21211), ("+19075550114", 21614)]:
        refused = refusal(lambda to=to: client.messages.create(**{**text, "to": to}))
        check(refused[1] == code, f"magic destination refused (code {code})")


def list_pages(client, number):
    for body in ["two", "three", "four", "five"]:
        client.messages.create(from_=number.phone_number, to=CUSTOMER, body=body)
    everything = client.messages.list(to=CUSTOMER, page_size=2)
    check(len({message.sid for message in everything}) == 5, "list over three pages of two")
    check([message.body for message in everything[:4]] == ["five", "four", "three", "two"], "newest first")
    day = datetime.timedelta(days=1)
    now = datetime.datetime.now(datetime.timezone.utc)
    check(len(client.messages.list(to=CUSTOMER, date_sent_after=now - day)) >= 1, "list by date: since yesterday")
    check(client.messages.list(to=CUSTOMER, date_sent_before=now - 2 * day) == [], "list by date: before that")


def receive(client, number):
    answer = MessagingResponse()
    answer.message("Thanks & see you <soon>")
    documents["/inbound"] = str(answer)
    text = {"from": CUSTOMER, "to": number.phone_number, "body": "Anybody? 👋", "copies": 3}
    received = call("POST", "/_sim/messages", text)
    good = all(delivery["status"] == 200 and delivery["error"] is None for delivery in received["deliveries"])
    check(good and len(received["deliveries"]) == 3, "three copies of an inbound message are delivered and understood")
    inbound = [arrival for arrival in arrived if arrival[1].get("MessageSid") == received["messageSid"]]
    check(len(inbound) == 3 and inbound[0][1]["Body"] == text["body"], "inbound parameters, the same in every copy")
    check_signatures(inbound, "inbound webhook with a query in its URL")
    check(client.messages(received["messageSid"]).fetch().direction == "inbound", "it is listed as inbound")

    def replied():
        shown = call("GET", f"/_sim/phone/{urllib.parse.quote(CUSTOMER)}")["messages"]
        return [entry for entry in shown if entry["direction"] == "in" and entry["body"] == "Thanks & see you <soon>"]

    check(len(eventually(replied, "the reply arrives")) == 1, "the reply built with MessagingResponse arrives once")


def main():
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = Client(PROJECT, TOKEN, http_client=SimulatorClient())
    denied = refusal(lambda: Client(PROJECT, "PTwrong", http_client=SimulatorClient()).messages.list(limit=1))
    check(denied == (401, 20003), "a wrong token is refused (401, code 20003)")
    number = search_and_buy(client, f"oracle-python-{uuid.uuid4().hex[:8]}")
    find_and_update(client, number)
    send(client, number)
    list_pages(client, number)
    receive(client, number)
    release(client, number)


if __name__ == "__main__":
    try:
        main()
    finally:
        server.shutdown()
    print(f"{failed} checks failed" if failed else "all checks passed")
    sys.exit(1 if failed else 0)
