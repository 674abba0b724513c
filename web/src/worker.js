// The command beside the page, so that typing never waits for an answer.

import { XzReadableStream } from "xz-decompress";

import { run } from "./engine.js";

let module;

/** The module of the command from the parts that web/build.js packs. */
async function unpacked({ unpacker, code, data }) {
  const stream = new XzReadableStream(new Blob([code]).stream());
  const parts = await new Response(stream).arrayBuffer();
  const files = new Map([["apart", new Uint8Array(parts, unpacker)], ["packed", data]]);
  const { written } = run(new WebAssembly.Module(parts.slice(0, unpacker)), [], files);
  return written.get("module");
}

self.onmessage = async ({ data }) => {
  if (data.module) {
    module = await WebAssembly.compile(await unpacked(data.module));
    self.postMessage({ ready: true });
    return;
  }
  for (const { name, args, terminal, shown } of data.runs) {
    const begun = performance.now();
    let answer;
    try {
      answer = run(module, args, data.files, { columns: data.columns, terminal });
    } catch (error) {
      answer = { status: 2, out: "", err: `passthru: ${error}\n`, written: new Map() };
    }
    self.postMessage({ number: data.number, input: data.input, name, shown, answer, milliseconds: performance.now() - begun });
  }
};
