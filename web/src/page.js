// The page: what is pasted or dropped becomes files of the command, and a view is its output.

import { decoded } from "./characters.js";
import { LABELS, fill } from "./labels.js";
import { show } from "./terminal.js";
import { OVERRIDES, isRom, views } from "./views.js";
import { fileName, line, words } from "./words.js";

/** The file of the text box. */
const POST = "post.txt";

/** The time without a key, in milliseconds, after which the text is judged. */
const PAUSE = 250;

const get = (id) => document.getElementById(id);
const post = get("post");
const output = get("output");
const command = get("command");
const labels = () => LABELS[get("language").value];

/** Files that were added, by name. */
const added = new Map();
let view = "answer";
/** The chosen variant of the view. */
let variant = "";
/** The last output, and the name of its file. */
let last = { text: "", name: "passthru.txt" };
/** The words of a command that the reader typed or chose, instead of a view's. */
let typed = null;
let number = 0;
/** The number of the input, which changes with each text and file; and that of the last list of its devices. */
let input = 1;
let listed = 0;
let timer;
let ready = false;
let pending = null;

const worker = new Worker(URL.createObjectURL(new Blob([PASSTHRU_WORKER], { type: "text/javascript" })));
const packed = (part) => decoded(globalThis.PASSTHRU_MODULE[part]);
worker.postMessage({ module: { unpacker: globalThis.PASSTHRU_MODULE.unpacker, code: packed("code"), data: packed("data") } });

/** All files: the text and those that were added. */
function files() {
  const all = new Map();
  if (post.value.trim()) all.set(POST, new TextEncoder().encode(post.value));
  for (const [name, bytes] of added) all.set(name, bytes);
  return all;
}

function state() {
  const all = [...files()];
  return {
    names: all.filter(([, bytes]) => !isRom(bytes)).map(([name]) => name),
    roms: all.filter(([, bytes]) => isRom(bytes)).map(([name]) => name),
    device: get("device").value,
    target: get("target").value,
    language: get("language").value,
    variant,
    acs: get("acs").value,
    port: get("port").value,
  };
}

/** Pixels of a column in a drawing of the command, at its full size. */
const DRAWN_COLUMN = 8;

/** Columns of the output: its width in characters, or in the columns of a drawing. */
function columns(isDrawing = false) {
  const ruler = document.createElement("span");
  ruler.className = "ruler";
  ruler.textContent = "0".repeat(100);
  output.append(ruler);
  const width = isDrawing ? DRAWN_COLUMN : ruler.getBoundingClientRect().width / 100;
  ruler.remove();
  const style = getComputedStyle(output);
  const room = output.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  const count = Math.max(40, Math.min(100, Math.floor(room / width) || 80));
  document.documentElement.dataset.columns = count;
  return count;
}

function refresh() {
  clearTimeout(timer);
  const now = state();
  const all = views(now);
  const current = all.find(({ id }) => id === view) ?? all[0];
  drawTabs(all, typed ? null : current);
  drawVariants(typed ? null : current);
  drawChanges(typed ? null : current, now.device);
  drawFiles();
  if (!current) {
    command.value = "";
    output.replaceChildren(labels().nothing);
    get("written").replaceChildren();
    return;
  }
  if (!typed && !current.words) {
    command.value = "";
    output.replaceChildren(labels()[current.needs]);
    return;
  }
  const chosen = typed ?? current.words;
  command.value = line(["passthru", ...chosen]);
  // A drawing is a file, not a screen.
  const isDrawing = chosen.includes("--svg");
  const shown = { id: typed ? chosen[0] : current.id, suffix: isDrawing ? "svg" : "txt" };
  const runs = [{ name: "shown", args: chosen, terminal: !isDrawing, shown }];
  if (now.names.length && listed !== input) {
    const from = now.names.flatMap((name) => ["--from", name]);
    runs.push({ name: "devices", args: ["list", "--json", ...from], terminal: false });
  }
  number += 1;
  pending = { number, input, runs, files: files(), columns: columns(isDrawing) };
  send();
}

function send() {
  if (!ready || !pending) return;
  if (pending.runs.length > 1) listed = pending.input;
  worker.postMessage(pending);
  pending = null;
}

const later = () => {
  input += 1;
  clearTimeout(timer);
  timer = setTimeout(() => {
    typed = null;
    refresh();
  }, PAUSE);
};

