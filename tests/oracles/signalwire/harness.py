"""What the checks with Twilio's Python SDK share: settings, a receiver of webhooks, the control API.

SignalWire's Compatibility API is spoken by Twilio's SDKs, so this is a second opinion beside SignalWire's own.

Environment (each with the simulator's default): SIGNALWIRE_SIM_URL, SIGNALWIRE_PROJECT_ID, SIGNALWIRE_TOKEN,
SIGNALWIRE_SIGNING_KEY, SIGNALWIRE_CAMPAIGN_ID. Exits with 1 when a check fails. The simulator must be able to reach
this machine's loopback; settings that are changed on the way are put back.
"""

import base64
import json
import os
import re
import sys
import threading
import time
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client


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
documents = {}


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
            and not validator.validate(url, {**parameters, "Added": "changed"}, header)
            and not RequestValidator("PSK_another").validate(url, parameters, header)
        )

    passed = bool(arrivals) and all(good(*arrival) for arrival in arrivals)
    check(passed, f"{text}: RequestValidator accepts {len(arrivals)}, and refuses changed ones")


def run(checks):
    """Runs the checks, and tells the result by the exit code."""
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        checks(Client(PROJECT, TOKEN, http_client=SimulatorClient()))
    finally:
        server.shutdown()
    print(f"{failed} checks failed" if failed else "all checks passed")
    sys.exit(1 if failed else 0)
