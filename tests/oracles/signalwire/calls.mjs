// Drives the calls of the phone-network simulator with SignalWire's own Node SDK, and its documents with the SDK's builder.
// `harness.mjs` says how to run it.

import { randomUUID } from "node:crypto";

import { RestClient } from "@signalwire/compatibility-api";

import {
  CUSTOMER, UUID, arrived, base, check, checkSignatures, documents, eventually, refusal, run, steer,
} from "./harness.mjs";

const FORWARD = "+14055550100";

const at = (path, sid) => arrived.filter((arrival) => arrival.path === path && arrival.parameters.CallSid === sid);
const over = (client, sid) =>
  eventually(async () => {
    const call = await client.calls(sid).fetch();
    return ["completed", "busy", "no-answer", "canceled", "failed"].includes(call.status) && call;
  }, `call ${sid} is over`);

async function buy(client) {
  const found = await client.availablePhoneNumbers("US").local.list({ areaCode: 347, limit: 1 });
  return client.incomingPhoneNumbers.create({
    phoneNumber: found[0].phoneNumber,
    friendlyName: `oracle-calls-${randomUUID().slice(0, 8)}`,
    voiceUrl: `${base}/voice?ws=1`,
    statusCallback: `${base}/ended`,
  });
}

/** A menu, a forward that nobody takes, a voicemail: all of it written by the SDK. */
async function receive(client, number) {
  const menu = new RestClient.LaML.VoiceResponse();
  menu.gather({ action: "/menu", numDigits: 1, timeout: 5 }).say({ voice: "woman" }, "Press 1 for sales & support");
  const forward = new RestClient.LaML.VoiceResponse();
  const dial = forward.dial({ action: "/dialled", timeout: 20, callerId: number.phoneNumber });
  dial.number({ url: "/whisper", statusCallback: "/leg", statusCallbackEvent: "initiated ringing answered completed" }, FORWARD);
  const voicemail = new RestClient.LaML.VoiceResponse();
  voicemail.say("Please leave a message");
  voicemail.record({ action: "/done", maxLength: 120, transcribe: true, transcribeCallback: "/text", recordingStatusCallback: "/recording" });
  Object.assign(documents, { "/voice": menu.toString(), "/menu": forward.toString(), "/dialled": voicemail.toString() });

  const { callSid } = await steer("POST", "/_sim/calls", { from: CUSTOMER, to: number.phoneNumber });
  await steer("POST", `/_sim/calls/${callSid}/digits`, { digits: "1" });
  const leg = await eventually(async () => (await client.calls.list({ parentCallSid: callSid }))[0], "the forwarded leg");
  check(leg.to === FORWARD && leg.parentCallSid === callSid, "the forwarded leg is listed under its parent");
  await steer("POST", `/_sim/calls/${leg.sid}/ignore`, {});
  await steer("POST", `/_sim/calls/${callSid}/record`, { seconds: 6, transcript: "Grüße 👋" });

  const call = await over(client, callSid);
  check(call.direction === "inbound" && call.status === "completed" && call.duration > 6, "an inbound call is fetched");
  check(call.price > 0 && call.endTime instanceof Date && UUID.test(call.phoneNumberSid), "it has a price, dates and its number");
  check(at("/menu", callSid)[0].parameters.Digits === "1", "digits of <Gather>");
  check(at("/dialled", callSid)[0].parameters.DialCallStatus === "no-answer", "DialCallStatus of <Dial>");
  await eventually(() => at("/ended", callSid).length === 1, "the end of the call is reported");
  await eventually(() => at("/leg", leg.sid).length === 3, "the states of the leg are reported");
  check(at("/leg", leg.sid).map(({ parameters }) => parameters.CallStatus).join() === "initiated,ringing,no-answer", "in order");
  await eventually(() => arrived.some(({ path }) => path === "/text"), "the transcription is reported");
  const text = arrived.find(({ path }) => path === "/text");
  check(text.parameters.TranscriptionText === "Grüße 👋", "the transcription has its text");
  checkSignatures(arrived.filter(({ path }) => path !== "/progress"), "webhooks of an inbound call");
  await recordings(client, callSid, text.parameters);
}

async function recordings(client, callSid, text) {
  const [recording] = await client.recordings.list({ callSid });
  check(recording.callSid === callSid && Number(recording.duration) === 6, "the voicemail is listed");
  check(recording.source === "RecordVerb" && recording.status === "completed", "source and status of a recording");
  check((await client.calls(callSid).recordings.list()).length === 1, "it is listed under its call");
  const file = await fetch(text.RecordingUrl);
  const bytes = new Uint8Array(await file.arrayBuffer());
  check(file.ok && String.fromCharCode(...bytes.slice(0, 4)) === "RIFF", "its file is public and a WAV file");
  const transcription = await client.transcriptions(text.TranscriptionSid).fetch();
  check(transcription.transcriptionText === "Grüße 👋" && transcription.recordingSid === recording.sid, "fetch its transcription");
  check((await client.recordings(recording.sid).remove()) === true, "delete a recording");
  check((await refusal(client.recordings(recording.sid).fetch())).status === 404, "it is gone");
}

async function place(client, number) {
  const spoken = new RestClient.LaML.VoiceResponse();
  spoken.say("Your appointment is tomorrow");
  documents["/answer"] = spoken.toString();
  const wanted = {
    from: number.phoneNumber,
    to: CUSTOMER,
    url: `${base}/answer`,
    statusCallback: `${base}/progress`,
    statusCallbackEvent: ["initiated", "ringing", "answered", "completed"],
    timeout: 30,
  };
  const call = await client.calls.create(wanted);
  check(UUID.test(call.sid) && call.status === "queued" && call.price === null, "create a call");
  await steer("POST", `/_sim/calls/${call.sid}/answer`, {});
  const done = await over(client, call.sid);
  check(done.status === "completed" && done.direction === "outbound", "an answered call");
  await eventually(() => at("/progress", call.sid).length === 4, "four status callbacks");
  const progress = at("/progress", call.sid).map(({ parameters }) => parameters);
  check(progress.map(({ CallStatus }) => CallStatus).join() === "initiated,ringing,in-progress,completed", "in order");
  check(progress.map(({ SequenceNumber }) => SequenceNumber).join() === "0,1,2,3", "numbered");
  checkSignatures([...at("/progress", call.sid), ...at("/answer", call.sid)], "webhooks of an outbound call");

  const canceled = await client.calls.create(wanted);
  check((await client.calls(canceled.sid).update({ status: "canceled" })).status === "canceled", "cancel a ringing call");
  check((await client.calls(canceled.sid).remove()) === true, "delete a call that is over");
  check((await client.calls.list({ from: number.phoneNumber, status: "completed" })).length === 1, "list calls by status");
  const refused = await refusal(client.calls.create({ ...wanted, from: "+12125550177" }));
  check(refused.status === 422 && refused.code === 21210, "a strange caller id is refused (code 21210)");
  check((await refusal(client.calls.create({ ...wanted, url: "nonsense" }))).status === 400, "a wrong URL is refused (400)");
}

await run(async (client) => {
  const number = await buy(client);
  await receive(client, number);
  await place(client, number);
});
