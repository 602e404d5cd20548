// An administrator sets a connection up: from the letter to the end, with a file, by keyboard alone, without any script,
// and with two clicks where one was meant. Strangers' pages get nothing.
import { control, finish, open, setup, want } from "./drive.mjs";

const metadata = { name: "FederationMetadata.xml", mimeType: "text/xml", buffer: Buffer.from("<EntityDescriptor>å</EntityDescriptor>\n") };
const broken = { ...metadata, buffer: Buffer.from("<EntityDescriptor>fault:metadata_no_certificate </EntityDescriptor>") };

function secret(name) { return (name + "-secret-of-the-link-").padEnd(40, "x"); }

async function begin(page, link, query = "?lang=en") {
  await page.goto(`${setup.base}/onboarding/${link}${query}`);
  await page.click("button.yes");
  await page.waitForURL(/\/onboarding(\?|$)/);
}

async function focused(page) {
  return page.evaluate(() => {
    const e = document.activeElement;
    return e.labels && e.labels.length ? e.labels[0].textContent.trim() : e.getAttribute("aria-label") || e.textContent.trim();
  });
}

async function tabTo(page, words) {
  for (let i = 0; i < 25; i++) {
    await page.keyboard.press("Tab");
    if ((await focused(page)).startsWith(words)) { return true; }
  }
  return false;
}

// comesTo waits until what has the focus is called so: a page that has just come, or a jump within one, gives it a moment later.
async function comesTo(page, words) {
  for (const end = Date.now() + 60000; Date.now() < end; await page.waitForTimeout(20)) {
    if ((await focused(page)).includes(words)) { return true; }
  }
  return false;
}

async function journey(javaScriptEnabled) {
  const link = secret("journey" + javaScriptEnabled);
  const { page, seen } = await open({ javaScriptEnabled });
  const referers = [];
  page.on("request", (r) => { if (r.headers().referer) { referers.push(r.url()); } });
  await control("/invite", { link });
  await page.goto(`${setup.base}/dev/mail`);
  want(await page.locator('a[href*="evil.example"]').count() === 0, "a letter leads to strangers");
  await page.locator(`a[href$="/onboarding/${link}"]`).click();
  await page.waitForURL(/\/onboarding\//);
  want((await page.textContent("main")).includes("Nordiska Tjänster AB asks you"), "the page says who invites");
  want((await control("/told", { link })).opens === 0, "looking uses the link up");
  await page.click("button.yes");
  await page.waitForURL(/\/onboarding$/);
  await page.click("button.yes"); // nothing chosen
  await page.waitForSelector(".problem");
  want(await page.locator(".problem").count() === 1, "a form without a choice is sent back");
  await page.click(".problem a");
  await page.check('input[value="azure_ad"]');
  await page.click("button.yes");
  await page.waitForURL(/\/service$/);
  for (const [words, name] of [["Download our metadata", "metadata.xml"], ["Download the certificate", "certificate.pem"]]) {
    const [file] = await Promise.all([page.waitForEvent("download"), page.click(`text=${words}`)]);
    want(file.suggestedFilename() === name, `a file is called ${file.suggestedFilename()}`);
  }
  await page.click("a.yes");
  await page.waitForURL(/\/metadata$/);
  await page.setInputFiles("#file", broken);
  await page.click("button.yes");
  await page.waitForSelector(".problem");
  want((await page.textContent(".problem")).includes("no certificate that signs"), "the page says what is wrong");
  want((await page.title()).startsWith("Error:"), "the title says that something is wrong");
  await page.click(".problem a");
  await page.setInputFiles("#file", metadata);
  await page.click("button.yes");
  await page.waitForURL(/\/done$/);
  const told = await control("/told", { link });
  want(told.uploaded.at(-1) === metadata.buffer.toString() && told.state === "metadata_uploaded" && told.provider === "azure_ad", "the file arrives");
  await page.click("text=Choose another identity provider");
  await page.check('input[value="okta"]');
  await page.click("button.yes");
  await page.waitForURL(/\/service$/);
  want((await page.textContent("main")).includes("Audience URI"), "the other product is explained");
  await page.goto(`${setup.base}/onboarding/${link}`);
  want((await page.textContent("h1")) === "This invitation does not count any more", "a used link says so");
  await page.click("a.yes");
  await page.waitForURL(/\/onboarding$/);
  want(referers.length === 0, `an address is told to ${referers}`);
  want(seen.foreign.length === 0, `foreign hosts are asked: ${seen.foreign}`);
  const complaints = seen.errors.filter((e) => !/status of (404|422)/.test(e));
  want(complaints.length === 0, `the console complains: ${complaints}`);
}

async function keyboard() {
  const link = secret("keyboard");
  const { page } = await open();
  await control("/invite", { link });
  await page.goto(`${setup.base}/onboarding/${link}?lang=en`);
  await page.keyboard.press("Tab");
  want(await focused(page) === "Skip to the content", "the first stop is the way past everything");
  want(await tabTo(page, "Begin"), "the button can be reached");
  want(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle) !== "none", "what has the focus is seen");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/onboarding\?/);
  want(await tabTo(page, "Continue"), "the button can be reached without a choice");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".problem");
  want(await comesTo(page, "Choose an identity provider."), "the focus is where the problem is");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.matches("input[type=radio]")); // the problem leads to its field
  await page.keyboard.press("Space");
  for (let i = 0; i < 3; i++) { await page.keyboard.press("ArrowDown"); }
  want(await page.evaluate(() => document.querySelector("input:checked").value) === "ping_federate", "arrows choose");
  want(await tabTo(page, "Continue"), "the button can be reached");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/service/);
  want(await tabTo(page, "Entity ID"), "the values can be reached, to be copied");
  want(await tabTo(page, "Continue"), "the way on can be reached");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/metadata/);
  want(await tabTo(page, "File with the metadata"), "the file can be reached");
  want(await tabTo(page, "Or paste"), "the text can be reached");
  await page.keyboard.insertText("<a>fault:metadata_not_xml </a>");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".problem");
  want(await comesTo(page, "not well-formed XML"), "the focus is where the problem is");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  want(await comesTo(page, "Or paste the metadata as text"), `the problem leads to its field, not to ${await focused(page)}`);
  want((await page.inputValue("#xml")).includes("fault:"), "what was pasted is still there");
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText("<a/>");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/done/);
  want((await control("/told", { link })).uploaded.at(-1) === "<a/>", "the text arrives");
}

