// Checks webhooks, session tokens and the Backend API against `@clerk/backend` and `svix` from npm.
//
// With CLERK_SIM_URL: webhooks of the simulator must verify, its tokens must be good or bad as asked, and Clerk's own
// client must be able to read its Backend API.
// With CLERK_WEBHOOK_URL: each case of cases.json is posted there; the receiver must accept exactly what `svix` accepts.
// With API_URL (and CLERK_SIM_URL): each token is sent to the product's API, which must refuse at least what Clerk refuses.
//
// Environment: CLERK_SIM_URL, CLERK_WEBHOOK_URL (at least one), CLERK_WEBHOOK_SECRET, CLERK_INSTANCE_ID,
// CLERK_SECRET_KEY, CLERK_JWT_KEY (else from the simulator's JWKS), CLERK_AUTHORIZED_PARTY, API_URL.

import { createPublicKey, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

import { createClerkClient, verifyToken } from "@clerk/backend";
import { verifyWebhook } from "@clerk/backend/webhooks";
import { Webhook } from "svix";

const setting = (name, otherwise) => process.env[name] || otherwise;
const SIMULATOR = setting("CLERK_SIM_URL", "").replace(/\/$/, "");
const RECEIVER = setting("CLERK_WEBHOOK_URL", "");
const API = setting("API_URL", "").replace(/\/$/, "");
const SECRET = setting("CLERK_WEBHOOK_SECRET", "whsec_Y2xlcmstc2ltdWxhdG9yLXdlYmhvb2s=");
const OTHER_SECRET = "whsec_////////////////////////////////";
const INSTANCE = setting("CLERK_INSTANCE_ID", "ins_simulator");
const SECRET_KEY = setting("CLERK_SECRET_KEY", "sk_test_simulator");
// Nothing here may leave this machine.
const QUIET = { telemetry: { disabled: true } };
const PARTY = setting("CLERK_AUTHORIZED_PARTY", "http://localhost:5173");

let failed = 0;

function check(passed, text) {
  console.log(`${passed ? "ok    " : "FAIL  "}${text}`);
  if (!passed) failed += 1;
}

async function call(method, path, body) {
  const options = method === "GET" ? { method } : { method, body: JSON.stringify(body ?? {}) };
  const answer = await fetch(SIMULATOR + path, options);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
  return text ? JSON.parse(text) : null;
}

// ---------------------------------------------------------------- webhooks of the simulator

function listen(received) {
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      received.push({ body: Buffer.concat(chunks), headers: request.headers });
      response.end();
    });
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

async function acceptedByClerk(body, headers) {
  const request = new Request("http://127.0.0.1/", { method: "POST", headers, body });
  return verifyWebhook(request, { signingSecret: SECRET }).then(
    (event) => event.type,
    () => null,
  );
}

function acceptedBySvix(body, headers) {
  try {
    new Webhook(SECRET).verify(body, headers);
    return true;
  } catch (error) {
    // The package parses after it has verified.
    return error instanceof SyntaxError;
  }
}

async function checkDeliveries() {
  const received = [];
  const server = await listen(received);
  const before = (await call("GET", "/_sim/settings")).webhookUrl;
  await call("PATCH", "/_sim/settings", { webhookUrl: `http://127.0.0.1:${server.address().port}/` });
  let created;
  try {
    created = await call("POST", "/_sim/organizations", { name: "Café Oracle ☃", plan: "pro", copies: 2 });
  } finally {
    await call("PATCH", "/_sim/settings", { webhookUrl: before });
    server.close();
  }
  for (const { body, headers } of received) {
    const { type } = JSON.parse(body);
    check((await acceptedByClerk(body, headers)) === type, `verifyWebhook reads ${type} as it arrived`);
    check(acceptedBySvix(body.toString(), headers), `svix verifies ${type} as it arrived`);
  }
  for (const { type, body, attempts } of created.deliveries) {
    check(attempts.length === 2, `${type} was sent twice`);
    check((await acceptedByClerk(body, attempts[1].headers)) === type, `verifyWebhook reads ${type} as it was recorded`);
    const altered = await acceptedByClerk(`${body} `, attempts[1].headers);
    check(altered === null, `verifyWebhook refuses ${type} when it was altered`);
  }
  check(received.length === created.deliveries.length * 2, `${received.length} webhooks arrived`);
  return created;
}

