// The pictures of the README: the choice, the code, and the end. Those of docs/pictures are made anew with
//
//   EIDGATE_TEST_BROWSER=DIR EIDGATE_README_PICTURES=$PWD/docs/pictures go test ./test/browser -run Pictures
import { join } from "node:path";
import { control, finish, setup, still } from "./drive.mjs";

// Its time stands: nobody is taken back before the picture is taken.
const { page } = await still({ viewport: { width: 620, height: 1000 }, deviceScaleFactor: 2, colorScheme: "light", reducedMotion: "reduce" });

// take is the page's card, with a little of what is around it.
async function take(name) {
  await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });
  const card = await page.locator("main").boundingBox(), edge = 12;
  await page.screenshot({ path: join(setup.readme, name + ".png"), fullPage: true, clip: { x: card.x - edge, y: card.y - edge, width: card.width + 2 * edge, height: card.height + 2 * edge } });
}

await control("/open", { ticket: "picture", state: "opened", organization: "Acme Bank", choices: "se.bankid se.freja no.bankid no.vipps dk.mitid fi.ftn" });
await page.goto(`${setup.base}/s/picture?lang=en`);
await take("choice");
await page.click("button.eid[value='se.bankid']");
await page.waitForSelector("#qr[src]");
await take("code");
await control("/settle", { ticket: "picture", state: "completed" });
await page.waitForFunction(() => document.querySelector("h1").textContent === "Done");
await take("done");
await finish();