async function twoClicks() {
  const link = secret("clicks");
  const { page } = await open();
  await control("/invite", { link });
  await page.goto(`${setup.base}/onboarding/${link}?lang=en`);
  await page.evaluate(() => { const b = document.querySelector("button.yes"); b.click(); b.click(); });
  await page.waitForURL(/\/onboarding\?/);
  want((await page.textContent("h1")).startsWith("Which"), "two clicks lose the invitation");
  want((await control("/told", { link })).opens === 1, "two clicks open twice");
}

async function strangers() {
  const link = secret("strangers");
  const { page } = await open();
  await control("/invite", { link });
  await page.goto(`${setup.base}/onboarding/${link}?lang=en`);
  await page.goto(`${setup.provider}/post?to=${encodeURIComponent(`${setup.base}/onboarding/${link}`)}`);
  await page.click("button");
  await page.waitForURL(/\/onboarding\//);
  want(await page.getByText("page_foreign").count() === 1, "a foreign page posts in the person's name");
  want((await control("/told", { link })).opens === 0, "a foreign page uses the link up");
  await page.goto(`${setup.provider}/frame?of=${encodeURIComponent(`${setup.base}/onboarding/${link}`)}`);
  want(await page.frames()[1].locator("button").count() === 0, "the page can be framed");
  const other = await open();
  await begin(page, link);
  await other.page.goto(`${setup.base}/onboarding?lang=en`);
  want((await other.page.textContent("h1")) === "This browser has not opened an invitation", "another browser sees it");
}

async function hostileTexts() {
  const link = secret("hostile");
  const { page, seen } = await open();
  await control("/invite", { link, hostile: "1" });
  await begin(page, link);
  await page.check('input[value="custom_saml"]');
  await page.click("button.yes");
  await page.waitForURL(/\/service/);
  await page.goto(`${setup.base}/onboarding/metadata?lang=en`);
  await page.fill("#xml", "</textarea><script>alert(1)</script><svg onload=alert(2)>fault:metadata_not_xml </svg>");
  await page.click("button.yes");
  await page.waitForSelector(".problem");
  await page.goto(`${setup.base}/dev/mail`);
  want(seen.dialogs.length === 0, "a hostile text runs");
  want(await page.locator("svg, script").count() === 0, "a hostile text becomes part of the page");
}

await Promise.all([journey(true), journey(false), keyboard(), twoClicks(), strangers(), hostileTexts()]);
await finish();
