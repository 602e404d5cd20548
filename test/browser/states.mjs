// Every state that only hosted sessions have is for everybody, in every language; and so is every look that an organization
// gives its pages.
import { join } from "node:path";
import { control, finish, inPairs, languages, open, setup, stays, want } from "./drive.mjs";
import { both } from "./readable.mjs";

const choices = "se.bankid se.freja no.bankid no.vipps dk.mitid fi.ftn";
const narrow = { viewport: { width: 320, height: 640 }, reducedMotion: "reduce" };
const troubles = ["not_started", "timed_out", "interrupted", "superseded", "provider_failed", "aNewWord"];

// chosen is a session whose eID the person has chosen, so that it shows a code.
const states = {
  choice: { choices, trouble: "timed_out" }, again: { renewable: "1", trouble: "not_started" }, chosen: { choices },
  within: { choices, frames: "https://shop.example" },
};

async function show(page, name, lang, params) {
  const ticket = `${name}-${lang}`;
  await control("/open", { state: "opened", ...params, ticket });
  await page.goto(`${setup.base}/s/${ticket}?lang=${lang}`);
  if (name.startsWith("chosen")) {
    await page.click("button.eid[value='se.bankid']");
    await page.waitForSelector("#qr[src]");
  }
  if (setup.pictures) { await page.screenshot({ path: join(setup.pictures, `${ticket}.png`), fullPage: true }); }
}

async function inLanguage(lang) {
  const { page } = await open(narrow);
  for (const [name, params] of Object.entries(states)) {
    await show(page, name, lang, params);
    want(await page.getAttribute("html", "lang") === lang, `${name} says which language it is in`);
    await both(page, `${name} in ${lang}`, "once");
  }
  const said = new Set();
  for (const trouble of troubles) {
    await show(page, "trouble", lang, { renewable: "1", trouble });
    said.add(await page.textContent("[role=alert]"));
    await both(page, `${trouble} in ${lang}`, false);
  }
  want(said.size === troubles.length, `troubles read alike in ${lang}`);
}

async function inLook(theme, colorScheme) {
  const { page, context } = await open({ ...narrow, colorScheme });
  await stays(context);
  for (const [name, params] of Object.entries({ choice: states.choice, chosen: states.chosen, over: { state: "failed", reason: "rejected", stay: "return" } })) {
    await show(page, `${name}-${theme}-${colorScheme}`, "sv", { ...params, theme });
    await both(page, `${name} in the ${theme || "own"} look, ${colorScheme}`, "once");
  }
  const dark = theme ? theme === "dark" : colorScheme === "dark";
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number));
  want(ground.length >= 3 && ground.slice(0, 3).every((c) => dark ? c < 80 : c > 200), `the ${theme || "own"} look, ${colorScheme}, has another ground: ${ground}`);
}

const work = languages.map((lang) => () => inLanguage(lang));
for (const theme of ["light", "dark"]) { for (const scheme of ["light", "dark"]) { work.push(() => inLook(theme, scheme)); } }
await inPairs([...work, () => inLook("", "dark")]);
await finish();
