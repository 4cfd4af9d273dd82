// Opens pages in a real browser, builds every diagram with the real package, keeps a picture of each page.
//
// usage: node look.mjs JOB.json   (see tests/pages/__main__.py)
// Writes one JSON line per finding to standard output: {"kind": "diagram" | "page", "name": …, "ok": …, "words": …}.
import { readFileSync, mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
const require = createRequire(join(job.tools, "package.json"));
const { chromium } = require("playwright-core");
const MarkdownIt = require("markdown-it");
const css = readFileSync(job.css, "utf8");
const packages = {
  10: readFileSync(join(job.tools, "node_modules/mermaid10/dist/mermaid.min.js"), "utf8"),
  11: readFileSync(join(job.tools, "node_modules/mermaid/dist/mermaid.min.js"), "utf8"),
};
// As GitLab sets it up: strict, no start by itself.
const settings = { startOnLoad: false, securityLevel: "strict", theme: "neutral", flowchart: { useMaxWidth: true, htmlLabels: true } };

const told = (finding) => process.stdout.write(JSON.stringify(finding) + "\n");

function asHtml(markdown) {
  const reader = new MarkdownIt({ html: true, linkify: false });
  const fence = reader.renderer.rules.fence;
  reader.renderer.rules.fence = (tokens, index, options, env, self) =>
    tokens[index].info.trim() === "mermaid"
      ? `<div class="diagram" data-source="${reader.utils.escapeHtml(tokens[index].content)}"></div>`
      : fence(tokens, index, options, env, self);
  return `<!doctype html><meta charset="utf-8"><style>${css}</style><main>${reader.render(markdown)}</main>`;
}

async function drawn(page, scene, version) {
  if (!(await page.$(".diagram"))) return;
  await page.addScriptTag({ content: packages[version] });
  const findings = await page.evaluate(async (config) => {
    mermaid.initialize(config);
    const found = [];
    for (const [number, place] of [...document.querySelectorAll(".diagram")].entries()) {
      const source = place.dataset.source;
      try {
        const { svg } = await mermaid.render(`diagram-${number}`, source);
        place.innerHTML = svg;
        const box = place.querySelector("svg").getBoundingClientRect();
        const bad = /Syntax error|NaN|undefined/.exec(place.textContent) ?? /(?:[ ,]NaN)/.exec(svg);
        const words = bad ? `shows ${bad[0].trim()}` : box.width < 50 || box.height < 20 ? "is not to be seen" : "";
        found.push({ number, source, words });
      } catch (error) {
        found.push({ number, source, words: String(error.message ?? error) });
      }
    }
    return found;
  }, settings);
  for (const { number, source, words } of findings)
    told({ kind: "diagram", name: `${scene.name} #${number + 1}`, version, ok: !words, words, source: words ? source : "" });
}

// A picture is kept of most: where only the diagrams are built once more, the page is the same.
async function looked(browser, scene) {
  const version = scene.mermaid;
  const page = await browser.newPage({ viewport: { width: 1180, height: 900 }, deviceScaleFactor: 1.5 });
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  try {
    if (scene.url) await page.goto(scene.url, { waitUntil: "load" });
    else await page.setContent(scene.markdown === undefined ? scene.html : asHtml(scene.markdown), { waitUntil: "load" });
    if (scene.markdown !== undefined) await drawn(page, scene, version);
    const text = await page.evaluate(() => document.body.innerText);
    const lost = (scene.says ?? []).filter((words) => !text.includes(words));
    const odd = /\b(?:undefined|NaN|null)\b/.exec(text);
    if (lost.length) complaints.push(`does not say: ${lost.join(" | ")}`);
    if (odd) complaints.push(`says ${odd[0]}`);
    const broken = await page.evaluate(() => [...document.images].filter((image) => !image.naturalWidth).map((image) => image.src));
    if (broken.length) complaints.push(`images that do not show: ${broken.join(" ")}`);
    if (scene.kept) await page.screenshot({ path: join(job.out, `${scene.name}.png`), fullPage: true });
  } catch (error) {
    complaints.push(String(error));
  }
  told({ kind: "page", name: scene.name, version, ok: !complaints.length, words: complaints.join("; ") });
  await page.close();
}

mkdirSync(job.out, { recursive: true });
const browser = await chromium.launch({
  executablePath: job.chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--force-color-profile=srgb"],
});
try {
  const waiting = job.scenes.values();
  const worker = async () => {
    for (const scene of waiting) await looked(browser, scene);
  };
  await Promise.all([worker(), worker(), worker()]);
} finally {
  await browser.close();
}
