// Shows one customer's phone, and the calls of all phones. Everything comes from the control API; the page keeps only who
// "I" am and what is open.

import { dial, drawCalls, isLive, prepareCalls } from "./calls.js";
import { clock, element, get, make, pretty } from "./dom.js";

const POLL_MS = 1500;
/** While somebody is on the phone. */
const CALL_POLL_MS = 400;
const SHOWN_WEBHOOKS = 25;
const DEFAULT_CUSTOMER = "+14155550142";

let me = localStorage.getItem("me") || DEFAULT_CUSTOMER;
let open = null;
const seen = new Map();
const drawn = {};
let busy = false;

/** Draws only what changed, so that focus and scroll position survive the next poll. */
function drawIfChanged(name, data, draw) {
  const text = JSON.stringify(data);
  if (drawn[name] === text) return;
  drawn[name] = text;
  draw();
}

const partner = (message) => (message.direction === "out" ? message.to : message.from);

/** The project's numbers, and those it had when they wrote to me. */
function contactsOf(numbers, messages) {
  const contacts = numbers.map((number) => ({
    number: number.phoneNumber,
    name: number.friendlyName,
    ready: number.capabilities.sms,
  }));
  for (const message of messages) {
    const number = partner(message);
    if (!contacts.some((contact) => contact.number === number)) contacts.push({ number, name: "no longer in use", ready: false });
  }
  return contacts;
}

function drawContacts(contacts, messages) {
  element("no-contacts").hidden = contacts.length > 0;
  element("contacts").replaceChildren(
    ...contacts.map((contact) => {
      const thread = messages.filter((message) => partner(message) === contact.number);
      const last = thread.at(-1);
      const fresh = contact.number !== open && thread.length > (seen.get(contact.number) ?? thread.length);
      const detail = last ? last.body || "Picture" : contact.ready ? contact.name : "Cannot text yet: not registered";
      const button = make("button", { type: "button" }, pretty(contact.number), make("small", { textContent: detail }));
      if (fresh) button.prepend(make("span", { className: "fresh", title: "New message" }));
      button.setAttribute("aria-current", String(contact.number === open));
      button.addEventListener("click", () => choose(contact.number));
      return make("li", {}, button);
    }),
  );
}

function bubble(message) {
  const mine = message.direction === "out";
  const item = make("li", { className: mine ? "mine" : "theirs" });
  for (const url of message.mediaUrls) item.append(make("img", { src: url, alt: "Picture in this message", loading: "lazy" }));
  item.append(make("span", { className: "visually-hidden", textContent: mine ? "Me: " : "Them: " }), message.body ?? "");
  item.append(make("time", { dateTime: message.at, textContent: clock(message.at) }));
  return item;
}

function drawThread(messages) {
  const list = element("bubbles");
  element("send").hidden = !open;
  element("dial").hidden = !open;
  if (!open) return list.replaceChildren();
  element("thread-title").textContent = pretty(open);
  const thread = messages.filter((message) => partner(message) === open);
  seen.set(open, thread.length);
  const empty = make("li", { className: "empty", textContent: "No messages yet. Say hello." });
  list.replaceChildren(...(thread.length ? thread.map(bubble) : [empty]));
  list.scrollTop = list.scrollHeight;
}

const WEBHOOK_NAMES = {
  inbound_message: "Message received",
  fallback: "Message received (fallback)",
  action: "Next document",
  message_status: "Message status",
  registry: "Registration",
  inbound_call: "Call received",
  outbound_call: "Call answered",
  call_action: "Next step of a call",
  call_fallback: "Call (fallback)",
  whisper: "Whisper",
  call_status: "Call status",
  inbound_call_status: "Call ended",
  recording_status: "Recording",
  transcription: "Transcription",
};

function webhookRow(entry) {
  const form = entry.form ?? {};
  const content =
    form.MessageStatus ??
    form.Body ??
    form.TranscriptionText ??
    form.RecordingStatus ??
    form.DialCallStatus ??
    form.Digits ??
    form.CallStatus ??
    entry.json?.event_type ??
    "";
  const failed = entry.dropped || entry.error !== null;
  const outcome = entry.dropped ? "dropped on purpose" : (entry.error ?? `${entry.status} in ${entry.durationMs} ms`);
  const attempt = entry.attempt > 1 ? ` (attempt ${entry.attempt})` : "";
  return make(
    "tr",
    {},
    make("td", { textContent: clock(entry.at) }),
    make("td", { textContent: (WEBHOOK_NAMES[entry.kind] ?? entry.kind) + attempt, title: entry.url }),
    make("td", { textContent: content }),
    make("td", { textContent: outcome, className: failed ? "bad" : "good" }),
  );
}

function drawWebhooks(callbacks) {
  element("no-webhooks").hidden = callbacks.length > 0;
  element("webhooks").replaceChildren(...callbacks.slice(-SHOWN_WEBHOOKS).reverse().map(webhookRow));
}

