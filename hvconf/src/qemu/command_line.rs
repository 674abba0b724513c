//! Writing a command line.

use super::device::{QemuDevice, Syntax};
use super::host::{QemuHost, QemuVersion};
use super::option::Options;
use super::placement::Placement;
use crate::assigned::{AssignedFunction, AssignedSlot, DisplayRole, RomBar};
use crate::description::{
    AddressBits, Chipset, Clock, Description, EmulatedDisplay, Firmware, GuestSystem, KvmSignature,
    LookingGlassSize, MemoryLock, MemorySize, Pages, SecureBoot,
};
use crate::emitted::{Feature, NotConverted, Versions};
use crate::error::Error;

/// Words that belong together, such as `-m 4096`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Argument {
    /// The words, the first being the option.
    pub words: Vec<String>,
    /// Why they are there.
    pub purpose: String,
    /// The versions for which they are valid; `None` for all versions in use.
    pub versions: Option<Versions>,
}

/// A command line of QEMU, without disks, networks and screens, which the user adds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QemuCommandLine {
    /// The program.
    pub program: &'static str,
    /// The host's processors that it runs on, as `taskset -c` reads them.
    pub affinity: Option<String>,
    /// Its arguments.
    pub arguments: Vec<Argument>,
    /// Settings of the description that it does not support.
    pub not_converted: Vec<NotConverted>,
}

impl QemuCommandLine {
    /// The program and its arguments, as words for `exec`: never for a shell.
    #[must_use]
    pub fn argv(&self) -> Vec<String> {
        let words = self.arguments.iter().flat_map(|argument| &argument.words);
        let program = self.program.to_owned();
        core::iter::once(program).chain(words.cloned()).collect()
    }

    fn add<T: Into<String>>(&mut self, words: impl IntoIterator<Item = T>, why: &str) {
        self.add_in(words, why, None);
    }

    fn add_in<T: Into<String>>(
        &mut self,
        words: impl IntoIterator<Item = T>,
        why: &str,
        versions: Option<Versions>,
    ) {
        self.arguments.push(Argument {
            words: words.into_iter().map(Into::into).collect(),
            purpose: why.to_owned(),
            versions,
        });
    }

    fn device(&mut self, device: &QemuDevice, syntax: Syntax, why: &str) {
        let words = ["-device".to_owned(), device.write(syntax)];
        self.add_in(words, why, syntax.versions());
    }
}

/// The command line that starts `vm` with its functions on `host`.
///
/// # Errors
/// If the description requests slots in the guest that QEMU does not have.
pub fn command_line(vm: &Description, host: &QemuHost) -> Result<QemuCommandLine, Error> {
    let mut line = QemuCommandLine {
        program: "qemu-system-x86_64",
        affinity: vm.pinning.as_ref().map(|pinning| pinning.all().to_string()),
        arguments: Vec::new(),
        not_converted: Vec::new(),
    };
    line.add(["-name", vm.name.as_str()], "the guest's name");
    line.add(
        ["-nodefaults"],
        "no device but those that are named: guest addresses stay as they are",
    );
    machine(&mut line, vm, host);
    if vm.clock == Some(Clock::LocalTime) {
        line.add(
            ["-rtc", "base=localtime"],
            "a clock in local time, as Windows expects",
        );
    }
    memory(&mut line, vm, host);
    firmware(&mut line, vm, host);
    display(&mut line, vm);
    window(&mut line, vm);
    let syntax = Syntax::of(host.version);
    let placement = Placement::of(&vm.assigned, vm.machine.chipset)?;
    for port in &placement.ports {
        line.device(
            port,
            syntax,
            "a root port: drivers expect a PCI Express link upstream of the function",
        );
    }
    if let Some(size) = vm.looking_glass {
        looking_glass(&mut line, vm.machine.chipset, size, syntax);
    }
    for (index, slot) in vm.assigned.slots().iter().enumerate() {
        let several = slot.functions().len() > 1;
        for (order, (guest, function)) in slot.guest_functions().enumerate() {
            let (bus, addr) = placement.of_function(index, guest).unwrap_or_default();
            let mut device = vfio(function).with("bus", bus).with("addr", addr);
            if guest == 0 && several {
                device = device.with("multifunction", true);
            }
            device = options(device, vm, host, slot, function, order == 0);
            line.device(&device, syntax, &format!("the guest gets {function}"));
        }
    }
    Ok(line)
}

fn vfio(function: &AssignedFunction) -> QemuDevice {
    let address = function.address.to_string();
    // An id starts with a letter (`id_wellformed`, `util/id.c`).
    let id = format!("hostdev-{}", address.replace([':', '.'], "-"));
    let device = QemuDevice::new("vfio-pci");
    // `host` has four digits for the domain (`set_pci_host_devaddr`,
    // `hw/core/qdev-properties-system.c`), which those of VMD exceed.
    let device = if function.address.domain() > 0xffff {
        device.with("sysfsdev", format!("/sys/bus/pci/devices/{address}"))
    } else {
        device.with("host", address)
    };
    device.with("id", id)
}

