//! Edits of a domain besides its hostdevs: what the processor hides, what backs
//! the memory, Looking Glass, and what only QEMU knows.

use super::domain::Domain;
use super::hostdev::alias;
use super::pass::{PassDomainError, Splice, add, splice};
use super::tree::{Element, Id};
use crate::description::{
    Chipset, Description, Firmware, GuestSystem, KvmSignature, MemoryLock, Pages,
};
use crate::passed::DisplayRole;

/// The namespace of what libvirt hands to QEMU as it is.
const NAMESPACE: &str = "http://libvirt.org/schemas/domain/qemu/1.0";

/// The XML `text` of a domain with all that `vm` asks for, every byte kept that it
/// has no business with: hostdevs as by [`add`], the features that hide the
/// hypervisor, KVM's interrupt controller on a q35, what backs the memory, Looking
/// Glass, and QEMU's properties of the functions. What `vm` does not ask for stays
/// as it is; a second run changes nothing.
///
/// Machine type, firmware, memory, processors and displays are the guest's own and
/// are not touched.
///
/// # Errors
/// As [`add`].
///
/// ```
/// use hvconf::description::{Description, KvmSignature};
/// use hvconf::libvirt::{Domain, edit};
/// use hvconf::passed::{Coverage, Passed, PassedFunction, PassedSlot};
/// let nic = PassedFunction::at("03:00.0".parse()?);
/// let passed = Passed::new(vec![PassedSlot::new(vec![nic], Coverage::WholeSlot)?])?;
/// let mut vm = Description::new("a".parse()?, passed);
/// vm.hiding.kvm = KvmSignature::Hidden;
/// let text = "<domain>\n  <features>\n    <acpi/>\n  </features>\n  <devices>\n  </devices>\n</domain>\n";
/// let new = edit(text, &vm)?;
/// assert!(new.contains("    <acpi/>\n    <kvm>\n      <hidden state='on'/>\n    </kvm>\n"));
/// assert_eq!(edit(&new, &vm)?, new);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn edit(text: &str, vm: &Description) -> Result<String, PassDomainError> {
    let mut text = add(text, &vm.passed)?;
    let mut set = |path: &[&str], attributes: &[(&str, &str)]| -> Result<(), PassDomainError> {
        text = set_element(&text, path, attributes)?;
        Ok(())
    };
    let on = ("state", "on");
    if vm.system == GuestSystem::Windows {
        set(&["features", "hyperv", "relaxed"], &[on])?;
        set(&["features", "hyperv", "vapic"], &[on])?;
        set(
            &["features", "hyperv", "spinlocks"],
            &[on, ("retries", "8191")],
        )?;
    }
    if let Some(id) = &vm.hiding.hyperv_vendor_id {
        let value = ("value", id.as_str());
        set(&["features", "hyperv", "vendor_id"], &[on, value])?;
    }
    if vm.hiding.kvm == KvmSignature::Hidden {
        set(&["features", "kvm", "hidden"], &[on])?;
    }
    if vm.machine.chipset == Chipset::Q35 && vm.hiding.kvm == KvmSignature::Hidden {
        set(&["features", "ioapic"], &[("driver", "kvm")])?;
    }
    if let Pages::Huge(pages) = vm.memory.pages {
        match pages.mebibytes() {
            None => set(&["memoryBacking", "hugepages"], &[])?,
            Some(mebibytes) => {
                let size = (mebibytes << 10).to_string();
                let page = [("size", size.as_str()), ("unit", "KiB")];
                set(&["memoryBacking", "hugepages", "page"], &page)?;
            }
        }
    }
    if vm.memory.lock == MemoryLock::Locked {
        set(&["memoryBacking", "locked"], &[])?;
    }
    text = looking_glass(text, vm)?;
    for (alias, property, kind, value) in properties(vm) {
        text = set_property(text, &alias, property, kind, &value)?;
    }
    Ok(text)
}

fn looking_glass(text: String, vm: &Description) -> Result<String, PassDomainError> {
    let Some(size) = vm.looking_glass else {
        return Ok(text);
    };
    let domain = Domain::parse(&text)?;
    let (devices, _) = domain.devices().ok_or(PassDomainError::NoDevices)?;
    let shmem = domain.tree.children(devices).find(|(_, element)| {
        element.name == "shmem" && element.attribute("name") == Some("looking-glass")
    });
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
    let wanted = format!("<size unit='M'>{size}</size>");
    let same = element.attribute("unit") == Some("M")
        && domain.tree.content(element).as_deref() == Some(&*size);
    if same {
        return Ok(text);
    }
    let span = element.open.start..element.end;
    Ok(splice(&text, vec![(span, wanted)]))
}

