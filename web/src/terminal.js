// The command's output as elements: colors become classes, quoted lines link to the input, and
// suggested commands become buttons. Text only ever becomes text nodes.

/** The classes of the colors that the command prints (ECMA-48, 8.3.117). */
const CLASSES = { 1: "bold", 2: "dim", 31: "red", 32: "green", 33: "yellow", 34: "blue", 35: "magenta", 36: "cyan" };

/** Splits a line with color sequences into runs of text with their classes. */
export function colored(line) {
  const runs = [];
  let classes = [];
  for (const piece of line.split(/(\x1b\[[0-9;]*m)/)) {
    if (piece.startsWith("\x1b[")) {
      for (const code of piece.slice(2, -1).split(";")) {
        const name = CLASSES[Number(code)];
        if (name) classes = [...classes, name];
        else classes = [];
      }
    } else if (piece) {
      runs.push({ text: piece, classes });
    }
  }
  return runs;
}

/** The text without color sequences. */
export const plain = (text) => text.replace(/\x1b\[[0-9;]*m/g, "");

/**
 * Writes the output of a command into `place`.
 *
 * @param {Element} place the element that is filled
 * @param {string} text the output, with color sequences
 * @param {{source?: string, onLine?: Function, onCommand?: Function}} links what is done with the
 *   number of a quoted line of `source`, and with a command that the output suggests
 */
export function show(place, text, { source, onLine, onCommand } = {}) {
  const lines = text.replace(/\n$/, "").split("\n");
  place.replaceChildren();
  for (const line of lines) {
    const bare = plain(line).trim();
    const row = document.createElement("div");
    const quote = bare.startsWith(`| ${source}`) && /^\D{1,8}(\d+)\D/.exec(bare.slice(source.length + 2));
    // A remark follows after two blanks.
    const command = /(?:^|\s)(passthru [a-z]+(?: .*?)?)(?: {2,}.*)?$/.exec(bare);
    if (quote && onLine) row.append(button(line, "evidence", () => onLine(Number(quote[1]))));
    else if (command && onCommand) row.append(button(line, "command", () => onCommand(command[1])));
    else row.append(...spans(line));
    if (!bare) row.append("\n");
    place.append(row);
  }
}

function button(line, kind, onClick) {
  const one = document.createElement("button");
  one.type = "button";
  one.className = kind;
  // The blanks before the text are not underlined.
  const indent = document.createElement("span");
  indent.className = "indent";
  indent.textContent = /^ */.exec(plain(line))[0];
  // A command is never broken by passthru; where it is longer than the line, its rest is indented.
  const text = document.createElement("span");
  text.append(...spans(line.replace(/^((?:\x1b\[[0-9;]*m)*) +/, "$1")));
  one.append(indent, text);
  one.addEventListener("click", onClick);
  return one;
}

function spans(line) {
  return colored(line).map(({ text, classes }) => {
    const span = document.createElement("span");
    span.className = classes.join(" ");
    span.textContent = text;
    return span;
  });
}
