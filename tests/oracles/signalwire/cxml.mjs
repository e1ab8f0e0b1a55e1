// Builds the documents of a JSON file ([{name, attributes, text, children}, …], each a <Response>) with SignalWire's own
// builder, verb by verb, and writes them as a JSON list. A verb or a nesting that the builder does not know is an error.

import { readFileSync } from "node:fs";

import { RestClient } from "@signalwire/compatibility-api";

const documents = JSON.parse(readFileSync(process.argv[2], "utf8"));

// Verbs with a text take it after their attributes, or before them when the text is optional there.
const add = (parent, { name, attributes, text, children }) => {
  const method = name.toLowerCase();
  if (typeof parent[method] !== "function") throw new Error(`no ${name} here`);
  const made = text === null ? parent[method](attributes) : parent[method](attributes, text);
  for (const child of children) add(made, child);
};

const built = documents.map(({ children }) => {
  const response = new RestClient.LaML.VoiceResponse();
  for (const child of children) add(response, child);
  return response.toString();
});
process.stdout.write(JSON.stringify(built));
