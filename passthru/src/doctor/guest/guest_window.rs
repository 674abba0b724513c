//! The address space above 4 GiB that a guest has for the memory BARs of its functions.

use host_tree::Evidence;
use hvconf::description::AddressBits;
use hvconf::{AddressWidth, libvirt, proxmox};
use iommu::mmio::MmioNeed;

use crate::doctor::isolation::groups::addresses;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Device, Domain, Host, ProxmoxVm, SettingLine, VmxFile};
use crate::remedy::Remedy;
use crate::requirement::{Change, GuestOption};
use crate::size::bytes;
use crate::text::{Text, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "guest-mmio-window",
    meaning: "The 64-bit memory BARs need more address space above 4 GiB than the guest's \
              firmware reserves by default. ESXi reserves none unless pciPassthru.use64bitMMIO \
              and pciPassthru.64bitMMIOSizeGB are set. OVMF reserves 32 GiB, or, since 2022, an \
              eighth of the address space of the guest's processor: with the host's processor \
              model (Proxmox VE: cpu: host; libvirt: host-passthrough) that is enough for most \
              cards. fw_cfg's opt/ovmf/X-PciMmio64Mb sets it, in MiB. Another processor model has \
              40 address bits in QEMU, so 128 GiB, unless phys-bits or maxphysaddr sets more.",
    source: "edk2 OvmfPkg/Library/PlatformInitLib/MemDetect.c; QEMU target/i386/cpu.c, \
                 phys-bits; VMware KB 2142307; Dell KB \
                 000199172",
    causes: &["esxi-device-power-on-failed"],
    check: window,
}];

/// The default window of OVMF.
const OVMF: u64 = 32 << 30;

/// ESXi's window without `use64bitMMIO`: 917504 pages of 4 KiB.
const ESXI_LOW: u64 = 917_504 << 12;

/// The setting of fw_cfg that sets OVMF's window, in MiB.
const SETTING: &str = "opt/ovmf/X-PciMmio64Mb,string=";

/// The room that a guest has for BARs above 4 GiB.
enum Room {
    /// A setting with this size in bytes.
    Set(u64, Option<Evidence>),
    /// An eighth of the addresses.
    Width(AddressWidth, Option<Evidence>),
    /// An eighth of the host's addresses, with so many bits.
    OfHost(u8, Option<Evidence>, Evidence),
}

impl Room {
    fn of_proxmox(vm: &ProxmoxVm) -> Option<Self> {
        let text = vm.config.to_string();
        let line = |line: u32| Evidence::at(&*vm.path, &text, line);
        let args = vm.config.get("args");
        if let Some((args, size)) = args.and_then(|args| Some((args, set_size(args.value)?))) {
            return Some(Self::Set(size, Some(line(args.line))));
        }
        vm.config.get("bios").filter(|bios| bios.value == "ovmf")?;
        let width = proxmox::address_width(&vm.config)?;
        Some(Self::Width(width, width.line.map(line)))
    }

    fn of_domain(domain: &Domain) -> Option<Self> {
        if let Some(size) = set_size(&domain.text) {
            let found = host_tree::numbered_lines(&domain.text)
                .find(|(_, text)| set_size(text).is_some())
                .map(|(line, _)| Evidence::at(&*domain.path, &domain.text, line));
            return Some(Self::Set(size, found));
        }
        let read = libvirt::Domain::parse(&domain.text).ok()?;
        let width = read.address_width().filter(|_| read.is_uefi())?;
        let line = width.line;
        let line = line.map(|line| Evidence::at(&*domain.path, &domain.text, line));
        Some(Self::Width(width, line))
    }

    /// The room on this host: its processor's address width, if that is known.
    fn on(self, host: &Host) -> Self {
        let of_host = host.guests.memory.address_bits.as_ref();
        match (self, of_host) {
            (
                Self::Width(
                    AddressWidth {
                        bits: AddressBits::Host,
                        ..
                    },
                    line,
                ),
                Some(bits),
            ) => Self::OfHost(bits.value, line, bits.evidence.clone()),
            (room, _) => room,
        }
    }

