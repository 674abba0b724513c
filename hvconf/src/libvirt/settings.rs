//! Edits of a domain besides its hostdevs: CPU hiding, memory backing, Looking Glass, and
//! settings of QEMU only.

use pci_core::Address;

use super::assign::add;
use super::block::{Block, insert, set_element, with_attributes, with_namespace};
use super::domain::{Domain, unit_bytes};
use super::hostdev::alias;
use super::kept::own_vendor_id;
use super::memory::with_huge_pages;
use super::qemu::{Property, properties};
use super::splice::splice;
use super::tree::{Element, Id};
use super::window::with_window;
use crate::description::{Chipset, Description, GuestSystem, KvmSignature, MemoryLock, Pages};
use crate::error::{Cause, Error};

/// The XML `text` of a domain with the settings of `vm`, all other bytes kept: hostdevs as by
/// [`add`], the features that hide the hypervisor, KVM's interrupt controller on a q35, what
/// backs the memory, Looking Glass, the window for BARs above 4 GiB where [`Description::mmio`]
/// is one of more than the 32 GiB that a guest has by default, and QEMU's properties of the
/// functions. What `vm` does not ask for stays as it is; a second run changes nothing.
///
/// Machine type, firmware, memory, processors and displays of the guest are unchanged. Some
/// settings remain although others are requested: [`kept`](fn@super::kept) lists them. An existing
/// I/O APIC setting remains, and none is added with a virtual IOMMU, for whose interrupt remapping
/// libvirt requires QEMU's (`virDomainDefIOMMUValidate`).
///
/// # Errors
/// As [`add`]; and if huge pages are requested with a setting with which libvirt rejects them.
///
/// ```
/// use hvconf::description::{Description, KvmSignature};
/// use hvconf::libvirt::{Domain, edit};
/// use hvconf::assigned::{Coverage, AssignedDevices, AssignedFunction, AssignedSlot};
/// let nic = AssignedFunction::at("03:00.0".parse()?);
/// let assigned = AssignedDevices::new(vec![AssignedSlot::new(vec![nic], Coverage::WholeSlot)?])?;
/// let mut vm = Description::new("a".parse()?, assigned);
/// vm.hiding.kvm = KvmSignature::Hidden;
/// let text = "<domain>\n  <features>\n    <acpi/>\n  </features>\n  <devices>\n  </devices>\n</domain>\n";
/// let new = edit(text, &vm)?;
/// assert!(new.contains("    <acpi/>\n    <kvm>\n      <hidden state='on'/>\n    </kvm>\n"));
/// assert_eq!(edit(&new, &vm)?, new);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn edit(text: &str, vm: &Description) -> Result<String, Error> {
    let domain = Domain::parse(text)?;
    let hyperv = domain.hyperv_of_the_host().is_none();
    let own_vendor = own_vendor_id(&domain).is_some();
    let ioapic = domain.tree.descend(0, &["features", "ioapic"]).is_none() && !domain.has_iommu();
    let mut text = add(text, &vm.assigned)?;
    let mut set = |path: &[&str], attributes: &[(&str, &str)]| -> Result<(), Error> {
        text = set_element(&text, path, attributes)?;
        Ok(())
    };
    let on = ("state", "on");
    if vm.system == GuestSystem::Windows && hyperv {
        set(&["features", "hyperv", "relaxed"], &[on])?;
        set(&["features", "hyperv", "vapic"], &[on])?;
        set(
            &["features", "hyperv", "spinlocks"],
            &[on, ("retries", "8191")],
        )?;
    }
    if let Some(id) = vm
        .hiding
        .hyperv_vendor_id
        .as_ref()
        .filter(|_| hyperv && !own_vendor)
    {
        let value = ("value", id.as_str());
        set(&["features", "hyperv", "vendor_id"], &[on, value])?;
    }
    if vm.hiding.kvm == KvmSignature::Hidden {
        set(&["features", "kvm", "hidden"], &[on])?;
        if vm.machine.chipset == Chipset::Q35 && ioapic {
            set(&["features", "ioapic"], &[("driver", "kvm")])?;
        }
    }
    if let Pages::Huge(size) = vm.memory.pages {
        text = with_huge_pages(text, size)?;
    }
    if vm.memory.lock == MemoryLock::Locked {
        text = set_element(&text, &["memoryBacking", "locked"], &[])?;
    }
    text = looking_glass(text, vm)?;
    text = with_window(text, vm)?;
    for property in properties(vm) {
        text = set_property(text, &property)?;
    }
    Ok(text)
}