worker.onmessage = ({ data }) => {
  if (data.ready) {
    ready = true;
    get("status").textContent = labels().ready;
    send();
    return;
  }
  const { answer } = data;
  if (data.name === "devices") {
    // Those of each view of the input.
    if (data.input === input) offerDevices(parsed(answer)?.devices ?? []);
    return;
  }
  // A newer question is under way.
  if (data.number !== number) return;
  const values = { ms: Math.round(data.milliseconds), status: answer.status };
  get("status").textContent = fill(labels().time, values);
  get("status").dataset.answered = data.number;
  drawWritten(answer.written);
  const { id, suffix } = data.shown;
  last = { text: answer.err + answer.out, name: `passthru-${id}.${suffix}` };
  last.text = last.text.replace(/\x1b\[[0-9;]*m/g, "");
  const picture = suffix === "svg" && answer.status === 0 && drawn(answer.out);
  if (picture) {
    output.replaceChildren(picture);
    return;
  }
  const report = answer.written.get("report.html");
  if (report) {
    const frame = document.createElement("iframe");
    frame.title = labels()["tab.report"];
    frame.sandbox = "";
    frame.srcdoc = new TextDecoder().decode(report);
    output.replaceChildren(frame);
    return;
  }
  show(output, answer.err + answer.out, {
    source: POST,
    onLine: select,
    onCommand: (text) => {
      const all = words(text);
      if (!all) return;
      typed = all.slice(1);
      refresh();
      command.focus();
    },
  });
};

function parsed(answer) {
  try {
    return JSON.parse(answer.out);
  } catch {
    return null;
  }
}

/** A drawing of the command as an element; null for any other text. */
function drawn(text) {
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
  const picture = parsed.documentElement;
  if (picture.localName !== "svg" || parsed.querySelector("parsererror")) return null;
  return document.importNode(picture, true);
}

/** Selects a line of the text, from 1. */
function select(lineNumber) {
  const lines = post.value.split("\n");
  const index = lineNumber - 1;
  if (index >= lines.length) return;
  const start = lines.slice(0, index).reduce((sum, one) => sum + one.length + 1, 0);
  post.focus();
  post.setSelectionRange(start, start + lines[index].length);
  const height = post.scrollHeight / lines.length;
  post.scrollTop = Math.max(0, height * (index - 3));
}

function offerDevices(devices) {
  const select = get("device");
  const before = select.value;
  // The ports of PCI Express are bridges.
  const ports = devices.filter(({ class_code: code }) => code?.startsWith("0604"));
  offer(get("port"), labels().unmoved, ports.map(named));
  // Bridges and the like are not assigned to a guest.
  const cards = devices.filter(({ class_code: code }) => code && !/^(05|06|08)/.test(code));
  const shown = cards.some(({ address }) => address === before) || !before ? cards : [...cards, { address: before }];
  offer(select, labels().any, shown.map(named));
}

/** A function's address and name as an option. */
function named(one) {
  const name = one.device_name ?? (one.vendor ? `${one.vendor}:${one.device}` : "");
  return new Option(`${one.address.replace(/^0000:/, "")} ${name}`.trim(), one.address);
}

/** Fills a list, and keeps what is selected in it if that is there. */
function offer(select, nothing, options) {
  const before = select.value;
  select.replaceChildren(new Option(nothing, ""), ...options);
  select.value = options.some(({ value }) => value === before) ? before : "";
}

function drawTabs(all, current) {
  const tabs = get("tabs");
  const focused = document.activeElement?.id;
  tabs.replaceChildren(...all.map(({ id }, index) => {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.id = `tab-${id}`;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", "output");
    const isCurrent = current ? id === current.id : false;
    tab.setAttribute("aria-selected", String(isCurrent));
    tab.tabIndex = isCurrent || (!current && index === 0) ? 0 : -1;
    tab.textContent = labels()[`tab.${id}`];
    tab.addEventListener("click", () => {
      view = id;
      variant = "";
      typed = null;
      refresh();
    });
    return tab;
  }));
  tabs.hidden = all.length === 0;
  if (current) output.setAttribute("aria-labelledby", `tab-${current.id}`);
  else output.setAttribute("aria-labelledby", "result-title");
  if (focused?.startsWith("tab-")) get(focused)?.focus();
}

get("tabs").addEventListener("keydown", (event) => {
  const tabs = [...get("tabs").children];
  const at = tabs.indexOf(document.activeElement);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  const tab = tabs[(to + tabs.length) % tabs.length];
  tab.focus();
  tab.click();
});

function drawVariants(current) {
  const variants = current?.words ? current.variants : [];
  get("variants").hidden = variants.length === 0;
  get("variant").replaceChildren(...variants.map(({ name }) => new Option(labels()[`variant.${name}`], name)));
  if (variants.length) get("variant").value = current.variant;
}

/** The changes of the host that a prediction may assume; a card needs to be selected for a move. */
function drawChanges(current, device) {
  const isShown = Boolean(current?.foreseen);
  get("changes").hidden = !isShown;
  get("port").parentElement.hidden = !device;
}

function drawFiles() {
  get("list").replaceChildren(...[...added].map(([name, bytes]) => {
    const item = document.createElement("li");
    const remove = document.createElement("button");
    remove.type = "button";
    remove.textContent = "×";
    remove.setAttribute("aria-label", fill(labels().remove, { name }));
    remove.addEventListener("click", () => {
      added.delete(name);
      input += 1;
      refresh();
    });
    item.append(`${name} (${bytes.length} B) `, remove);
    return item;
  }));
}

function drawWritten(written) {
  for (const link of get("written").querySelectorAll("a")) URL.revokeObjectURL(link.href);
  get("written").replaceChildren(...[...written].map(([name, bytes]) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
    link.download = name;
    link.textContent = fill(labels().save, { name, bytes: bytes.length });
    item.append(link);
    return item;
  }));
}

