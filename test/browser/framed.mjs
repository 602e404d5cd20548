// A page inside of another site's page: with cookies of third parties blocked, which is what browsers come with, and with none
// at all.
// The page around it is told how it ended; pages that nobody has named are refused by the browser.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { control, finish, flags, open, patience, setup, want } from "./drive.mjs";

const frames = setup.provider; // the one origin that is named
const choices = "se.bankid se.freja";

// around puts the page into one of the given origin, which keeps what it is told.
async function around(page, ticket, origin = frames, query = "?lang=en") {
  await page.addInitScript(() => {
    window.told = [];
    if (window === window.top) { addEventListener("message", (e) => window.told.push({ origin: e.origin, ...e.data })); }
  });
  await page.goto(`${origin}/frame?of=${encodeURIComponent(`${setup.base}/s/${ticket}${query}`)}`);
  return page.frames()[1];
}

const heading = (frame, words) => frame.waitForFunction((w) => document.querySelector("h1").textContent === w, words);

// passage goes from the choice to the end, and back once on the way.
async function passage(name, { context, page }, cookies) {
  const ticket = `in-${name}`, browsers = new Set(), addresses = [];
  page.on("request", (r) => {
    addresses.push(r.url());
    const of = r.headers()["x-eidgate-browser"];
    if (of) { browsers.add(of); }
  });
  await control("/open", { ticket, state: "opened", choices, frames });
  const frame = await around(page, ticket);
  await frame.click("button.eid[value='se.bankid']");
  await frame.waitForSelector("#qr[src]");
  await frame.waitForFunction((b) => document.getElementById("qr").getAttribute("src") !== b, await frame.getAttribute("#qr", "src"));
  await frame.click("text=Choose another eID");
  await frame.click("button.eid[value='se.freja']");
  await frame.waitForSelector("#launch[href^='frejaeid:']");
  await control("/reopen", { ticket, reason: "timed_out" });
  await frame.waitForSelector("[role=alert]");
  await frame.click("text=Dansk");
  await frame.waitForFunction(() => document.documentElement.lang === "da");
  await frame.click("text=English");
  await frame.click("button.eid[value='se.bankid']");
  await frame.waitForSelector("#qr[src]");
  await control("/hint", { ticket, hint: "signing" });
  await frame.waitForFunction(() => document.getElementById("status").textContent.includes("code, finger or face"));
  await control("/settle", { ticket, state: "completed" });
  await page.waitForFunction(() => window.told.length > 0);
  await frame.waitForURL(/\/landed/);
  const told = await page.evaluate(() => window.told);
  want(told.length === 1, `${name}: the page around is told ${told.length} times`);
  want(JSON.stringify(told[0]) === JSON.stringify({
    origin: setup.base, type: "eidgate.session", session: "session", status: "completed", sessionNonce: "cHJvb2Ytb2YtdGhlLWJyb3dzZXI",
  }), `${name}: the page around is told something else: ${JSON.stringify(Object.keys(told[0]))}`);
  want((await control("/begun", { ticket })) === 3, `${name}: every try is an order of its own`);
  const kept = (await context.cookies()).some((c) => c.name === "eidgate-framed");
  want(kept === cookies, `${name}: the browser keeps a cookie: ${kept}`);
  want((await control("/arrived", { ticket })).Cookieless === !cookies, `${name}: the gateway takes it for something else`);
  want((browsers.size > 0) === !cookies, `${name}: the script names the browser ${browsers.size} times`);
  want(![...browsers].some((b) => addresses.some((a) => a.includes(b))), `${name}: a secret stands in an address`);
}

async function resultScreen() {
  const { page } = await open();
  await control("/open", { ticket: "stays", state: "opened", frames, stay: "1" });
  const frame = await around(page, "stays");
  await frame.click("button.yes");
  await frame.waitForSelector("#qr[src]");
  await control("/settle", { ticket: "stays", state: "refused", reason: "rejected" });
  await heading(frame, "It did not work");
  await page.waitForFunction(() => window.told.length === 1 && window.told[0].status === "refused");
  want(await frame.isHidden("#return") && !(await frame.textContent("#status")).includes("close this window"), "a frame is called a window");
  await frame.evaluate(() => location.reload());
  await page.waitForFunction(() => window.told.length === 2);
  want((await frame.textContent("h1")) === "It did not work", "the result stays");
}

async function strangers() {
  for (const [ticket, origin] of [["unnamed", setup.provider.replace("localhost", "127.0.0.1")], ["nobody", frames]]) {
    const { page, seen } = await open();
    await control("/open", { ticket, state: "opened", frames: ticket === "nobody" ? "" : frames });
    const frame = await around(page, ticket, origin);
    const shown = await Promise.race([frame.waitForURL(/^chrome-error:/).then(() => false), frame.waitForSelector("button").then(() => true)]);
    want(!shown, `${ticket}: the browser shows the page in a place that it may not stand in`);
    while (seen.errors.length === 0) { await page.evaluate(() => 0); }
    want(seen.errors.some((e) => e.includes("frame-ancestors")), `${ticket}: something else than the policy is in the way: ${seen.errors}`);
  }
}

// A session that is over, or another browser's, says so where it stands.
async function gone() {
  const { page } = await open();
  await control("/open", { ticket: "theirs", state: "foreign", frames });
  const frame = await around(page, "theirs");
  want((await frame.textContent("h1")) === "Begun in another browser", "a foreign session is no page in a frame");
  want(await page.evaluate(() => window.told.length) === 0, "somebody is told of a foreign session");
}

// Without a script and without a cookie there is a button in place of what would come by itself.
async function plain({ page }) {
  await control("/open", { ticket: "plain-in", state: "opened", choices, frames });
  const frame = await around(page, "plain-in");
  await frame.click("button.eid[value='se.bankid']");
  await frame.waitForSelector("#qr[src]");
  await control("/settle", { ticket: "plain-in", state: "completed" });
  await frame.click("button[form=anew]");
  await frame.waitForURL(/\/landed/);
}

// with gives a browser that treats cookies as the person has told it to.
async function wary(name, preferences, options = {}) {
  const home = join(setup.work, name);
  mkdirSync(join(home, "Default"), { recursive: true });
  writeFileSync(join(home, "Default", "Preferences"), JSON.stringify({ profile: preferences }));
  const context = await chromium.launchPersistentContext(home, {
    executablePath: setup.chromium, headless: true, timeout: patience, viewport: { width: 900, height: 900 }, ...options,
    args: flags,
  });
  context.setDefaultTimeout(patience);
  return { context, page: await context.newPage() };
}

const none = { default_content_setting_values: { cookies: 2 } };
await Promise.all([
  wary("third", { block_third_party_cookies: true, cookie_controls_mode: 1 }).then(async (o) => { await passage("third", o, true); await o.context.close(); }),
  wary("none", none).then(async (o) => { await passage("none", o, false); await o.context.close(); }),
  wary("bare", none, { javaScriptEnabled: false }).then(async (o) => { await plain(o); await o.context.close(); }),
  resultScreen(), strangers(), gone(),
]);
await finish();
