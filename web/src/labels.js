// The page's own texts: those of labels.json, translated by the catalogs of passthru/lang when
// the page is built. Everything else on it is printed by the command, in the same language.

/** The texts by language and name. */
export const LABELS = PASSTHRU_LABELS;

/** Replaces `{name}` in a label. */
export const fill = (label, values) => label.replace(/\{(\w+)\}/g, (_, name) => values[name]);
