//! Cloud Hypervisor in conversions.

use super::{PROGRAM, TARGET, emit, read, read_arguments};
use crate::convert::{Declaration, Sign};
use crate::yaml::Node;

pub(crate) const FORMAT: Declaration = Declaration {
    signs: &[Sign::Devices(has_paths), Sign::Program(PROGRAM)],
    read: Some(|known| {
        if known.text.trim_start().starts_with('{') {
            Ok(read(known.text)?)
        } else {
            Ok(read_arguments(&known.words(PROGRAM)?)?)
        }
    }),
    ..Declaration::machine("cloud-hypervisor", TARGET, |vm, _| Ok(emit(vm)))
};

/// The answer of `vm.info` has the configuration in a key of its own.
fn has_paths(document: &Node) -> bool {
    let devices = document
        .at(&["config", "devices"])
        .or_else(|| document.get("devices"));
    let mut items = devices.map(Node::items).unwrap_or_default().iter();
    items.any(|device| device.get("path").is_some())
}