fn options(
    mut device: QemuDevice,
    vm: &Description,
    host: &QemuHost,
    slot: &AssignedSlot,
    function: &AssignedFunction,
    first: bool,
) -> QemuDevice {
    if slot.rom_function() == Some(function.address) {
        if slot.rom_bar == RomBar::Hidden {
            device = device.with("rombar", 0u64);
        } else if let Some(file) = &slot.rom_file {
            device = device.with("romfile", format!("{}/{file}", host.rom_directory()));
        }
        // The legacy VGA ranges: SeaBIOS runs a ROM's x86 image through them.
        if slot.display == DisplayRole::Primary && vm.firmware == Firmware::SeaBios {
            device = device.with("x-vga", true);
        }
    }
    if slot.hidden_roms.contains(&function.address) {
        device = device.with("rombar", 0u64);
    }
    if first {
        for (key, id) in slot.seen_ids.properties() {
            device = device.with(key, u64::from(id));
        }
    }
    device
}

fn machine(line: &mut QemuCommandLine, vm: &Description, host: &QemuHost) {
    let mut machine = Options::new().with("type", vm.machine.qemu_name());
    machine.push("accel", "kvm");
    machine.push("kernel_irqchip", "on");
    if vm.firmware == Firmware::Ovmf(SecureBoot::On) {
        machine.push("smm", "on");
    }
    if backend(vm, host).is_some() {
        machine.push("memory-backend", "memory");
    }
    line.add(
        ["-machine".to_owned(), machine.to_string()],
        "the chipset; KVM with its own interrupt controller, whose split form (the default of \
         QEMU 4.0) lost interrupts of NVIDIA's cards",
    );
    let mut cpu = vec!["host".to_owned()];
    let mut why = "the guest's drivers see the processor as it is".to_owned();
    match vm.address_bits {
        Some(AddressBits::Of(bits)) => {
            cpu.push(format!("host-phys-bits=off,phys-bits={bits}"));
            why.push_str(", with fewer address bits");
        }
        Some(AddressBits::Host) => {
            cpu.push("host-phys-bits=on".to_owned());
            why.push_str(", and its address bits");
        }
        None if vm.mmio_window().is_some() => {
            cpu.push("host-phys-bits=on".to_owned());
            why.push_str(", and its address bits, by which newer firmware sizes its windows");
        }
        None => {}
    }
    if vm.system == GuestSystem::Windows {
        for flag in [
            "hv-relaxed=on",
            "hv-vapic=on",
            "hv-spinlocks=0x1fff",
            "hv-time=on",
        ] {
            cpu.push(flag.to_owned());
        }
        why.push_str("; Windows runs better on Hyper-V's interface");
    }
    if let Some(id) = &vm.hiding.hyperv_vendor_id {
        cpu.push(format!("hv-vendor-id={id}"));
    }
    if vm.hiding.kvm == KvmSignature::Hidden {
        cpu.push("kvm=off".to_owned());
    }
    if vm.hiding != crate::description::CpuHiding::default() {
        why.push_str(
            "; NVIDIA's drivers before 465 stop with code 43 where they find a hypervisor",
        );
    }
    line.add(["-cpu".to_owned(), cpu.join(",")], &why);
    if let Some(processors) = vm.processors {
        let mut smp = processors.to_string();
        if let Some(topology) = vm.whole_topology() {
            let (sockets, cores) = (topology.sockets(), topology.cores());
            let threads = topology.threads();
            smp.push_str(&format!(
                ",sockets={sockets},cores={cores},threads={threads}"
            ));
        }
        line.add(["-smp".to_owned(), smp], "its processors");
    }
    let supported: Vec<Feature> = Feature::ALL
        .into_iter()
        .filter(|part| match part {
            Feature::NumaNodes => false,
            Feature::System => vm.system == GuestSystem::Windows,
            // OVMF shows the picture of the only card, and -nodefaults leaves out QEMU's own.
            Feature::PrimaryDisplay => {
                let own = vm.emulated_display.unwrap_or(EmulatedDisplay::None);
                vm.firmware == Firmware::SeaBios || own == EmulatedDisplay::None
            }
            _ => true,
        })
        .collect();
    line.not_converted
        .extend(Feature::unsupported(vm, "QEMU's command line", &supported));
    let pinning = vm.pinning.as_ref();
    line.not_converted
        .extend(pinning.and_then(|pinning| pinning.each_lost("taskset")));
}

/// The memory backend for huge pages, where the machine supports one.
fn backend(vm: &Description, host: &QemuHost) -> Option<(MemorySize, Options)> {
    let (Some(size), Pages::Huge(pages)) = (vm.memory.size, vm.memory.pages) else {
        return None;
    };
    if host.version < QemuVersion::MEMORY_BACKEND {
        return None;
    }
    let mut object = Options::new()
        .with("qom-type", "memory-backend-memfd")
        .with("id", "memory")
        .with("size", format!("{}M", size.mebibytes()))
        .with("hugetlb", "on");
    if let Some(mebibytes) = pages.mebibytes() {
        object.push("hugetlbsize", format!("{mebibytes}M"));
    }
    object.push("prealloc", "on");
    Some((size, object))
}

