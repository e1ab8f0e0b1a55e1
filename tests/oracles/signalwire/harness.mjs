// What the checks with SignalWire's own Node SDK share: settings, a receiver of webhooks, the control API.
//
// Environment (each with the simulator's default): SIGNALWIRE_SIM_URL, SIGNALWIRE_PROJECT_ID, SIGNALWIRE_TOKEN,
// SIGNALWIRE_SIGNING_KEY, SIGNALWIRE_CAMPAIGN_ID. Exits with 1 when a check fails. The simulator must be able to reach
// this machine's loopback; settings that are changed on the way are put back.

import { createServer } from "node:http";

import { RestClient } from "@signalwire/compatibility-api";

const setting = (name, otherwise) => process.env[name] || otherwise;
export const SIMULATOR = setting("SIGNALWIRE_SIM_URL", "http://127.0.0.1:8802").replace(/\/$/, "");
export const PROJECT = setting("SIGNALWIRE_PROJECT_ID", "5a1d0e4c-7f4b-4a53-9d6a-0c2f7a9be001");
export const TOKEN = setting("SIGNALWIRE_TOKEN", "PTsimulatedtoken");
export const SIGNING_KEY = setting("SIGNALWIRE_SIGNING_KEY", "PSK_simulatedsigningkey");
export const CAMPAIGN = setting("SIGNALWIRE_CAMPAIGN_ID", "5a1d0e4c-7f4b-4a53-9d6a-0c2f7a9be002");

export const CUSTOMER = `+1415555${String(Date.now()).slice(-4)}`;
export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let failed = 0;

export function check(passed, text) {
  console.log(`${passed ? "ok    " : "FAIL  "}${text}`);
  if (!passed) failed += 1;
}

export async function refusal(promise) {
  try {
    await promise;
    return {};
  } catch (error) {
    return error;
  }
}

export async function eventually(ask, text) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const found = await ask();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`did not happen within ten seconds: ${text}`);
}

export async function steer(method, path, body) {
  const answer = await fetch(SIMULATOR + path, { method, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? null : answer.json();
}

export function clientOf(token) {
  const client = new RestClient(PROJECT, token, { signalwireSpaceUrl: "127.0.0.1" });
  // The SDK insists on https; the base URL is the one thing to change for a simulator.
  client.api.baseUrl = SIMULATOR;
  return client;
}

// ---------------------------------------------------------------- a receiver of webhooks

export const arrived = [];
/** Documents by path, each an answer from then on. */
export const documents = {};

const receiver = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => {
    const parameters = Object.fromEntries(new URLSearchParams(body));
    const path = request.url.split("?")[0];
    arrived.push({ url: base + request.url, path, parameters, headers: request.headers });
    response.writeHead(200, { "Content-Type": "text/xml" });
    response.end(documents[path] ?? "<Response/>");
  });
});
await new Promise((resolve) => receiver.listen(0, "127.0.0.1", resolve));
export const base = `http://127.0.0.1:${receiver.address().port}`;

export function checkSignatures(arrivals, text) {
  const good = arrivals.every(({ url, parameters, headers }) => {
    const header = headers["x-signalwire-signature"];
    return (
      header === headers["x-twilio-signature"] &&
      RestClient.validateRequest(SIGNING_KEY, header, url, parameters) &&
      !RestClient.validateRequest(SIGNING_KEY, header, url, { ...parameters, Added: "changed" }) &&
      !RestClient.validateRequest("PSK_another", header, url, parameters)
    );
  });
  check(arrivals.length > 0 && good, `${text}: RestClient.validateRequest accepts ${arrivals.length}, and refuses changed ones`);
}

/** Runs the checks, and tells the result by the exit code. */
export async function run(checks) {
  try {
    await checks(clientOf(TOKEN));
  } catch (error) {
    check(false, error.stack ?? String(error));
  } finally {
    receiver.close();
    receiver.closeAllConnections();
  }
  console.log(failed ? `${failed} checks failed` : "all checks passed");
  process.exitCode = failed ? 1 : 0;
}
