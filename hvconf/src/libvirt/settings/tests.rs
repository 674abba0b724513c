use pci_core::VendorId;

use super::*;
use crate::assigned::{AssignedDevices, AssignedFunction, AssignedSlot, Coverage, DisplayRole};
use crate::description::{Firmware, HugePageSize, LookingGlassSize};
use crate::libvirt::{kept, lint, read_back};

fn vm() -> Description {
    let card = AssignedFunction::at("01:00.0".parse().unwrap());
    let mut slot = AssignedSlot::new(vec![card], Coverage::WholeSlot).unwrap();
    slot.seen_ids.vendor = Some(VendorId(0x10de));
    slot.display = DisplayRole::Primary;
    let mut vm = Description::new(
        "a".parse().unwrap(),
        AssignedDevices::new(vec![slot]).unwrap(),
    );
    vm.firmware = Firmware::SeaBios;
    vm.system = GuestSystem::Windows;
    vm.hiding.kvm = KvmSignature::Hidden;
    vm.hiding.hyperv_vendor_id = "NV43FIX".parse().ok();
    vm.memory.pages = Pages::Huge(HugePageSize::Gibibyte1);
    vm.memory.lock = MemoryLock::Locked;
    vm.looking_glass = LookingGlassSize::from_mebibytes(64);
    vm
}

const TEXTS: &[&str] = &[
    // As virt-manager writes one: metadata with namespaces, features in its order.
    "<domain type='kvm'>\n  <name>a</name>\n  <metadata>\n    <libosinfo:libosinfo \
     xmlns:libosinfo=\"http://libosinfo.org/xmlns/libvirt/domain/1.0\">\n      <libosinfo:os \
     id=\"http://microsoft.com/win/11\"/>\n    </libosinfo:libosinfo>\n  </metadata>\n  <memory \
     unit='KiB'>8388608</memory>\n  <os>\n    <type arch='x86_64' machine='q35'>hvm</type>\n  </os>\n  \
     <features>\n    <acpi/>\n    <apic/>\n    <hyperv mode='custom'>\n      <relaxed state='on'/>\n      \
     <vendor_id state='off' value=\"x\"/>\n    </hyperv>\n    <vmport state='off'/>\n  </features>\n  \
     <!-- mine -->\n  <devices>\n    <emulator>/usr/bin/qemu-system-x86_64</emulator>\n  </devices>\n</domain>\n",
    "<domain><os><type machine='pc'/></os><devices></devices></domain>",
    "<domain>\n<features/>\n<memoryBacking>\n</memoryBacking>\n<devices>\n</devices>\n</domain>",
    "<domain>\r\n\t<features>\r\n\t\t<acpi/>\r\n\t</features>\r\n\t<devices>\r\n\t\t<emulator/>\r\n\t</devices>\r\n</domain>\r\n",
    "<domain type=\"kvm\" xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><memoryBacking><hugepages>\
     <page size='2048' unit='KiB'/></hugepages></memoryBacking><devices><shmem name='looking-glass'>\
     <size unit='M'>32</size></shmem></devices><qemu:override/></domain>",
];

#[test]
fn all_that_is_asked_for_is_there_once() {
    let vm = vm();
    for text in TEXTS {
        let new = edit(text, &vm).unwrap();
        assert_eq!(edit(&new, &vm).unwrap(), new, "{new}");
        assert_eq!(lint(&Domain::parse(&new).unwrap()), [], "{new}");
        let back = read_back(&new).unwrap().description;
        assert_eq!(
            (&back.hiding, back.system),
            (&vm.hiding, vm.system),
            "{new}"
        );
        assert_eq!(back.memory.pages, vm.memory.pages, "{new}");
        assert_eq!(back.memory.lock, vm.memory.lock);
        assert_eq!(back.looking_glass, vm.looking_glass);
        let slot = &back.assigned.slots()[0];
        assert_eq!(slot.seen_ids.vendor, Some(VendorId(0x10de)));
        assert_eq!(slot.display, DisplayRole::Primary);
        for part in [
            "<relaxed",
            "<hidden",
            "<vendor_id",
            "<locked",
            "<page ",
            "<shmem",
        ] {
            assert_eq!(new.matches(part).count(), 1, "{part} in {new}");
        }
    }
}

/// The settings of `--hide`.
fn hiding() -> Description {
    let nic = AssignedFunction::at("01:00.0".parse().unwrap());
    let slot = AssignedSlot::new(vec![nic], Coverage::WholeSlot).unwrap();
    let mut vm = Description::new(
        "a".parse().unwrap(),
        AssignedDevices::new(vec![slot]).unwrap(),
    );
    vm.hiding.kvm = KvmSignature::Hidden;
    vm.hiding.hyperv_vendor_id = "passthru".parse().ok();
    vm
}

/// The features of a domain before and after an edit for `vm`, and what was kept.
fn features(before: &str, devices: &str, vm: &Description) -> (String, usize) {
    let text = format!(
        "<domain><os><type machine='q35'/></os><features>{before}</features><devices>{devices}\
         </devices></domain>"
    );
    let new = edit(&text, vm).unwrap();
    assert_eq!(&edit(&new, vm).unwrap(), &new);
    let (_, rest) = new.split_once("<features>").unwrap();
    let after = rest.split_once("</features>").unwrap().0.to_owned();
    (after, kept(&Domain::parse(&text).unwrap(), vm).len())
}

const HIDDEN: &str = "<kvm><hidden state='on'/></kvm>";
const KVM: &str = "<ioapic driver='kvm'/>";

