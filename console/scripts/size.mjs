// The JavaScript that each page loads before it shows anything, gzipped, against the budget. Run after `npm run build`.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET = 200_000;
const DIST = new URL('../dist/', import.meta.url);
// Either is on the way to every page. Clerk's sign-in forms come from Clerk's own servers and are not counted.
const SESSIONS = ['src/session/simulated/SimulatedSession.tsx', 'src/session/clerk/ClerkSession.tsx'];

const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', DIST), 'utf8'));
const pages = Object.keys(manifest).filter((file) => /^src\/features\/[^/]+\/\w+Page\.tsx$/.test(file));
if (pages.length === 0) throw new Error('The manifest has no pages.');

/** The chunk and all that it imports at once. */
function chunks(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const needed of manifest[file].imports ?? []) chunks(needed, found);
  return found;
}

const sizes = new Map();
function size(file) {
  const asset = manifest[file].file;
  if (!sizes.has(asset)) sizes.set(asset, gzipSync(readFileSync(new URL(asset, DIST)), { level: 9 }).length);
  return sizes.get(asset);
}

function totalSize(files) {
  const needed = files.reduce((found, file) => chunks(file, found), new Set());
  return [...needed].reduce((sum, file) => sum + size(file), 0);
}

let isOver = false;
for (const page of pages) {
  const total = Math.max(...SESSIONS.map((session) => totalSize(['index.html', session, page])));
  isOver ||= total > BUDGET;
  console.log(`${(total / 1000).toFixed(1).padStart(7)} kB  ${page}${total > BUDGET ? '  OVER BUDGET' : ''}`);
}
console.log(`Initial JavaScript, gzipped; at most ${BUDGET / 1000} kB a page.`);
if (isOver) process.exitCode = 1;
