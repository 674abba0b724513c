//! The VM that has a function, under Hyper-V.

use pci_core::notation::LocationPath;
use pci_core::{Address, PciId};

use super::{Evaluation, driver};
use crate::host::Host;
use crate::text::text;

/// Whether Hyper-V has assigned the function to the VM. Names of VMs are compared as PowerShell
/// does, in any case.
pub(super) fn is_assigned(
    host: &Host,
    address: Address,
    id: PciId,
    vm: &str,
    location_path: Option<&str>,
) -> Evaluation {
    let path: Option<LocationPath> = location_path.and_then(|path| path.parse().ok());
    let mut others = host.devices.values();
    let has_duplicate = others.any(|device| {
        let shown = device.id.as_ref().map(|id| id.value);
        device.address != address && shown == Some(id)
    });
    let dismounted = host.guests.hyper_v.dismounted(address, id, path.as_ref());
    let Some(found) = dismounted.filter(|one| one.location_path.is_some() || !has_duplicate) else {
        return not_dismounted(host, address, vm);
    };
    match &found.vm {
        Some(found) if found.value.eq_ignore_ascii_case(vm) => Evaluation::met(
            text!("Hyper-V has assigned {address} to {vm}", address, vm),
            [found.evidence.clone()],
        ),
        Some(found) => Evaluation::unmet(
            text!(
                "Hyper-V has assigned {address} to {found}, not to {vm}",
                address,
                found = found.value,
                vm
            ),
            [found.evidence.clone()],
        ),
        None => {
            let sentence = text!(
                "Hyper-V has dismounted {address} from the host; not in the input: its VM",
                address
            );
            Evaluation {
                evidence: vec![found.shown.clone()],
                ..Evaluation::unknown(sentence)
            }
        }
    }
}

/// A function that is not among the dismounted ones: with a driver of the host, or unknown.
fn not_dismounted(host: &Host, address: Address, vm: &str) -> Evaluation {
    let is_bound = host.devices.get(&address).and_then(|one| one.driver.name());
    if is_bound.is_some() {
        return driver::is_of_guests(host, address);
    }
    Evaluation::unknown(text!(
        "not in the input: whether Hyper-V has assigned {address} to {vm}",
        address,
        vm
    ))
}

/// The command that lists the functions of a VM.
pub(super) fn look(vm: &str) -> Vec<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let name = if vm.bytes().all(is_plain) {
        vm.to_owned()
    } else {
        format!("'{}'", vm.replace('\'', "''"))
    };
    let list = format!("Get-VMAssignableDevice -VMName {name} | Format-List");
    vec!["powershell".to_owned(), "-Command".to_owned(), list]
}
