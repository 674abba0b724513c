//! `virt-xml` and `virt-install` commands: the alternative to a domain's XML, edited and
//! written.

use super::attach::DomainName;
use super::hostdev::alias;
use crate::assigned::{AssignedFunction, AssignedSlot, ROM_DIRECTORY, RomBar};
use crate::description::{
    Description, EmulatedDisplay, Firmware, GuestSystem, KvmSignature, MemoryLock, Pages,
    SecureBoot,
};
use crate::emitted::{Emitted, EmittedCommand, ManualStep, NotConverted, Versions};
use crate::error::{Cause, Error};

/// The commands that set up an existing domain `domain` as `vm` (`virt-xml(1)`, virt-manager 4.0
/// and later). Machine type, firmware, memory and processors of the guest are unchanged.
///
/// Without a requested place for a slot in the guest, libvirt chooses one for each function: a
/// card's functions become separate devices.
#[must_use]
pub fn virt_xml(domain: &DomainName, vm: &Description) -> Emitted {
    let mut emitted = Emitted::default();
    for Setting {
        action,
        words,
        purpose,
    } in settings(vm)
    {
        let mut argv: Vec<String> = ["virt-xml", "--connect", "qemu:///system"]
            .map(str::to_owned)
            .into();
        argv.push(domain.to_string());
        argv.push(
            match action {
                Action::Edit => "--edit",
                Action::Add => "--add-device",
            }
            .to_owned(),
        );
        argv.extend(words);
        emitted.commands.push(EmittedCommand {
            versions: Some(Versions::from("virt-manager", "4.0")),
            ..EmittedCommand::new(argv, purpose)
        });
    }
    emitted.not_converted = not_converted(vm);
    emitted
}

/// The command that makes a domain from `vm` (`virt-install(1)`, virt-manager 4.1 and later), and
/// starts it; disks and networks are a person's.
///
/// # Errors
/// When the amount of memory is not known.
///
/// ```
/// use hvconf::description::{Description, MemorySize};
/// use hvconf::assigned::{Coverage, AssignedDevices, AssignedFunction, AssignedSlot};
/// let nic = AssignedFunction::at("03:00.0".parse()?);
/// let assigned = AssignedDevices::new(vec![AssignedSlot::new(vec![nic], Coverage::WholeSlot)?])?;
/// let mut vm = Description::new("router".parse()?, assigned);
/// vm.memory.size = MemorySize::from_mebibytes(2048);
/// let argv = hvconf::libvirt::virt_install(&vm)?.commands.remove(0).argv;
/// assert_eq!(argv[..3], ["virt-install", "--connect", "qemu:///system"]);
/// assert!(argv.contains(&"0000:03:00.0,driver.name=vfio,alias.name=ua-passthru-0000-03-00-0".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn virt_install(vm: &Description) -> Result<Emitted, Error> {
    let memory = vm.memory.size.ok_or(Cause::Missing {
        target: "virt-install",
        what: "the amount of memory",
    })?;
    let mut argv: Vec<String> = ["virt-install", "--connect", "qemu:///system"]
        .map(str::to_owned)
        .into();
    let mut whys = Vec::new();
    let mut say = |option: &str, value: String, why: &str| {
        argv.extend([option.to_owned(), value]);
        whys.push(format!("{option}: {why}"));
    };
    say("--name", vm.name.to_string(), "its name");
    say(
        "--memory",
        memory.mebibytes().to_string(),
        "its memory, in MiB",
    );
    if let Some(count) = vm.processors {
        say("--vcpus", count.to_string(), "its processors");
    }
    let why = "the guest's drivers see the processor as it is";
    say("--cpu", "host-passthrough".to_owned(), why);
    let why = "q35 has PCI Express; a version keeps the guest's hardware as it is";
    say("--machine", vm.machine.qemu_name(), why);
    if let Firmware::Ovmf(secure) = vm.firmware {
        let enabled = match secure {
            SecureBoot::On => "yes",
            SecureBoot::Off => "no",
        };
        let feature = "firmware=efi,firmware.feature0.name=secure-boot,firmware.feature0.enabled=";
        let why = "UEFI starts cards through their UEFI ROM";
        say("--boot", format!("{feature}{enabled}"), why);
    }
    let why = "the guest's system is found on its disk, where it can be";
    say("--osinfo", "detect=on,require=off".to_owned(), why);
    for Setting { words, purpose, .. } in settings(vm) {
        for pair in words.chunks(2) {
            if let [option, value] = pair {
                say(option, value.clone(), &purpose);
            }
        }
    }
    // It starts what is on the disk, or in ROMs and on the network.
    argv.push("--import".to_owned());
    let command = EmittedCommand {
        versions: Some(Versions::from("virt-manager", "4.1")),
        ..EmittedCommand::new(argv, whys.join("; "))
    };
    Ok(Emitted {
        commands: vec![command],
        steps: vec![ManualStep {
            name: "virt-install-disks",
            text: "add --disk and --network (--disk none and --network none for neither); it \
                   starts the guest at once: with --print-xml it prints the domain instead"
                .to_owned(),
        }],
        not_converted: not_converted(vm),
        ..Emitted::default()
    })
}