function drawNumbers(numbers) {
  const rows = numbers.map((number) =>
    make(
      "tr",
      {},
      make("td", { textContent: pretty(number.phoneNumber) }),
      make("td", { textContent: number.friendlyName }),
      make("td", { textContent: number.capabilities.sms ? "ready" : (number.assignment?.state ?? "not registered") }),
      make("td", { textContent: number.webhooks.smsUrl ?? "none" }),
      make("td", { textContent: number.webhooks.voiceUrl ?? "none" }),
    ),
  );
  element("numbers").replaceChildren(...rows);
}

async function port(event) {
  event.preventDefault();
  const phoneNumber = element("ported-number").value.trim();
  const answer = await fetch("/_sim/ports", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ phoneNumber }),
  });
  const body = await answer.json();
  element("port-outcome").textContent = answer.ok ? `${pretty(phoneNumber)} is in the account.` : body.error;
}

async function refresh() {
  const [numbers, phone, journal, { calls }] = await Promise.all([
    get("/_sim/numbers"),
    get(`/_sim/phone/${encodeURIComponent(me)}`),
    get("/_sim/callbacks"),
    get("/_sim/calls"),
  ]);
  const contacts = contactsOf(numbers.numbers, phone.messages);
  if (!open && contacts.length > 0) open = contacts[0].number;
  drawIfChanged("contacts", [me, open, contacts, phone.messages], () => drawContacts(contacts, phone.messages));
  drawIfChanged("thread", [me, open, phone.messages], () => drawThread(phone.messages));
  busy = calls.some(isLive);
  drawCalls(calls, me);
  drawIfChanged("webhooks", journal.callbacks.slice(-SHOWN_WEBHOOKS), () => drawWebhooks(journal.callbacks));
  drawIfChanged("numbers", numbers.numbers, () => drawNumbers(numbers.numbers));
  for (const contact of contacts) {
    const count = phone.messages.filter((message) => partner(message) === contact.number).length;
    if (!seen.has(contact.number)) seen.set(contact.number, count);
  }
}

async function poll() {
  try {
    await refresh();
  } catch (error) {
    // The simulator was stopped; the page goes on asking until it is back.
    console.info("the phone network does not answer", error);
  }
  setTimeout(poll, busy ? CALL_POLL_MS : POLL_MS);
}

async function choose(number) {
  open = number;
  element("outcome").textContent = "";
  await refresh();
  element("text").focus();
}

function describeOutcome(answer) {
  const first = answer.deliveries[0];
  if (!first) return ["Received, but this number has no webhook.", "bad"];
  if (first.error) return [`Received, but the application failed: ${first.error}`, "bad"];
  return ["Delivered to the application.", "good"];
}

async function send(event) {
  event.preventDefault();
  const body = element("text").value.trim();
  const picture = element("picture").value.trim();
  if (!body && !picture) return;
  const button = element("send").querySelector("button");
  const outcome = element("outcome");
  button.disabled = true;
  outcome.className = "";
  outcome.textContent = "Sending…";
  try {
    const text = { from: me, to: open, body, mediaUrls: picture ? [picture] : [] };
    const response = await fetch("/_sim/messages", { method: "POST", body: JSON.stringify(text) });
    const answer = await response.json();
    [outcome.textContent, outcome.className] = response.ok ? describeOutcome(answer) : [answer.error, "bad"];
    if (response.ok) {
      element("text").value = "";
      element("picture").value = "";
    }
    await refresh();
  } catch (error) {
    [outcome.textContent, outcome.className] = [`The phone network does not answer (${error.message}).`, "bad"];
  } finally {
    button.disabled = false;
    element("text").focus();
  }
}

async function call() {
  const outcome = element("call-outcome");
  outcome.textContent = "";
  try {
    await dial(me, open);
  } catch (error) {
    element("calls").hidden = false;
    outcome.textContent = error.message;
  }
}

function changePhone() {
  const field = element("my-number");
  const digits = field.value.replace(/[\s().-]/g, "");
  const number = /^\d{10}$/.test(digits) ? `+1${digits}` : digits;
  const valid = /^\+[1-9]\d{6,14}$/.test(number);
  field.setCustomValidity(valid ? "" : "A number looks like +12125550142");
  field.setAttribute("aria-invalid", String(!valid));
  if (!field.reportValidity()) return;
  field.value = me = number;
  localStorage.setItem("me", me);
  seen.clear();
  refresh().catch((error) => console.info("the phone network does not answer", error));
}

element("my-number").value = me;
element("my-number").addEventListener("change", changePhone);
element("me").addEventListener("submit", (event) => {
  event.preventDefault();
  changePhone();
});
element("send").addEventListener("submit", send);
element("port").addEventListener("submit", (event) => {
  port(event).catch((error) => console.info("the phone network does not answer", error));
});
element("dial").addEventListener("click", call);
element("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    element("send").requestSubmit();
  }
});
prepareCalls(refresh).catch((error) => console.info("the phone network does not answer", error));
poll();
