// A person logs in at a computer: by keyboard alone, with codes that a scanner reads.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { begin, control, finish, open, setup, still, want } from "./drive.mjs";

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
  const { page, seen } = await still();
  await control("/open", { ticket: "keys", state: "opened" });
  await page.goto(`${setup.base}/s/keys?lang=en`);
  want(await tabTo(page, "Continue with BankID"), "the button can be reached by keyboard");
  const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  want(ring !== "none", "what has the focus is seen");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#qr[src]");
  want(await tabTo(page, "Open the BankID app"), "the link to the app can be reached by keyboard");
  await control("/hint", { ticket: "keys", hint: "signing" });
  await page.clock.runFor(1000);
  await page.waitForFunction(() => document.getElementById("status").textContent.includes("code, finger or face"));
  want(await page.isHidden("#qr"), "the code goes when an app has the order");
  want(await focused(page) === "Go on in the BankID app", "the focus does not stay on what is hidden");
  want(await page.getAttribute("#status", "aria-live") === "polite", "news is announced");
  await control("/settle", { ticket: "keys", state: "completed" });
  await page.clock.runFor(1000);
  await page.waitForFunction(() => document.getElementById("heading").textContent === "Done");
  want(await focused(page) === "Done", "the focus is where the news is");
  want((await page.title()).startsWith("Done"), "the title says so");
  await page.clock.runFor(10000); // it leaves by itself, and not before this
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

// read is what a scanner makes of the code on the screen. A scanner looks again, too, where it sees none.
async function read(page, file) {
  for (let look = 1; ; look++) {
    await page.locator("#qr").screenshot({ path: file });
    try {
      return execFileSync("zbarimg", ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", file], { encoding: "utf8" }).trim();
    } catch (e) {
      if (look === 5) { throw e; }
    }
  }
}

// Another address is not another picture yet: it has to be decoded and painted. And by the time of the picture of the screen
// the page may be one code further, so that what stands there afterwards is what the next code has to differ from.
async function scanning() {
  for (const scale of [1, 2]) {
    const { page } = await open({ deviceScaleFactor: scale });
    await control("/open", { ticket: "scan" + scale, state: "opened", stay: "1" });
    await begin(page, "scan" + scale, "?lang=sv");
    const codes = [];
    let before = null;
    for (let n = 0; n < 6; n++) {
      await page.waitForFunction((old) => ![null, old].includes(document.getElementById("qr").getAttribute("src")), before);
      await page.evaluate(async () => {
        const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        for (let whole = false; !whole; await painted()) { // what gives way to the next meanwhile is not decoded
          whole = await document.getElementById("qr").decode().then(() => true, () => false);
        }
      });
      codes.push(await read(page, join(setup.work, `code-${scale}-${n}.png`)));
      before = await page.getAttribute("#qr", "src");
    }
    const drawn = await control("/drawn", { ticket: "scan" + scale });
    const second = (code) => Number(code.split(".")[2]);
    want(new Set(codes).size === codes.length, "every second has a code of its own");
    want(codes.every((c) => drawn.includes(c)), "what is scanned is what the server drew");
    want(codes.every((c, i) => c.startsWith("bankid.") && (i === 0 || second(c) > second(codes[i - 1]))), "the codes go forward");
  }
}

async function lostContact() {
  const { page, context } = await open();
  await control("/open", { ticket: "lost", state: "opened", stay: "1" });
  await begin(page, "lost", "?lang=en");
  await context.setOffline(true);
  await page.waitForFunction(() => document.getElementById("status").textContent.includes("Trying again"));
  await context.setOffline(false);
  await page.waitForFunction(() => !document.getElementById("status").textContent.includes("Trying again"));
}

await Promise.all([keyboard(), cancelling(), lostContact()]);
await scanning();
await finish();
