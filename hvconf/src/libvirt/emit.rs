//! Writing of a complete domain.

use super::hostdev::{Functions, GuestAddress, Hostdev, root_port};
use super::qemu::Qemu;
use super::xml::Xml;
use crate::assigned::{AssignedSlot, RomBar, Root, guest_slots};
use crate::description::{
    AddressBits, Chipset, Clock, Description, EmulatedDisplay, Firmware, GuestSystem, KvmSignature,
    MemoryLock, Pages, Pinning, SecureBoot,
};
use crate::emitted::{Emitted, EmittedCommand, Feature, ManualStep, NotConverted};
use crate::error::{Cause, Error};

const TARGET: &str = "libvirt";

/// The namespace of what libvirt hands to QEMU as it is
/// (<https://libvirt.org/drvqemu.html#pass-through-of-arbitrary-qemu-commands>).
const NAMESPACE: &str = "xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'";

/// The domain of `vm` for `virsh define`: a VM with the assigned functions, without disks and
/// networks.
///
/// # Errors
/// If the amount of memory is unknown, or a requested slot in the guest does not exist.
///
/// ```
/// use hvconf::description::{Description, MemorySize};
/// use hvconf::assigned::{Coverage, AssignedDevices, AssignedFunction, AssignedSlot};
/// let nic = AssignedFunction::at("03:00.0".parse()?);
/// let assigned = AssignedDevices::new(vec![AssignedSlot::new(vec![nic], Coverage::WholeSlot)?])?;
/// let mut vm = Description::new("router".parse()?, assigned);
/// vm.memory.size = MemorySize::from_mebibytes(2048);
/// let emitted = hvconf::libvirt::emit(&vm)?;
/// let text = emitted.files[0].to_string();
/// let back = hvconf::libvirt::read_back(&text)?;
/// assert_eq!(back.description.memory, vm.memory);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn emit(vm: &Description) -> Result<Emitted, Error> {
    let size = vm.memory.size.ok_or(Cause::Missing {
        target: TARGET,
        what: "the amount of memory",
    })?;
    let mut emitted = Emitted::default();
    let qemu = Qemu::of(vm);
    let mut xml = Xml::new(format!("{}.xml", vm.name));
    let namespace = if qemu.is_empty() {
        String::new()
    } else {
        format!(" {NAMESPACE}")
    };
    xml.why(
        0,
        format!("<domain type='kvm'{namespace}>"),
        if qemu.is_empty() {
            "a machine of KVM"
        } else {
            "a machine of KVM; without the namespace libvirt drops what is under qemu: in silence"
        },
    );
    xml.why(1, format!("<name>{}</name>", vm.name), "its name");
    let mebibytes = size.mebibytes();
    xml.why(
        1,
        format!("<memory unit='MiB'>{mebibytes}</memory>"),
        "its memory",
    );
    memory_backing(&mut xml, vm);
    let processors = vm.processors.map_or(1, |count| count.get());
    pinned(&mut xml, vm, processors);
    os(&mut xml, vm);
    features(&mut xml, vm);
    processor(&mut xml, vm);
    clock(&mut xml, vm);
    devices(&mut xml, vm, &mut emitted.not_converted)?;
    let supported: Vec<Feature> = Feature::ALL
        .into_iter()
        .filter(|part| match part {
            Feature::NumaNodes => false,
            Feature::System => vm.system == GuestSystem::Windows,
            // OVMF shows the picture of the only card.
            Feature::PrimaryDisplay => {
                vm.firmware == Firmware::SeaBios
                    || vm.emulated_display == Some(EmulatedDisplay::None)
            }
            _ => true,
        })
        .collect();
    emitted
        .not_converted
        .extend(Feature::unsupported(vm, TARGET, &supported));
    qemu.write(&mut xml);
    xml.close(0, "</domain>");
    emitted.files.push(xml.file);
    emitted.commands.push(EmittedCommand::new(
        [
            "virsh",
            "define",
            "--validate",
            "--file",
            &format!("{}.xml", vm.name),
        ],
        "libvirt accepts the domain, after its schema",
    ));
    emitted.steps.push(ManualStep {
        name: "disks-and-networks",
        text: "add disks, networks and input devices with virt-xml or virt-manager: they are not \
               part of the assigned devices"
            .to_owned(),
    });
    Ok(emitted)
}

