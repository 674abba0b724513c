// The command beside the page, so that typing never waits for an answer.

import { XzReadableStream } from "xz-decompress";

import { run } from "./engine.js";

let module;

self.onmessage = async ({ data }) => {
  if (data.module) {
    const unpacked = new XzReadableStream(new Blob([data.module]).stream());
    module = await WebAssembly.compile(await new Response(unpacked).arrayBuffer());
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
