// A person logs in at a computer: by keyboard alone, with codes that a scanner reads.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { begin, control, finish, open, setup, want } from "./drive.mjs";

async function focused(page) {
  return page.evaluate(() => document.activeElement.textContent.trim());
}

// Tab goes on until something with the given words has the focus.
async function tabTo(page, words) {
  for (let i = 0; i < 20; i++) {
    await page.keyboard.press("Tab");
    if ((await focused(page)).includes(words)) { return true; }
  }
  return false;
}

async function keyboard() {
  const { page, seen } = await open();
  await control("/open", { ticket: "keys", state: "opened" });
  await page.goto(`${setup.base}/s/keys?lang=en`);
  want(await tabTo(page, "Continue with BankID"), "the button can be reached by keyboard");
  const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  want(ring !== "none", "what has the focus is seen");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#qr[src]");
  want(await tabTo(page, "Open the BankID app"), "the link to the app can be reached by keyboard");
  await control("/hint", { ticket: "keys", hint: "signing" });
  await page.waitForFunction(() => document.getElementById("status").textContent.includes("code, finger or face"));
  want(await page.isHidden("#qr"), "the code goes when an app has the order");
  want(await focused(page) === "Go on in the BankID app", "the focus does not stay on what is hidden");
  want(await page.getAttribute("#status", "aria-live") === "polite", "news is announced");
  await control("/settle", { ticket: "keys", state: "completed" });
  await page.waitForFunction(() => document.getElementById("heading").textContent === "Done");
  want(await focused(page) === "Done", "the focus is where the news is");
  want((await page.title()).startsWith("Done"), "the title says so");
  await page.waitForURL(/\/landed/);
  want(page.url().endsWith("/landed?id=1&refId=a%26b"), "the person is taken back with all parameters");
  want(seen.foreign.every((a) => a.startsWith(setup.provider + "/landed?")), `no foreign host is asked: ${seen.foreign}`);
  want(seen.errors.length === 0, `the console complains: ${seen.errors}`);
}

async function cancelling() {
  const { page } = await open();
  await control("/open", { ticket: "no", state: "opened", stay: "1" });
  await begin(page, "no", "?lang=en");
  want(await tabTo(page, "Cancel"), "the way out can be reached by keyboard");
  await page.keyboard.press("Space");
  await page.waitForFunction(() => document.getElementById("heading").textContent === "Cancelled");
}

async function scanning() {
  for (const scale of [1, 2]) {
    const { page } = await open({ deviceScaleFactor: scale });
    await control("/open", { ticket: "scan" + scale, state: "opened", stay: "1" });
    await begin(page, "scan" + scale, "?lang=sv");
    const read = [];
    const shown = () => page.getAttribute("#qr", "src");
    for (let code = 0; code < 6; code++) {
      const file = join(setup.work, `code-${scale}-${code}.png`);
      let before = "", after = await shown();
      while (before !== after) { // a picture of one code, and not of two
        before = after;
        await page.locator("#qr").screenshot({ path: file });
        after = await shown();
      }
      read.push(execFileSync("zbarimg", ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", file], { encoding: "utf8" }).trim());
      await page.waitForFunction((b) => {
        const src = document.getElementById("qr").getAttribute("src");
        return src !== b && src;
      }, after, { polling: 20 });
    }
    const drawn = await control("/drawn", { ticket: "scan" + scale });
    want(new Set(read).size === read.length, "every second has a code of its own");
    want(read.every((r) => drawn.includes(r)), "what is scanned is what the server drew");
    want(read.every((r, i) => r.startsWith("bankid.") && (i === 0 || Number(r.split(".")[2]) > Number(read[i - 1].split(".")[2]))), "the codes go forward");
  }
}

async function lostContact() {
  const { page, context } = await open();
  await control("/open", { ticket: "lost", state: "opened", stay: "1" });
  await begin(page, "lost", "?lang=en");
  await context.setOffline(true);
  await page.waitForFunction(() => document.getElementById("status").textContent.includes("Trying again"), null, { timeout: 15000 });
  await context.setOffline(false);
  await page.waitForFunction(() => !document.getElementById("status").textContent.includes("Trying again"), null, { timeout: 15000 });
}

await Promise.all([keyboard(), cancelling(), lostContact()]);
await scanning();
await finish();