/// QEMU's properties of passed functions: alias, property, type, value.
fn properties(vm: &Description) -> Vec<(String, &'static str, &'static str, String)> {
    let mut all = Vec::new();
    for slot in vm.passed.slots() {
        if let (DisplayRole::Primary, Firmware::SeaBios, Some(address)) =
            (slot.display, vm.firmware, slot.rom_function())
        {
            all.push((
                alias(&address.to_string()),
                "x-vga",
                "bool",
                "true".to_owned(),
            ));
        }
        let Some(first) = slot.functions().first() else {
            continue;
        };
        let ids = slot.seen_ids;
        for (property, id) in [
            ("x-pci-vendor-id", ids.vendor.map(|id| id.0)),
            ("x-pci-device-id", ids.device.map(|id| id.0)),
            ("x-pci-sub-vendor-id", ids.subsystem_vendor.map(|id| id.0)),
            ("x-pci-sub-device-id", ids.subsystem_device.map(|id| id.0)),
        ] {
            if let Some(id) = id {
                let alias = alias(&first.address.to_string());
                all.push((alias, property, "unsigned", id.to_string()));
            }
        }
    }
    all
}

/// Sets a property in `<qemu:override>`, and the namespace that it needs.
fn set_property(
    text: String,
    alias: &str,
    property: &str,
    kind: &str,
    value: &str,
) -> Result<String, PassDomainError> {
    let text = {
        let domain = Domain::parse(&text)?;
        let root = domain.tree.get(0).ok_or(PassDomainError::NoDevices)?;
        match root.attribute("xmlns:qemu") {
            Some(_) => text,
            None => {
                let namespace = [("xmlns:qemu", NAMESPACE)];
                splice(&text, with_attributes(&domain, root, &namespace))
            }
        }
    };
    let domain = Domain::parse(&text)?;
    let tree = &domain.tree;
    let leaf = Block::new(
        "qemu:property",
        &[("name", property), ("type", kind), ("value", value)],
    );
    let front = Block::new("qemu:frontend", &[]).with(leaf.clone());
    let device = Block::new("qemu:device", &[("alias", alias)]).with(front.clone());
    let Some((overrides, _)) = tree.child(0, "qemu:override") else {
        let all = Block::new("qemu:override", &[]).with(device);
        return Ok(insert(&domain, 0, &all));
    };
    let of_alias = |(_, element): &(Id, &Element)| element.attribute("alias") == Some(alias);
    let Some((id, _)) = tree.children(overrides).find(of_alias) else {
        return Ok(insert(&domain, overrides, &device));
    };
    let Some((frontend, _)) = tree.child(id, "qemu:frontend") else {
        return Ok(insert(&domain, id, &front));
    };
    let same = |(_, element): &(Id, &Element)| element.attribute("name") == Some(property);
    match tree.children(frontend).find(same) {
        None => Ok(insert(&domain, frontend, &leaf)),
        Some((_, element)) => {
            let attributes = [("type", kind), ("value", value)];
            Ok(splice(
                &text,
                with_attributes(&domain, element, &attributes),
            ))
        }
    }
}

/// `text` with an element at `path` below the root that has these attributes: what
/// is there of the path is kept, the rest is put in.
fn set_element(
    text: &str,
    path: &[&str],
    attributes: &[(&str, &str)],
) -> Result<String, PassDomainError> {
    let domain = Domain::parse(text)?;
    let (mut at, mut rest) = (0, path);
    while let Some((name, below)) = rest.split_first() {
        let Some((child, _)) = domain.tree.child(at, name) else {
            break;
        };
        (at, rest) = (child, below);
    }
    let Some((last, above)) = rest.split_last() else {
        let element = domain.tree.get(at).ok_or(PassDomainError::NoDevices)?;
        return Ok(splice(text, with_attributes(&domain, element, attributes)));
    };
    let leaf = Block::new(last, attributes);
    let wrap = |inner: Block, name: &&str| Block::new(name, &[]).with(inner);
    let block = above.iter().rev().fold(leaf, wrap);
    Ok(insert(&domain, at, &block))
}

/// An element to be put in; its texts are names and numbers of ours.
#[derive(Clone)]
struct Block {
    name: String,
    attributes: String,
    children: Vec<Block>,
    content: Option<String>,
}

impl Block {
    fn new(name: &str, attributes: &[(&str, &str)]) -> Self {
        let attributes = attributes.iter();
        Self {
            name: name.to_owned(),
            attributes: attributes
                .map(|(name, value)| format!(" {name}='{value}'"))
                .collect(),
            children: Vec::new(),
            content: None,
        }
    }

