//! No boot framebuffer is in a function's memory.

use hostconf::binding::kernel_facts::BootFramebuffer;
use pci_core::Address;

use super::{Change, Evaluation};
use crate::host::{Device, Host};
use crate::text::text;

pub(super) fn evaluate(host: &Host, address: Address) -> Evaluation {
    let map = &host.memory_map;
    let mut framebuffers = map.boot_framebuffers.iter();
    if let Some(found) = framebuffers.find(|found| found.value == address) {
        let sentence = text!(
            "the boot framebuffer is in the memory of {address}",
            address
        );
        return Evaluation::unmet(sentence, [found.evidence.clone()]);
    }
    match map.functions.get(&address) {
        Some(line) => {
            let sentence = text!("no boot framebuffer is in the memory of {address}", address);
            Evaluation::met(sentence, [line.clone()])
        }
        None => Evaluation::unknown(text!(
            "not in the input: whether a boot framebuffer is in the memory of {address}",
            address
        )),
    }
}

fn is_boot_display(device: &Device) -> bool {
    device
        .boot_display
        .as_ref()
        .is_some_and(|found| found.value)
}

/// The options that disable a boot framebuffer: since Linux 5.15 sysfb registers all of them
/// (drivers/firmware/sysfb.c, sysfb_init), on x86 since 3.11; efifb and vesafb each have an option.
pub(super) fn changes(host: &Host, address: Address) -> Vec<Change> {
    let Some(device) = host.devices.get(&address) else {
        return Vec::new();
    };
    let why = match &device.boot_display {
        Some(found) if !found.value => return Vec::new(),
        Some(_) => text!("the card is the boot display: no boot framebuffer may be in its memory"),
        // The kernel has one (drivers/pci/vgaarb.c, vga_default_device).
        None if host.devices.values().any(is_boot_display) => return Vec::new(),
        None => text!(
            "the card may be the boot display (not in the input): no boot framebuffer may be in \
             its memory"
        ),
    };
    // The configuration decides; the version only shows the usual configuration.
    let by_config = host.system.kernel.boot_framebuffer.as_ref();
    let by_config = by_config.map(|found| found.value != BootFramebuffer::Older);
    let by_version = || host.system.kernel.is_at_least(5, 15).map(|(is, _)| is);
    let why = match by_config {
        Some(_) => why,
        None => why.then(&text!("the option is selected by the kernel version alone")),
    };
    let options: &[(&str, &str)] = match by_config.or_else(by_version) {
        Some(true) => &[("initcall_blacklist", "sysfb_init")],
        Some(false) => &[("video", "efifb:off"), ("video", "vesafb:off")],
        None => &[],
    };
    let missing = options
        .iter()
        .filter(|(name, value)| !host.has_option_value(name, value));
    let set = missing.map(|(name, value)| Change::SetKernelOption {
        option: format!("{name}={value}"),
        purpose: why.clone().into(),
    });
    set.collect()
}
