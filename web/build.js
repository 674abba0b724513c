// Builds the page: one file, passthru.html, with everything inlined.
//
//   node build.js COMMAND.wasm FOLDER

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execFileSync } from "node:child_process";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const [wasm, folder] = process.argv.slice(2);
const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "..");
const text = (...path) => readFileSync(join(...path), "utf8");

async function bundled(entry, define) {
  const result = await build({
    entryPoints: [join(here, "src", entry)],
    bundle: true, minify: true, write: false, format: "iife", target: "es2022", charset: "ascii", legalComments: "none", define,
  });
  // A closing tag within a script would end it.
  return result.outputFiles[0].text.replaceAll("</script", "<\\/script").trim();
}

const hash = (content) => `'sha256-${createHash("sha256").update(content).digest("base64")}'`;

const schema = JSON.parse(text(root, "docs/documents.schema.json"));
// Of what browsers can unpack, gzip leaves 3.4 MB, xz 2.4 MB.
const module = execFileSync("xz", ["--format=xz", "--check=crc32", "-9e", "--stdout", "--keep", wasm], { maxBuffer: 1 << 26 });
const script = await bundled("page.js", {
  PASSTHRU_WORKER: JSON.stringify(await bundled("worker.js")),
  PASSTHRU_MODULE: JSON.stringify(module.toString("base64")),
  PASSTHRU_EXAMPLE: JSON.stringify(text(root, "examples/screens/three-faults.txt")),
  PASSTHRU_TARGETS: JSON.stringify(schema.$defs.Plan.properties.target.enum),
});
const style = text(here, "src/style.css").trim();
// No connection of any kind. Styles of a report are inline; its frame inherits this policy.
const policy = [
  "default-src 'none'", `script-src ${hash(script)} 'wasm-unsafe-eval'`, "style-src 'unsafe-inline'",
  "worker-src blob:", "connect-src 'none'", "img-src data:", "base-uri 'none'", "form-action 'none'",
].join("; ");
const parts = { policy, style, script };
const page = text(here, "src/index.html").replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "passthru.html"), page);

// What the browser fetches, from a server that compresses.
const size = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
const compressed = gzipSync(page, { level: 9 }).length;
console.log(`passthru.html: ${size(page.length)}, compressed ${size(compressed)}`);
if (compressed >= 2_500_000) {
  console.error("build: 2.5 MB or more, compressed");
  process.exit(1);
}
