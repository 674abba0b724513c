//! XCP-ng and XenServer: the Xen hypervisor, configured with `xe` and `xen-cmdline`.

use pci_core::Address;
use pci_core::notation::HideList;

use crate::description::Description;
use crate::emitted::{Emitted, EmittedCommand, Feature, ManualStep, Versions};
use crate::error::Error;

const TARGET: &str = "XCP-ng";

/// The program that changes dom0's kernel command line.
const XEN_CMDLINE: &str = "/opt/xensource/libexec/xen-cmdline";

/// The identity of a guest: `xe vm-list` shows it. Eight, four, four, four and
/// twelve hex digits with `-` between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VmUuid(String);

impl VmUuid {
    /// The uuid that `text` is; `None` when it is none.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let lengths: Vec<usize> = text.split('-').map(str::len).collect();
        let digits = text
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        (digits && lengths == [8, 4, 4, 4, 12]).then(|| Self(text.to_ascii_lowercase()))
    }

    /// The uuid.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The list that hides `functions` besides what `already` hides: `xen-cmdline
/// --set-dom0` replaces the whole list.
#[must_use]
pub(crate) fn hidden_with(already: &HideList, functions: &[Address]) -> HideList {
    let mut list = already.clone();
    for address in functions {
        list.add(*address);
    }
    list
}

/// The commands that reserve the functions from dom0 and assign them to the guest `uuid`. `hidden`
/// is the list that is already on dom0's command line.
///
/// # Errors
/// When a domain is above ffff.
pub fn emit(vm: &Description, uuid: &VmUuid, hidden: &HideList) -> Result<Emitted, Error> {
    let addresses: Vec<Address> = vm.assigned.functions().map(|one| one.address).collect();
    for slot in vm.assigned.slots() {
        super::emit::entries(slot)?;
    }
    let list = hidden_with(hidden, &addresses);
    let mut hide = EmittedCommand::new(
        [
            XEN_CMDLINE.to_owned(),
            "--set-dom0".to_owned(),
            format!("xen-pciback.hide={list}"),
        ],
        "pciback binds the functions at boot, before dom0's drivers; the list replaces the \
         present one and includes it",
    );
    hide.versions = Some(Versions::from("XenServer", "7.0"));
    // The number before the slash is not a slot of the guest, but xapi's order.
    let functions: Vec<String> = addresses.iter().map(|one| format!("0/{one}")).collect();
    let give = EmittedCommand::new(
        [
            "xe".to_owned(),
            "vm-param-set".to_owned(),
            format!("uuid={}", uuid.as_str()),
            format!("other-config:pci={}", functions.join(",")),
        ],
        "the guest gets the functions from its next start on; xe vm-param-remove \
         param-name=other-config param-key=pci removes them",
    );
    Ok(Emitted {
        commands: vec![hide, give],
        steps: vec![ManualStep {
            name: "reboot-dom0",
            text: "reboot the host between the two commands: pciback binds the functions at \
                   boot; xl pci-assignable-list then shows them"
                .to_owned(),
        }],
        not_converted: Feature::unsupported(vm, TARGET, &[]),
        ..Emitted::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assigned::{AssignedDevices, AssignedFunction, AssignedSlot, Coverage};

    #[test]
    fn the_list_keeps_what_is_hidden() {
        let functions = vec![
            AssignedFunction::at("01:00.0".parse().unwrap()),
            AssignedFunction::at("01:00.1".parse().unwrap()),
        ];
        let slot = AssignedSlot::new(functions, Coverage::WholeSlot).unwrap();
        let assigned = AssignedDevices::new(vec![slot]).unwrap();
        let vm = Description::new("a".parse().unwrap(), assigned);
        let uuid = VmUuid::new("7f5ce9ac-7ec5-0a08-cf4b-0c3a2b1d4e5f").unwrap();
        let hidden = "(0000:04:01.0)(0000:01:00.1)".parse().unwrap();
        let emitted = emit(&vm, &uuid, &hidden).unwrap();
        assert_eq!(
            emitted.commands[0].argv[2],
            "xen-pciback.hide=(0000:04:01.0)(0000:01:00.1)(0000:01:00.0)"
        );
        assert_eq!(
            emitted.commands[1].argv[2..],
            [
                "uuid=7f5ce9ac-7ec5-0a08-cf4b-0c3a2b1d4e5f",
                "other-config:pci=0/0000:01:00.0,0/0000:01:00.1"
            ]
        );
        for bad in [
            "",
            "a",
            "7f5ce9ac-7ec5-0a08-cf4b-0c3a2b1d4e5f other-config:x=y",
        ] {
            assert_eq!(VmUuid::new(bad), None);
        }
    }
}
