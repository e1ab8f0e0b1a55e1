// Drives the phone-network simulator with SignalWire's own Node SDK: numbers and messages. `harness.mjs` says how to run it.

import { randomUUID } from "node:crypto";

import { RestClient } from "@signalwire/compatibility-api";

import {
  CAMPAIGN, CUSTOMER, PROJECT, SIMULATOR, TOKEN, UUID, arrived, base, check, checkSignatures, clientOf, documents, eventually,
  refusal, run, steer,
} from "./harness.mjs";

// ---------------------------------------------------------------- numbers

async function searchAndBuy(client, name) {
  const found = await client.availablePhoneNumbers("US").local.list({ areaCode: 646, limit: 3 });
  check(found.length === 3 && found.every((number) => number.phoneNumber.startsWith("+1646")), "search by area code, limited");
  check(found[0].region === "NY" && found[0].capabilities.SMS === true, "a candidate has region and capabilities");
  const texas = await client.availablePhoneNumbers("US").local.list({ inRegion: "TX", limit: 5 });
  check(texas.length === 5 && texas.every((number) => number.region === "TX"), "search by region");
  const free = await client.availablePhoneNumbers("US").tollFree.list({ limit: 2 });
  check(free.length === 2, "search of toll-free numbers");
  const none = await client.availablePhoneNumbers("US").local.list({ areaCode: 999 });
  check(none.length === 0, "an unassigned area code has no numbers");

  const wanted = { phoneNumber: found[0].phoneNumber, friendlyName: name, smsUrl: `${base}/inbound?ws=1&v=2` };
  const number = await client.incomingPhoneNumbers.create(wanted);
  check(UUID.test(number.sid) && number.friendlyName === name && number.smsUrl === wanted.smsUrl, "buy with name and webhook");
  check(number.capabilities.sms === false && number.dateCreated instanceof Date, "a new US number cannot text yet; dates parse");
  const again = await refusal(client.incomingPhoneNumbers.create(wanted));
  check(again.status === 422 && again.code === 10000 && Boolean(again.message), "buying it again is refused (422, code 10000)");
  return number;
}

async function findAndUpdate(client, number) {
  const byName = await client.incomingPhoneNumbers.list({ friendlyName: number.friendlyName });
  check(byName.length === 1 && byName[0].sid === number.sid, "list by name");
  const byNumber = await client.incomingPhoneNumbers.list({ phoneNumber: number.phoneNumber });
  check(byNumber.length === 1 && byNumber[0].sid === number.sid, "list by number");
  const fetched = await client.incomingPhoneNumbers(number.sid).fetch();
  check(fetched.phoneNumber === number.phoneNumber, "get");
  const updated = await client.incomingPhoneNumbers(number.sid).update({ voiceUrl: `${base}/voice`, voiceMethod: "GET" });
  check(updated.voiceUrl === `${base}/voice` && updated.voiceMethod === "GET" && updated.smsUrl === number.smsUrl, "update");
  const missing = await refusal(client.incomingPhoneNumbers(randomUUID()).fetch());
  check(missing.status === 404 && missing.code === 20404, "an unknown number is 404, code 20404");
}

async function assign(number) {
  const credentials = Buffer.from(`${PROJECT}:${TOKEN}`).toString("base64");
  const answer = await fetch(`${SIMULATOR}/api/relay/rest/registry/beta/campaigns/${CAMPAIGN}/orders`, {
    method: "POST",
    headers: { Authorization: `Basic ${credentials}`, "Content-Type": "application/json" },
    body: JSON.stringify({ phone_numbers: [number.phoneNumber] }),
  });
  check(answer.status === 200, "the assignment order to the campaign is taken (200)");
}

async function release(client, number) {
  const early = await refusal(client.incomingPhoneNumbers(number.sid).remove());
  check(early.code === 22121, `release before day 14 is refused (${early.status}, code ${early.code})`);
  const { settings } = await steer("GET", "/_sim/settings");
  await steer("PATCH", "/_sim/settings", { releaseAfterSeconds: 0 });
  try {
    check((await client.incomingPhoneNumbers(number.sid).remove()) === true, "release when it is old enough");
  } finally {
    await steer("PATCH", "/_sim/settings", { releaseAfterSeconds: settings.releaseAfterSeconds });
  }
  check((await refusal(client.incomingPhoneNumbers(number.sid).fetch())).status === 404, "the released number is gone");
}

// ---------------------------------------------------------------- messages

