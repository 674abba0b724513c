//! Values of this host in the texts of the catalogs: `ADDRESS`, `dom0:ADDRESS`, `-s SLOT`, `VMID`,
//! `GUEST`, `FILE`.

use pci_core::Address;

use super::rule::Context;
use crate::input::UNNAMED;
use crate::remedy::shell_word;
use crate::text::Text;

/// The text with values of the host; a placeholder with several possible values remains.
pub(super) fn filled(context: &Context<'_>, about: &[Address], text: &str) -> String {
    let values = values(context, about).into_iter();
    let text = values.fold(text.to_owned(), |text, (word, value)| {
        text.replace(word, &value)
    });
    // A command that lacks its function is none to run as printed.
    if text.contains("ADDRESS") {
        text.replace('`', "")
    } else {
        text
    }
}

/// The same of a sentence.
pub(super) fn filled_text(context: &Context<'_>, about: &[Address], text: &'static str) -> Text {
    let values = values(context, about).into_iter();
    let text = values.fold(Text::of_table(text), |text, (word, value)| {
        text.with_word(word, value)
    });
    if text.contains("ADDRESS") {
        text.with_word("`", String::new())
    } else {
        text
    }
}

/// The words and their values, in the order in which they are replaced.
fn values(context: &Context<'_>, about: &[Address]) -> Vec<(&'static str, String)> {
    let address = address(context, about);
    let values = [
        // sysfs names functions with their domain.
        (
            "devices/ADDRESS/",
            address.map(|address| format!("devices/{address}/")),
        ),
        (
            "echo ADDRESS",
            address.map(|address| format!("echo {address}")),
        ),
        ("ADDRESS > ", address.map(|address| format!("{address} > "))),
        (
            "set-override ADDRESS",
            address.map(|address| format!("set-override {address}")),
        ),
        // All functions of the card, or of the host where the card is not known.
        (
            " -s SLOT",
            Some(address.map_or_else(String::new, |one| format!(" -s {:#}", one.slot()))),
        ),
        // Qubes OS writes an address with an underscore.
        (
            "dom0:ADDRESS",
            address.map(|address| format!("dom0:{}", format!("{address:#}").replace(':', "_"))),
        ),
        ("ADDRESS", address.map(|address| format!("{address:#}"))),
        ("-o FILE", Some("-o card.rom".to_owned())),
        ("VMID", vm(context, address)),
        ("GUEST", guest(context)),
    ];
    let values = values.into_iter();
    values
        .filter_map(|(word, value)| Some((word, value?)))
        .collect()
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
    let vms = context.host.guests.proxmox_vms.as_slice();
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
    match context.host.guests.domains.as_slice() {
        [only] if only.name != UNNAMED => Some(shell_word(&only.name)),
        _ => None,
    }
}
