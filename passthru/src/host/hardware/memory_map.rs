//! The host's memory map, `/proc/iomem`: functions and boot framebuffers.

use std::collections::BTreeMap;

use host_tree::{Evidence, HostTree, numbered_lines};
use hostconf::binding::kernel_facts::BootFramebuffer;
use pci_core::Address;

use crate::host::fact::Fact;

const PATH: &str = "/proc/iomem";

/// Names of boot framebuffers there (`drivers/firmware/sysfb_simplefb.c`,
/// `drivers/video/fbdev/efifb.c`, `vesafb.c`, `simplefb.c`; `drivers/gpu/drm/sysfb/`).
const NAMES: [&str; 6] = [
    "BOOTFB",
    "efifb",
    "vesafb",
    "simplefb",
    "simple-framebuffer",
    "simpledrm",
];

/// Functions in `/proc/iomem`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemoryMap {
    /// The functions that have memory, each with its first line.
    pub functions: BTreeMap<Address, Evidence>,
    /// The driver of the boot framebuffer, by the name of its region.
    pub framebuffer: Option<Fact<BootFramebuffer>>,
    /// The functions whose memory contains a boot framebuffer, each with the framebuffer's line.
    pub boot_framebuffers: Vec<Fact<Address>>,
}

/// Reads the memory map.
///
/// Each line is indented by two blanks for each resource that it lies in
/// (`kernel/resource.c`, `r_show`). Others than root see the names without the
/// addresses, which is enough.
pub(in crate::host) fn memory_map(tree: &dyn HostTree) -> MemoryMap {
    let mut found = MemoryMap::default();
    let Some(text) = tree.read_text(PATH).found() else {
        return found;
    };
    // The function around each depth.
    let mut around: Vec<Option<Address>> = Vec::new();
    for (number, line) in numbered_lines(&text) {
        let depth = (line.len() - line.trim_start().len()) / 2;
        let Some((_, name)) = line.split_once(" : ") else {
            continue;
        };
        // Deeper than any kernel nests.
        if depth > 64 {
            continue;
        }
        around.resize(depth + 1, None);
        let outer = depth
            .checked_sub(1)
            .and_then(|outer| around.get(outer).copied().flatten());
        let name = name.trim();
        let own = name.parse::<Address>().ok();
        if let Some(address) = own {
            let line = || Evidence::new(PATH, number, line.trim());
            found.functions.entry(address).or_insert_with(line);
        }
        if let Some(slot) = around.get_mut(depth) {
            *slot = own.or(outer);
        }
        if NAMES.contains(&name) && found.framebuffer.is_none() {
            let driver = match name {
                "efifb" | "vesafb" => BootFramebuffer::Firmware,
                _ => BootFramebuffer::Simple,
            };
            let evidence = Evidence::new(PATH, number, line.trim());
            found.framebuffer = Some(Fact::new(driver, evidence));
        }
        if let (Some(address), true) = (outer, NAMES.contains(&name)) {
            let evidence = Evidence::new(PATH, number, line.trim());
            let fact = Fact::new(address, evidence);
            found.boot_framebuffers.push(fact);
        }
    }
    found
}

#[cfg(test)]
mod tests;
