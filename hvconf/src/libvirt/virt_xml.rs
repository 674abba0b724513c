//! `virt-xml` commands: the alternative to edits of a domain's XML.

use super::attach::DomainName;
use super::hostdev::{ROM_DIRECTORY, alias};
use crate::description::{
    Description, EmulatedDisplay, GuestSystem, KvmSignature, MemoryLock, Pages,
};
use crate::emitted::{Emitted, EmittedCommand, Lost, Versions};
use crate::passed::{PassedFunction, PassedSlot, RomBar};

/// The commands that give the domain `domain`, which is there, what `vm` asks for
/// (`virt-xml(1)`, virt-manager 4.0 and later). Machine type, firmware, memory and
/// processors stay as they are: those are the guest's own.
///
/// Where a slot's place in the guest is not wished for, libvirt chooses one for
/// each function: a card's functions become devices of their own.
#[must_use]
pub fn virt_xml(domain: &DomainName, vm: &Description) -> Emitted {
    let mut emitted = Emitted::default();
    let mut run = |action: &[&str], what: &str, value: String, why: &str| {
        let mut argv: Vec<String> = ["virt-xml", "--connect", "qemu:///system"]
            .map(str::to_owned)
            .into();
        argv.push(domain.to_string());
        argv.extend(action.iter().map(|&word| word.to_owned()));
        argv.push(what.to_owned());
        argv.push(value);
        let command = EmittedCommand::new(argv, why);
        emitted.commands.push(EmittedCommand {
            versions: Some(Versions::from("virt-manager", "4.0")),
            ..command
        });
    };
    let (edit, add) = (["--edit"], ["--add-device"]);
    let mut features = Vec::new();
    if vm.hiding.kvm == KvmSignature::Hidden {
        features.push("kvm.hidden.state=on");
    }
    if vm.system == GuestSystem::Windows {
        features.extend([
            "hyperv.relaxed.state=on",
            "hyperv.vapic.state=on",
            "hyperv.spinlocks.state=on",
            "hyperv.spinlocks.retries=8191",
        ]);
    }
    if vm.machine.chipset == crate::description::Chipset::Q35 {
        features.push("ioapic.driver=kvm");
    }
    if !features.is_empty() {
        let why = "what the processor hides, Hyper-V for Windows, KVM's interrupt controller";
        run(&edit, "--features", features.join(","), why);
    }
    if let Some(id) = &vm.hiding.hyperv_vendor_id {
        let why =
            "NVIDIA's drivers before 465 stop with code 43 where they find Hyper-V's own name";
        // Both at once: libvirt refuses one without the other.
        let state = "./features/hyperv/vendor_id/@state=on";
        let value = format!("./features/hyperv/vendor_id/@value={id}");
        run(&["--edit", "--xml", state], "--xml", value, why);
    }
    let mut backing = Vec::new();
    if let Pages::Huge(pages) = vm.memory.pages {
        backing.push("hugepages=on".to_owned());
        if let Some(mebibytes) = pages.mebibytes() {
            let kibibytes = mebibytes << 10;
            backing.push(format!("hugepages.page0.size={kibibytes}"));
            backing.push("hugepages.page0.unit=KiB".to_owned());
        }
    }
    if vm.memory.lock == MemoryLock::Locked {
        backing.push("locked=on".to_owned());
    }
    if !backing.is_empty() {
        run(
            &edit,
            "--memorybacking",
            backing.join(","),
            "what backs the guest's memory",
        );
    }
    for slot in vm.passed.slots() {
        for (guest, function) in slot.guest_functions() {
            let why = format!("the guest gets {function}");
            run(&add, "--hostdev", hostdev(slot, guest, function), &why);
        }
    }
    if let Some(size) = vm.looking_glass {
        let size = size.mebibytes();
        let value = format!("name=looking-glass,model.type=ivshmem-plain,size={size},size.unit=M");
        run(&add, "--shmem", value, "memory for Looking Glass");
    }
    if vm.emulated_display == Some(EmulatedDisplay::None) {
        let why = "no emulated card: the passed one shows the picture";
        run(
            &edit,
            "--video",
            "clearxml=yes,model.type=none".to_owned(),
            why,
        );
    }
    emitted.lost = lost(vm);
    emitted
}

fn hostdev(slot: &PassedSlot, guest: u8, function: &PassedFunction) -> String {
    let address = function.address;
    let mut value = format!(
        "{address},driver.name=vfio,alias.name={}",
        alias(&address.to_string())
    );
    if slot.rom_function() == Some(address) {
        if slot.rom_bar == RomBar::Hidden {
            value.push_str(",rom.bar=off");
        } else if let Some(file) = &slot.rom_file {
            let path = format!("{ROM_DIRECTORY}/{file}");
            value.push_str(&format!(",xpath1.set=./rom/@file,xpath1.value={path}"));
        }
    }
    if let Some(place) = slot.guest {
        value.push_str(&format!(
            ",address.type=pci,address.domain=0,address.bus={},address.slot={},address.function={guest}",
            place.bus(),
            place.device()
        ));
        if guest == 0 && slot.functions().len() > 1 {
            value.push_str(",address.multifunction=on");
        }
    }
    value
}

fn lost(vm: &Description) -> Vec<Lost> {
    let mut lost = Vec::new();
    if vm
        .mmio_window()
        .is_some_and(|window| window.gibibytes() > 32)
    {
        let why = "virt-xml sets no arguments of QEMU safely: edit the XML";
        lost.push(Lost::new("the window for large BARs", why));
    }
    for slot in vm.passed.slots() {
        if !slot.seen_ids.is_own() {
            let what = format!("ids that the guest sees of {}", slot.slot());
            lost.push(Lost::new(
                what,
                "virt-xml does not know qemu:override: edit the XML",
            ));
        }
    }
    lost
}