/// The processors, and the host's that they run on.
fn pinned(xml: &mut Xml, vm: &Description, processors: u16) {
    let cpuset = match &vm.pinning {
        Some(Pinning::Together(cpus)) => format!(" cpuset='{cpus}'"),
        _ => String::new(),
    };
    xml.why(
        1,
        format!("<vcpu{cpuset}>{processors}</vcpu>"),
        "its processors",
    );
    let Some(Pinning::Each(sets)) = &vm.pinning else {
        return;
    };
    xml.close(1, "<cputune>");
    for (number, cpus) in (0..processors).zip(sets) {
        xml.why(
            2,
            format!("<vcpupin vcpu='{number}' cpuset='{cpus}'/>"),
            "the host's processors that one of its processors runs on",
        );
    }
    xml.close(1, "</cputune>");
}

fn clock(xml: &mut Xml, vm: &Description) {
    let offset = match vm.clock {
        Some(Clock::LocalTime) => "localtime",
        Some(Clock::Utc) | None => "utc",
    };
    let why = "the time of its clock";
    if vm.system != GuestSystem::Windows {
        if vm.clock == Some(Clock::LocalTime) {
            xml.why(1, format!("<clock offset='{offset}'/>"), why);
        }
        return;
    }
    let offset = vm.clock.map_or("localtime", |_| offset);
    xml.why(1, format!("<clock offset='{offset}'>"), why);
    xml.since(
        2,
        "<timer name='hypervclock' present='yes'/>",
        "Windows runs better on Hyper-V's interface",
        "1.2.2",
    );
    xml.close(1, "</clock>");
}

fn memory_backing(xml: &mut Xml, vm: &Description) {
    let locked = vm.memory.lock == MemoryLock::Locked;
    if vm.memory.pages == Pages::Ordinary && !locked {
        return;
    }
    xml.close(1, "<memoryBacking>");
    if let Pages::Huge(pages) = vm.memory.pages {
        let why = "huge pages, which the host has to set aside: DMA maps them faster";
        match pages.mebibytes() {
            None => xml.why(2, "<hugepages/>", why),
            Some(mebibytes) => {
                xml.why(2, "<hugepages>", why);
                let kibibytes = mebibytes << 10;
                xml.why(
                    3,
                    format!("<page size='{kibibytes}' unit='KiB'/>"),
                    "their size",
                );
                xml.close(2, "</hugepages>");
            }
        }
    }
    if locked {
        xml.why(2, "<locked/>", "all of the guest's memory stays in place");
    }
    xml.close(1, "</memoryBacking>");
}

fn os(xml: &mut Xml, vm: &Description) {
    let machine = vm.machine.qemu_name();
    let kind = format!("<type arch='x86_64' machine='{machine}'>hvm</type>");
    match vm.firmware {
        Firmware::SeaBios => xml.close(1, "<os>"),
        Firmware::Ovmf(_) => xml.since(
            1,
            "<os firmware='efi'>",
            "UEFI, whose files libvirt finds",
            "5.2",
        ),
    }
    let why = match vm.machine.chipset {
        Chipset::Q35 => "q35 has PCI Express: drivers expect a link upstream of the function",
        Chipset::I440fx => "the chipset",
    };
    xml.why(2, kind, why);
    if let Firmware::Ovmf(secure) = vm.firmware {
        let enabled = match secure {
            SecureBoot::On => "yes",
            SecureBoot::Off => "no",
        };
        xml.since(2, "<firmware>", "which of the firmware files", "7.2");
        for (name, why) in [
            ("enrolled-keys", "whether vendors' keys are enrolled"),
            (
                "secure-boot",
                "whether only signed systems and option ROMs start",
            ),
        ] {
            xml.since(
                3,
                format!("<feature enabled='{enabled}' name='{name}'/>"),
                why,
                "7.2",
            );
        }
        xml.close(2, "</firmware>");
    }
    xml.close(1, "</os>");
}

