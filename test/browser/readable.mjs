// What makes a page readable for everybody: axe finds nothing, nothing is wider than 320 pixels, and text of twice the size
// still fits.
import axeCore from "axe-core";
import { want } from "./drive.mjs";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

async function check(page, name, axe) {
  want(!(await wideAt(page)), `${name} is wider than the window`);
  const small = await page.evaluate(() => [...document.querySelectorAll("a, button")]
    .filter((e) => e.offsetParent && !e.classList.contains("skip")).map((e) => e.getBoundingClientRect())
    .filter((r) => r.height < 24 || r.width < 24).length);
  want(small === 0, `${name} has ${small} targets that are too small`);
  if (!axe) { return; }
  // axe is asked in the page itself, for what it finds and nothing else: its own driver takes several times as long.
  await page.evaluate(axeCore.source);
  const found = await page.evaluate(async (values) => {
    const r = await window.axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations"] });
    return { passes: r.passes.length, violations: r.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`) };
  }, tags);
  for (const v of found.violations) { want(false, `${name}: axe finds ${v}`); }
  want(found.passes > 5, `${name}: axe looked at nothing`);
}

async function wideAt(page) {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}

// both checks a page at 320 pixels, and with text of twice the size. axe looks at both, at the first of them ("once"), or
// at none (false).
export async function both(page, name, axe = true) {
  await check(page, `${name} at 320 pixels`, axe);
  await page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
  await check(page, `${name} at 200 % text`, axe === true);
}
