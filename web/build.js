// Builds the page: passthru.html, one file with everything inlined, and page/, the same as a folder
// for a web server.
//
//   node build.js COMMAND.wasm UNPACKER.wasm FOLDER [LICENSES]
//
// UNPACKER is `web/pack`, which is also run here, as `cargo run -p page-pack`. LICENSES is the text that `cargo xtask licenses passthru` prints.

import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execFileSync } from "node:child_process";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { labels } from "./catalog.js";
import { encoded } from "./src/characters.js";

const [wasm, unpacker, folder, crates] = process.argv.slice(2);
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

/** The license of a package in the page: its files, or the comment at the start of its script. */
function license(name) {
  const place = join(here, "node_modules", name);
  const { version, license: id, main } = JSON.parse(text(place, "package.json"));
  const names = readdirSync(place).filter((one) => /^licen[cs]e/i.test(one) && !/apache/i.test(one));
  const script = text(place, main.endsWith(".js") ? main : `${main}.js`);
  const comment = /^\/\*!([^]*?)\*\//.exec(script)?.[1].replace(/^ *\* ?/gm, "").trim();
  const texts = names.map((one) => text(place, one).trim());
  if (comment) texts.push(comment);
  if (!texts.length) throw new Error(`${name}: no license text`);
  return `${"-".repeat(80)}\n${name} ${version} (${id})\n\n${texts.join("\n\n")}\n`;
}

const { dependencies } = JSON.parse(text(here, "package.json"));
const licenses = [text(root, "LICENSE-MIT"), ...Object.keys(dependencies).map(license), crates ? text(crates) : ""].join("\n");
// A paragraph is a line, which the page wraps: equal texts with other line breaks pack as one.
const notices = licenses.split(/\n[^\S\n]*\n/).map((part) => (/^---/m.test(part) ? part : part.replace(/\s*\n\s*/g, " ").trim())).join("\n\n");
const escaped = (content) => content.replace(/[&<>]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[one]);

const hash = (content) => `'sha256-${createHash("sha256").update(content).digest("base64")}'`;

const schema = JSON.parse(text(root, "docs/documents.schema.json"));
const catalog = labels(JSON.parse(text(here, "src/labels.json")), { "zh-CN": text(root, "lang/zh-CN.po") });
/** The module without its data, and its data: the last section, which is mostly texts. */
function split(bytes) {
  const number = (at) => {
    for (let value = 0, shift = 0; ; shift += 7, at += 1) {
      value += (bytes[at] & 127) * 2 ** shift;
      if (bytes[at] < 128) return { value, end: at + 1 };
    }
  };
  for (let at = 8; at < bytes.length;) {
    const { value, end } = number(at + 1);
    const is_data = bytes[at] === 11;
    if (is_data && end + value === bytes.length) return [bytes.subarray(0, at), bytes.subarray(at)];
    at = end + value;
  }
  throw new Error(`${wasm}: the data is not the last section`);
}

// Of what browsers can unpack, gzip leaves 3.4 MB, xz 2.3 MB; the parts of code are not aligned (pb=0).
const xz = (bytes) => execFileSync("xz", ["--format=xz", "--check=crc32", "--lzma2=preset=9e,lc=2,pb=0", "--stdout"], { input: bytes, maxBuffer: 1 << 26 });
// PPMd leaves 67 kB less of the data than xz, and 63 kB less of the instructions and some operands; its
// unpacker has 16 kB. Of the rest of the code xz leaves less.
function packed(parts) {
  const place = mkdtempSync(join(tmpdir(), "page-"));
  const file = (name) => join(place, name);
  try {
    for (const [name, bytes] of Object.entries(parts)) writeFileSync(file(name), bytes);
    const files = ["code", "apart", "texts", "packed"].map(file);
    execFileSync("cargo", ["run", "--quiet", "--locked", "--release", "-p", "page-pack", "--", ...files], { cwd: root, stdio: "inherit" });
    return { apart: readFileSync(file("apart")), texts: readFileSync(file("packed")) };
  } finally {
    rmSync(place, { recursive: true });
  }
}
const [code, data] = split(readFileSync(wasm));
const { apart, texts } = packed({ code, texts: data });
const first = readFileSync(unpacker);
const module = { unpacker: first.length, code: encoded(xz(Buffer.concat([first, apart]))), data: encoded(texts) };
// A script can be read without a connection, which the policy forbids, and from a disk.
const script_of_module = `globalThis.PASSTHRU_MODULE=${JSON.stringify(module)};`;
const script = await bundled("page.js", {
  PASSTHRU_WORKER: JSON.stringify(await bundled("worker.js")),
  PASSTHRU_LABELS: JSON.stringify(catalog),
  PASSTHRU_EXAMPLE: JSON.stringify(text(root, "examples/screens/three-faults.txt")),
  PASSTHRU_TARGETS: JSON.stringify(schema.$defs.Plan.properties.target.enum),
});
const style = (await transform(text(here, "src/style.css"), { loader: "css", minify: true, legalComments: "none" })).code.trim();
// No connection of any kind. Styles of a report are inline; its frame inherits this policy.
const policy = (scripts) => [
  "default-src 'none'", `script-src ${scripts} 'wasm-unsafe-eval'`, "style-src 'unsafe-inline'",
  "worker-src blob:", "connect-src 'none'", "img-src data:", "base-uri 'none'", "form-action 'none'",
].join("; ");
const filled = (parts) => text(here, "src/index.html").replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);

const page = filled({
  policy: policy(`${hash(script_of_module)} ${hash(script)}`), style, notices: escaped(notices), scripts: `<script>${script_of_module}</script>\n<script>${script}</script>`,
});
const scripts = '<script src="module.js"></script>\n<script src="page.js"></script>';
const files = { "index.html": filled({ policy: policy("'self'"), style, notices: escaped(notices), scripts }), "module.js": script_of_module, "page.js": script };

mkdirSync(join(folder, "page"), { recursive: true });
writeFileSync(join(folder, "passthru.html"), page);
for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, "page", name), content);

// What the browser fetches, from a server that compresses.
const size = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
const compressed = (content) => gzipSync(content, { level: 9 }).length;
const whole = compressed(page);
const parts = Object.values(files).reduce((sum, content) => sum + compressed(content), 0);
console.log(`passthru.html: ${size(page.length)}, compressed ${size(whole)}; page/: compressed ${size(parts)}`);
if (Math.max(whole, parts) >= 2_500_000) {
  console.error("build: 2.5 MB or more, compressed");
  process.exit(1);
}
