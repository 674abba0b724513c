// Reads a catalog of lang: PO files of gettext, of which plural forms are left out.

/** The translations of a PO file's text by their English sentences. */
export function translations(text) {
  const found = new Map();
  for (const entry of text.split(/\n\s*\n/)) {
    const lines = entry.split("\n").filter((line) => !line.startsWith("#"));
    if (lines.some((line) => /^(msgctxt|msgid_plural)\b/.test(line))) continue;
    const parts = { msgid: "", msgstr: "" };
    let current;
    for (const line of lines) {
      const [, keyword, quoted] = /^(\w*)\s*(".*")\s*$/.exec(line) ?? [];
      current = keyword || current;
      if (quoted && current in parts) parts[current] += JSON.parse(quoted);
    }
    if (parts.msgid && parts.msgstr) found.set(parts.msgid, parts.msgstr);
  }
  return found;
}

/** The labels in English and in each language that has all of them. */
export function labels(english, catalogs) {
  const all = { en: english };
  for (const [language, text] of Object.entries(catalogs)) {
    const known = translations(text);
    const missing = Object.values(english).filter((sentence) => !known.has(sentence));
    if (missing.length) throw new Error(`${language}: no translation of ${JSON.stringify(missing)}`);
    all[language] = Object.fromEntries(Object.entries(english).map(([name, sentence]) => [name, known.get(sentence)]));
  }
  return all;
}
