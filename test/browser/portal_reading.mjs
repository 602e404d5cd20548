// Every step in every language is for everybody.
import { join } from "node:path";
import { control, finish, languages, open, setup, want } from "./drive.mjs";
import { both } from "./readable.mjs";

const text = (words) => `<EntityDescriptor>${words} </EntityDescriptor>`;

async function paste(page, words) {
  await page.fill("#xml", text(words));
  await page.click("button.yes");
}

for (const [lang, colorScheme] of [...languages.map((l) => [l, "light"]), ["sv", "dark"]]) {
  const { page, context } = await open({ viewport: { width: 320, height: 640 }, colorScheme, reducedMotion: "reduce" });
  const at = (path) => `${setup.base}/onboarding${path}?lang=${lang}`;

  async function check(name, axe = true) {
    const full = `${name}-${lang}-${colorScheme}`;
    want(await page.getAttribute("html", "lang") === lang, `${full} says which language it is in`);
    if (setup.pictures && axe) {
      await page.screenshot({ path: join(setup.pictures, `${full}-320.png`), fullPage: true });
    }
    await both(page, full, axe && "once");
    await page.evaluate(() => { document.documentElement.style.fontSize = ""; });
    if (setup.pictures && axe && (lang === "sv" || lang === "fi")) {
      await page.setViewportSize({ width: 1000, height: 800 });
      await page.screenshot({ path: join(setup.pictures, `${full}-wide.png`), fullPage: true });
      await page.setViewportSize({ width: 320, height: 640 });
    }
  }

  const link = `reading-${lang}-${colorScheme}`.padEnd(40, "x");
  await control("/invite", { link, long: lang === "da" ? "1" : "" });
  await page.goto(at("/" + link));
  await check("invite");
  await page.context().clearCookies();
  await page.click("button.yes");
  await page.waitForSelector("code");
  await check("no-cookies");
  await page.goto(at(""));
  await check("no-visit");
  await page.goto(at("/" + link));
  await page.click("button.yes");
  await page.waitForURL(/onboarding\?/);
  await check("provider");
  await page.click("button.yes");
  await page.waitForSelector(".problem");
  await check("provider-problem");
  await page.goto(at("/" + link));
  await check("used");
  // Products differ in labels alone, which are English everywhere; these are all the shapes that there are.
  const shapes = ["okta", "adfs", "custom_saml"];
  for (const product of lang === "en" ? setup.products : shapes) {
    await page.goto(at("/provider"));
    await page.check(`input[value="${product}"]`);
    await page.click("button.yes");
    await page.waitForURL(/service/);
    await page.click("summary");
    await check("service-" + product, shapes.includes(product));
    await page.goto(at("/metadata"));
    await check("metadata-" + product, shapes.includes(product));
  }
  for (const code of setup.codes) {
    await page.goto(at("/metadata"));
    await paste(page, "fault:" + code);
    await page.waitForSelector(".problem");
    await check("problem-" + code, code === "metadata_no_sign_on");
  }
  await page.goto(at("/metadata"));
  await page.setInputFiles("#file", { name: "m.xml", mimeType: "text/xml", buffer: Buffer.from(text("fault:sso_entity_taken")) });
  await page.click("button.yes");
  await page.waitForSelector(".problem");
  await check("problem-file");
  await page.goto(at("/metadata"));
  await paste(page, "");
  await page.waitForURL(/done/);
  await check("done");
  await page.goto(at("/metadata"));
  await check("metadata-again");
  await paste(page, "warning:certificate_expired warning:certificate_expires warning:new_word");
  await page.waitForURL(/done/);
  await check("done-warnings");
  await control("/trouble", { link });
  await page.goto(at(""));
  await check("trouble");
  await control("/withdraw", { link });
  await page.goto(at(""));
  await check("over");
  if (lang === "en") {
    await page.goto(`${setup.base}/dev/mail`);
    await check("mail");
  }
  await context.close();
}
await finish();