/// The settings of one option.
struct Setting {
    action: Action,
    /// Options and their values in turn.
    words: Vec<String>,
    purpose: String,
}

/// Whether an option changes what is there, or adds a device.
#[derive(Clone, Copy)]
enum Action {
    Edit,
    Add,
}

fn settings(vm: &Description) -> Vec<Setting> {
    let mut all = Vec::new();
    let mut say = |action: Action, words: &[&str], why: &str| {
        all.push(Setting {
            action,
            words: words.iter().map(|&word| word.to_owned()).collect(),
            purpose: why.to_owned(),
        });
    };
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
        say(Action::Edit, &["--features", &features.join(",")], why);
    }
    if let Some(id) = &vm.hiding.hyperv_vendor_id {
        let why =
            "NVIDIA's drivers before 465 stop with code 43 where they find Hyper-V's own name";
        // Both at once: libvirt rejects one without the other.
        let state = "./features/hyperv/vendor_id/@state=on";
        let value = format!("./features/hyperv/vendor_id/@value={id}");
        say(Action::Edit, &["--xml", state, "--xml", &value], why);
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
        let why = "what backs the guest's memory";
        say(Action::Edit, &["--memorybacking", &backing.join(",")], why);
    }
    for slot in vm.assigned.slots() {
        for (guest, function) in slot.guest_functions() {
            let why = format!("the guest gets {function}");
            let value = hostdev(slot, guest, function);
            say(Action::Add, &["--hostdev", &value], &why);
        }
    }
    if let Some(size) = vm.looking_glass {
        let size = size.mebibytes();
        let value = format!("name=looking-glass,model.type=ivshmem-plain,size={size},size.unit=M");
        say(
            Action::Add,
            &["--shmem", &value],
            "memory for Looking Glass",
        );
    }
    if vm.emulated_display == Some(EmulatedDisplay::None) {
        let why = "no emulated card: the assigned one is the display";
        say(
            Action::Edit,
            &["--video", "clearxml=yes,model.type=none"],
            why,
        );
    }
    all
}

fn hostdev(slot: &AssignedSlot, guest: u8, function: &AssignedFunction) -> String {
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

fn not_converted(vm: &Description) -> Vec<NotConverted> {
    let mut not_converted = Vec::new();
    if vm
        .mmio_window()
        .is_some_and(|window| window.gibibytes() > 32)
    {
        let why = "virt-xml sets no arguments of QEMU safely: edit the XML";
        not_converted.push(NotConverted::new("the window for large BARs", why));
    }
    for slot in vm.assigned.slots() {
        if !slot.seen_ids.is_own() {
            let what = format!("IDs that the guest sees of {}", slot.slot());
            not_converted.push(NotConverted::new(
                what,
                "virt-xml does not know qemu:override: edit the XML",
            ));
        }
    }
    not_converted
}