// ---------------------------------------------------------------- session tokens

async function publicKey() {
  const { keys } = await call("GET", "/.well-known/jwks.json");
  const pem = createPublicKey({ key: keys[0], format: "jwk" }).export({ type: "spki", format: "pem" });
  const given = process.env.CLERK_JWT_KEY?.replaceAll("\\n", "\n");
  if (given) check(given.trim() === pem.trim(), "CLERK_JWT_KEY is the key of the JWKS");
  return pem;
}

async function mint(query) {
  const answer = await fetch(`${SIMULATOR}/token?${query}`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`/token?${query}: ${text}`);
  return text;
}

/** What Clerk accepts, what it refuses, and what only the product refuses (with the status that it owes). */
function tokenTable(organization) {
  const own = `organization=${organization}`;
  return [
    { query: `${own}&role=admin`, clerk: true },
    { query: `${own}&role=member`, clerk: true },
    { query: `${own}&role=admin&version=1`, clerk: true },
    { query: `${own}&ttl=3600`, clerk: true },
    { query: "user=user_alone", clerk: true, owed: [403, 404] },
    { query: `${own}&expired=1`, clerk: false },
    { query: `${own}&azp=https://evil.test`, clerk: false },
    { query: `${own}&azp=${encodeURIComponent(`${PARTY}/`)}`, clerk: false },
    { query: `${own}&azp=`, clerk: false },
    { query: `${own}&key=other`, clerk: false },
    { query: `${own}&alg=none`, clerk: false },
    { query: `${own}&alg=HS256`, clerk: false },
    { query: `${own}&alg=RS512`, clerk: false },
    { query: `${own}&typ=at%2Bjwt`, clerk: false },
    { query: `${own}&omit=sub`, clerk: false },
    { query: `${own}&omit=exp`, clerk: false },
    { query: `${own}&iss=https://other.test`, clerk: true, owed: [401] },
    { query: `${own}&omit=sid`, clerk: true, owed: [401] },
    { query: `${own}&sts=pending`, clerk: true, owed: [403] },
  ];
}

async function checkTokens(organization) {
  const jwtKey = await publicKey();
  for (const { query, clerk, owed } of tokenTable(organization)) {
    const token = await mint(query);
    const verdict = await verifyToken(token, { jwtKey, authorizedParties: [PARTY] }).then(
      () => true,
      () => false,
    );
    check(verdict === clerk, `token ${query}: verifyToken ${verdict ? "accepts" : "refuses"}`);
    if (API) await checkApi(token, query, clerk, owed);
  }
  await checkAuthObject(organization, jwtKey);
}

/** An accepted token may still meet 404, because the product may not know the organisation. */
async function checkApi(token, query, clerk, owed) {
  const path = `/api/workspaces/${new URLSearchParams(query).get("organization") ?? "org_none"}`;
  const { status } = await fetch(API + path, { headers: { authorization: `Bearer ${token}` } });
  const expected = owed ?? (clerk ? [200, 404] : [401]);
  check(expected.includes(status), `token ${query}: the API answers ${status}`);
}

/** Clerk's own reading of both versions: the same organisation, role and permissions. */
async function checkAuthObject(organization, jwtKey) {
  const publishableKey = `pk_test_${Buffer.from("clerk.example.test$").toString("base64")}`;
  const client = createClerkClient({ ...QUIET, secretKey: SECRET_KEY, publishableKey, apiUrl: SIMULATOR });
  for (const version of [1, 2]) {
    const token = await mint(`organization=${organization}&role=member&version=${version}`);
    const request = new Request(PARTY, { headers: { authorization: `Bearer ${token}` } });
    const state = await client.authenticateRequest(request, { jwtKey, authorizedParties: [PARTY] });
    const auth = state.toAuth();
    check(auth?.orgId === organization, `version ${version}: Clerk reads the organisation`);
    check(auth?.orgRole === "org:member", `version ${version}: Clerk reads the role`);
    const permissions = auth?.orgPermissions?.join() ?? "";
    check(permissions === "org:inbox:read,org:numbers:read", `version ${version}: Clerk reads the permissions`);
    if (version === 2) check(auth.has({ plan: "org:pro" }), "version 2: Clerk reads the plan");
  }
}

// ---------------------------------------------------------------- Backend API