async function send(client, number) {
  const text = { from: number.phoneNumber, to: CUSTOMER, body: "Grüße 👋 & 100% = ok", statusCallback: `${base}/status` };
  const early = await refusal(client.messages.create(text));
  check(early.code === 21601, "sending before the assignment is refused (code 21601)");
  await assign(number);
  const message = await client.messages.create(text);
  check(message.status === "queued" && message.price === null && message.numSegments === 1, "send: queued, no price yet");
  const done = await eventually(async () => {
    const now = await client.messages(message.sid).fetch();
    return now.status === "delivered" && now;
  }, "the message is delivered");
  check(done.price > 0 && done.dateSent instanceof Date && done.errorCode === null, "get: delivered, with price and date");

  const ours = () => arrived.filter(({ parameters }) => parameters.MessageSid === message.sid);
  await eventually(() => ours().length >= 3, "three status callbacks");
  check(ours().map(({ parameters }) => parameters.MessageStatus).join() === "sending,sent,delivered", "status callbacks in order");
  checkSignatures(ours(), "status callbacks");

  for (const [to, code] of [["+19075550110", 21610], ["+19075550111", 21211], ["+19075550114", 21614]]) {
    check((await refusal(client.messages.create({ ...text, to }))).code === code, `magic destination refused (code ${code})`);
  }
  const unreachable = await client.messages.create({ ...text, to: "+19075550103" });
  await eventually(async () => Number((await client.messages(unreachable.sid).fetch()).errorCode) === 30003, "error 30003");
  check(true, "magic destination undelivered (error code 30003)");
}

async function listPages(client, number) {
  const text = { from: number.phoneNumber, to: CUSTOMER };
  const picture = await client.messages.create({ ...text, mediaUrl: ["https://a.example/1.png", "https://a.example/2.png"] });
  check(picture.numMedia === 2, "send a picture message");
  for (const body of ["two", "three", "four"]) await client.messages.create({ ...text, body });

  const all = await client.messages.list({ to: CUSTOMER, pageSize: 2 });
  check(all.length === 5 && new Set(all.map((message) => message.sid)).size === 5, "list over three pages of two");
  check(all[0].body === "four", "newest first");
  const first = await client.messages.page({ to: CUSTOMER, pageSize: 2 });
  const second = await first.nextPage();
  const back = await second.previousPage();
  check(second.instances[0].body === "two" && back.instances[0].body === "four", "next page and back");
  const since = await client.messages.list({ to: CUSTOMER, dateSentAfter: new Date(Date.now() - 86_400_000) });
  const before = await client.messages.list({ to: CUSTOMER, dateSentBefore: new Date(Date.now() - 86_400_000) });
  check(since.length >= 1 && before.length === 0, "list by date");
  const media = await client.messages(picture.sid).media.list();
  check(media.length === 2 && media[0].contentType === "image/png", "list the media of a message");
}

async function receive(client, number) {
  const answer = new RestClient.LaML.MessagingResponse();
  answer.message("Thanks & see you <soon>");
  documents["/inbound"] = answer.toString();
  const text = { from: CUSTOMER, to: number.phoneNumber, body: "Ist jemand da? 👋", mediaUrls: ["https://a.example/x.jpg"] };
  const { messageSid, deliveries } = await steer("POST", "/_sim/messages", text);
  check(deliveries[0].status === 200 && deliveries[0].error === null, "an inbound message is delivered, its answer understood");
  const inbound = arrived.filter(({ parameters }) => parameters.MessageSid === messageSid);
  check(inbound[0].parameters.NumMedia === "1" && inbound[0].parameters.Body === text.body, "inbound parameters");
  checkSignatures(inbound, "inbound webhook with a query in its URL");
  check((await client.messages(messageSid).fetch()).direction === "inbound", "it is listed as inbound");
  await eventually(async () => {
    const { messages } = await steer("GET", `/_sim/phone/${CUSTOMER}`);
    return messages.some((message) => message.direction === "in" && message.body === "Thanks & see you <soon>");
  }, "the reply of MessagingResponse arrives");
  check(true, "the reply built with MessagingResponse arrives on the phone");
}

await run(async (client) => {
  const denied = await refusal(clientOf("PTwrong").messages.list({ limit: 1 }));
  check(denied.status === 401 && denied.code === 20003, "a wrong token is refused (401, code 20003)");
  const number = await searchAndBuy(client, `oracle-node-${randomUUID().slice(0, 8)}`);
  await findAndUpdate(client, number);
  await send(client, number);
  await listPages(client, number);
  await receive(client, number);
  await release(client, number);
});
