// What only hosted sessions have: a choice among eIDs that the browser remembers, another try, and news by a stream.
import { control, finish, open, setup, still, want } from "./drive.mjs";

const kept = { renewable: "1", stay: "1" };
const all = { choices: "se.bankid se.freja no.bankid no.vipps dk.mitid fi.ftn", stay: "1" };

const asked = (seen, what) => seen.paths.filter((p) => p.endsWith(what)).length;
const heading = (page, words) => page.waitForFunction((w) => document.querySelector("h1").textContent === w, words);
const status = (page, words) => page.waitForFunction((w) => document.getElementById("status").textContent.includes(w), words);
const countries = (page) => page.locator("form h2").allTextContents();

async function visit(page, params, query = "?lang=en") {
  await control("/open", { state: "opened", ...params });
  await page.goto(`${setup.base}/s/${params.ticket}${query}`);
}

// Tab goes on until the button or the link with the given words has the focus.
async function tabTo(page, words) {
  for (let i = 0; i < 30; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((w) => document.activeElement.textContent.trim().startsWith(w), words)) { return true; }
  }
  return false;
}

async function byKeyboard() {
  const { page, seen } = await open({ reducedMotion: "reduce" });
  await visit(page, { ...all, ticket: "keys", stay: "" });
  want((await countries(page)).join() === "Sweden,Norway,Denmark,Finland", "every country has its eIDs");
  want(await page.locator("button.eid").count() === 6, "every eID can be chosen");
  want(await tabTo(page, "BankID, Sweden"), "an eID can be reached by keyboard, and says its country");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#qr[src]");
  want(await page.evaluate(() => document.getAnimations().length === 0), "something moves though nothing should");
  want(await tabTo(page, "Choose another eID"), "the other eIDs can be reached by keyboard");
  await page.keyboard.press("Enter");
  await page.waitForSelector("button.eid");
  want(await tabTo(page, "Freja"), "another one can be reached by keyboard");
  await page.keyboard.press("Space");
  await page.waitForSelector("#qr[src]");
  want((await page.getAttribute("#launch", "href")).startsWith("frejaeid://bindUserToTransaction?"), "the link is the one of the eID that was chosen last");
  await control("/hint", { ticket: "keys", hint: "signing" });
  await status(page, "code, finger or face");
  await control("/settle", { ticket: "keys", state: "completed" });
  await heading(page, "Done");
  want(await page.evaluate(() => document.activeElement.id === "heading"), "the focus is where the news is");
  await page.waitForURL(/\/landed/);
  want(seen.foreign.every((a) => a.startsWith(setup.provider + "/landed?")), `no foreign host is asked: ${seen.foreign}`);
  want(seen.errors.length === 0, `the console complains: ${seen.errors}`);
  want((await control("/arrived", { ticket: "keys" })).EID === "se.freja", "the gateway is told what was chosen");
}

async function remembered() {
  const { page } = await open({ locale: "en-GB" });
  await visit(page, { ...all, ticket: "first" }, "");
  want((await countries(page))[0] === "Sweden", "nothing is remembered of nobody");
  await page.click("text=Dansk");
  want((await countries(page)).join() === "Danmark,Sverige,Norge,Finland", "the countries are named in the person's language, its own first");
  await page.click("button.eid:has-text('Tunnistus'), button.eid[value='fi.ftn']");
  await page.waitForURL(/\/authorize/);
  await page.click("a#done");
  await page.waitForURL(/\/s\/first/);
  await visit(page, { ...all, ticket: "second" }, "");
  want(await page.getAttribute("html", "lang") === "da", "the language is remembered");
  want((await countries(page)).join() === "Finland,Danmark,Sverige,Norge", "the country is remembered");
  const other = await open({ locale: "en-GB" });
  await other.page.goto(`${setup.base}/s/second`);
  want(await other.page.getAttribute("html", "lang") === "en", "another browser remembers what it was never told");
}

async function runOut() {
  const { page, seen } = await open();
  await visit(page, { ...all, ticket: "out" });
  await page.click("button.eid[value='se.bankid']");
  await page.waitForSelector("#qr[src]");
  await control("/reopen", { ticket: "out", reason: "timed_out" });
  await page.waitForSelector("[role=alert]");
  want((await page.textContent("[role=alert]")).includes("did not answer in time"), "the person is told why the order is no more");
  await page.click("button.eid[value='se.bankid']");
  await page.waitForSelector("#qr[src]");
  await control("/settle", { ticket: "out", state: "completed" });
  await heading(page, "Done");
  await visit(page, { ...kept, ticket: "one" });
  await page.click("button.yes");
  await page.waitForSelector("#qr[src]");
  await page.click("text=Try again");
  await page.click("button.yes");
  await page.waitForSelector("#qr[src]");
  await control("/reopen", { ticket: "one", reason: "not_started" });
  await page.click("text=Try again with BankID");
  await page.waitForSelector("#qr[src]");
  want((await control("/begun", { ticket: "one" })) === 3, "every try is an order of its own");
  want(seen.errors.length === 0, `the console complains: ${seen.errors}`);
}

// The clock of these pages stands still, but where the script moves it. So nothing that takes long looks as if it never came,
// and a minute passes as soon as it is told to.
async function standing() {
  const opened = await still();
  const under = new Set(), end = (r) => under.delete(r);
  opened.page.on("request", (r) => { if (!r.url().includes("/events")) { under.add(r); } });
  opened.page.on("requestfinished", end);
  opened.page.on("requestfailed", end);
  return { ...opened, under };
}

// pass lets a second pass on the page's clock, again and again until what is awaited has come. What the page has asked for
// meanwhile takes no time.
async function pass({ page, under }, until) {
  for (;;) {
    while (under.size > 0) { await page.evaluate(() => 0); }
    if (await until()) { return; }
    await page.clock.runFor(1000);
    await page.evaluate(() => 0);
  }
}