async function refusal(promise) {
  return promise.then(
    () => null,
    (error) => error.status,
  );
}

async function checkBackendApi(organization) {
  const client = createClerkClient({ ...QUIET, secretKey: SECRET_KEY, apiUrl: SIMULATOR });
  const subscription = await client.billing.getOrganizationBillingSubscription(organization);
  const active = subscription.subscriptionItems.filter((item) => item.status === "active");
  check(active.length === 1 && active[0].plan.slug === "pro", "the client reads the active plan");
  check(active[0].planPeriod === "month" && active[0].amount.amount === 4900, "the client reads period and amount");

  const plans = await client.billing.getPlanList({ payerType: "org" });
  check(plans.data.map((plan) => plan.slug).join() === "free_org,pro,enterprise", "the client lists the plans");

  await client.organizations.updateOrganizationMetadata(organization, {
    publicMetadata: { plan: "pro", limits: { numbers: 3, seats: 9 } },
  });
  const patched = await client.organizations.updateOrganizationMetadata(organization, {
    publicMetadata: { plan: null, limits: { seats: 10 } },
    privateMetadata: { note: "kept" },
  });
  const merged = JSON.stringify(patched.publicMetadata) === JSON.stringify({ limits: { numbers: 3, seats: 10 } });
  check(merged && patched.privateMetadata.note === "kept", "metadata merges deeply and null deletes");

  check((await refusal(client.billing.getOrganizationBillingSubscription("org_none"))) === 404, "an unknown organisation is 404");
  const stranger = createClerkClient({ ...QUIET, secretKey: "sk_test_stranger", apiUrl: SIMULATOR });
  check((await refusal(stranger.billing.getPlanList({}))) === 401, "another secret key is 401");
}

// ---------------------------------------------------------------- the receiver under test

/** Body and headers of a case, under a new message id. */
function build(test) {
  const envelope = { object: "event", type: "oracle.checked", instance_id: INSTANCE, timestamp: 1767225600000, data: { id: "oracle_1" } };
  const signedBody = (test.body ?? JSON.stringify(envelope)).replaceAll("$instance", INSTANCE);
  const id = `msg_${randomUUID().replaceAll("-", "")}`;
  const at = new Date(Date.now() - (test.age ?? 0) * 1000);
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const good = new Webhook(test.otherSecret ? OTHER_SECRET : SECRET).sign(id, at, signedBody).replace(/^v1,/, "");

  const fields = { id, timestamp, signature: (test.signature ?? "v1,$good").replace("$good", () => good) };
  for (const [name, text] of Object.entries(test.set ?? {})) {
    fields[name] = text.replace("$timestamp", timestamp).replace("$next", String(Number(timestamp) + 1));
  }
  for (const name of test.omit ?? []) delete fields[name];
  const prefix = test.prefix ?? "svix";
  const headers = Object.fromEntries(Object.entries(fields).map(([name, text]) => [`${prefix}-${name}`, text]));
  return { body: test.emptyBody ? "" : signedBody + (test.bodySuffix ?? ""), headers };
}

async function checkReceiver() {
  const cases = JSON.parse(readFileSync(new URL("cases.json", import.meta.url), "utf8"));
  for (const test of cases) {
    const { body, headers } = build(test);
    if (!test.stricter) {
      const verdict = acceptedBySvix(body, headers);
      check(verdict === test.accept, `${test.name}: svix ${verdict ? "accepts" : "refuses"}`);
    }
    if (!RECEIVER) continue;
    const options = { method: "POST", headers: { ...headers, "content-type": "application/json" }, body };
    const { status } = await fetch(RECEIVER, options);
    const agrees = test.accept ? status >= 200 && status < 300 : status >= 400 && status < 500;
    check(agrees, `${test.name}: the receiver answers ${status}`);
  }
}

if (!SIMULATOR && !RECEIVER) throw new Error("set CLERK_SIM_URL, CLERK_WEBHOOK_URL, or both");
if (SIMULATOR) {
  const { organizationId } = await checkDeliveries();
  await checkTokens(organizationId);
  await checkBackendApi(organizationId);
  await call("DELETE", `/_sim/organizations/${organizationId}`);
}
await checkReceiver();
console.log(failed ? `${failed} failed` : "all passed");
process.exitCode = failed ? 1 : 0;