    /// Whether OVMF may use its old default: it ignores a width of 40 bits or less of an Intel
    /// processor, which may be QEMU's default instead of the processor's (edk2 MemDetect.c,
    /// PlatformAddressWidthFromCpuid).
    const fn may_be_default(&self) -> bool {
        match self {
            Self::Set(..) => false,
            Self::OfHost(bits, ..) => *bits <= 40,
            Self::Width(width, _) => matches!(width.bits, AddressBits::Of(..=40)),
        }
    }

    /// Too little room, in a sentence, and the line that shows it.
    fn too_little(self, need: u64) -> Option<(Text, Option<Evidence>)> {
        match self {
            Self::Set(size, line) if size < need => Some((
                text!(
                    "X-PciMmio64Mb reserves {size} for BARs above 4 GiB in the guest, but the \
                     assigned functions need {needed}",
                    size = bytes(size),
                    needed = bytes(need)
                ),
                line,
            )),
            Self::Width(
                AddressWidth {
                    bits: AddressBits::Of(bits),
                    ..
                },
                line,
            ) => {
                let room = 1_u64.checked_shl(u32::from(bits).saturating_sub(3))?;
                (room < need).then(|| {
                    let title = text!(
                        "the guest's processor has {bits} address bits, of which OVMF reserves \
                         {room} for BARs above 4 GiB, but the assigned functions need {needed}",
                        bits,
                        room = bytes(room),
                        needed = bytes(need)
                    );
                    (title, line)
                })
            }
            Self::OfHost(bits, line, of_host) => {
                let room = 1_u64.checked_shl(u32::from(bits).saturating_sub(3))?;
                let title = text!(
                    "the host's processor has {bits} address bits, of which OVMF reserves {room} \
                     for BARs above 4 GiB, but the assigned functions need {needed}",
                    bits,
                    room = bytes(room),
                    needed = bytes(need)
                );
                (room < need).then_some((title, line.or(Some(of_host))))
            }
            Self::Set(..) | Self::Width(..) => None,
        }
    }
}

/// The size that the setting of fw_cfg has in a text.
fn set_size(text: &str) -> Option<u64> {
    let (_, rest) = text.split_once(SETTING)?;
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse::<u64>().ok()?.checked_mul(1 << 20)
}

fn window(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(need) = context.host.mmio_need(functions(context)) else {
        return Vec::new();
    };
    let passed = |file: &&VmxFile| {
        let mut passed = file.vmx.passthru().into_iter();
        passed.any(|entry| matches!(entry.id, Some((Ok(address), _)) if context.is_asked(address)))
    };
    let mut vmx = context
        .host
        .guests
        .vmx_files
        .iter()
        .filter(passed)
        .peekable();
    if vmx.peek().is_some() {
        return vmx.filter_map(|file| esxi(context, &need, file)).collect();
    }
    if let Some((size, line)) = window_of_esxi(context) {
        return too_small_for_esxi(context, &need, size, line)
            .into_iter()
            .collect();
    }
    let needed = need.high_window();
    if needed <= OVMF || are_placed_in_guest(context) {
        return Vec::new();
    }
    let is_passed = |passes: &dyn Fn(pci_core::Address) -> bool| {
        context.functions().any(|device| passes(device.address))
    };
    let vms = context.host.guests.proxmox_vms.iter();
    let vms = vms.filter(|vm| is_passed(&|address| vm.passes(address)));
    let domains = context.host.guests.domains.iter();
    let domains = domains.filter(|domain| is_passed(&|address| domain.passes(address)));
    let mut rooms = vms
        .map(Room::of_proxmox)
        .chain(domains.map(Room::of_domain))
        .peekable();
    if rooms.peek().is_none() {
        return vec![not_shown(context, needed)];
    }
    let mut reported = Vec::new();
    let mut is_open = false;
    for room in rooms {
        match room.map(|room| room.on(context.host)) {
            None => is_open = true,
            Some(room) => {
                is_open |= room.may_be_default();
                let found = room.too_little(needed);
                reported.extend(found.map(|found| too_little(context, needed, found)));
            }
        }
    }
    if is_open && reported.is_empty() {
        reported.push(not_shown(context, needed));
    }
    reported
}

