// The command in WebAssembly prints what the command of this machine prints, byte for byte.
//
//   PASSTHRU=…/passthru PASSTHRU_WASM=…/passthru.wasm node --test test/equal.test.js

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { run } from "../src/engine.js";
import { dump } from "../captures.js";
import { posts } from "../posts.js";

const native = process.env.PASSTHRU;
const module = new WebAssembly.Module(readFileSync(process.env.PASSTHRU_WASM));
const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "passthru-web-"));
after(() => rmSync(folder, { recursive: true }));

const text = (bytes) => new TextDecoder().decode(bytes);

/** Runs the command of this machine over the same files, in a directory of their own. */
function here(args, files) {
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
  const env = { PATH: process.env.PATH, TERM: "xterm", COLUMNS: "80" };
  const { status, stdout, stderr } = spawnSync(native, args, { cwd: folder, env, maxBuffer: 1 << 28 });
  return { status, out: stdout.toString(), err: stderr.toString() };
}

/** The situations: example hosts as captures, screens and posts as texts. */
const situations = new Map();
for (const name of readdirSync(join(root, "examples/screens"))) {
  situations.set(`screens/${name}`, ["post.txt", readFileSync(join(root, "examples/screens", name))]);
}
const hosts = join(root, "examples/hosts");
for (const name of readdirSync(hosts)) {
  for (const tree of ["before", "after"]) {
    const place = join(hosts, name, tree);
    if (!existsSync(place)) continue;
    const file = join(folder, "host.json");
    execFileSync(native, ["capture", "--root", place, "-o", file], { stdio: "ignore" });
    situations.set(`hosts/${name}/${tree}`, ["host.json", readFileSync(file)]);
  }
}
for (const [name, text] of posts(hosts)) situations.set(`posts/${name}`, ["post.txt", Buffer.from(text)]);
/** Of a post that a browser test pastes, too, the answer is enough. */
const short = 4;

for (const name of ["graphics.none.txt", "change-card-with-switch.before.none.txt"]) {
  const capture = readFileSync(join(root, "iommu/tests/captures", name), "utf8");
  situations.set(`captures/${name}`, ["lspci.txt", Buffer.from(dump(capture))]);
}

let compared = 0;
for (const [situation, [name, bytes]] of situations) {
  test(situation, () => {
    const files = new Map([[name, bytes]]);
    const listed = here(["list", "--json", "--from", name], files);
    const devices = listed.status === 0 ? JSON.parse(listed.out).devices : [];
    const card = devices.find(({ class_code: code }) => code?.startsWith("03"))?.address;
    const questions = [
      ["doctor", name, "--json"], ["doctor", name], ["doctor", name, "--lang", "zh-CN"],
      ["doctor", name, "--show-input"], ["check", name, "--json"], ["list", "--json", "--from", name],
      ["groups", "--json", "--from", name], ["groups", "--predict", "--json", "--from", name],
      ["ask", name], ["list", "--svg", "--from", name], ["list", "--dot", "--from", name],
      ["groups", "--predict", "--svg", "--from", name],
      ["groups", "--with", "pcie_acs_override=downstream", "--svg", "--from", name],
      ["groups", "--with", "moved=01:00,00:03.0", "--svg", "--from", name],
      ["report", "--from", name, "-o", "report.html"],
    ];
    if (situation.startsWith("posts/")) questions.length = short;
    else if (card) {
      for (const target of ["proxmox", "libvirt", "esxi"]) {
        questions.push(["plan", card, "--for", target, "--vm", "100", "--json", "--from", name]);
      }
      questions.push(["plan", card, "--for", "libvirt", "--vm", "win", "--script", "--from", name]);
    }
    for (const args of questions) {
      const expected = here(args, files);
      const { status, out, err, written } = run(module, args, files);
      assert.deepEqual({ status, out, err }, expected, args.join(" "));
      if (written.has("report.html")) {
        assert.equal(text(written.get("report.html")), readFileSync(join(folder, "report.html"), "utf8"), args.join(" "));
      }
      compared += 1;
    }
  });
}

test("option ROMs", (context) => {
  const roms = "/usr/lib/ipxe/qemu";
  let names;
  try {
    names = readdirSync(roms).filter((name) => name.endsWith(".rom"));
  } catch {
    return context.skip("ipxe-qemu is not installed");
  }
  for (const name of names) {
    const files = new Map([[name, readFileSync(join(roms, name))]]);
    for (const args of [["rom", "verify", name, "--json"], ["rom", "info", name, "--json"], ["rom", "trim", name, "-o", "out.rom"]]) {
      const expected = here(args, files);
      const { status, out, err, written } = run(module, args, files);
      assert.deepEqual({ status, out, err }, expected, args.join(" "));
      if (written.has("out.rom")) {
        assert.deepEqual(Buffer.from(written.get("out.rom")), readFileSync(join(folder, "out.rom")));
      }
      compared += 1;
    }
  }
});

test("conversions between hypervisors", () => {
  const folder = join(root, "tests/invariants/corpus/convert");
  const targets = ["proxmox", "libvirt", "qemu", "esxi", "xen", "bhyve", "hyper-v", "kubevirt", "nixos"];
  let converted = 0;
  for (const name of readdirSync(folder)) {
    const files = new Map([[name, readFileSync(join(folder, name))]]);
    for (const target of targets) {
      const args = ["convert", name, "--to", target];
      const { status, out, err } = run(module, args, files);
      assert.deepEqual({ status, out, err }, here(args, files), args.join(" "));
      compared += 1;
      converted += status === 0;
    }
  }
  assert.ok(converted > 9, `${converted} converted`);
});

test("what only Linux can do is no command here", () => {
  for (const name of ["apply", "undo", "keep"]) {
    assert.equal(run(module, [name], new Map()).status, 2);
  }
  const live = run(module, ["list"], new Map());
  assert.equal(live.status, 2);
  assert.match(live.err, /Linux/);
});

after(() => console.log(`${compared} outputs compared`));
