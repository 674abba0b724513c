//! Talos Linux: the machine configuration of a node sets the driver of a function. VMs run in
//! KubeVirt.

#[cfg(feature = "convert")]
mod format;

use pci_core::Address;

use crate::description::Description;
use crate::emitted::{
    Emitted, EmittedFile, Feature, Found, Line, ManualStep, NotConverted, ReadBack, Versions,
};
use crate::error::{Cause, Error};
use crate::yaml::{Node, load, quoted};

#[cfg(feature = "convert")]
pub(crate) use format::FORMAT;

const TARGET: &str = "Talos";

/// Documents that bind each function to vfio-pci by its address, as a patch for the
/// node's configuration (Talos reference, `PCIDriverRebindConfig`).
#[must_use]
pub fn talos(vm: &Description) -> Emitted {
    let mut file = EmittedFile::new("talos-vfio.yaml");
    for (text, why) in [
        ("machine:", ""),
        ("  kernel:", ""),
        (
            "    modules:",
            "loaded at boot, others that are listed stay; 1.14 still accepts this form, beside \
             documents of kind KernelModuleConfig",
        ),
        (
            "      - name: vfio_pci",
            "the driver that machines reach the functions through",
        ),
        ("      - name: vfio_iommu_type1", "the IOMMU's part of it"),
    ] {
        file.push(Line::new(text, why));
    }
    for function in vm.assigned.functions() {
        let address = quoted(&function.address.to_string());
        for (text, why) in [
            ("---".to_owned(), ""),
            ("apiVersion: v1alpha1".to_owned(), ""),
            (
                "kind: PCIDriverRebindConfig".to_owned(),
                "by address, which distinguishes devices with the same ID",
            ),
            (format!("name: {address}"), "which function"),
            (
                "targetDriver: vfio-pci".to_owned(),
                "the driver that it gets",
            ),
        ] {
            let line = Line::new(text, why);
            file.push(line.in_versions(Versions::from("Talos", "1.10")));
        }
    }
    Emitted {
        steps: vec![
            ManualStep {
                name: "talos-patch",
                text: format!(
                    "talosctl --nodes NODE patch machineconfig --patch @{} with the node's address \
                     for NODE, then reboot the node",
                    file.path
                ),
            },
            ManualStep {
                name: "talos-before-1.10",
                text: "before Talos 1.10 the kernel option \
                       pcirebind.rebind=ADDRESS_DRIVER+vfio-pci, of the system extension \
                       pci-rebind, does the same: DRIVER is the driver that is bound to the function"
                    .to_owned(),
            },
        ],
        files: vec![file],
        commands: Vec::new(),
        not_converted: Feature::unsupported(vm, TARGET, &[]),
    }
}

/// The functions that a machine configuration binds to vfio-pci.
///
/// # Errors
/// If it is not YAML, an address is invalid, or nothing is bound.
pub fn read_talos(text: &str) -> Result<ReadBack, Error> {
    let documents = load(text)?;
    let mut found = Found::default();
    let mut take = |address: &str, driver: &str, line: u32| -> Result<(), Error> {
        // Talos' own example writes the function in two digits.
        let short = address.strip_suffix(|c: char| c.is_ascii_digit());
        let short = short
            .filter(|short| short.ends_with(".0"))
            .zip(address.chars().last())
            .map(|(short, last)| format!("{}{last}", short.strip_suffix('0').unwrap_or(short)));
        let parsed: Option<Address> = address
            .parse()
            .ok()
            .or_else(|| short.and_then(|short| short.parse().ok()));
        let address = parsed.ok_or_else(|| {
            Cause::Rejected {
                reason: format!("expected an address, found {address:?}"),
            }
            .at(line)
        })?;
        if driver == "vfio-pci" || driver == "vfio_pci" {
            found.function(address);
        } else {
            let not_converted = NotConverted::new(
                format!("{address} to {driver}"),
                "it is not a driver for assignment",
            );
            found.not_converted.push(not_converted.on_line(line));
        }
        Ok(())
    };
    for document in &documents {
        if document.get("kind").and_then(Node::text) == Some("PCIDriverRebindConfig") {
            let text = |key: &str| document.get(key).and_then(Node::text).unwrap_or_default();
            take(text("name"), text("targetDriver"), document.line)?;
        }
        let options = document.at(&["machine", "install", "extraKernelArgs"]);
        for option in options.map(Node::items).unwrap_or_default() {
            let text = option.text().unwrap_or_default();
            let Some(rebind) = text.strip_prefix("pcirebind.rebind=") else {
                continue;
            };
            // ADDRESS_OLD+NEW
            let (address, drivers) = rebind.split_once('_').unwrap_or((rebind, ""));
            let driver = drivers.rsplit('+').next().unwrap_or_default();
            take(address, driver, option.line)?;
        }
    }
    Ok(ReadBack {
        description: found.describe(None)?,
        not_converted: found.not_converted,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let text = "machine:\n  install:\n    extraKernelArgs:\n      - pcirebind.rebind=0000:04:00.0_ixgbe+vfio-pci\n      \
            - intel_iommu=on\n---\napiVersion: v1alpha1\nkind: PCIDriverRebindConfig\nname: 0000:05:00.01\n\
            targetDriver: vfio-pci\n---\nkind: PCIDriverRebindConfig\nname: \"0000:06:00.0\"\ntargetDriver: uio\n";
        let back = read_talos(text).unwrap();
        let functions: Vec<String> = back
            .description
            .assigned
            .functions()
            .map(|one| one.address.to_string())
            .collect();
        assert_eq!(functions, ["0000:04:00.0", "0000:05:00.1"]);
        assert_eq!(back.not_converted[0].line, Some(12));
        assert!(read_talos("kind: PCIDriverRebindConfig\nname: x\n").is_err());
    }
}
