//! The address space that the functions' memory needs, on the host and in the guest.

use iommu::mmio::MmioNeed;
use pci_core::Evidence;

use super::groups::addresses;
use super::rule::{Context, Rule, Said};
use crate::finding::Verdict;
use crate::host::{Fact, ProxmoxVm, Region, VmxFile};
use crate::remedy::Remedy;
use crate::size::bytes;
use crate::text::text;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "bar-not-assigned",
        meaning: "The host has no room for a memory BAR of the function, so the kernel does not \
                  enable the function, for its own drivers or for vfio-pci. Mostly the firmware \
                  keeps all devices below 4 GiB: its setup calls what lifts that Above 4G \
                  Decoding; the Compatibility Support Module (CSM) must be off for it.",
        source: "Linux drivers/pci/setup-res.c, pci_enable_resources; drivers/pci/setup-bus.c",
        causes: &["bar-no-space"],
        check: not_assigned,
    },
    Rule {
        code: "guest-mmio-window",
        meaning: "The memory BARs that may lie above 4 GiB need more address space there than \
                  the guest's firmware gives without being asked. ESXi gives none until \
                  pciPassthru.use64bitMMIO is set, and then pciPassthru.64bitMMIOSizeGB. OVMF \
                  gives 32 GiB, or, since 2022, an eighth of what the guest's processor can \
                  address: with the host's processor model (Proxmox VE: cpu: host; libvirt: \
                  host-passthrough) that is enough for most cards. fw_cfg's \
                  opt/ovmf/X-PciMmio64Mb sets it, in MiB.",
        source: "edk2 OvmfPkg/Library/PlatformInitLib/MemDetect.c; VMware KB 2142307; Dell KB \
                 000199172",
        causes: &[],
        check: window,
    },
    Rule {
        code: "resizable-bar",
        meaning: "A memory BAR of the card can be larger than it is (Resizable BAR). The card \
                  works without that; a driver reaches all of the card's memory at once with it, \
                  which is faster. A guest sees the size that the host has set: by the firmware, \
                  or by writing the exponent of the size in MiB to resourceN_resize while no \
                  driver has the function. The guest's firmware needs a window of that size.",
        source: "PCI Express Base Specification 6.0, section 7.8.6; Linux \
                 Documentation/ABI/testing/sysfs-bus-pci, resourceN_resize",
        causes: &[],
        check: resizable,
    },
];

fn resizable(context: &Context<'_>) -> Vec<Said> {
    let displays = context.functions().filter(|device| device.is_display());
    let mut said = Vec::new();
    for device in displays {
        for listed in device.listed_regions.iter().flatten() {
            let region = &listed.value.region;
            let largest = listed.value.resizable.iter().max().copied();
            let (Some(bar), Some(largest), Some(size)) = (region.index, largest, region.size)
            else {
                continue;
            };
            if largest <= size {
                continue;
            }
            let title = text!(
                "BAR {bar} of {address} has {size}, and can have {largest}: a matter of speed, no fault",
                bar,
                address = device.address,
                size = bytes(size),
                largest = bytes(largest)
            );
            said.push(
                Said::new(Verdict::Harmless, title)
                    .of([device.address])
                    .shown_by([listed.evidence.clone()]),
            );
        }
    }
    said
}

/// The window of OVMF where nothing sets it.
const OVMF: u64 = 32 << 30;

/// What ESXi gives without `use64bitMMIO`: 917504 pages of 4 KiB.
const ESXI_LOW: u64 = 917_504 << 12;

fn not_assigned(context: &Context<'_>) -> Vec<Said> {
    let mut said = Vec::new();
    for device in context.functions() {
        let regions = device.memory.iter().flatten();
        let without: Vec<&Fact<Region>> =
            regions.filter(|region| !region.value.is_assigned).collect();
        if without.is_empty() {
            continue;
        }
        let sizes = without.iter().map(|region| {
            let size = bytes(region.value.memory.size);
            match region.value.bar {
                Some(bar) => format!("BAR {bar} ({size})"),
                None => format!("BAR ({size})"),
            }
        });
        let title = text!(
            "the host has no address space for {sizes} of {address}: the kernel does not enable \
             the function",
            sizes = sizes.collect::<Vec<_>>().join(", "),
            address = device.address
        );
        said.push(
            Said::new(Verdict::Blocker, title)
                .of([device.address])
                .shown_by(without.iter().map(|region| region.evidence.clone()))
                .mend(Remedy::Manual {
                    step: "firmware-above-4g",
                    text: text!(
                        "switch Above 4G Decoding on and CSM off in the firmware setup; as a \
                         trial, boot with pci=realloc"
                    ),
                }),
        );
    }
    said
}