fn features(xml: &mut Xml, vm: &Description) {
    xml.close(1, "<features>");
    xml.why(2, "<acpi/>", "UEFI and Windows want ACPI");
    xml.why(2, "<apic/>", "and the interrupt controller for MSIs");
    let windows = vm.system == GuestSystem::Windows;
    if windows || vm.hiding.hyperv_vendor_id.is_some() {
        xml.close(2, "<hyperv>");
        if windows {
            for (element, from) in [
                ("<relaxed state='on'/>", "1.0.0"),
                ("<vapic state='on'/>", "1.1.0"),
                ("<spinlocks state='on' retries='8191'/>", "1.1.0"),
            ] {
                xml.since(
                    3,
                    element,
                    "Windows runs better on Hyper-V's interface",
                    from,
                );
            }
        }
        if let Some(id) = &vm.hiding.hyperv_vendor_id {
            xml.since(
                3,
                format!("<vendor_id state='on' value='{id}'/>"),
                "NVIDIA's drivers before 465 stop with code 43 where they find Hyper-V's own name",
                "1.3.3",
            );
        }
        xml.close(2, "</hyperv>");
    }
    if vm.hiding.kvm == KvmSignature::Hidden {
        xml.close(2, "<kvm>");
        xml.since(
            3,
            "<hidden state='on'/>",
            "NVIDIA's drivers before 465 stop with code 43 where they find KVM",
            "1.2.8",
        );
        xml.close(2, "</kvm>");
    }
    if vm.firmware == Firmware::Ovmf(SecureBoot::On) {
        xml.since(
            2,
            "<smm state='on'/>",
            "Secure Boot's variables are written in system management mode only",
            "2.1",
        );
    }
    if vm.machine.chipset == Chipset::Q35 {
        xml.since(
            2,
            "<ioapic driver='kvm'/>",
            "KVM's own interrupt controller: its split form (QEMU 4.0's default) lost \
             interrupts of NVIDIA's cards",
            "3.0",
        );
    }
    xml.close(1, "</features>");
}

fn processor(xml: &mut Xml, vm: &Description) {
    let why = "the guest's drivers see the processor as it is";
    let open = "<cpu mode='host-passthrough' check='none' migratable='off'";
    let by_window = vm.mmio_window().map(|_| AddressBits::Host);
    let bits = vm.address_bits.or(by_window);
    let topology = vm.whole_topology();
    if bits.is_none() && topology.is_none() {
        xml.since(1, format!("{open}/>"), why, "6.5");
        return;
    }
    xml.since(1, format!("{open}>"), why, "6.5");
    if let Some(topology) = topology {
        let (sockets, cores) = (topology.sockets(), topology.cores());
        let threads = topology.threads();
        xml.why(
            2,
            format!("<topology sockets='{sockets}' cores='{cores}' threads='{threads}'/>"),
            "how its processors are laid out",
        );
    }
    match bits {
        Some(AddressBits::Host) => xml.since(
            2,
            "<maxphysaddr mode='passthrough'/>",
            "the host's address bits, by which newer firmware sizes the window for large BARs",
            "8.7",
        ),
        Some(AddressBits::Of(bits)) => xml.since(
            2,
            format!("<maxphysaddr mode='emulate' bits='{bits}'/>"),
            "its address bits",
            "8.7",
        ),
        None => {}
    }
    xml.close(1, "</cpu>");
}

