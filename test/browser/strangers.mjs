// What must not happen: other people's pages, other people's texts, other people's sessions. And what a strict policy
// must not get in the way of: the road to a provider and back, with and without a script.
import { begin, control, finish, open, setup, want } from "./drive.mjs";

async function theWayOn(javaScriptEnabled) {
  const { page, seen } = await open({ javaScriptEnabled });
  const ticket = "on" + javaScriptEnabled;
  await control("/open", { ticket, state: "opened", redirect: "1" });
  await page.goto(`${setup.base}/s/${ticket}?lang=en`);
  await page.click("button.yes");
  await page.waitForURL(/\/authorize/);
  want(page.url().startsWith(setup.provider), "the button leads to the provider");
  if (javaScriptEnabled) {
    await page.goBack();
    await page.waitForSelector("#go"); // seen
    want(page.url().startsWith(setup.base), "the browser's back button leads to a page that stays");
    await page.click("#go");
    await page.waitForURL(/\/authorize/);
  }
  await page.click("a#done");
  await page.waitForURL(/\/landed/);
  want(seen.errors.length === 0, `the policy is in the way: ${seen.errors}`);
}

async function withoutScript() {
  const { page } = await open({ javaScriptEnabled: false });
  await control("/open", { ticket: "plain", state: "opened" });
  await page.goto(`${setup.base}/s/plain?lang=nb`);
  await page.click("button.yes");
  const first = await page.getAttribute("#qr", "src");
  while (await page.getAttribute("#qr", "src") === first) { // the code comes anew, or this never ends
    await page.waitForEvent("load");
  }
  await control("/settle", { ticket: "plain", state: "completed" });
  await page.waitForURL(/\/landed/);
}

async function hostileTexts() {
  const { page, seen } = await open();
  await control("/open", { ticket: "evil", state: "opened", hostile: "1", stay: "1" });
  await page.goto(`${setup.base}/s/evil?lang=en`);
  want((await page.textContent(".text")).includes("<svg onload"), "a hostile text is shown as it is");
  await begin(page, "evil", "?lang=en");
  await control("/hint", { ticket: "evil", hint: "signing" }); // what the script is told is hostile, too
  await page.waitForFunction(() => document.getElementById("status").textContent.includes("Read what you sign"));
  await control("/settle", { ticket: "evil", state: "refused", reason: "rejected" });
  await page.waitForFunction(() => document.getElementById("heading").textContent === "It did not work");
  await page.goto(`${setup.base}/callback/x?state="><svg onload=alert(1)>`);
  want(seen.dialogs.length === 0, "a hostile text runs");
  want(await page.locator("svg").count() === 0, "a hostile text becomes part of the page");
}

async function foreignPages() {
  const { page } = await open();
  await control("/open", { ticket: "csrf", state: "opened", stay: "1" });
  await page.goto(`${setup.provider}/post?to=${encodeURIComponent(setup.base + "/s/csrf/begin")}`);
  await page.click("button");
  await page.waitForURL(/\/begin$/);
  want(await page.getByText("page_foreign").count() === 1, "a foreign page posts in the person's name");
  want((await control("/begun", { ticket: "csrf" })) === 0, "a foreign page begins a session");
  await page.goto(`${setup.provider}/frame?of=${encodeURIComponent(setup.base + "/s/csrf")}`);
  const frame = page.frames()[1];
  want(await Promise.race([frame.waitForURL(/^chrome-error:/).then(() => true), frame.waitForSelector("button").then(() => false)]), "the page can be framed");
}

async function anotherBrowser() {
  const mine = await open(), other = await open();
  await control("/open", { ticket: "mine", state: "opened", stay: "1" });
  await other.page.goto(`${setup.base}/s/mine?lang=en`); // looked at before it was anybody's
  await begin(mine.page, "mine", "?lang=en");
  await other.page.click("button.yes");
  await other.page.waitForURL(/\/begin/);
  want((await other.page.textContent("h1")) === "Begun in another browser", "a second browser takes over");
  want(await other.page.locator("img, form, button").count() === 0, "a second browser is offered something");
  want(await mine.page.isVisible("#qr"), "the first browser loses its session");
}

await Promise.all([theWayOn(true), theWayOn(false), withoutScript(), hostileTexts(), foreignPages(), anotherBrowser()]);
await finish();