/// The functions in question, or those of the only guest of ESXi.
fn functions<'a>(context: &Context<'a>) -> Vec<&'a Device> {
    let asked: Vec<&Device> = context.functions().collect();
    if !asked.is_empty() {
        return asked;
    }
    let host = context.host;
    let [file] = host.guests.vmx_files.as_slice() else {
        return Vec::new();
    };
    let entries = file.vmx.passthru().into_iter();
    let addresses = entries.filter_map(|entry| entry.id?.0.ok());
    addresses
        .filter_map(|address| host.devices.get(&address))
        .collect()
}

fn too_little(context: &Context<'_>, needed: u64, found: (Text, Option<Evidence>)) -> Diagnostic {
    let (title, line) = found;
    Diagnostic::new(Verdict::Fix, title)
        .of(context.functions().map(|device| device.address))
        .evidence(line.into_iter().chain(large(context)))
        .remedy(remedy(needed))
}

fn not_shown(context: &Context<'_>, needed: u64) -> Diagnostic {
    let title = text!(
        "not in the input: whether the guest has {size} of address space above 4 GiB for \
         {functions}; the default of OVMF may be {default}",
        size = bytes(needed),
        functions = addresses(context.functions().map(|device| device.address)),
        default = bytes(OVMF)
    );
    Diagnostic::new(Verdict::Unknown, title)
        .of(context.functions().map(|device| device.address))
        .evidence(large(context))
        .remedy(remedy(needed))
}

fn remedy(needed: u64) -> Remedy {
    Remedy::Manual {
        step: "guest-mmio-window",
        text: text!(
            "use the host's processor model for the guest, or set the size for OVMF: -fw_cfg \
             name=opt/ovmf/X-PciMmio64Mb,string={size} (passthru plan --mmio-window sets it)",
            size = needed >> 20
        ),
    }
}

/// The lines that show the large BARs.
fn large(context: &Context<'_>) -> Vec<Evidence> {
    let regions = functions(context)
        .into_iter()
        .flat_map(|device| device.memory.iter().flatten());
    let large = regions.filter(|region| region.value.memory.size >= 1 << 30);
    large.map(|region| region.evidence.clone()).collect()
}

/// Whether this is the guest, and each of the BARs has an address.
fn are_placed_in_guest(context: &Context<'_>) -> bool {
    let regions = context
        .functions()
        .flat_map(|device| device.memory.iter().flatten());
    let mut large = regions.filter(|region| region.value.memory.size >= 1 << 30);
    context.host.is_guest_without_iommu() && large.all(|region| region.value.is_assigned)
}

/// The window of a guest of ESXi, in GiB, by a line of its file, with the line that enables it.
fn window_of_esxi<'a>(context: &Context<'a>) -> Option<(u32, &'a Evidence)> {
    let lines = context.host.lines.setting_lines();
    lines
        .iter()
        .find(|fact| fact.value == SettingLine::VmxMmio)?;
    lines.iter().find_map(|fact| match fact.value {
        SettingLine::VmxMmioSize(Some(size)) => Some((size, &fact.evidence)),
        _ => None,
    })
}

/// Whether the window of a guest of ESXi is smaller than its functions need.
pub(in crate::doctor) fn is_too_small_for_esxi(context: &Context<'_>) -> bool {
    let need = context.host.mmio_need(functions(context));
    let window = window_of_esxi(context);
    let small = need
        .zip(window)
        .and_then(|(need, (size, line))| too_small_for_esxi(context, &need, size, line));
    small.is_some()
}

