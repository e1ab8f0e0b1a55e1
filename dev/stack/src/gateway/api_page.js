const json = async (address) => (await fetch(address)).json();

/** Who is signed in to the console, which is of the same origin. */
function whoIsSignedIn() {
  try {
    return JSON.parse(localStorage.getItem("switchboard.identity"));
  } catch {
    return null;
  }
}

/** Puts the organisation where the routes want a workspace. */
function fillIn(specification, organization) {
  const operations = Object.values(specification.paths).flatMap((path) => Object.values(path));
  for (const parameter of operations.flatMap(({ parameters }) => parameters ?? [])) {
    if (parameter.in === "path" && parameter.name === "workspace") parameter.example = organization;
  }
}

const [specification, config] = await Promise.all([json("openapi.json"), json("/config.json")]);
const identity = whoIsSignedIn();
const isSimulated = config.clerk.mode === "simulated";
if (identity) fillIn(specification, identity.organization.id);

async function authorize(request) {
  if (!identity || !isSimulated || request.headers.Authorization) return request;
  const query = new URLSearchParams({ organization: identity.organization.id, user: identity.user.id, role: identity.role });
  request.headers.Authorization = `Bearer ${await (await fetch(`${config.clerk.tokenUrl}?${query}`)).text()}`;
  return request;
}

document.querySelector("#who").textContent =
  identity && isSimulated
    ? `Requests are made as ${identity.user.name}, ${identity.role} of ${identity.organization.name}, as in the console.`
    : "Sign in to the console and load this page again, or give a session token under Authorize.";
document.documentElement.classList.toggle("dark-mode", matchMedia("(prefers-color-scheme: dark)").matches);

SwaggerUIBundle({
  spec: specification,
  domNode: document.querySelector("#api"),
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  // Its own validator is a service of somebody else.
  validatorUrl: null,
  requestInterceptor: authorize,
});
