//! Settings that are as they have to be.

use std::collections::BTreeSet;

use host_tree::Evidence;
use hostconf::binding::kernel_facts::Presence;
use hostconf::binding::mkinitcpio::ConfFacts;
use hostconf::binding::modprobe::{Directive, same_module};
use iommu::LogLineKind;
use list_order::Inserts as _;
use pci_core::{PciId, Slot, VendorId};

use crate::doctor::boot::further_line::lacks_intel_iommu;
use crate::doctor::driver::unmatched_ids::meant_card;
use crate::doctor::hardware::virtual_functions::physical_functions_on_vfio;
use crate::doctor::isolation::groups::addresses;
use crate::doctor::isolation::iommu_stated::is_of_cloud;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::drivers::guest_drivers::is_vfio_driver;
use crate::host::{Coverage, Device, Fact, IdList, Processor};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "vfio-ids-valid",
        meaning: "The effective list of ids= is valid, no other list replaces it, and no function \
                  of a card in it is missing, as far as the cards are in the input. vfio-pci \
                  binds to those functions if it loads before their drivers.",
        source: "Linux drivers/vfio/pci/vfio_pci.c, vfio_pci_fill_ids",
        causes: &[],
        check: ids_right,
    },
    Rule {
        code: "vfio-ids-of-chipset-audio",
        meaning: "ids= names an audio function of the chipset together with a card of another \
                  vendor. The audio function of a graphics card has the card's vendor ID (10de \
                  NVIDIA, 1002 AMD), so the list matches the host's own audio, and the card's \
                  audio stays bound to its driver.",
        source: "PCI ID repository, pci.ids; Linux Documentation/driver-api/vfio.rst",
        causes: &["host-driver-bound", "group-not-viable"],
        check: chipset_audio,
    },
    Rule {
        code: "softdep-valid",
        meaning: "The line makes modprobe load vfio-pci before the driver, so that vfio-pci \
                  claims the functions of ids=. If the driver is in the initramfs, modprobe.d \
                  must be there too.",
        source: "modprobe.d(5), softdep",
        causes: &[],
        check: softdep_right,
    },
    Rule {
        code: "blacklist-of-graphics",
        meaning: "The listed graphics drivers are not loaded automatically for any card, so none \
                  claims a card that is for guests. A program or another module may still load \
                  them by name. In the initramfs the list takes effect after the next build.",
        source: "modprobe.d(5), blacklist",
        causes: &[],
        check: blacklist_right,
    },
    Rule {
        code: "initramfs-loads-vfio",
        meaning: "The modules of the initramfs list vfio-pci before each display driver: vfio-pci \
                  binds to the functions before any of those drivers loads.",
        source: "mkinitcpio(8), MODULES; initramfs-tools(7), modules",
        causes: &[],
        check: initramfs_loads,
    },
    Rule {
        code: "iommu-option-valid",
        meaning: "intel_iommu=on makes the kernel use VT-d if the firmware offers it; on a host \
                  with AMD's IOMMU the option has no effect, and none is needed. \"DMAR: IOMMU \
                  enabled\" in the log shows that the kernel has read the option. Whether the \
                  IOMMU is in use is a separate finding (iommu-on, iommu-off).",
        source: "Linux Documentation/admin-guide/kernel-parameters.txt, intel_iommu; \
                 drivers/iommu/intel/iommu.c, intel_iommu_setup",
        causes: &[],
        check: iommu_option,
    },
];

/// The list that takes effect, if it has no problem.
fn list_without_fault<'a>(context: &Context<'a>) -> Option<&'a Fact<IdList>> {
    let (last, earlier) = context.host.boot.vfio_ids.split_last()?;
    let is_same = |list: &Fact<IdList>| list.value.text == last.value.text;
    let has_ids = last.value.ids.as_ref().is_ok_and(|ids| !ids.0.is_empty());
    (has_ids && earlier.iter().all(is_same)).then_some(last)
}

