// However it ends, the browser comes back to the organization: after the time that it takes to read why, with a script and
// without one.
import { begin, control, finish, open, setup, still, want } from "./drive.mjs";

// what a session came to, and how long its page stands.
const ends = {
  approved: [{ state: "completed" }, "Done", 2000], declined: [{ state: "refused", reason: "declined" }, "Cancelled", 2000],
  cancelled: [{ state: "refused", reason: "cancelled" }, "Cancelled", 8000], error: [{ state: "refused", reason: "eid_invalid" }, "It did not work", 8000],
  other: [{ state: "failed", reason: "other_person" }, "It did not work", 8000], expired: [{ state: "expired" }, "It did not work", 8000],
};
const back = "/landed?id=1&refId=a%26b";

// watched ends while the person looks; anew is a page that is loaded when all is over.
async function byScript(name, anew) {
  const [end, heading, time] = ends[name], ticket = `${name}-${anew ? "anew" : "watched"}`;
  const { page, context, seen } = await still();
  await control("/open", { ticket, state: "opened" });
  await begin(page, ticket, "?lang=en");
  await control("/settle", { ticket, ...end });
  if (anew) { await page.reload(); }
  await page.waitForFunction((h) => document.getElementById("heading").textContent === h, heading);
  await page.clock.runFor(time - 100);
  want(page.url().startsWith(`${setup.base}/s/${ticket}`), `${ticket}: there is no time to read`);
  await page.clock.runFor(200);
  await page.waitForURL(/\/landed/);
  want(page.url().endsWith(back), `${ticket}: the person is not taken back with all parameters`);
  want(seen.errors.length === 0, `${ticket}: the console complains: ${seen.errors}`);
  await context.close();
}

async function withoutScript(name) {
  const [end] = ends[name], ticket = `${name}-plain`;
  const { page, context } = await open({ javaScriptEnabled: false });
  await control("/open", { ticket, state: "opened" });
  await page.goto(`${setup.base}/s/${ticket}?lang=en`);
  await page.click("button.yes");
  await control("/settle", { ticket, ...end });
  await page.waitForURL(/\/landed/);
  want(page.url().endsWith(back), `${ticket}: the person is not taken back with all parameters`);
  await context.close();
}

await Promise.all(["error", "expired", "cancelled"].map(withoutScript).concat([(async () => {
  for (const name of Object.keys(ends)) { await byScript(name, false); await byScript(name, true); }
})()]));
await finish();
