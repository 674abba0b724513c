//! What would cost the host its only screen, a disk or the network: in the way of a
//! plan until a person takes it upon themselves by name.

use super::document::Blocker;
use crate::host::{Coverage, Device, Host};

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
/// its screen or its network.
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
    if let Some(display) = only_display(host, functions) {
        blockers.push(Blocker {
            code: "boot-display".into(),
            title: format!(
                "{:#} is the host's only display controller: without it the host has no screen",
                display.address
            ),
            remedy: Some(
                "have another way in first, such as SSH or a serial console, and try it".to_owned(),
            ),
            accept: accept("only-display").into(),
        });
    }
}

/// The display that the firmware set up for booting, where all displays go.
fn only_display<'a>(host: &Host, functions: &[&'a Device]) -> Option<&'a Device> {
    let boot = functions.iter().copied().find(|device| {
        let boots = device.boot_display.as_ref().is_some_and(|fact| fact.value);
        device.is_display() && boots
    })?;
    let all_shown = host.coverage.contains(&Coverage::All);
    let stays = host
        .devices
        .values()
        .filter(|device| device.is_display())
        .any(|device| functions.iter().all(|f| f.address != device.address));
    (all_shown && !stays).then_some(boot)
}