fn ids_right(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let Some(list) = list_without_fault(context) else {
        return Vec::new();
    };
    // An unreadable one may be a function of a card.
    let is_readable = host.unreadable_paths.is_empty();
    let is_alone = host.vfio_pci_built_in().is_none() || list.value.on_command_line;
    let mut parents = physical_functions_on_vfio(host);
    let has_parent = parents.any(|(device, _)| host.is_taken_by_id(device));
    if !is_readable || !is_alone || has_parent || !chipset_audio(context).is_empty() {
        return Vec::new();
    }
    let taken: Vec<&Device> = host
        .devices
        .values()
        .filter(|device| host.is_taken_by_id(device))
        .collect();
    let card_is_whole = |device: &&Device| {
        let mut card = host.card_of(device.address).into_iter();
        card.all(|function| {
            function.is_bridge()
                || host.is_taken_by_id(function)
                || host.is_overridden(function)
                || function.driver.is_bound_to(is_vfio_driver)
        })
    };
    // A card that the host keeps, or the host's sound, has a separate finding.
    let functions = context.cards.iter().flatten();
    let slots: BTreeSet<Slot> = functions.map(|one| one.address.slot()).into_set();
    let is_meant = |device: &&Device| slots.contains(&device.address.slot());
    if !taken.iter().all(card_is_whole) || !taken.iter().all(is_meant) {
        return Vec::new();
    }
    // A filtered listing may lack functions of the card.
    let is_complete = |device: &&Device| {
        let card = host.card_of(device.address);
        !device.is_display() || card.len() > 1 || host.coverage.contains(&Coverage::All)
    };
    let is_named = |device: &&Device| {
        let mut card = host.card_of(device.address).into_iter();
        card.all(|function| function.is_bridge() || host.is_taken_by_id(function))
    };
    let all_named = taken.iter().all(is_complete) && taken.iter().all(is_named);
    // What a listing of all the vendor's functions lacks is not on the host.
    let is_absent = |id: PciId| host.coverage.iter().any(|part| part.has_all_of(id.vendor));
    let mut entries = list.value.ids.iter().flat_map(|ids| &ids.0);
    if taken.is_empty()
        && (entries.any(|entry| entry.id().is_some_and(is_absent)) || meant_card(context).is_some())
    {
        return Vec::new();
    }
    let title = if taken.is_empty() {
        text!(
            "ids={value} of vfio-pci is valid; not in the input: the functions with these IDs",
            value = list.value.text
        )
    } else if !all_named {
        text!(
            "ids={value} of vfio-pci names {functions}",
            value = list.value.text,
            functions = addresses(taken.iter().map(|device| device.address))
        )
    } else {
        text!(
            "ids={value} of vfio-pci names {functions}, and no function of a card is missing",
            value = list.value.text,
            functions = addresses(taken.iter().map(|device| device.address))
        )
    };
    let mut reported = vec![
        Diagnostic::new(Verdict::Ok, title)
            .of(taken.iter().map(|device| device.address))
            .evidence([list.evidence.clone()])
            .evidence(host.boot.vfio_ids.iter().map(|list| list.evidence.clone())),
    ];
    // The audio of an Arc card is a device of its own, on the next bus behind the card's switch.
    let is_arc = |device: &&Device| {
        let id = device.id.as_ref();
        id.is_some_and(|id| id.value.vendor == VendorId::INTEL) && device.address.bus() != 0
    };
    let mut cut = taken.iter().filter(|device| !is_complete(device));
    let cut = cut.find(|device| !is_arc(device));
    reported.extend(cut.map(|device| {
        let title = text!(
            "not in the input: whether {address} has other functions, such as audio, which ids= \
             must name too",
            address = device.address
        );
        let slot = format!("{:#}", device.address.slot());
        Diagnostic::new(Verdict::Unknown, title)
            .of([device.address])
            .evidence([device.shown.clone()])
            .remedy(Remedy::inspect(&["lspci", "-nnk", "-s", &slot]))
    }));
    reported
}

fn chipset_audio(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let Some(list) = host.boot.vfio_ids.last() else {
        return Vec::new();
    };
    let Ok(ids) = &list.value.ids else {
        return Vec::new();
    };
    let ids: Vec<PciId> = ids.0.iter().filter_map(|entry| entry.id()).collect();
    let Some(card) = ids.iter().find(|id| id.vendor == VendorId::NVIDIA) else {
        return Vec::new();
    };
    let is_shown = |id: PciId| {
        let mut devices = host.devices.values();
        devices.any(|device| device.id.as_ref().is_some_and(|own| own.value == id))
    };
    let is_audio = |id: &PciId| {
        matches!(id.vendor, VendorId::INTEL | VendorId::AMD)
            && host
                .names()
                .device(*id)
                .is_some_and(|name| name.contains("Audio"))
    };
    ids.iter()
        // If the function is listed, its slot decides.
        .filter(|id| is_audio(id) && !is_shown(**id))
        .map(|id| {
            let title = text!(
                "{id} in ids= of vfio-pci is {name}, the host's own audio, which does not belong \
                 to the card {card}",
                id,
                name = host.names().device_text(*id).to_string(),
                card
            );
            Diagnostic::new(Verdict::Fix, title)
                .evidence([list.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "write-vfio-ids",
                    text: text!(
                        "remove {id} from ids=, and add the ID of the audio function in the \
                         card's own slot, as lspci -nn prints it",
                        id
                    ),
                })
        })
        .collect()
}