fn memory(line: &mut QemuCommandLine, vm: &Description, host: &QemuHost) {
    if let Some(size) = vm.memory.size {
        line.add(
            ["-m".to_owned(), format!("{}M", size.mebibytes())],
            "its memory",
        );
    }
    if let Some((_, object)) = backend(vm, host) {
        // The first part's key is implied: older versions know it by that only.
        let object = object.to_string().replacen("qom-type=", "", 1);
        line.add_in(
            ["-object".to_owned(), object],
            "its memory in huge pages, all allocated at the start: DMA maps them faster",
            Some(Versions::from("QEMU", "5.0")),
        );
    } else if matches!(vm.memory.pages, Pages::Huge(_)) {
        if host.version < QemuVersion::MEMORY_BACKEND {
            line.add(
                ["-mem-path", "/dev/hugepages", "-mem-prealloc"],
                "its memory in huge pages of the size that is mounted there",
            );
        } else {
            let why = "how much memory the guest has is not known";
            line.not_converted
                .push(NotConverted::new("huge pages", why).of(Feature::HugePages));
        }
    }
    if vm.memory.lock == MemoryLock::Locked {
        let (option, value) = if host.version < QemuVersion::OVERCOMMIT {
            ("-realtime", "mlock=on")
        } else {
            ("-overcommit", "mem-lock=on")
        };
        line.add([option, value], "all of the guest's memory stays in place");
    }
}

fn firmware(line: &mut QemuCommandLine, vm: &Description, host: &QemuHost) {
    let Firmware::Ovmf(secure) = vm.firmware else {
        return;
    };
    let (code, variables) = host.firmware_files(vm.name.as_str(), secure);
    let drive = |unit: &str, readonly: bool, file: &str| {
        let mut drive = Options::new()
            .with("if", "pflash")
            .with("format", "raw")
            .with("unit", unit);
        if readonly {
            drive.push("readonly", "on");
        }
        drive.push("file", file);
        drive.to_string()
    };
    line.add(
        ["-drive".to_owned(), drive("0", true, &code)],
        "UEFI, which starts cards through the EFI image of their ROM",
    );
    line.add(
        ["-drive".to_owned(), drive("1", false, &variables)],
        "the guest's own UEFI variables: a copy of the template beside the firmware",
    );
    if secure == SecureBoot::On {
        line.add(
            ["-global", "driver=cfi.pflash01,property=secure,value=on"],
            "Secure Boot's variables are written in system management mode only",
        );
    }
}

fn display(line: &mut QemuCommandLine, vm: &Description) {
    let (vga, why) = match vm.emulated_display {
        None => return,
        Some(EmulatedDisplay::None) => {
            ("none", "no emulated card: the assigned one is the display")
        }
        Some(EmulatedDisplay::Vga) => ("std", "an emulated card beside the assigned one"),
        Some(EmulatedDisplay::Virtio) => ("virtio", "an emulated card beside the assigned one"),
        Some(EmulatedDisplay::Qxl) => ("qxl", "an emulated card, as SPICE shows it best"),
    };
    line.add(["-vga", vga], why);
    if vga == "none" {
        line.add(["-display", "none"], "QEMU has no picture to show");
    }
}

fn window(line: &mut QemuCommandLine, vm: &Description) {
    let window = vm.mmio_window();
    let Some(window) = window.filter(|window| window.gibibytes() > vm.window_by_itself()) else {
        return;
    };
    match vm.firmware {
        Firmware::Ovmf(_) => line.add_in(
            [
                "-fw_cfg".to_owned(),
                format!("name=opt/ovmf/X-PciMmio64Mb,string={}", window.mebibytes()),
            ],
            "the window for large BARs: OVMF's own is 32 GiB in older releases, and by the \
             processor's address bits in newer ones",
            Some(Versions::from("edk2", "stable201508")),
        ),
        Firmware::SeaBios => {
            let bridge = match vm.machine.chipset {
                Chipset::Q35 => "q35-pcihost",
                Chipset::I440fx => "i440FX-pcihost",
            };
            let global = format!("{bridge}.pci-hole64-size={}G", window.gibibytes());
            line.add(
                ["-global".to_owned(), global],
                "the window for large BARs, as in the guest's ACPI tables",
            );
        }
    }
}

fn looking_glass(
    line: &mut QemuCommandLine,
    chipset: Chipset,
    size: LookingGlassSize,
    syntax: Syntax,
) {
    let object = format!(
        "memory-backend-file,id=looking-glass,share=on,mem-path=/dev/shm/looking-glass,size={}M",
        size.mebibytes()
    );
    line.add(
        ["-object".to_owned(), object],
        "memory that the host's Looking Glass client reads",
    );
    let bus = match chipset {
        Chipset::Q35 => "pcie.0",
        Chipset::I440fx => "pci.0",
    };
    let device = QemuDevice::new("ivshmem-plain")
        .with("memdev", "looking-glass")
        .with("bus", bus);
    line.device(
        &device,
        syntax,
        "and the device by which the guest writes it",
    );
}