    fn with(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    fn content(mut self, text: &str) -> Self {
        self.content = Some(text.to_owned());
        self
    }

    fn write(&self, out: &mut String, before: &str, unit: &str) {
        let Self {
            name, attributes, ..
        } = self;
        out.push_str(before);
        if let Some(content) = &self.content {
            out.push_str(&format!("<{name}{attributes}>{content}</{name}>"));
        } else if self.children.is_empty() {
            out.push_str(&format!("<{name}{attributes}/>"));
        } else {
            out.push_str(&format!("<{name}{attributes}>"));
            let deeper = if before.is_empty() {
                String::new()
            } else {
                format!("{before}{unit}")
            };
            for child in &self.children {
                child.write(out, &deeper, unit);
            }
            out.push_str(&format!("{before}</{name}>"));
        }
    }
}

/// The text with `block` as the last child of `parent`, laid out as its neighbours.
fn insert(domain: &Domain<'_>, parent: Id, block: &Block) -> String {
    let tree = &domain.tree;
    let text = tree.text;
    let Some(element) = tree.get(parent) else {
        return text.to_owned();
    };
    let own = domain.span_with_indent(element).start..element.open.start;
    let own = text.get(own).unwrap_or_default();
    let own = if parent == 0 && own.is_empty() {
        "\n"
    } else {
        own
    };
    let first = tree.children(parent).next();
    let before = match first {
        Some((_, child)) => {
            let span = domain.span_with_indent(child).start..child.open.start;
            text.get(span).unwrap_or_default().to_owned()
        }
        None if own.is_empty() => String::new(),
        None => format!("{own}  "),
    };
    let unit = before.strip_prefix(own).filter(|unit| !unit.is_empty());
    let unit = unit.unwrap_or(if before.contains('\t') { "\t" } else { "  " });
    let mut new = String::new();
    block.write(&mut new, &before, unit);
    match element.close {
        Some(close) => {
            let inner = text.get(element.open.end..close).unwrap_or_default();
            let at = element.open.end + inner.trim_end().len();
            // An element on one line gets lines of its own.
            let ended = inner.get(inner.trim_end().len()..).unwrap_or_default();
            if !before.is_empty() && ended.is_empty() {
                new.push_str(own);
            }
            splice(text, vec![(at..at, new)])
        }
        None => {
            // `<name/>` becomes `<name>…</name>`.
            let tag = text.get(element.open.clone()).unwrap_or_default();
            let inside = tag.trim_end_matches(['>', '/']).trim_end().len();
            let start = element.open.start + inside;
            let closing = if before.is_empty() { "" } else { own };
            let new = format!(">{new}{closing}</{}>", element.name);
            splice(text, vec![(start..element.open.end, new)])
        }
    }
}

/// What gives an element these attributes: values that are there are replaced in
/// place.
fn with_attributes(
    domain: &Domain<'_>,
    element: &Element,
    attributes: &[(&str, &str)],
) -> Vec<Splice> {
    let tag = domain
        .tree
        .text
        .get(element.open.clone())
        .unwrap_or_default();
    let mut splices = Vec::new();
    let mut added = String::new();
    for (name, value) in attributes {
        match element.attribute(name) {
            Some(there) if there == *value => {}
            Some(_) => {
                if let Some(span) = value_span(tag, name) {
                    let start = element.open.start;
                    let span = start + span.start..start + span.end;
                    splices.push((span, (*value).to_owned()));
                }
            }
            None => added.push_str(&format!(" {name}='{value}'")),
        }
    }
    if !added.is_empty() {
        let inside = tag.trim_end_matches(['>', '/']).trim_end().len();
        let at = element.open.start + inside;
        splices.push((at..at, added));
    }
    splices
}

/// Where in the start tag the value of `name` is, without its quotes.
fn value_span(tag: &str, name: &str) -> Option<core::ops::Range<usize>> {
    let mut at = tag.find(|c: char| c.is_ascii_whitespace())?;
    loop {
        let rest = tag.get(at..)?;
        at += rest.len() - rest.trim_start().len();
        let rest = tag.get(at..)?;
        let equals = rest.find('=')?;
        let key = rest.get(..equals)?.trim();
        let after = rest.get(equals + 1..)?;
        let blanks = after.len() - after.trim_start().len();
        let quote = after.trim_start().chars().next()?;
        let start = at + equals + 1 + blanks + quote.len_utf8();
        let length = tag.get(start..)?.find(quote)?;
        if key == name {
            return Some(start..start + length);
        }
        at = start + length + quote.len_utf8();
    }
}

#[cfg(test)]
mod tests;
