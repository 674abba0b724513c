// url,out,width,height,mode,scale,scrollSelectorIndex(h2 nth or y)
import puppeteer from "puppeteer-core";
const browser = await puppeteer.launch({ headless: true, executablePath: "/usr/bin/chromium", args: ["--no-sandbox","--disable-gpu"] });
for (const job of process.argv.slice(2)) {
  const [url, out, width, height, mode, scale, y] = job.split(",");
  const tab = await browser.newPage();
  await tab.setViewport({ width: +width, height: +height, deviceScaleFactor: +(scale||1) });
  await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: mode === "dark" ? "dark" : "light" }]);
  await tab.goto("file://" + url);
  if (mode === "pdf") await tab.pdf({ path: out, format: "A4", preferCSSPageSize: true });
  else {
    if (mode === "print") await tab.emulateMediaType("print");
    const top = await tab.evaluate((y) => /^\d+$/.test(y) ? Number(y) : y ? [...document.querySelectorAll("h2")].find((h) => h.textContent.includes(y)).getBoundingClientRect().top + scrollY : 0, y ?? "0");
    await tab.screenshot({ path: out, captureBeyondViewport: true, clip: { x: 0, y: top, width: +width, height: +height } });
  }
  const over = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (over > 0) console.log(job, "too wide by", over);
  await tab.close();
}
await browser.close();
