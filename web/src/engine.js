// Runs the command, compiled to WebAssembly, over files in memory. The page's worker and the tests
// under Node.js share it.

import {
  ConsoleStdout, Directory, Fd, File, OpenFile, PreopenDirectory, WASI, wasi,
} from "@bjorn3/browser_wasi_shim";

/** Standard output that is not a terminal: the command prints without colors. */
class Pipe extends Fd {
  constructor(write) {
    super();
    this.write = write;
  }

  fd_fdstat_get() {
    return { ret: 0, fdstat: new wasi.Fdstat(wasi.FILETYPE_REGULAR_FILE, 0) };
  }

  fd_filestat_get() {
    return { ret: 0, filestat: new wasi.Filestat(0n, wasi.FILETYPE_REGULAR_FILE, 0n) };
  }

  fd_write(data) {
    this.write(data);
    return { ret: 0, nwritten: data.byteLength };
  }
}

/**
 * Runs the command once, in a fresh instance.
 *
 * @param {WebAssembly.Module} module the command
 * @param {string[]} args the arguments after the program's name, in ASCII
 * @param {Map<string, Uint8Array>} files the files of the working directory
 * @param {{columns?: number, terminal?: boolean}} [screen] the width, and whether to print colors
 * @returns {{status: number, out: string, err: string, written: Map<string, Uint8Array>}} the exit
 *   status, the two outputs, and the files that the command wrote
 */
export function run(module, args, files, screen = {}) {
  const out = [];
  const err = [];
  const folder = new Map();
  for (const [name, bytes] of files) folder.set(name, new File(bytes, { readonly: true }));
  const stdout = (bytes) => out.push(bytes.slice());
  const env = ["TERM=xterm", `COLUMNS=${screen.columns ?? 80}`];
  const wasiOf = new WASI(["passthru", ...args], env, [
    new OpenFile(new File([])),
    screen.terminal ? new ConsoleStdout(stdout) : new Pipe(stdout),
    new Pipe((bytes) => err.push(bytes.slice())),
    new PreopenDirectory(".", folder),
  ], { debug: false });
  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: wasiOf.wasiImport });
  const status = wasiOf.start(instance);
  const written = new Map();
  for (const [name, entry] of folder) {
    if (entry instanceof Directory || files.has(name)) continue;
    written.set(name, entry.data);
  }
  return { status, out: text(out), err: text(err), written };
}

/** The pieces of an output as one text: a character may be split between two. */
function text(pieces) {
  const decoder = new TextDecoder();
  return pieces.map((piece) => decoder.decode(piece, { stream: true })).join("") + decoder.decode();
}
