//! The driver of a function.

use host_tree::Evidence;
use pci_core::Address;

use super::Evaluation;
use crate::host::drivers::guest_drivers::{is_assigned_by, is_for_guests, is_vfio_driver};
use crate::host::{Coverage, Driver, Host};
use crate::text::text;

pub(super) fn is(host: &Host, address: Address, wanted: &str) -> Evaluation {
    let Some(device) = host.devices.get(&address) else {
        return absent(host, address);
    };
    match &device.driver {
        Driver::Bound(found)
            if found.value == wanted || wanted == "vfio-pci" && is_vfio_driver(&found.value) =>
        {
            let wanted = &found.value;
            let sentence = text!("{address} is bound to {wanted}", wanted, address);
            Evaluation::met(sentence, [found.evidence.clone()])
        }
        Driver::Bound(found) => {
            let sentence = text!(
                "{address} is bound to {found}, not to {wanted}",
                found = found.value,
                address,
                wanted
            );
            Evaluation::unmet(sentence, [found.evidence.clone()])
        }
        Driver::Unbound(evidence) => {
            let sentence = text!(
                "{address} is bound to no driver; {wanted} is required",
                address,
                wanted
            );
            Evaluation::unmet(sentence, [evidence.clone()])
        }
        Driver::NotShown => not_shown(address),
    }
}

pub(super) fn is_of_host(host: &Host, address: Address) -> Evaluation {
    bound(host, address, |driver| !is_for_guests(driver))
}

/// Whether the function is bound to a wanted driver.
fn bound(host: &Host, address: Address, is_wanted: impl Fn(&str) -> bool) -> Evaluation {
    let Some(device) = host.devices.get(&address) else {
        return absent(host, address);
    };
    match &device.driver {
        Driver::Bound(found) => {
            let sentence = text!(
                "{address} is bound to {found}",
                found = found.value,
                address
            );
            let evidence = [found.evidence.clone()];
            if is_wanted(&found.value) {
                Evaluation::met(sentence, evidence)
            } else {
                Evaluation::unmet(sentence, evidence)
            }
        }
        Driver::Unbound(evidence) => Evaluation::unmet(
            text!("{address} is bound to no driver", address),
            [evidence.clone()],
        ),
        Driver::NotShown => not_shown(address),
    }
}

pub(super) fn is_of_guests(host: &Host, address: Address) -> Evaluation {
    let esxi = host.esxi.functions.get(&address);
    if let Some(enabled) = esxi.and_then(|function| function.enabled.as_ref()) {
        let evidence = [enabled.evidence.clone()];
        return if enabled.value {
            Evaluation::met(
                text!("passthrough is enabled for {address}", address),
                evidence,
            )
        } else {
            Evaluation::unmet(
                text!("passthrough is not enabled for {address}", address),
                evidence,
            )
        };
    }
    bound(host, address, is_assigned_by)
}

fn not_shown(address: Address) -> Evaluation {
    Evaluation::unknown(text!("not in the input: the driver of {address}", address))
}

/// State of a function that is in no source. If sysfs is complete, the function does not exist.
pub(super) fn absent(host: &Host, address: Address) -> Evaluation {
    let is_sysfs = host.devices.values().any(|device| device.sysfs.is_some());
    if is_sysfs && host.coverage.contains(&Coverage::All) {
        let sentence = text!("there is no device at {address}", address);
        let line = Evidence::new("/sys/bus/pci/devices", 1, format!("has no {address}"));
        return Evaluation::unmet(sentence, [line]);
    }
    Evaluation::unknown(text!("not in the input: {address}", address))
}
