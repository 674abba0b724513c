import puppeteer from "puppeteer-core"; import { readFileSync } from "node:fs";
const browser = await puppeteer.launch({ headless: true, executablePath: "/usr/bin/chromium", args: ["--no-sandbox","--disable-gpu"] });
const wait = (tab) => tab.waitForFunction(() => document.querySelector("#status").dataset.answered, { timeout: 60000 });
const act = async (tab, f, ...a) => { await tab.evaluate(() => delete document.querySelector("#status").dataset.answered); await tab.evaluate(f, ...a); await wait(tab); };
for (const [out, width, height, dark, lang, file, view, acs, device] of JSON.parse(process.argv[2])) {
  const tab = await browser.newPage();
  await tab.setViewport({ width, height });
  await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }]);
  await tab.goto("file:///work/wt/page/target/web/passthru.html");
  await tab.select("#language", lang);
  await tab.waitForFunction(() => /Ready|就绪|ms/.test(document.querySelector("#status").textContent));
  await act(tab, (t) => { const p = document.querySelector("#post"); p.value = t; p.dispatchEvent(new Event("input")); }, readFileSync(file, "utf8"));
  await act(tab, (v) => document.querySelector("#tab-" + v).click(), view);
  if (device) await act(tab, (v) => { const e = document.querySelector("#device"); e.value = v; e.dispatchEvent(new Event("change")); }, device);
  if (acs) await act(tab, (v) => { const e = document.querySelector("#acs"); e.value = v; e.dispatchEvent(new Event("change")); }, acs);
  await new Promise((r) => setTimeout(r, 700));
  await tab.screenshot({ path: out, fullPage: width < 600 });
  console.log(out, await tab.$eval("#status", (e) => e.textContent), await tab.$eval("#command", (e) => e.value), await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth));
  await tab.close();
}
await browser.close();
