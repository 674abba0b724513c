//! A `.vmx` for a described VM, and the commands for the host.

use core::fmt;
use core::str::FromStr;

use pci_core::Address;

use super::host::{OwnerSwitch, host};
use super::vmx_document::{VmxDocument, VmxKey, vmx_line};
use crate::assigned::{AssignedFunction, RomBar};
use crate::description::{
    Description, EmulatedDisplay, Firmware, GuestSystem, HugePageSize, KvmSignature, MmioWindow,
    Pages, SecureBoot,
};
use crate::emitted::{Emitted, EmittedFile, Feature, Line, ManualStep, NotConverted, Versions};
use crate::error::{Cause, Error};

const TARGET: &str = "VMware ESXi";

/// The most `pciPassthruN` devices (VMware Configuration Maximums, vSphere 7.0 and
/// 8.0: "PCI passthrough devices per VM").
const MOST_DEVICES: usize = 16;

/// The host's UUID, as `esxcli system uuid get` prints it: groups of hex digits
/// with `-` between.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SystemId(String);

impl FromStr for SystemId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let group =
            |group: &str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_hexdigit());
        if text.len() <= 64 && text.split('-').all(group) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Cause::SystemId.into())
        }
    }
}

impl fmt::Display for SystemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The `.id` of `address`, in decimal: `00000:013:00.0` is 0000:0d:00.0.
///
/// ```
/// use hvconf::esxi::{vmx_address, vmx_id};
/// let address = "0000:1a:00.1".parse()?;
/// assert_eq!(vmx_id(address), "00000:026:00.1");
/// assert_eq!(vmx_address(&vmx_id(address)), Ok(address));
/// # Ok::<(), pci_core::Error>(())
/// ```
#[must_use]
pub fn vmx_id(address: Address) -> String {
    format!(
        "{:05}:{:03}:{:02}.{}",
        address.domain(),
        address.bus(),
        address.device(),
        address.function()
    )
}

struct Setting {
    key: String,
    value: String,
    purpose: String,
    versions: Option<Versions>,
}

/// The `.vmx` of `vm`, for a machine without disks and networks, on the host `system`; with the
/// commands that release the functions on the host.
///
/// # Errors
/// When the amount of memory or a function's ids are not known, or more than sixteen functions
/// are assigned.
pub fn emit(vm: &Description, system: Option<&SystemId>) -> Result<Emitted, Error> {
    let mut emitted = host(vm, OwnerSwitch::Esxcli);
    let mut file = EmittedFile::new(format!("{}.vmx", vm.name));
    let mut all = head(vm);
    all.extend(settings(vm, system, &mut emitted)?);
    // Network and storage functions have small BARs.
    let may_be_large = |function: &AssignedFunction| {
        let class = function.class.map(|class| class.base);
        function.bars.is_none() && !matches!(class, Some(0x01 | 0x02 | 0x04 | 0x0c))
    };
    if vm.mmio_window().is_none() && vm.assigned.functions().any(may_be_large) {
        emitted.steps.push(ManualStep {
            name: "mmio-window",
            text: "the sizes of the BARs are not known: if those of a card are larger than 1 GiB \
                   together (lspci -vv, Region), add pciPassthru.use64bitMMIO = \"TRUE\" and \
                   pciPassthru.64bitMMIOSizeGB = twice the next power of two, with EFI firmware"
                .to_owned(),
        });
    }
    if vm.firmware == Firmware::SeaBios && needed_window(vm).is_some() {
        emitted.steps.push(ManualStep {
            name: "guest-firmware",
            text:
                "the card's BARs need 64-bit MMIO, which a VM with a BIOS does not have: install \
                   the guest with firmware = \"efi\""
                    .to_owned(),
        });
    }
    for setting in all {
        let key: VmxKey = setting.key.parse().map_err(|_| Cause::Unsupported {
            target: TARGET,
            what: setting.key.clone(),
        })?;
        let line = Line::new(vmx_line(&key, &setting.value), setting.purpose);
        file.push(Line {
            versions: setting.versions,
            ..line
        });
    }
    emitted.files.push(file);
    Ok(emitted)
}

