// Every state in every language is for everybody: axe finds nothing, nothing is wider than 320 pixels, and text of
// twice the size still fits.
import { join } from "node:path";
import { begin, control, finish, inPairs, languages, open, setup, stays, still, want } from "./drive.mjs";
import { both } from "./readable.mjs";

const phone = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36";

// layouts are the states that look different; texts those that read different.
const layouts = [
  ["ask", { state: "opened" }], ["sign", { state: "opened", operation: "sign", text: "1" }], ["documents", { state: "opened", operation: "sign", documents: "1" }],
  ["age", { state: "opened", operation: "prove_age" }], ["scan", { state: "pending" }], ["scan-phone", { state: "pending", agent: "phone" }],
  ["binding", { state: "pending", hint: "delivered", binding: "1" }], ["leave", { state: "pending", redirect: "1" }],
  ["wait", { state: "pending", hint: "started" }], ["done", { state: "completed", stay: "1" }], ["over", { state: "failed", reason: "superseded", stay: "return" }],
  ["simulated", { state: "pending", simulated: "1" }], ["foreign", { state: "foreign" }], ["unknown", { state: "unknown" }], ["trouble", { state: "trouble" }],
];

async function visit(page, ticket, lang, state) {
  const address = `${setup.base}/s/${ticket}?lang=${lang}`;
  if (state === "trouble") {
    await page.goto(address);
    await page.click("button.yes");
    await page.waitForURL(/\/begin/);
    return;
  }
  await page.goto(address);
}

const narrow = { viewport: { width: 320, height: 640 } };

async function looks(lang, colorScheme) {
  const contexts = {
    computer: await open({ ...narrow, colorScheme, reducedMotion: "reduce" }), phone: await open({ ...narrow, colorScheme, userAgent: phone }),
  };
  for (const { context } of Object.values(contexts)) { await stays(context); }
  for (const [name, params] of layouts) {
    const { page } = contexts[params.agent || "computer"];
    const ticket = `${name}-${lang}-${colorScheme}`;
    await control("/open", { ...params, ticket, state: params.state === "unknown" ? "opened" : params.state });
    if (params.state === "pending") { await begin(page, ticket, `?lang=${lang}`, Boolean(params.redirect)); }
    await visit(page, params.state === "unknown" ? "nothing" : ticket, lang, params.state);
    if (params.hint) { await control("/hint", { ticket, hint: params.hint }); await page.reload(); }
    want(await page.getAttribute("html", "lang") === lang, `${ticket} says which language it is in`);
    if (setup.pictures) {
      await page.screenshot({ path: join(setup.pictures, `${ticket}-320.png`), fullPage: true });
    }
    await both(page, ticket, "once");
    if (setup.pictures && (lang === "sv" || lang === "fi")) {
      await page.setViewportSize({ width: 1000, height: 800 });
      await page.evaluate(() => { document.documentElement.style.fontSize = ""; });
      await page.screenshot({ path: join(setup.pictures, `${ticket}-wide.png`) });
      await page.setViewportSize(narrow.viewport);
    }
  }
  for (const { context } of Object.values(contexts)) { await context.close(); }
}

async function words(lang) {
  const { page, context } = await still({ ...narrow, reducedMotion: "reduce" }); // some leave by themselves
  const ticket = "words-" + lang;
  await control("/open", { ticket, state: "pending" });
  await begin(page, ticket, `?lang=${lang}`);
  for (const hint of setup.hints) {
    await control("/hint", { ticket, hint });
    await page.reload();
    await both(page, `${hint} in ${lang}`, false);
  }
  for (const reason of setup.reasons) {
    await control("/open", { ticket, state: "failed", reason, stay: "return" });
    await page.goto(`${setup.base}/s/${ticket}?lang=${lang}`);
    await both(page, `${reason} in ${lang}`, false);
  }
  await context.close();
}

await inPairs([...languages.map((lang) => () => looks(lang, "light")), () => looks("sv", "dark"), ...languages.map((lang) => () => words(lang))]);
await finish();
