// Posts about the hosts of five published guides, for the tests: the facts of each guide are in
// examples/hosts, and the words around them are ours.

import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The hosts, and a finding that each post must lead to. */
export const GUIDES = {
  "esxi-rtx4060ti": "passthru-map-conflict",
  "proxmox-gtx650": "vfio-ids-valid",
  "proxmox-rtx5060ti": "vfio-ids-missing-function",
  "ubuntu-gtx1080ti": "boot-options-invalid",
  "ubuntu-twin-rtx3090ti": "override-script-late",
};

function files(folder, path = "") {
  return readdirSync(join(folder, path)).sort().flatMap((name) => {
    const inside = `${path}/${name}`;
    if (!path && name.startsWith("_")) return [];
    return statSync(join(folder, inside)).isDirectory() ? files(folder, inside) : [inside];
  });
}

/** A tree of a host as a post: each command with its output, each file by `cat`. */
function post(tree, sentence) {
  const { commands = [] } = JSON.parse(readFileSync(join(tree, "_tree.json"), "utf8"));
  const shown = commands.map(({ file, command }) => [command, file]);
  for (const path of files(tree)) {
    // Packages are not what people paste.
    if (path !== "/var/lib/dpkg/status") shown.push([`cat ${path}`, path]);
  }
  const blocks = shown.map(([command, file]) => {
    const output = readFileSync(join(tree, file), "utf8").trimEnd();
    return `root@host:~# ${command}\n${output}\n`;
  });
  return `${sentence}\n\n\`\`\`\n${blocks.join("")}\`\`\`\n`;
}

/** The posts, by name. */
export function posts(hosts) {
  const found = new Map();
  for (const name of Object.keys(GUIDES)) {
    for (const [tree, sentence] of [["before", "How do I assign the card of this host?"], ["after", "I followed a guide. Is this right?"]]) {
      const folder = join(hosts, name, tree);
      if (existsSync(folder)) found.set(`${name}/${tree}`, post(folder, sentence));
    }
    const pasted = join(hosts, name, "pasted");
    for (const file of existsSync(pasted) ? readdirSync(pasted).sort() : []) {
      found.set(`${name}/${file}`, readFileSync(join(pasted, file), "utf8"));
    }
  }
  return found;
}