/// The `.vmx` `text` with the settings of `vm`, every other byte unchanged; the VM must be powered
/// off. Existing functions keep their number in `pciPassthruN`.
///
/// # Errors
/// As [`emit`].
pub fn edit(
    text: &str,
    vm: &Description,
    system: Option<&SystemId>,
    switch: OwnerSwitch,
) -> Result<(String, Emitted), Error> {
    let mut emitted = host(vm, switch);
    let there = super::vmx::Vmx::parse(text).passthru();
    let mut document = VmxDocument::parse(text);
    let number = numbers(vm, &there)?;
    let before = super::vmx::Vmx::parse(text);
    let has = |key: &str| before.get(key).map(|entry| entry.value.as_str());
    let is_efi = has("firmware").is_some_and(|value| value.eq_ignore_ascii_case("efi"));
    if let (Firmware::SeaBios, true, Ok(key)) = (vm.firmware, is_efi, "firmware".parse()) {
        document.unset(&key);
    }
    for setting in settings(vm, system, &mut emitted)? {
        // It is what a machine without the key has.
        if setting.key == "uefi.secureBoot.enabled"
            && setting.value == "FALSE"
            && has(&setting.key).is_none()
        {
            continue;
        }
        let key = match setting.key.strip_prefix("pciPassthru") {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => {
                let (index, name) = rest.split_once('.').unwrap_or((rest, ""));
                let index: usize = index.parse().unwrap_or_default();
                let at = number.get(index).copied().unwrap_or_default();
                format!("pciPassthru{at}.{name}")
            }
            _ => setting.key.clone(),
        };
        let key: VmxKey = key.parse().map_err(|_| Cause::Unsupported {
            target: TARGET,
            what: setting.key.clone(),
        })?;
        document.set(&key, &setting.value);
    }
    Ok((document.to_string(), emitted))
}

/// For each function in its order the number of its `pciPassthruN`: the one that
/// names it already, else a free one.
fn numbers(vm: &Description, there: &[super::vmx::VmxPassthru]) -> Result<Vec<u16>, Error> {
    let mut taken: Vec<u16> = there.iter().map(|device| device.index).collect();
    let mut numbers = Vec::new();
    for function in vm.assigned.functions() {
        let same = there.iter().find(
            |device| matches!(device.id, Some((Ok(address), _)) if address == function.address),
        );
        let own = same.map(|device| device.index);
        let most = u16::try_from(MOST_DEVICES).unwrap_or(u16::MAX);
        let free = || (0..most).find(|index| !taken.contains(index));
        let index = own.or_else(free).ok_or(Cause::TooMany {
            target: TARGET,
            what: "functions",
            most: MOST_DEVICES,
        })?;
        taken.push(index);
        numbers.push(index);
    }
    Ok(numbers)
}

fn setting(key: impl Into<String>, value: impl Into<String>, why: &str) -> Setting {
    Setting {
        key: key.into(),
        value: value.into(),
        purpose: why.to_owned(),
        versions: None,
    }
}

fn since(setting: Setting, from: &'static str) -> Setting {
    Setting {
        versions: Some(Versions::from("ESXi", from)),
        ..setting
    }
}

/// The first lines of a new file.
fn head(vm: &Description) -> Vec<Setting> {
    let system = match vm.system {
        GuestSystem::Windows => "windows9-64",
        GuestSystem::Linux => "other4xlinux-64",
        GuestSystem::Other => "other-64",
    };
    vec![
        setting(".encoding", "UTF-8", "how the file is written"),
        setting("config.version", "8", "the format of the file"),
        since(
            setting(
                "virtualHW.version",
                "17",
                "the hardware of ESXi 7.0 and later",
            ),
            "7.0",
        ),
        setting("displayName", vm.name.as_str(), "its name"),
        setting("guestOS", system, "its system"),
    ]
}

