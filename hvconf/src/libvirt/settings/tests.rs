use super::*;
use crate::description::{Firmware, HugePageSize, LookingGlassSize};
use crate::libvirt::{lint, read_back};
use crate::passed::{Coverage, DisplayRole, Passed, PassedFunction, PassedSlot};
use pci_core::VendorId;

fn vm() -> Description {
    let card = PassedFunction::at("01:00.0".parse().unwrap());
    let mut slot = PassedSlot::new(vec![card], Coverage::WholeSlot).unwrap();
    slot.seen_ids.vendor = Some(VendorId(0x10de));
    slot.display = DisplayRole::Primary;
    let mut vm = Description::new("a".parse().unwrap(), Passed::new(vec![slot]).unwrap());
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
        let slot = &back.passed.slots()[0];
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
    // Nothing is asked for: nothing is changed but the hostdev.
    let mut plain = vm();
    plain = Description::new(plain.name, plain.passed);
    plain.emulated_display = None;
    let mut slots = plain.passed.slots().to_vec();
    slots[0].seen_ids = crate::passed::SeenIds::default();
    plain.passed = Passed::new(slots).unwrap();
    assert_eq!(
        edit(TEXTS[0], &plain).unwrap(),
        add(TEXTS[0], &plain.passed).unwrap()
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
