//! Values of this host in the texts of the catalogue: `ADDRESS`, `VMID`, `GUEST`, `FILE`.

use pci_core::Address;

use super::rule::Context;

/// The text with the values that the host shows; a word stays where several are possible.
pub(super) fn filled(context: &Context<'_>, about: &[Address], text: &str) -> String {
    let mut text = text.to_owned();
    let mut fill = |word: &str, value: Option<String>| {
        if let (true, Some(value)) = (text.contains(word), value) {
            text = text.replace(word, &value);
        }
    };
    let address = address(context, about);
    // sysfs names functions with their domain.
    fill(
        "devices/ADDRESS/",
        address.map(|address| format!("devices/{address}/")),
    );
    fill("ADDRESS", address.map(|address| format!("{address:#}")));
    fill("-o FILE", Some("-o card.rom".to_owned()));
    fill("VMID", vm(context, address));
    fill("GUEST", guest(context));
    // A command that lacks its function is none to run as printed.
    if text.contains("ADDRESS") {
        text = text.replace('`', "");
    }
    text
}

/// The function that the message is about, or the only card in question.
fn address(context: &Context<'_>, about: &[Address]) -> Option<Address> {
    match (about, context.cards.as_slice()) {
        ([one], _) => Some(*one),
        (_, [card]) => card.first().map(|device| device.address),
        _ => None,
    }
}

/// The guest of Proxmox VE that has the function, or the only one.
fn vm(context: &Context<'_>, address: Option<Address>) -> Option<String> {
    let vms = context.host.proxmox_vms.as_slice();
    let found = match vms {
        [only] => only,
        _ => {
            let mut having = vms
                .iter()
                .filter(|vm| address.is_some_and(|one| vm.passes(one)));
            let first = having.next()?;
            having.next().is_none().then_some(first)?
        }
    };
    found.id.map(|id| id.to_string())
}

/// The only domain of libvirt.
fn guest(context: &Context<'_>) -> Option<String> {
    match context.host.domains.as_slice() {
        [only] => Some(crate::remedy::shell_word(&only.name)),
        _ => None,
    }
}
