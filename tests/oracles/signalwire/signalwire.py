"""Drives the phone-network simulator with Twilio's Python SDK: numbers and messages. `harness.py` says how to run it."""

import datetime
import urllib.parse
import uuid

from twilio.rest import Client
from twilio.twiml.messaging_response import MessagingResponse

from harness import (
    BASE,
    CAMPAIGN,
    CUSTOMER,
    PROJECT,
    UUID,
    SimulatorClient,
    arrived,
    call,
    check,
    check_signatures,
    documents,
    eventually,
    refusal,
    run,
)

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


def main(client):
    denied = refusal(lambda: Client(PROJECT, "PTwrong", http_client=SimulatorClient()).messages.list(limit=1))
    check(denied == (401, 20003), "a wrong token is refused (401, code 20003)")
    number = search_and_buy(client, f"oracle-python-{uuid.uuid4().hex[:8]}")
    find_and_update(client, number)
    send(client, number)
    list_pages(client, number)
    receive(client, number)
    release(client, number)


if __name__ == "__main__":
    run(main)