fn settings(
    vm: &Description,
    system: Option<&SystemId>,
    emitted: &mut Emitted,
) -> Result<Vec<Setting>, Error> {
    let size = vm.memory.size.ok_or(Cause::Missing {
        target: TARGET,
        what: "the amount of memory",
    })?;
    // VMware, "Virtual Machine Memory Configuration": a multiple of 4 MiB.
    let whole = size.mebibytes().checked_next_multiple_of(4);
    let mebibytes = whole.unwrap_or(size.mebibytes() & !3).to_string();
    if mebibytes != size.mebibytes().to_string() {
        let why = format!("ESXi accepts multiples of 4 MiB: it becomes {mebibytes} MiB");
        let not_converted = NotConverted::new(format!("memory of {size}"), why);
        emitted
            .not_converted
            .push(not_converted.of(Feature::Memory));
    }
    let mut all = Vec::new();
    match vm.firmware {
        // BIOS is what a machine without the key has.
        Firmware::SeaBios => {}
        Firmware::Ovmf(secure) => {
            let why = "EFI has room for large BARs, and starts cards through their UEFI ROM";
            all.push(setting("firmware", "efi", why));
            let (value, why) = match secure {
                SecureBoot::On => ("TRUE", "only signed systems and modules start"),
                SecureBoot::Off => ("FALSE", "modules that are not signed start too"),
            };
            all.push(since(setting("uefi.secureBoot.enabled", value, why), "6.5"));
        }
    }
    if let Some(count) = vm.processors {
        all.push(setting("numvcpus", count.to_string(), "its processors"));
    }
    // ESXi has no threads.
    let topology = vm
        .whole_topology()
        .filter(|topology| topology.threads() == 1);
    if let Some(topology) = topology {
        let cores = topology.cores().to_string();
        let why = "the cores of each of its sockets";
        all.push(setting("cpuid.coresPerSocket", cores, why));
    }
    if let Some(pinning) = &vm.pinning {
        let cpus: Vec<String> = pinning.all().numbers().map(|one| one.to_string()).collect();
        let why = "the host's processors that the guest runs on";
        all.push(setting("sched.cpu.affinity", cpus.join(","), why));
        emitted.not_converted.extend(pinning.each_lost(TARGET));
    }
    all.push(setting("memSize", &*mebibytes, "its memory, in MiB"));
    let why = "an assigned function accesses all memory: ESXi requires all of it reserved";
    all.push(setting("sched.mem.min", &*mebibytes, why));
    all.push(setting("sched.mem.pin", "TRUE", why));
    match vm.memory.pages {
        Pages::Ordinary => {}
        Pages::Huge(HugePageSize::Gibibyte1) => all.push(since(
            setting(
                "sched.mem.lpage.enable1GPage",
                "TRUE",
                "its memory in pages of 1 GiB",
            ),
            "6.5",
        )),
        Pages::Huge(_) => {
            let why = "ESXi backs guests with large pages by default";
            let not_converted = NotConverted::new("huge pages", why);
            emitted
                .not_converted
                .push(not_converted.of(Feature::HugePages));
        }
    }
    // Only EFI maps BARs above 4 GiB (Dell KB 000199172).
    let needed = needed_window(vm).filter(|_| vm.firmware != Firmware::SeaBios);
    if let Some(window) = vm.mmio.or(needed) {
        let why = "the card's BARs have no room below 4 GiB";
        all.push(since(
            setting("pciPassthru.use64bitMMIO", "TRUE", why),
            "6.5",
        ));
        let why = "the power of two above all BARs, doubled for what alignment wastes";
        let gibibytes = window.gibibytes().to_string();
        all.push(since(
            setting("pciPassthru.64bitMMIOSizeGB", gibibytes, why),
            "6.5",
        ));
    }
    if vm.hiding.kvm == KvmSignature::Hidden {
        let why = "NVIDIA's drivers before 465 stop with code 43 where they find a hypervisor; \
                   newer ones do not, and some cards fail with it";
        all.push(setting("hypervisor.cpuid.v0", "FALSE", why));
    }
    if let Some(id) = &vm.hiding.hyperv_vendor_id {
        let why = "ESXi shows no Hyper-V; hypervisor.cpuid.v0 hides it completely";
        let not_converted = NotConverted::new(format!("Hyper-V vendor {id}"), why);
        emitted
            .not_converted
            .push(not_converted.of(Feature::Hiding));
    }
    match vm.emulated_display {
        Some(EmulatedDisplay::None) => {
            let why = "no emulated card: the assigned one is the display";
            all.push(setting("svga.present", "FALSE", why));
        }
        Some(display) => {
            all.push(setting("svga.present", "TRUE", "ESXi's own card beside it"));
            if display != EmulatedDisplay::Vga {
                let why = "ESXi emulates its own VGA card instead";
                let not_converted = NotConverted::new(format!("the emulated card {display}"), why);
                emitted
                    .not_converted
                    .push(not_converted.of(Feature::EmulatedDisplay));
            }
        }
        None => {}
    }
    let is_supported = |part: &Feature| match part {
        Feature::Topology => topology.is_some(),
        Feature::NumaNodes | Feature::AddressBits | Feature::Clock => false,
        Feature::PrimaryDisplay => vm.emulated_display == Some(EmulatedDisplay::None),
        // The others are written, or listed where they are not.
        _ => true,
    };
    let supported: Vec<Feature> = Feature::ALL.into_iter().filter(is_supported).collect();
    emitted
        .not_converted
        .extend(Feature::unsupported(vm, TARGET, &supported));
    devices(vm, system, &mut all, emitted)?;
    Ok(all)
}