fn devices(
    xml: &mut Xml,
    vm: &Description,
    not_converted: &mut Vec<NotConverted>,
) -> Result<(), Error> {
    xml.close(1, "<devices>");
    let root = Root::of(vm.machine.chipset);
    let window = vm
        .mmio_window()
        .filter(|_| vm.firmware == Firmware::SeaBios);
    if let Some(window) = window {
        let model = match root {
            Root::Express => "pcie-root",
            Root::Conventional => "pci-root",
        };
        xml.close(
            2,
            &format!("<controller type='pci' index='0' model='{model}'>"),
        );
        xml.since(
            3,
            format!(
                "<pcihole64 unit='KiB'>{}</pcihole64>",
                window.mebibytes() << 10
            ),
            "the window for large BARs, as in the guest's ACPI tables",
            "1.1.2",
        );
        xml.close(2, "</controller>");
    }
    let places = guest_slots(&vm.assigned, root, TARGET)?;
    for (slot, place) in vm.assigned.slots().iter().zip(&places) {
        if place.bus() != 0 {
            for (index, (depth, line)) in root_port(slot.slot(), place.bus()).iter().enumerate() {
                let why = match index {
                    0 => "a root port for the card",
                    1 => "a stable name for references",
                    _ => "",
                };
                xml.why(depth + 2, line, why);
            }
        }
    }
    for (slot, place) in vm.assigned.slots().iter().zip(&places) {
        if slot.slot().domain() > 0xffff {
            let what = format!("{}: a domain of more than four digits", slot.slot());
            let why = "QEMU rejects such a domain in host=, which libvirt writes: the guest does not start";
            not_converted.push(NotConverted::new(what, why));
        }
        for hostdev in slot_hostdevs(slot, place.bus(), place.device()) {
            for (index, (depth, line)) in hostdev.lines().iter().enumerate() {
                let why = match index {
                    0 => "libvirt binds the function to vfio-pci and releases it",
                    _ if line.contains("<driver") => "by the driver vfio-pci",
                    _ if line.contains("<address domain") => "the function on the host",
                    _ if line.contains("<address type") => "its place in the guest",
                    _ if line.contains("<alias") => "a stable name for references",
                    _ if line.contains("<rom file") => "instead of the card's own ROM",
                    _ if line.contains("<rom bar") => "the guest does not see its ROM",
                    _ => "",
                };
                xml.why(depth + 2, line, why);
            }
        }
    }
    if let Some(size) = vm.looking_glass {
        xml.since(
            2,
            "<shmem name='looking-glass'>",
            "memory for Looking Glass",
            "1.2.10",
        );
        xml.close(3, "<model type='ivshmem-plain'/>");
        let size = size.mebibytes();
        xml.why(
            3,
            format!("<size unit='M'>{size}</size>"),
            "two frames of the guest's screen",
        );
        xml.close(2, "</shmem>");
    }
    if let Some(display) = vm.emulated_display {
        let (model, why) = match display {
            EmulatedDisplay::None => ("none", "no emulated card: the assigned one is the display"),
            EmulatedDisplay::Vga => ("vga", "an emulated card beside the assigned one"),
            EmulatedDisplay::Virtio => ("virtio", "an emulated card beside the assigned one"),
            EmulatedDisplay::Qxl => ("qxl", "an emulated card, as SPICE shows it best"),
        };
        xml.close(2, "<video>");
        xml.since(3, format!("<model type='{model}'/>"), why, "4.6");
        xml.close(2, "</video>");
    }
    xml.why(
        2,
        "<memballoon model='none'/>",
        "memory of a guest with assigned functions is pinned: a balloon frees nothing",
    );
    xml.close(1, "</devices>");
    Ok(())
}

/// The hostdevs of a slot, at `device` on `bus` in the guest.
pub(super) fn slot_hostdevs(slot: &AssignedSlot, bus: u8, device: u8) -> Vec<Hostdev> {
    let functions = match slot.functions() {
        [_] => Functions::One,
        _ => Functions::Several,
    };
    let hostdev = |(guest, function): (u8, &crate::assigned::AssignedFunction)| {
        let of_rom = slot.rom_function() == Some(function.address);
        let rom = slot.rom_file.clone().filter(|_| of_rom);
        let mut hostdev = Hostdev::new(function.address).with_rom_file(rom);
        if of_rom && slot.rom_bar == RomBar::Hidden {
            hostdev.rom_file = None;
            hostdev.rom_bar = RomBar::Hidden;
        } else if slot.hidden_roms.contains(&function.address) {
            hostdev.rom_bar = RomBar::Hidden;
        }
        let address = GuestAddress {
            bus,
            slot: device,
            function: guest,
        };
        hostdev.guest = Some((address, functions));
        hostdev
    };
    slot.guest_functions().map(hostdev).collect()
}
