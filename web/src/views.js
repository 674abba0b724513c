// The views of the page: each is one command over the files.

/** Whether the bytes begin as an option ROM (PCI Firmware 3.3, section 5.1.1: 55 AA). */
export const isRom = (bytes) => bytes[0] === 0x55 && bytes[1] === 0xaa;

/**
 * The views for an input, each with the words of its command; a view without words needs more.
 *
 * @param {{names: string[], roms: string[], device: string, target: string, language: string}} state
 */
export function views({ names, roms, device, target, language }) {
  const lang = language === "en" ? [] : ["--lang", language];
  const from = names.flatMap((name) => ["--from", name]);
  const goal = target ? ["--for", target] : [];
  const card = device ? [device] : [];
  const views = [];
  const add = (id, words, needs) => views.push({ id, words: words && [...words, ...lang], needs });
  if (names.length) {
    add("answer", ["doctor", ...names, ...card, ...goal]);
    add("check", ["check", ...names, ...card, ...goal]);
    add("input", ["doctor", ...names, "--show-input"]);
    add("list", ["list", ...from]);
    add("groups", ["groups", ...card, ...from]);
    add("predict", ["groups", ...card, "--predict", ...from]);
    const plan = ["plan", ...card, ...goal, ...from];
    add("plan", device && plan, "pick");
    add("script", device && [...plan, "--script"], "pick");
    add("ask", ["ask", ...names, ...card, ...goal]);
    add("convert", target && names.length === 1 && ["convert", names[0], "--to", target], "pickTarget");
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
