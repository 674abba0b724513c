// Machines that kernels were booted on, of iommu/tests/captures, as lspci dumps them.

/** What `lspci -nxxxx` prints of a capture: the functions with their configuration space. */
export function dump(capture) {
  const functions = [];
  for (const line of capture.split("\n")) {
    const [, address] = /^function (\S+)/.exec(line) ?? [];
    if (address) functions.push([address, new Uint8Array(4096)]);
    const [, offset, bytes] = /^([0-9a-f]+): ([0-9a-f ]+)$/.exec(line) ?? [];
    if (bytes) functions.at(-1)[1].set(bytes.split(" ").map((byte) => parseInt(byte, 16)), parseInt(offset, 16));
  }
  const hex = (byte) => byte.toString(16).padStart(2, "0");
  return functions.map(([address, config]) => {
    const word = (at) => hex(config[at + 1]) + hex(config[at]);
    const rows = Array.from({ length: 256 }, (_, row) => {
      const bytes = [...config.subarray(row * 16, row * 16 + 16)].map(hex).join(" ");
      return `${hex(row * 16)}: ${bytes}`;
    });
    return `${address} ${word(10)}: ${word(0)}:${word(2)}\n${rows.join("\n")}\n`;
  }).join("\n");
}
