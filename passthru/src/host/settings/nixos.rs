//! Modules in a configuration of NixOS: those that it loads for its `vfio-pci.ids=`, those on its
//! blacklist, and lines of modprobe.d.

use host_tree::{CommandText, Evidence, numbered_lines};

use crate::host::fact::Fact;

/// Lists of modules (NixOS manual, chapter Linux Kernel): a text with one is that part of the
/// configuration.
const LISTS: [&str; 3] = [
    "boot.kernelModules",
    "boot.initrd.kernelModules",
    "boot.initrd.availableKernelModules",
];

/// The line with `vfio-pci.ids=` of a configuration whose lists of modules lack vfio_pci.
pub(in crate::host) fn without_vfio_module(texts: &[CommandText]) -> Option<Evidence> {
    texts.iter().find_map(|text| {
        let body = &text.text;
        let has_list = LISTS.iter().any(|list| body.contains(list));
        let is_loaded = ["\"vfio_pci\"", "\"vfio-pci\""]
            .iter()
            .any(|module| body.contains(module));
        if !body.contains("boot.kernelParams") || !has_list || is_loaded {
            return None;
        }
        let (number, line) = numbered_lines(body).find(|(_, line)| {
            line.contains("vfio-pci.ids=") && !line.trim_start().starts_with('#')
        })?;
        Some(Evidence::new(&*text.command, number, line.trim()))
    })
}

/// The longest list of modules, in lines.
const MOST_LINES: usize = 32;

/// The modules of `boot.blacklistedKernelModules`, which NixOS writes to modprobe.d as `blacklist`
/// (nixpkgs nixos/modules/system/boot/modprobe.nix).
pub(super) fn blacklisted(texts: &[CommandText]) -> Vec<Fact<String>> {
    listed_modules(texts, "blacklistedKernelModules")
}

/// The modules of `boot.initrd.kernelModules`, which the initrd loads in this order (nixpkgs
/// nixos/modules/system/boot/kernel.nix).
pub(super) fn of_initrd(texts: &[CommandText]) -> Vec<Fact<String>> {
    listed_modules(texts, "boot.initrd.kernelModules")
}

/// The modules of literal lists.
fn listed_modules(texts: &[CommandText], key: &str) -> Vec<Fact<String>> {
    let mut found = Vec::new();
    for text in texts.iter().filter(|text| text.text.contains(key)) {
        let mut left = 0;
        for (number, line) in numbered_lines(&text.text) {
            let line = line.split('#').next().unwrap_or_default().trim();
            let list = line.split_once(key);
            let list = list.and_then(|(_, rest)| rest.trim_start().strip_prefix('='));
            let items = match list {
                Some(items) => {
                    left = MOST_LINES;
                    items
                }
                None if left > 0 => line,
                None => continue,
            };
            left -= 1;
            let quoted = items.split('"').skip(1).step_by(2);
            found.extend(quoted.map(|module| {
                Fact::new(
                    module.to_owned(),
                    Evidence::new(&*text.command, number, line),
                )
            }));
            if items.contains(']') {
                left = 0;
            }
        }
    }
    found
}

/// The lines in a literal string `boot.extraModprobeConfig`, which NixOS writes to modprobe.d
/// (nixpkgs nixos/modules/system/boot/modprobe.nix).
pub(super) fn modprobe_lines(texts: &[CommandText]) -> Vec<Evidence> {
    const KEY: &str = "extraModprobeConfig";
    let mut found = Vec::new();
    for text in texts.iter().filter(|text| text.text.contains(KEY)) {
        let mut open = None;
        for (number, line) in numbered_lines(&text.text) {
            let value = line.split_once(KEY);
            let value = value.and_then(|(_, rest)| rest.trim_start().strip_prefix('='));
            let value = value.filter(|_| !line.trim_start().starts_with('#'));
            let opened = value.map(str::trim_start).and_then(|value| {
                let mut quotes = ["''", "\""].into_iter();
                quotes.find_map(|quote| Some((quote, value.strip_prefix(quote)?, MOST_LINES)))
            });
            let Some((quote, rest, left)) = opened.or_else(|| {
                let (quote, left) = open?;
                Some((quote, line, left))
            }) else {
                continue;
            };
            let (content, end) = match rest.split_once(quote) {
                Some((content, _)) => (content.trim(), true),
                None => (rest.trim(), left == 0),
            };
            open = (!end).then(|| (quote, left.saturating_sub(1)));
            if !content.is_empty() {
                found.push(Evidence::new(&*text.command, number, content));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
