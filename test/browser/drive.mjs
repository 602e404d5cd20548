// What every script of this folder needs: a browser, its setup, and ways to say what went wrong.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

export const setup = JSON.parse(readFileSync(0, "utf8"));

export const languages = ["en", "sv", "nb", "da", "fi"];

const problems = [];

// want notes a promise that does not hold; the script goes on, to find them all.
export function want(holds, promise) {
  if (!holds) { problems.push(promise); }
}

// patience is how long a script waits for what normally takes moments, in milliseconds. It is only ever used up when a promise
// does not hold.
export const patience = 120000;

export const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

export const browser = await chromium.launch({
  timeout: patience,
  executablePath: setup.chromium, headless: true, args: flags,
});

// open gives a page of a fresh browser context. foreign collects the requests to hosts that are not ours, paths all, dialogs every
// dialog, errors what the page's console complains of.
export async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 900, height: 900 }, ...options });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  const seen = { foreign: [], paths: [], dialogs: [], errors: [] };
  page.on("request", (r) => {
    const at = new URL(r.url());
    if (at.protocol === "data:") { return; }
    if (!setup.base.endsWith(at.host)) { seen.foreign.push(r.url()); }
    seen.paths.push(at.pathname);
  });
  page.on("dialog", (d) => { seen.dialogs.push(d.message()); d.dismiss(); });
  page.on("console", (m) => { if (m.type() === "error") { seen.errors.push(m.text()); } });
  page.on("pageerror", (e) => seen.errors.push(String(e)));
  return { context, page, seen };
}

// stays keeps pages where they are that would go back to the organization by themselves.
export const stays = (context) => context.route("**/landed*", (r) => r.fulfill({ status: 204 }));

// control tells the sessions behind the pages what to do.
export async function control(path, params = {}) {
  const answer = await fetch(setup.control + path + "?" + new URLSearchParams(params), { method: "POST" });
  if (!answer.ok) { throw new Error(`control ${path}: ${answer.status}`); }
  return answer.json();
}

// still is open with a page whose own time stands, so that it does what its clock says however busy the machine is:
// page.clock.runFor lets so many milliseconds pass.
export async function still(options = {}) {
  const opened = await open(options);
  await opened.page.clock.install();
  await opened.page.clock.pauseAt(Date.now() + 3600000); // it goes on until then, and no machine takes an hour for this
  return opened;
}

export async function begin(page, ticket, query = "", leaves = false) {
  await page.goto(`${setup.base}/s/${ticket}${query}`);
  await page.click("button.yes");
  if (leaves) { // or the next page would be asked for while this one goes on by itself
    await page.waitForURL(/\/authorize/);
    return;
  }
  await page.waitForFunction(() => document.querySelector("h1") && !document.querySelector('form[action*="/begin"]'));
}

// inPairs does all of the work, two pieces at a time: more would only wait for each other.
export async function inPairs(work) {
  const left = [...work];
  await Promise.all([0, 1].map(async () => { while (left.length > 0) { await left.shift()(); } }));
}

export async function finish() {
  await browser.close();
  for (const p of problems) { console.log(p); }
  process.exit(problems.length ? 1 : 0);
}
