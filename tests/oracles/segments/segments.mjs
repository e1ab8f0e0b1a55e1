// Counts the texts of a JSON file ([string, …]) with the package sms-segments-calculator, and writes what it says as JSON:
// {"counts": [[encoding, segments], …], "smart": [text after its smart encoding, …]}.

import { readFileSync } from "node:fs";

import { SegmentedMessage } from "sms-segments-calculator";

const texts = JSON.parse(readFileSync(process.argv[2], "utf8"));
const counts = texts.map((text) => {
  const message = new SegmentedMessage(text);
  return [message.encodingName, message.segmentsCount];
});
const smart = texts.map((text) => new SegmentedMessage(text, "auto", true).graphemes.join(""));
process.stdout.write(JSON.stringify({ counts, smart }));