fn looking_glass(text: String, vm: &Description) -> Result<String, Error> {
    let Some(size) = vm.looking_glass else {
        return Ok(text);
    };
    let domain = Domain::parse(&text)?;
    let (devices, _) = domain.devices().ok_or(Cause::NoDevices)?;
    let shmem = domain.tree.children(devices).find(|(_, element)| {
        element.name == "shmem" && element.attribute("name") == Some("looking-glass")
    });
    let bytes = u64::from(size.mebibytes()) << 20;
    let size = size.mebibytes().to_string();
    let Some((id, _)) = shmem else {
        let block = Block::new("shmem", &[("name", "looking-glass")])
            .with(Block::new("model", &[("type", "ivshmem-plain")]))
            .with(Block::new("size", &[("unit", "M")]).content(&size));
        return Ok(insert(&domain, devices, &block));
    };
    let Some((_, element)) = domain.tree.child(id, "size") else {
        return Ok(text);
    };
    let there = domain.tree.content(element).and_then(|size| {
        let size: u64 = size.parse().ok()?;
        size.checked_mul(unit_bytes(element.attribute("unit").unwrap_or("B"))?)
    });
    if there == Some(bytes) {
        return Ok(text);
    }
    let wanted = format!("<size unit='M'>{size}</size>");
    let span = element.open.start..element.end;
    Ok(splice(&text, vec![(span, wanted)]))
}

/// The alias of the hostdev of `source`; one without an alias of the user's gets ours.
/// libvirt drops overrides of an alias that no device has, and keeps none but the user's.
fn with_alias(text: String, source: Address) -> Result<(String, String), Error> {
    let domain = Domain::parse(&text)?;
    let hostdev = domain.contains(source);
    let own = hostdev.as_ref().and_then(|hostdev| hostdev.alias.clone());
    if let Some(own) = own.filter(|alias| alias.starts_with("ua-")) {
        return Ok((text, own));
    }
    let alias = alias(&source.to_string());
    let Some(hostdev) = hostdev else {
        return Ok((text, alias));
    };
    let name = [("name", alias.as_str())];
    let new = match domain.tree.child(hostdev.id, "alias") {
        Some((_, element)) => splice(&text, with_attributes(&domain, element, &name)),
        None => insert(&domain, hostdev.id, &Block::new("alias", &name)),
    };
    Ok((new, alias))
}

/// Sets a property in `<qemu:override>`, and the namespace that it needs.
fn set_property(text: String, wanted: &Property) -> Result<String, Error> {
    let Property {
        source,
        name,
        kind,
        value,
        ..
    } = wanted;
    let (text, alias) = with_alias(with_namespace(text)?, *source)?;
    let domain = Domain::parse(&text)?;
    let tree = &domain.tree;
    let leaf = Block::new(
        "qemu:property",
        &[("name", name), ("type", kind), ("value", value)],
    );
    let front = Block::new("qemu:frontend", &[]).with(leaf.clone());
    let device = Block::new("qemu:device", &[("alias", &*alias)]).with(front.clone());
    let Some((overrides, _)) = tree.child(0, "qemu:override") else {
        let all = Block::new("qemu:override", &[]).with(device);
        return Ok(insert(&domain, 0, &all));
    };
    let of_alias =
        |(_, element): &(Id, &Element)| element.attribute("alias") == Some(alias.as_str());
    let Some((id, _)) = tree.children(overrides).find(of_alias) else {
        return Ok(insert(&domain, overrides, &device));
    };
    let Some((frontend, _)) = tree.child(id, "qemu:frontend") else {
        return Ok(insert(&domain, id, &front));
    };
    let same = |(_, element): &(Id, &Element)| element.attribute("name") == Some(*name);
    match tree.children(frontend).find(same) {
        None => Ok(insert(&domain, frontend, &leaf)),
        Some((_, element)) => {
            let attributes = [("type", *kind), ("value", value.as_str())];
            Ok(splice(
                &text,
                with_attributes(&domain, element, &attributes),
            ))
        }
    }
}

#[cfg(test)]
mod tests;
