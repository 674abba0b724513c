//! Talos Linux in conversions.

use super::{TARGET, read_talos, talos};
use crate::convert::{Declaration, GuestName, Sign};
use crate::yaml::Node;

pub(crate) const FORMAT: Declaration = Declaration {
    signs: &[
        Sign::Kind(|document| {
            let kind = document.get("kind").and_then(Node::text);
            kind == Some("PCIDriverRebindConfig")
        }),
        Sign::Kind(|document| {
            let options = document.at(&["machine", "install", "extraKernelArgs"]);
            let mut options = options.map(Node::items).unwrap_or_default().iter();
            options.any(|option| {
                let text = option.text().unwrap_or_default();
                text.starts_with("pcirebind.rebind=")
            })
        }),
    ],
    read: Some(|known| read_talos(known.text)),
    guest_name: GuestName::None,
    ..Declaration::host_list("talos", TARGET, |vm, _| Ok(talos(vm)))
};