async function oneStream() {
  const { page, seen } = await standing();
  await visit(page, { ...kept, ticket: "stream" });
  await page.click("button.yes");
  const codes = [await page.getAttribute("#qr", "src")];
  for (let i = 0; i < 2; i++) {
    const next = await page.waitForFunction((b) => { const s = document.getElementById("qr").getAttribute("src"); return !b.includes(s) && s; }, codes);
    codes.push(await next.jsonValue());
  }
  await control("/hint", { ticket: "stream", hint: "started" });
  await status(page, "The app is looking");
  await page.clock.runFor(10000);
  want(asked(seen, "/events") === 1 && asked(seen, "/state") === 0, `one stream and no question: ${asked(seen, "/events")} and ${asked(seen, "/state")}`);
  await control("/settle", { ticket: "stream", state: "refused", reason: "timed_out" });
  await heading(page, "It did not work");
  want(await page.isVisible("#status") && await page.isHidden("#cancel") && await page.isHidden("#renew"), "the reason stays, the ways out go");
  await quiet(page, seen, "a stream");
}

async function quiet(page, seen, after) {
  const end = seen.paths.length;
  await page.clock.runFor(120000);
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.clock.runFor(120000);
  want(seen.paths.length === end, `something is asked behind the end of ${after}: ${seen.paths.slice(end)}`);
}

async function questionsInstead(name, trouble) {
  const opened = await standing(), { page, context, seen } = opened;
  await trouble(context);
  await visit(page, { ...kept, ticket: name });
  await page.click("button.yes");
  await page.waitForSelector("#qr[src]");
  await control("/hint", { ticket: name, hint: "signing" });
  await pass(opened, () => page.evaluate(() => document.getElementById("status").textContent.includes("code, finger or face")));
  const before = asked(seen, "/state");
  want(before >= 1, `${name}: the page is asked instead`);
  await pass(opened, () => asked(seen, "/state") >= before + 40);
  want(asked(seen, "/events") >= 2 && asked(seen, "/events") <= 3, `${name}: a stream is tried now and then, and not for ever: ${asked(seen, "/events")}`);
  await control("/settle", { ticket: name, state: "completed" });
  await pass(opened, () => page.evaluate(() => document.querySelector("h1").textContent === "Done"));
  await quiet(page, seen, name);
}

// A gateway that is about to stop closes its streams; the page finds the next one by itself.
async function drained() {
  const opened = await standing(), { page, seen } = opened;
  await visit(page, { ...kept, ticket: "drain" });
  await page.click("button.yes");
  await page.waitForFunction((b) => document.getElementById("qr").getAttribute("src") !== b, await page.getAttribute("#qr", "src"));
  await control("/drain");
  await pass(opened, () => asked(seen, "/events") === 2);
  await control("/hint", { ticket: "drain", hint: "signing" });
  await status(page, "code, finger or face");
  want(asked(seen, "/state") === 0, "the page is asked though streams come again");
}

async function withoutScript() {
  const { page } = await open({ javaScriptEnabled: false });
  await visit(page, { ...all, ticket: "plain" }, "?lang=fi");
  await page.click("button.eid[value='se.bankid']");
  const first = await page.getAttribute("#qr", "src");
  while (await page.getAttribute("#qr", "src") === first) { // the code comes anew, or this never ends
    await page.waitForEvent("load");
  }
  await page.click("#renew button");
  await page.waitForSelector("button.eid");
  await page.click("button.eid[value='se.bankid']");
  await control("/settle", { ticket: "plain", state: "completed" });
  await page.waitForSelector("main[data-stage=done]");
}

// An iPad that calls itself a Mac has the app, and is brought back by it.
async function touched() {
  const { page } = await open({ userAgent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15" });
  await page.addInitScript(() => Object.defineProperty(navigator, "maxTouchPoints", { get: () => 5 }));
  await visit(page, { ...kept, ticket: "pad" });
  await page.click("button.yes");
  const own = "redirect=" + encodeURIComponent(`${setup.base}/s/pad?lang=en`);
  const link = () => page.getAttribute("#launch", "href");
  await page.waitForFunction((b) => document.getElementById("qr").getAttribute("src") !== b, await page.getAttribute("#qr", "src"));
  want((await link()).startsWith("https://app.bankid.com/?autostarttoken=") && (await link()).endsWith(own), "an iPad gets the link of a computer");
}

// What a choice and the first code weigh, as the network carries it.
async function weight() {
  const { page, context } = await open();
  const wire = await context.newCDPSession(page);
  let bytes = 0;
  wire.on("Network.loadingFinished", (e) => { bytes += e.encodedDataLength; });
  await wire.send("Network.enable");
  await visit(page, { ...all, ticket: "light", theme: "light" });
  const chosen = bytes;
  await page.click("button.eid[value='se.bankid']");
  await page.waitForSelector("#qr[src]");
  want(chosen > 1000 && bytes > chosen, "nothing was weighed");
  want(bytes <= 50 * 1024, `a choice and a code take ${bytes} bytes`);
  want(await page.locator(".logo img").count() === 1, "the organization's logo is part of the page");
}

await Promise.all([
  byKeyboard(), remembered(), runOut(), oneStream(), withoutScript(), touched(), weight(),
  questionsInstead("refused", (context) => context.route("**/events*", (r) => r.fulfill({ status: 503, body: "" }))),
  questionsInstead("third", (context) => context.route("**/events*", (r) => r.fulfill({ status: 429, headers: { "Retry-After": "15" }, body: "" }))),
  questionsInstead("cut", (context) => context.route("**/events*", (r) => r.abort())),
]);
await drained(); // closes the streams of all
await finish();
