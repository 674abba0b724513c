//! The 64-bit MMIO window in an existing domain.

use super::block::{Block, insert, with_attributes, with_namespace};
use super::domain::Domain;
use super::qemu::{BY_ITSELF, WINDOW};
use super::splice::splice;
use super::tree::{Element, Id};
use crate::description::{Chipset, Description, MmioWindow};
use crate::error::{Cause, Error};

/// `text` with the window that is requested: for UEFI in the firmware configuration, for a BIOS
/// at the PCI root.
pub(super) fn with_window(text: String, vm: &Description) -> Result<String, Error> {
    let window = vm.mmio.filter(|window| window.gibibytes() > BY_ITSELF);
    let Some(window) = window else {
        return Ok(text);
    };
    if Domain::parse(&text)?.is_uefi() {
        of_firmware(text, window)
    } else {
        of_root(text, window, vm.machine.chipset)
    }
}

fn of_firmware(text: String, window: MmioWindow) -> Result<String, Error> {
    let value = format!("name={WINDOW}{}", window.mebibytes());
    let argument = |value: &str| Block::new("qemu:arg", &[("value", value)]);
    let domain = Domain::parse(&text)?;
    let tree = &domain.tree;
    let lines = tree.child(0, "qemu:commandline");
    let there = lines.and_then(|(id, _)| {
        let mut arguments = tree.children(id);
        arguments.find(|(_, argument)| {
            let value = argument.attribute("value");
            value.is_some_and(|value| value.contains(WINDOW))
        })
    });
    if let Some((_, element)) = there {
        let attributes = [("value", &*value)];
        return Ok(splice(
            &text,
            with_attributes(&domain, element, &attributes),
        ));
    }
    let text = with_namespace(text)?;
    let domain = Domain::parse(&text)?;
    let Some((id, _)) = domain.tree.child(0, "qemu:commandline") else {
        let lines = Block::new("qemu:commandline", &[]);
        let lines = lines.with(argument("-fw_cfg")).with(argument(&value));
        return Ok(insert(&domain, 0, &lines));
    };
    let text = insert(&domain, id, &argument("-fw_cfg"));
    let domain = Domain::parse(&text)?;
    let lines = domain.tree.child(0, "qemu:commandline");
    let (id, _) = lines.ok_or(Cause::NoDevices)?;
    Ok(insert(&domain, id, &argument(&value)))
}

fn of_root(text: String, window: MmioWindow, chipset: Chipset) -> Result<String, Error> {
    let size = (window.mebibytes() << 10).to_string();
    let hole = Block::new("pcihole64", &[("unit", "KiB")]).content(&size);
    let domain = Domain::parse(&text)?;
    let tree = &domain.tree;
    let (devices, _) = domain.devices().ok_or(Cause::NoDevices)?;
    // A root that is given without an index has 0.
    let is_root = |(_, element): &(Id, &Element)| {
        let attribute = |name| element.attribute(name);
        let model = matches!(attribute("model"), Some("pcie-root" | "pci-root"));
        let root = attribute("index").map_or(model, |index| index == "0");
        element.name == "controller" && attribute("type") == Some("pci") && root
    };
    let Some((root, _)) = tree.children(devices).find(is_root) else {
        let model = match chipset {
            Chipset::Q35 => "pcie-root",
            Chipset::I440fx => "pci-root",
        };
        let attributes = [("type", "pci"), ("index", "0"), ("model", model)];
        let controller = Block::new("controller", &attributes).with(hole);
        return Ok(insert(&domain, devices, &controller));
    };
    let Some((_, there)) = tree.child(root, "pcihole64") else {
        return Ok(insert(&domain, root, &hole));
    };
    let same = there.attribute("unit").unwrap_or("KiB") == "KiB"
        && tree.content(there).as_deref() == Some(&*size);
    if same {
        return Ok(text);
    }
    let wanted = format!("<pcihole64 unit='KiB'>{size}</pcihole64>");
    let span = there.open.start..there.end;
    Ok(splice(&text, vec![(span, wanted)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assigned::{AssignedDevices, AssignedFunction, AssignedSlot, Coverage};
    use crate::libvirt::{edit, read_back};

    fn vm(gibibytes: u32) -> Description {
        let card = AssignedFunction::at("01:00.0".parse().unwrap());
        let slot = AssignedSlot::new(vec![card], Coverage::WholeSlot).unwrap();
        let mut vm = Description::new(
            "a".parse().unwrap(),
            AssignedDevices::new(vec![slot]).unwrap(),
        );
        vm.mmio = MmioWindow::from_gibibytes(gibibytes);
        vm
    }

    fn domain(os: &str, devices: &str, more: &str) -> String {
        format!(
            "<domain type='kvm'>\n  <os{os}>\n    <type machine='q35'>hvm</type>\n  </os>\n  \
             <devices>{devices}\n  </devices>{more}\n</domain>\n"
        )
    }

    #[test]
    fn a_window_is_set_once_and_replaced() {
        let root = "\n    <controller type='pci' index='0' model='pcie-root'/>";
        let held = "\n    <controller type='pci' index='0' model='pcie-root'>\n      <pcihole64 \
                    unit='KiB'>1048576</pcihole64>\n    </controller>";
        let other = "\n  <qemu:commandline xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>\
                     \n    <qemu:arg value='-S'/>\n  </qemu:commandline>";
        for text in [
            domain(" firmware='efi'", "", ""),
            domain(" firmware='efi'", root, other),
            domain("", "", ""),
            domain("", root, ""),
            domain("", &root.replace(" index='0'", ""), ""),
            domain("", held, ""),
        ] {
            let mut new = text;
            for gibibytes in [64, 256] {
                let vm = vm(gibibytes);
                new = edit(&new, &vm).unwrap();
                assert_eq!(edit(&new, &vm).unwrap(), new, "{new}");
                let back = read_back(&new).unwrap().description;
                assert_eq!(back.mmio, vm.mmio, "{new}");
                let sentence =
                    ["X-PciMmio64Mb", "<pcihole64"].map(|word| new.matches(word).count());
                assert_eq!(sentence[0] + sentence[1], 1, "{new}");
                assert_eq!(sentence[0] == 1, new.contains("firmware='efi'"), "{new}");
            }
        }
    }

    #[test]
    fn a_guests_default_is_not_set() {
        let text = domain(" firmware='efi'", "", "");
        let new = edit(&text, &vm(32)).unwrap();
        assert!(!new.contains("X-PciMmio64Mb"), "{new}");
    }
}