async function add(list) {
  for (const file of list) {
    const name = fileName(file.name, new Set([POST, ...added.keys()]));
    const bytes = new Uint8Array(await file.arrayBuffer());
    added.set(name, bytes);
    input += 1;
    if (isRom(bytes) && view === "answer" && !post.value.trim()) view = "verify";
  }
  typed = null;
  refresh();
}

function translate() {
  document.documentElement.lang = get("language").value;
  for (const place of document.querySelectorAll("[data-label]")) {
    place.textContent = labels()[place.dataset.label];
  }
  get("tabs").setAttribute("aria-label", labels().views);
  get("device").options[0].textContent = labels().any;
  get("target").options[0].textContent = labels().any;
  get("acs").options[0].textContent = labels().none;
  get("port").options[0].textContent = labels().unmoved;
  get("status").textContent = ready ? labels().ready : labels().loading;
}

post.addEventListener("input", later);
get("add").addEventListener("click", () => get("files").click());
get("files").addEventListener("change", (event) => {
  add([...event.target.files]);
  event.target.value = "";
});
for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (kind === "drop") add([...event.dataTransfer.files]);
  });
}
get("example").addEventListener("click", () => {
  post.value = PASSTHRU_EXAMPLE;
  input += 1;
  view = "answer";
  typed = null;
  refresh();
});
get("clear").addEventListener("click", () => {
  post.value = "";
  added.clear();
  input += 1;
  offerDevices([]);
  for (const id of ["device", "acs", "port"]) get(id).value = "";
  typed = null;
  refresh();
  post.focus();
});
for (const id of ["device", "target", "language", "acs", "port"]) {
  get(id).addEventListener("change", () => {
    if (id === "language") translate();
    typed = null;
    refresh();
  });
}
get("variant").addEventListener("change", () => {
  variant = get("variant").value;
  refresh();
});
get("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(last.text);
  } catch {
    // Without that right of the page, the shown output is selected and copied.
    getSelection().selectAllChildren(output);
    if (!document.execCommand("copy")) return;
  }
  get("status").textContent = labels().copied;
});
get("save").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([last.text], { type: "text/plain" }));
  link.download = last.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
});
get("licenses").addEventListener("click", () => {
  get("notices").hidden = !get("notices").hidden;
  get("licenses").setAttribute("aria-expanded", String(!get("notices").hidden));
});
get("line").addEventListener("submit", (event) => {
  event.preventDefault();
  const all = words(command.value);
  if (!all) return;
  typed = all[0] === "passthru" ? all.slice(1) : all;
  refresh();
});

/** A link may name a finding, `#finding/CODE`, and nothing else: an address is logged and shared. */
function follow() {
  const code = /^#finding\/([a-z0-9-]+)$/.exec(location.hash)?.[1];
  if (!code) return;
  number += 1;
  const lang = get("language").value;
  const args = ["explain", code, ...(lang === "en" ? [] : ["--lang", lang])];
  command.value = line(["passthru", ...args]);
  pending = { number, runs: [{ name: "shown", args, terminal: true, shown: { id: code, suffix: "txt" } }], files: new Map(), columns: columns() };
  send();
}
addEventListener("hashchange", follow);

for (const id of ["device", "port"]) get(id).append(new Option("", ""));
get("acs").append(new Option("", ""), ...OVERRIDES.map((value) => new Option(value, value)));
get("target").append(new Option("", ""), ...PASSTHRU_TARGETS.map((name) => new Option(name, name)));
if (navigator.language.toLowerCase().startsWith("zh")) get("language").value = "zh-CN";
translate();
refresh();
follow();