/// Lines that prevent drivers of displays from loading automatically.
/// `blacklist-affects-other-devices` reports the effect on other cards.
fn blacklist_right(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let is_used = |module: &str| {
        let mut devices = host.devices.values();
        devices.any(|device| {
            let driver = device.driver.name();
            driver.is_some_and(|driver| same_module(driver, module))
        })
    };
    let settings = &host.settings;
    let lines = settings.blacklists.iter().chain(&settings.nixos_blacklists);
    let right: Vec<_> = lines
        .filter(|line| {
            DISPLAYS
                .iter()
                .any(|display| same_module(display, &line.value))
        })
        .filter(|line| !is_used(&line.value))
        .collect();
    if right.is_empty() {
        return Vec::new();
    }
    let mut names: Vec<&str> = right.iter().map(|line| line.value.as_str()).collect();
    names.dedup();
    let title = text!(
        "these graphics drivers are not loaded automatically: {names}",
        names = names.join(", ")
    );
    let mut shown: Vec<Evidence> = right.iter().map(|line| line.evidence.clone()).collect();
    shown.dedup();
    vec![Diagnostic::new(Verdict::Ok, title).evidence(shown)]
}

fn softdep_right(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let mut reported = Vec::new();
    for located in host.settings.modprobe.directives() {
        let Directive::Softdep { pattern, pre, .. } = &located.directive else {
            continue;
        };
        let built_in = host.system.kernel.modules.get(pattern.as_str());
        let is_built_in = built_in.is_some_and(|found| found.value == Presence::BuiltIn);
        // The driver was first all the same.
        let is_first = |device: &Device| {
            let driver = device.driver.name();
            host.is_taken_by_id(device) && driver.is_some_and(|name| same_module(name, pattern))
        };
        // The text says that it was.
        let first = host.words.driver_first.as_ref().and_then(|one| one.value);
        if is_built_in
            || first.is_some_and(|first| same_module(first, pattern))
            || !pre.iter().any(|before| same_module(before, "vfio-pci"))
            || host.devices.values().any(is_first)
        {
            continue;
        }
        let title = text!("vfio-pci loads before {pattern}", pattern);
        reported.push(Diagnostic::new(Verdict::Ok, title).evidence([located.evidence()]));
    }
    reported
}

/// Drivers of displays, before which vfio-pci has to load.
const DISPLAYS: [&str; 6] = ["nvidia", "nouveau", "amdgpu", "radeon", "i915", "xe"];

fn initramfs_loads(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let mut found: Vec<Evidence> = Vec::new();
    if let Some(file) = &host.boot.initramfs_conf.mkinitcpio
        && let Ok(facts) = ConfFacts::read(&file.text)
    {
        let names: Vec<&str> = facts.modules.iter().map(String::as_str).collect();
        if loads_first(&names) {
            let lines = host_tree::numbered_lines(&file.text);
            let mut lines = lines.filter(|(_, line)| line.trim_start().starts_with("MODULES"));
            found.extend(lines.next().map(|(number, _)| file.line(number)));
        }
    }
    found
        .into_iter()
        .map(|line| {
            let title = text!("the initramfs loads vfio-pci before the display drivers");
            Diagnostic::new(Verdict::Ok, title).evidence([line])
        })
        .collect()
}

fn is_vfio_pci(module: &str) -> bool {
    same_module(module, "vfio-pci")
}

/// Whether the list has vfio-pci, and no driver of a display before it.
fn loads_first(modules: &[&str]) -> bool {
    let Some(at) = modules.iter().position(|module| is_vfio_pci(module)) else {
        return false;
    };
    let mut before = modules.iter().take(at);
    !before.any(|module| DISPLAYS.iter().any(|display| same_module(display, module)))
}

fn iommu_option(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let processor = host.system.processor.as_ref();
    // The running kernel did not get a configured one.
    if processor.is_some_and(|processor| processor.value == Processor::Amd)
        || lacks_intel_iommu(host)
        || is_of_cloud(context)
    {
        return Vec::new();
    }
    let options = host.settings.kernel_option("intel_iommu");
    let mut on = options.filter(|option| {
        let words = option.value.iter().flat_map(|value| value.split(','));
        words.filter(|word| !word.is_empty()).eq(["on"])
    });
    let off = host.settings.kernel_option("intel_iommu");
    if off
        .into_iter()
        .any(|option| option.value.as_deref() == Some("off"))
    {
        return Vec::new();
    }
    let facts = host.log_facts.iter();
    let was_read = facts.filter(|fact| fact.kind == LogLineKind::OptionOn);
    let was_read: Vec<Evidence> = was_read.map(|fact| fact.evidence.clone()).collect();
    let (title, mut evidence) = match on.next() {
        Some(first) => (
            text!("{first} enables VT-d in the kernel", first = first.text),
            vec![first.evidence.clone()],
        ),
        None if was_read.is_empty() => return Vec::new(),
        None => (
            text!("the kernel has read intel_iommu=on, which enables VT-d"),
            Vec::new(),
        ),
    };
    evidence.extend(on.map(|option| option.evidence.clone()));
    evidence.extend(was_read);
    vec![Diagnostic::new(Verdict::Ok, title).evidence(evidence)]
}
