// Live calls: one card for each phone that is in one. Whoever looks at the page plays the people on all of them.

import { element, get, make, pretty } from "./dom.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
/** In real time, a second lasts a second. */
const REAL_TIME = 1000;
/** Words that people say in a second. */
const SPEED = 2.5;
/** How long an ended call stays on the page, in milliseconds. */
const LINGER = 20_000;

const cards = new Map();
const dismissed = new Set();
let refreshPage = async () => {};

/** Calls move in real time for a person, whatever the tests set. */
export async function prepareCalls(refresh) {
  refreshPage = refresh;
  const { settings } = await get("/_sim/settings");
  if (settings.callTimeScale >= REAL_TIME) return;
  await fetch("/_sim/settings", { method: "PATCH", body: JSON.stringify({ callTimeScale: REAL_TIME }) });
}

export async function dial(from, to) {
  const response = await fetch("/_sim/calls", { method: "POST", body: JSON.stringify({ from, to }) });
  if (!response.ok) throw new Error((await response.json()).error);
  await refreshPage();
}

export const isLive = (call) => call.endedAt === null;

const isShown = (call) => !dismissed.has(call.sid) && (isLive(call) || Date.now() - Date.parse(call.endedAt) < LINGER);

/** Draws the cards that changed; the others keep what is typed into them. */
export function drawCalls(calls, me) {
  const shown = calls.filter(isShown);
  element("calls").hidden = shown.length === 0;
  const list = element("call-cards");
  for (const [sid, card] of cards) {
    if (!shown.some((call) => call.sid === sid)) {
      card.node.remove();
      cards.delete(sid);
    }
  }
  for (const call of shown) {
    const text = JSON.stringify([call, me]);
    const known = cards.get(call.sid);
    if (known?.text === text) continue;
    const node = drawCard(call, me);
    if (known) known.node.replaceWith(node);
    else list.prepend(node);
    scrollToEnd(node.querySelector(".said"));
    cards.set(call.sid, { text, node });
  }
}

function drawCard(call, me) {
  const card = make("li", { className: "call" });
  const log = make("ol", { className: "said" }, ...call.said.map((text) => make("li", { textContent: text })));
  card.append(make("h3", { textContent: titleOf(call, me) }), make("p", { className: "state", textContent: stateOf(call) }));
  if (call.said.length > 0) card.append(log);
  if (!isLive(call)) {
    card.append(make("div", { className: "actions" }, button("Close", "", async () => dismissed.add(call.sid))));
    return card;
  }
  if (call.waitingFor === "recording") card.append(voicemail(call));
  else if (call.waitingFor === "digits" || call.direction === "inbound") card.append(keypad(call));
  card.append(actionsOf(call));
  return card;
}

function scrollToEnd(log) {
  if (log) log.scrollTop = log.scrollHeight;
}

function titleOf(call, me) {
  const name = (number) => (number === me ? "My phone" : pretty(number));
  return call.direction === "inbound" ? `${name(call.from)} calls ${pretty(call.to)}` : `${name(call.to)}: call from ${pretty(call.from)}`;
}

function stateOf(call) {
  if (!isLive(call)) return `Ended: ${call.error ?? call.status.replace("-", " ")}, ${call.durationSeconds} s`;
  if (call.waitingFor === "answer") return "Ringing …";
  if (call.bridged) return "Talking to each other";
  const waits = {
    digits: "Waiting for keys",
    recording: "Recording: say something after the tone",
    dial: "Ringing somebody else …",
    pause: "Silence",
  };
  return waits[call.waitingFor] ?? (call.status === "in-progress" ? "Listening" : "Connecting …");
}

function keypad(call) {
  const listening = call.waitingFor === "digits";
  const keys = KEYS.map((key) => {
    const node = button(key, "", () => act(call, "digits", { digits: key }));
    node.disabled = !listening;
    return node;
  });
  return make("div", { className: "keypad", role: "group", ariaLabel: "Keypad" }, ...keys);
}

function voicemail(call) {
  const text = make("textarea", { rows: 2, placeholder: "What is said after the tone", ariaLabel: "Voicemail" });
  const form = make("form", { className: "voicemail" }, text, button("Leave message", "go"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const transcript = text.value.trim();
    const seconds = Math.max(2, Math.ceil(transcript.split(/\s+/).length / SPEED));
    perform(() => act(call, "record", transcript ? { seconds, transcript } : { silent: true }));
  });
  return form;
}

function actionsOf(call) {
  if (call.waitingFor === "answer") {
    return make(
      "div",
      { className: "actions" },
      button("Answer", "go", () => act(call, "answer", {})),
      button("Decline", "stop", () => act(call, "decline", {})),
    );
  }
  return make("div", { className: "actions" }, button("Hang up", "stop", () => act(call, "hangup", {})));
}

function button(text, className, action) {
  const node = make("button", { type: action ? "button" : "submit", className, textContent: text });
  if (action) node.addEventListener("click", () => perform(action));
  return node;
}

async function act(call, action, body) {
  const path = `/_sim/calls/${call.sid}/${action}`;
  const response = await fetch(path, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error((await response.json()).error);
}

async function perform(action) {
  const outcome = element("call-outcome");
  outcome.textContent = "";
  try {
    await action();
    await refreshPage();
  } catch (error) {
    outcome.textContent = error.message;
  }
}
