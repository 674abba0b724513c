//! What would cost the host its only screen, a disk or the network: in the way of a
//! plan until a person takes it upon themselves by name.

use super::document::Blocker;
use crate::host::{Device, Host};

/// The word by which a blocker is accepted: what the host would lose, or the code.
pub(super) fn accept(code: &'static str) -> &'static str {
    match code {
        "file-system-on-device" => "disk",
        "network-on-device" => "network",
        "process-on-card" => "process",
        "only-display" => "display",
        _ => code,
    }
}

/// Adds what the doctor says is no blocker of passing through, and yet costs the host
/// a network.
pub(super) fn add(host: &Host, functions: &[&Device], blockers: &mut Vec<Blocker>) {
    let goes = |address| functions.iter().any(|device| device.address == address);
    for interface in &host.interfaces {
        let said = blockers
            .iter()
            .any(|blocker| blocker.code == "network-on-device");
        if goes(interface.value.address) && !said {
            blockers.push(Blocker {
                code: "network-on-device".into(),
                title: format!(
                    "the host's network interface {} on {:#} is up, and goes with it",
                    interface.value.name, interface.value.address
                ),
                remedy: Some(
                    "have the host use another interface first, and a way in that does not need \
                     this one"
                        .to_owned(),
                ),
                accept: accept("network-on-device").into(),
            });
        }
    }
}