fn too_small_for_esxi(
    context: &Context<'_>,
    need: &MmioNeed,
    size: u32,
    line: &Evidence,
) -> Option<Diagnostic> {
    let title = small_window(u64::from(size), need)?;
    Some(
        Diagnostic::new(Verdict::Fix, title)
            .of(functions(context).into_iter().map(|device| device.address))
            .evidence(std::iter::once(line.clone()).chain(large(context)))
            .remedy(vmx_lines(need)),
    )
}

fn esxi(context: &Context<'_>, need: &MmioNeed, file: &VmxFile) -> Option<Diagnostic> {
    let entry = |key: &str| file.vmx.get(key);
    let on =
        entry("pciPassthru.use64bitMMIO").filter(|entry| entry.value.eq_ignore_ascii_case("TRUE"));
    let gibibytes = entry("pciPassthru.64bitMMIOSizeGB");
    let given = gibibytes.and_then(|entry| entry.value.parse::<u64>().ok());
    let (verdict, title, line) = match (on, given) {
        (None, _) if need.low.saturating_add(need.high) <= ESXI_LOW => return None,
        (None, _) => (
            Verdict::Blocker,
            text!(
                "the BARs of the assigned functions need {size}, but pciPassthru.use64bitMMIO is \
                 not TRUE: the guest does not start",
                size = bytes(need.high_window())
            ),
            None,
        ),
        (Some(_), size) => (
            Verdict::Fix,
            small_window(size?, need)?,
            gibibytes.map(|entry| entry.line),
        ),
    };
    let lines = line.map(|line| Evidence::at(&*file.path, &file.text, line));
    Some(
        Diagnostic::new(verdict, title)
            .of(functions(context).into_iter().map(|device| device.address))
            .evidence(lines.into_iter().chain(large(context)))
            .remedy(mmio(file, need)),
    )
}

/// A plan sets the keys of a guest that boots with EFI firmware, as 64-bit BARs require; another
/// firmware is for a person to decide.
fn mmio(file: &VmxFile, need: &MmioNeed) -> Remedy {
    let size = esxi_window(need);
    let firmware = file.vmx.get("firmware");
    let is_efi = firmware.is_some_and(|entry| entry.value.eq_ignore_ascii_case("efi"));
    if is_efi && file.path.starts_with('/') {
        return Remedy::Change(Change::SetGuestOptions {
            path: file.path.clone(),
            options: vec![
                GuestOption::new("pciPassthru.use64bitMMIO", "TRUE"),
                GuestOption::new("pciPassthru.64bitMMIOSizeGB", size.to_string()),
            ],
        });
    }
    vmx_lines(need)
}

fn vmx_lines(need: &MmioNeed) -> Remedy {
    Remedy::Manual {
        step: "vmx-mmio",
        text: text!(
            "set pciPassthru.use64bitMMIO = \"TRUE\" and pciPassthru.64bitMMIOSizeGB = \
             \"{size}\", with firmware = \"efi\"",
            size = esxi_window(need)
        ),
    }
}

/// The window for ESXi in GiB: the next power of two above the sum (VMware KB 2142307).
const fn esxi_window(need: &MmioNeed) -> u64 {
    let window = need.high_window();
    let above = if need.high < window {
        window
    } else {
        window.saturating_mul(2)
    };
    above >> 30
}

/// A window of so many GiB that is too small.
fn small_window(size: u64, need: &MmioNeed) -> Option<Text> {
    (size.saturating_mul(1 << 30) < need.high_window()).then(|| {
        text!(
            "pciPassthru.64bitMMIOSizeGB is {size}, but the assigned functions need {needed}",
            size,
            needed = need.high_window() >> 30
        )
    })
}