/// libvirt accepts a vIOMMU's interrupt remapping with QEMU's I/O APIC only.
#[test]
fn an_io_apic_stays() {
    let iommu = "<iommu model='intel'><driver intremap='on'/></iommu>";
    let vendor = "<hyperv><vendor_id state='on' value='passthru'/></hyperv>";
    let split = "<ioapic driver='qemu'/>";
    for (there, devices, added) in [
        (split, iommu, ""),
        ("", "<iommu model='virtio'/>", ""),
        (split, "", ""),
        (KVM, "", ""),
        ("<acpi/>", "", KVM),
    ] {
        let wanted = format!("{there}{vendor}{HIDDEN}{added}");
        assert_eq!(features(there, devices, &hiding()), (wanted, 0));
    }
}

#[test]
fn hyperv_of_the_host_supports_no_features() {
    let mut vm = hiding();
    vm.system = GuestSystem::Windows;
    for there in [
        "<hyperv mode='passthrough'/>",
        "<hyperv mode=\"host-model\">\n</hyperv>",
    ] {
        let wanted = format!("{there}{HIDDEN}{KVM}");
        assert_eq!(features(there, "", &vm), (wanted, 1));
    }
}

#[test]
fn a_vendor_id_of_the_domains_own_stays() {
    let own = "<hyperv mode='custom'><vendor_id value='mine' state='on'/></hyperv>";
    assert_eq!(
        features(own, "", &hiding()),
        (format!("{own}{HIDDEN}{KVM}"), 1)
    );
    // One that is off is none.
    for off in [
        " state='off'",
        " state='off' value='passthru'",
        " state='on'",
    ] {
        let there = format!("<hyperv><vendor_id{off}/></hyperv>");
        let (after, kept) = features(&there, "", &hiding());
        assert!(after.contains(" value='passthru'"), "{after}");
        assert!(after.contains(" state='on'"), "{after}");
        assert_eq!(kept, 0);
    }
}

#[test]
fn sizes_that_are_the_same_stay() {
    let mut vm = hiding();
    vm.looking_glass = LookingGlassSize::from_mebibytes(64);
    let shmem = |size: &str| format!("<shmem name='looking-glass'>{size}</shmem>");
    for (size, wanted) in [
        ("<size>67108864</size>", None),
        ("<size unit='KiB'>65536</size>", None),
        ("<size unit='M'>32</size>", Some("<size unit='M'>64</size>")),
    ] {
        let text = format!("<domain><devices>{}</devices></domain>", shmem(size));
        let new = edit(&text, &vm).unwrap();
        assert!(new.contains(&shmem(wanted.unwrap_or(size))), "{new}");
    }
}

/// libvirt drops properties of an alias that no device has.
#[test]
fn properties_are_of_the_hostdev_that_is_there() {
    let mut vm = hiding();
    let mut slots = vm.assigned.slots().to_vec();
    slots[0].seen_ids.vendor = Some(VendorId(0x10de));
    vm.assigned = AssignedDevices::new(slots).unwrap();
    for (there, alias) in [
        ("<alias name='ua-mine'/>", "ua-mine"),
        ("<alias name='hostdev0'/>", "ua-passthru-0000-01-00-0"),
        ("", "ua-passthru-0000-01-00-0"),
    ] {
        let text = format!(
            "<domain><devices><hostdev type='pci'><source><address bus='1'/></source>{there}\
             </hostdev></devices></domain>"
        );
        let new = edit(&text, &vm).unwrap();
        assert_eq!(edit(&new, &vm).unwrap(), new);
        assert_eq!(
            new.matches(&format!("alias name='{alias}'")).count(),
            1,
            "{new}"
        );
        assert_eq!(new.matches("<alias").count(), 1, "{new}");
        assert!(
            new.contains(&format!("<qemu:device alias='{alias}'>")),
            "{new}"
        );
    }
}

#[test]
fn every_other_line_stays_as_it_is() {
    let new = edit(TEXTS[0], &vm()).unwrap();
    let mut lines = new.lines();
    for old in TEXTS[0].lines() {
        if old.contains("<domain ") || old.contains("<vendor_id") {
            continue;
        }
        assert!(lines.any(|line| line == old), "{old:?} is gone from {new}");
    }
    assert!(
        new.contains("      <vendor_id state='on' value=\"NV43FIX\"/>\n"),
        "{new}"
    );
    assert!(new.contains("    <ioapic driver='kvm'/>\n"));
    assert!(
        new.contains("  <qemu:override>\n    <qemu:device alias='ua-passthru-0000-01-00-0'>\n")
    );
    // Nothing is requested: nothing is changed but the hostdev.
    let mut plain = vm();
    plain = Description::new(plain.name, plain.assigned);
    plain.emulated_display = None;
    let mut slots = plain.assigned.slots().to_vec();
    slots[0].seen_ids = crate::assigned::SeenIds::default();
    plain.assigned = AssignedDevices::new(slots).unwrap();
    assert_eq!(
        edit(TEXTS[0], &plain).unwrap(),
        add(TEXTS[0], &plain.assigned).unwrap()
    );
}

#[test]
fn truncated_and_changed_texts_do_not_panic() {
    let vm = vm();
    for text in TEXTS {
        for end in 0..text.len() {
            let _ = edit(text.get(..end).unwrap_or_default(), &vm);
            let mut changed = (*text).to_owned();
            if changed.is_char_boundary(end) && changed.is_char_boundary(end + 1) {
                changed.replace_range(end..end + 1, "'");
                let _ = edit(&changed, &vm);
            }
        }
    }
}