/// The window for BARs that have no room below 4 GiB.
fn needed_window(vm: &Description) -> Option<MmioWindow> {
    vm.mmio_window().filter(|window| window.gibibytes() > 2)
}

fn devices(
    vm: &Description,
    system: Option<&SystemId>,
    all: &mut Vec<Setting>,
    emitted: &mut Emitted,
) -> Result<(), Error> {
    if vm.assigned.functions().count() > MOST_DEVICES {
        return Err(Cause::TooMany {
            target: TARGET,
            what: "functions",
            most: MOST_DEVICES,
        }
        .into());
    }
    for (index, function) in vm.assigned.functions().enumerate() {
        let id = function.id.ok_or(Cause::Missing {
            target: TARGET,
            what: "the vendor and device id of each function",
        })?;
        let why = format!("the guest gets {function}");
        let mut push = |name: &str, value: String, why: &str| {
            all.push(setting(format!("pciPassthru{index}.{name}"), value, why));
        };
        push("present", "TRUE".to_owned(), &why);
        push(
            "id",
            vmx_id(function.address),
            "its address, in decimal unlike elsewhere",
        );
        push("vendorId", format!("0x{}", id.vendor), "the expected ID");
        push("deviceId", format!("0x{}", id.device), "the expected ID");
        if let Some(system) = system {
            push("systemId", system.to_string(), "on which host");
        }
    }
    if system.is_none() {
        emitted.steps.push(ManualStep {
            name: "system-id",
            text: "run `esxcli system uuid get` and set pciPassthruN.systemId to it, or add the \
                   functions in the host client, which does so"
                .to_owned(),
        });
    }
    for slot in vm.assigned.slots() {
        let at = slot.slot();
        let mut lose = |part: Feature, what: String, why: &str| {
            emitted
                .not_converted
                .push(NotConverted::new(what, why).of(part));
        };
        if let Some(file) = &slot.rom_file {
            lose(
                Feature::RomFile,
                format!("ROM file {file} of {at}"),
                "ESXi shows the card's own ROM",
            );
        }
        for address in &slot.hidden_roms {
            lose(
                Feature::RomBar,
                format!("hidden ROM of {address}"),
                "ESXi shows the card's own ROM",
            );
        }
        if slot.rom_bar == RomBar::Hidden {
            lose(
                Feature::RomBar,
                format!("hidden ROM of {at}"),
                "ESXi shows the card's own ROM",
            );
        }
        if !slot.seen_ids.is_own() {
            lose(
                Feature::SeenIds,
                format!("IDs that the guest sees of {at}"),
                "ESXi shows the card's own",
            );
        }
        if slot.guest.is_some() {
            lose(
                Feature::GuestSlot,
                format!("the place of {at} in the guest"),
                "ESXi chooses pciSlotNumber",
            );
        }
    }
    if vm.looking_glass.is_some() {
        let why = "ESXi has no memory that host and guest share";
        let not_converted = NotConverted::new("Looking Glass", why);
        emitted
            .not_converted
            .push(not_converted.of(Feature::LookingGlass));
    }
    Ok(())
}
