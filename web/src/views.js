// The views of the page: each is one command over the files.

/** Whether the bytes begin as an option ROM (PCI Firmware 3.3, section 5.1.1: 55 AA). */
export const isRom = (bytes) => bytes[0] === 0x55 && bytes[1] === 0xaa;

/** The forms of a plan. */
const FORMS = [
  { name: "steps", words: [] },
  ...["patch", "script", "ansible"].map((name) => ({ name, words: [`--${name}`] })),
];

/** The values of `pcie_acs_override=` that a prediction may assume. */
export const OVERRIDES = ["downstream", "multifunction", "downstream,multifunction"];

/** The options for a host with these changes: the ACS override, and the card below another port. */
function changes(device, { acs, port }) {
  const card = device && port && `moved=${device.replace(/\.\d$/, "")},${port}`;
  return [acs && `pcie_acs_override=${acs}`, card].filter(Boolean).flatMap((change) => ["--with", change]);
}

/**
 * The views for an input, each with the words of its command; a view without words needs more.
 * A view may have variants, a label and further words each, and may depend on changes of the host.
 *
 * @param {{names: string[], roms: string[], device: string, target: string, language: string,
 *   variant?: string, acs?: string, port?: string}} state
 */
export function views({ names, roms, device, target, language, variant = "", acs = "", port = "" }) {
  const lang = language === "en" ? [] : ["--lang", language];
  const from = names.flatMap((name) => ["--from", name]);
  const goal = target ? ["--for", target] : [];
  const card = device ? [device] : [];
  const views = [];
  const add = (id, words, needs, variants = []) => {
    const chosen = variants.find(({ name }) => name === variant) ?? variants[0];
    const further = chosen?.words ?? [];
    views.push({
      id, words: words && [...words, ...further, ...lang], needs, variants, variant: chosen?.name,
      foreseen: id === "topology" || id === "predict",
    });
  };
  const changed = changes(device, { acs, port });
  if (names.length) {
    add("answer", ["doctor", ...names, ...card, ...goal]);
    add("check", ["check", ...names, ...card, ...goal]);
    add("input", ["doctor", ...names, "--show-input"]);
    add("list", ["list", ...from]);
    add("topology", changed.length ? ["groups", "--svg", ...changed, ...from] : ["list", "--svg", ...from]);
    add("groups", ["groups", ...card, ...from]);
    add("predict", ["groups", ...card, "--predict", ...changed, ...from]);
    add("plan", device && ["plan", ...card, ...goal, ...from], "pick", FORMS);
    add("ask", ["ask", ...names, ...card, ...goal]);
    add("convert", target && names.length === 1 && ["convert", names[0], "--to", target], "pickTarget");
    add("capture", ["capture", ...from, "-o", "host.json"]);
    add("report", ["report", ...card, ...(device ? goal : []), ...from, "-o", "report.html"]);
  }
  for (const rom of roms) {
    const output = `${rom.replace(/\.\w+$/, "")}-trimmed.rom`;
    add("verify", ["rom", "verify", rom]);
    add("info", ["rom", "info", rom]);
    add("trim", ["rom", "trim", rom, "-o", output]);
  }
  return views;
}
