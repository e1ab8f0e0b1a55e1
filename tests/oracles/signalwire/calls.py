"""Drives the calls of the phone-network simulator with Twilio's Python SDK. `harness.py` says how to run it."""

import urllib.request
import uuid

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from harness import (
    BASE,
    CUSTOMER,
    UUID,
    arrived,
    call,
    check,
    check_signatures,
    documents,
    eventually,
    refusal,
    run,
)

FORWARD = "+14055550101"
OVER = {"completed", "busy", "no-answer", "canceled", "failed"}


def buy(client):
    found = client.available_phone_numbers("US").local.list(area_code=929, limit=1)
    name = f"oracle-calls-{uuid.uuid4().hex[:8]}"
    wanted = {"phone_number": found[0].phone_number, "friendly_name": name}
    return client.incoming_phone_numbers.create(**wanted, voice_url=f"{BASE}/voice?ws=1", status_callback=f"{BASE}/ended")


def at(path, sid):
    own = f"{BASE}{path}"
    return [entry for entry in arrived if entry[0].split("?")[0] == own and entry[1].get("CallSid") == sid]


def over(client, sid):
    def ended():
        found = client.calls(sid).fetch()
        return found if found.status in OVER else None

    return eventually(ended, f"call {sid} is over")


def receive(client, number):
    """A menu, a forward that is answered, and a voicemail, written by the SDK."""
    menu = VoiceResponse()
    gather = Gather(action="/menu", num_digits=1)
    gather.say("Press 1 for sales & support")
    menu.append(gather)
    forward = VoiceResponse()
    dial = Dial(action="/dialled", timeout=20, caller_id=number.phone_number)
    dial.number(FORWARD, url="/whisper")
    forward.append(dial)
    voicemail = VoiceResponse()
    voicemail.record(action="/done", max_length=60, transcribe=True, transcribe_callback="/text", play_beep=True)
    whisper = VoiceResponse()
    whisper.say("A call for sales")
    documents.update({"/voice": str(menu), "/menu": str(forward), "/whisper": str(whisper), "/dialled": str(voicemail)})

    sid = call("POST", "/_sim/calls", {"from": CUSTOMER, "to": number.phone_number})["callSid"]
    call("POST", f"/_sim/calls/{sid}/digits", {"digits": "1"})
    leg = eventually(lambda: client.calls.list(parent_call_sid=sid), "the forwarded leg")[0]
    call("POST", f"/_sim/calls/{leg.sid}/answer", {})
    eventually(lambda: call("GET", f"/_sim/calls/{leg.sid}")["call"]["bridged"], "the two talk")
    call("POST", f"/_sim/calls/{leg.sid}/hangup", {"seconds": 65})
    call("POST", f"/_sim/calls/{sid}/record", {"seconds": 4, "transcript": "Grüße", "hangup": True})

    done = over(client, sid)
    check(done.direction == "inbound" and done.status == "completed" and int(done.duration) >= 65, "fetch an inbound call")
    check(float(done.price) > 0 and done.end_time is not None and bool(UUID.fullmatch(done.sid)), "price and dates parse")
    dialled = at("/dialled", sid)[0][1]
    outcome = (dialled["DialCallStatus"], dialled["DialCallDuration"], dialled["DialCallSid"])
    check(outcome == ("completed", "65", leg.sid), "the outcome of <Dial>")
    check(client.calls(leg.sid).fetch().parent_call_sid == sid, "the leg knows its parent")
    ended = eventually(lambda: at("/done", sid), "the action of <Record>")[0][1]
    check((ended["Digits"], ended["RecordingDuration"]) == ("hangup", "4"), "a voicemail that ends by hanging up")
    text = eventually(lambda: [entry for entry in arrived if entry[0] == f"{BASE}/text"], "the transcription")[0][1]
    check(text["TranscriptionText"] == "Grüße", "the transcription has its text")
    eventually(lambda: at("/ended", sid), "the end of the call is reported")
    check_signatures(list(arrived), "webhooks of an inbound call")
    recordings(client, sid, text)


def recordings(client, sid, text):
    listed = client.recordings.list(call_sid=sid)
    check(len(listed) == 1 and int(listed[0].duration) == 4 and listed[0].source == "RecordVerb", "list the voicemail")
    with urllib.request.urlopen(text["RecordingUrl"], timeout=20) as file:
        check(file.read(4) == b"RIFF", "its file is public and a WAV file")
    found = client.transcriptions(text["TranscriptionSid"]).fetch()
    check(found.transcription_text == "Grüße" and found.recording_sid == listed[0].sid, "fetch its transcription")
    check(client.recordings(listed[0].sid).delete() is True, "delete a recording")
    check(refusal(lambda: client.recordings(listed[0].sid).fetch()) == (404, 20404), "it is gone")


def place(client, number):
    spoken = VoiceResponse()
    spoken.say("Your appointment is tomorrow")
    documents["/answer"] = str(spoken)
    events = ["initiated", "ringing", "answered", "completed"]
    wanted = {"from_": number.phone_number, "to": CUSTOMER, "url": f"{BASE}/answer", "status_callback": f"{BASE}/progress"}
    placed = client.calls.create(**wanted, status_callback_event=events)
    check(placed.status == "queued" and placed.price is None, "create a call")
    call("POST", f"/_sim/calls/{placed.sid}/decline", {})
    check(over(client, placed.sid).status == "busy", "a declined call is busy")
    eventually(lambda: len(at("/progress", placed.sid)) == 3, "three status callbacks")
    statuses = [parameters["CallStatus"] for _, parameters, _ in at("/progress", placed.sid)]
    check(statuses == ["initiated", "ringing", "busy"], "status callbacks in order")
    check_signatures(at("/progress", placed.sid), "status callbacks of an outbound call")
    spoken_to = client.calls.create(**wanted)
    call("POST", f"/_sim/calls/{spoken_to.sid}/answer", {})
    check(over(client, spoken_to.sid).status == "completed", "an answered call")
    check(client.calls.list(from_=number.phone_number, status="busy")[0].sid == placed.sid, "list calls by status")
    check(refusal(lambda: client.calls.create(**{**wanted, "from_": "+12125550178"})) == (422, 21210), "a strange caller id")
    log = call("GET", f"/api/voice/logs/{spoken_to.sid}", authorized=True)
    check(log["charge"] == 0.009 and log["billing_ms"] == 60_000, "the voice log has the charge")


def main(client):
    number = buy(client)
    receive(client, number)
    place(client, number)


if __name__ == "__main__":
    run(main)