fn window(context: &Context<'_>) -> Vec<Said> {
    let Some(need) = context.host.mmio_need(context.functions()) else {
        return Vec::new();
    };
    let passed = |file: &&VmxFile| {
        let mut passed = file.vmx.passthru().into_iter();
        passed.any(|entry| matches!(entry.id, Some((Ok(address), _)) if context.is_asked(address)))
    };
    let mut vmx = context.host.vmx_files.iter().filter(passed).peekable();
    if vmx.peek().is_some() {
        return vmx.filter_map(|file| esxi(context, &need, file)).collect();
    }
    if need.high_window() <= OVMF {
        return Vec::new();
    }
    let mut guests = context.host.proxmox_vms.iter();
    let guest = guests.find(|vm| {
        let mut functions = context.functions();
        functions.any(|device| vm.passes(device.address))
    });
    if guest.is_some_and(|vm| gives(vm, &need)) {
        return Vec::new();
    }
    let title = text!(
        "the input does not show whether the guest has {size} of address space above 4 GiB for \
         {functions}: the default of OVMF may be {default}",
        size = bytes(need.high_window()),
        functions = addresses(context.functions().map(|device| device.address)),
        default = bytes(OVMF)
    );
    vec![
        Said::new(Verdict::Unknown, title)
            .of(context.functions().map(|device| device.address))
            .shown_by(large(context))
            .mend(Remedy::Manual {
                step: "guest-mmio-window",
                text: text!(
                    "use the host's processor model for the guest, or set the size for OVMF: \
                     -fw_cfg name=opt/ovmf/X-PciMmio64Mb,string={size}, as passthru plan \
                     --mmio-window plans it",
                    size = need.high_window() >> 20
                ),
            }),
    ]
}

/// The lines that show the large BARs.
fn large(context: &Context<'_>) -> Vec<Evidence> {
    let regions = context
        .functions()
        .flat_map(|device| device.memory.iter().flatten());
    let large = regions.filter(|region| region.value.memory.size >= 1 << 30);
    large.map(|region| region.evidence.clone()).collect()
}

/// Whether a guest of Proxmox VE has the host's processor model, or the size is set.
fn gives(vm: &ProxmoxVm, need: &MmioNeed) -> bool {
    let cpu = vm.config.get("cpu").map(|entry| entry.value);
    if cpu.is_some_and(|cpu| {
        cpu.split(',')
            .any(|part| matches!(part, "host" | "cputype=host"))
    }) {
        return true;
    }
    let args = vm.config.get("args").map(|entry| entry.value);
    args.and_then(|args| {
        let (_, rest) = args.split_once("opt/ovmf/X-PciMmio64Mb,string=")?;
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse::<u64>().ok()
    })
    .is_some_and(|mebibytes| mebibytes.saturating_mul(1 << 20) >= need.high_window())
}

fn esxi(context: &Context<'_>, need: &MmioNeed, file: &VmxFile) -> Option<Said> {
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
                "the memory of the passed functions needs {size}, and pciPassthru.use64bitMMIO \
                 is not TRUE: the guest does not start",
                size = bytes(need.high_window())
            ),
            None,
        ),
        (Some(_), Some(size)) if size.saturating_mul(1 << 30) < need.high_window() => (
            Verdict::Fix,
            text!(
                "pciPassthru.64bitMMIOSizeGB is {size}, and the passed functions need {needed}",
                size,
                needed = need.high_window() >> 30
            ),
            gibibytes.map(|entry| entry.line),
        ),
        (Some(_), _) => return None,
    };
    let lines = line.map(|line| Evidence::at(&*file.path, &file.text, line));
    Some(
        Said::new(verdict, title)
            .of(context.functions().map(|device| device.address))
            .shown_by(lines.into_iter().chain(large(context)))
            .mend(Remedy::Manual {
                step: "vmx-mmio",
                text: text!(
                    "set pciPassthru.use64bitMMIO = \"TRUE\" and pciPassthru.64bitMMIOSizeGB = \
                     \"{size}\", with firmware = \"efi\"",
                    size = need.high_window() >> 29
                ),
            }),
    )
}
