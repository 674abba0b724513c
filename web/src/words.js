// Command lines, split and joined by the quoting rules of a POSIX shell (XCU 2.2), without expansion.

/** Splits a command line into words; `null` if a quote is open. */
export function words(line) {
  const found = [];
  let word = null;
  let quote = null;
  for (let at = 0; at < line.length; at++) {
    const char = line[at];
    if (quote) {
      if (char === quote) quote = null;
      else if (char === "\\" && quote === '"' && '"\\$`'.includes(line[at + 1])) word += line[++at];
      else word += char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= "";
    } else if (char === "\\" && at + 1 < line.length) {
      word = (word ?? "") + line[++at];
    } else if (/\s/.test(char)) {
      if (word !== null) found.push(word);
      word = null;
    } else {
      word = (word ?? "") + char;
    }
  }
  if (word !== null) found.push(word);
  return quote ? null : found;
}

/** Joins words to a command line. */
export const line = (all) =>
  all.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");

/** A name for a file that needs no quoting, and is not in `taken`. */
export function fileName(name, taken) {
  const safe = name.replace(/[^\w.-]+/g, "-").replace(/^[-.]+/, "").slice(-60) || "file";
  let free = safe;
  for (let number = 2; taken.has(free); number++) free = `${number}-${safe}`;
  return free;
}
