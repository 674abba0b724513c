//! ESXi: the card's owner and its reset.

use host_tree::Evidence;
use hvconf::esxi::MapId;

use super::esxi_owner::enable;
use crate::doctor::isolation::groups::addresses;
use crate::doctor::option_lines::settings::remove_line;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::Esxi;
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "passthru-map-conflict",
        meaning: "passthru.map sets more than one reset method for the same device. Only one can \
                  take effect, and it is undefined which. The last word of a line says whether \
                  the device's functions may be assigned to different guests; it does not disable \
                  the reset method.",
        source: "the comments at the head of ESXi's /etc/vmware/passthru.map",
        causes: &[],
        check: map_conflict,
    },
    Rule {
        code: "passthru-map-line-invalid",
        meaning: "A line of passthru.map does not have the form that ESXi reads: vendor ID, \
                  device ID, reset method, shareable.",
        source: "the comments at the head of ESXi's /etc/vmware/passthru.map",
        causes: &[],
        check: map_fault,
    },
    Rule {
        code: "esx-conf-owner-set-manually",
        meaning: "The owner of a PCI function was set manually in esx.conf. Since ESXi 7.0 update \
                  1 the ConfigStore manages that file and can overwrite it. The command esxcli \
                  hardware pci pcipassthru sets the owner, with -a immediately.",
        source: "VMware ESXCLI reference, esxcli hardware pci pcipassthru set; release notes of \
                 vSphere 7.0 Update 1, ConfigStore",
        causes: &[],
        check: owner_by_hand,
    },
    Rule {
        code: "esx-conf-functions-missing",
        meaning: "Function 0 of a slot is set for passthrough, but the other functions are not. A \
                  graphics card has at least an audio function, and all functions of a card must \
                  be assigned to the guest together. If the functions of the card are not in the \
                  input, the finding is unknown.",
        source: "VMware ESXCLI reference, esxcli hardware pci list",
        causes: &[],
        check: functions_left_out,
    },
    Rule {
        code: "vmx-line-invalid",
        meaning: "A line of a .vmx file does not have the form key = \"value\". Values are in \
                  double quotes, words such as TRUE too.",
        source: "libvirt's reader of .vmx files, which follows VMware's; measured with libvirt 9",
        causes: &[],
        check: vmx_fault,
    },
    Rule {
        code: "vmx-64bit-mmio-under-bios",
        meaning: "pciPassthru.use64bitMMIO maps the BARs of assigned cards above 4 GiB, which only \
                  EFI firmware can do. A VM without firmware = \"efi\" has a BIOS, and a card \
                  with large BARs does not start in it.",
        source: "Dell KB 000199172; VMware KB 2142307",
        causes: &[],
        check: vmx_window_under_bios,
    },
    Rule {
        code: "vmx-memory-not-reserved",
        meaning: "A virtual machine with an assigned function does not start until all of its \
                  memory is reserved: the function accesses that memory directly, so none of it \
                  may be swapped out.",
        source: "VMware vSphere, Virtual Machine Administration, Add a PCI device to a virtual \
                 machine",
        causes: &["esxi-memory-not-reserved"],
        check: vmx_memory,
    },
];

fn vmx_window_under_bios(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for file in &context.host.guests.vmx_files {
        let has = |key: &str, wanted: &str| {
            let entry = file.vmx.get(key)?;
            entry.value.eq_ignore_ascii_case(wanted).then_some(entry)
        };
        // Only a complete file shows that the firmware is not set.
        let is_complete = file.vmx.get("virtualHW.version").is_some();
        let bios = has("firmware", "bios");
        let is_bios = bios.is_some() || is_complete && file.vmx.get("firmware").is_none();
        let Some(entry) = has("pciPassthru.use64bitMMIO", "TRUE").filter(|_| is_bios) else {
            continue;
        };
        let shown = [Some(entry), bios].into_iter().flatten();
        let evidence = shown.map(|entry| Evidence::at(&*file.path, &file.text, entry.line));
        let title = text!("pciPassthru.use64bitMMIO needs EFI firmware, and the VM has a BIOS");
        reported.push(
            Diagnostic::new(Verdict::Fix, title)
                .evidence(evidence.collect::<Vec<_>>())
                .remedy(Remedy::Manual {
                    step: "guest-firmware",
                    text: text!(
                        "install the guest in a VM with firmware = \"efi\": a system that was \
                         installed under a BIOS does not start under EFI"
                    ),
                }),
        );
    }
    reported
}

fn vmx_memory(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for file in &context.host.guests.vmx_files {
        let number = |key: &str| {
            file.vmx
                .get(key)
                .and_then(|entry| entry.value.parse::<u64>().ok())
        };
        let pinned = file
            .vmx
            .get("sched.mem.pin")
            .is_some_and(|entry| entry.value.eq_ignore_ascii_case("TRUE"));
        let passes = file.vmx.passthru().iter().any(|passed| passed.present);
        // Only a complete file has the memory size.
        let (Some(size), Some(entry)) = (number("memSize"), file.vmx.get("memSize")) else {
            continue;
        };
        let reserved = number("sched.mem.min").unwrap_or(0);
        if !passes || pinned || reserved >= size {
            continue;
        }
        let title = text!(
            "{reserved} of the guest's {size} MiB of memory are reserved: with an assigned \
             function all must be",
            size,
            reserved
        );
        reported.push(
            Diagnostic::new(Verdict::Blocker, title)
                .evidence([Evidence::at(&*file.path, &file.text, entry.line)])
                .remedy(Remedy::Manual {
                    step: "reserve-memory",
                    text: text!(
                        "enable \"Reserve all guest memory (All locked)\", which sets \
                         sched.mem.pin = \"TRUE\" and sched.mem.min = \"{size}\"",
                        size
                    ),
                }),
        );
    }
    reported
}

/// Vendor and device as the file has them; `ffff` is any.
fn id_text(id: MapId) -> String {
    format!(
        "{:04x} {:04x}",
        id.vendor.unwrap_or(0xffff),
        id.device.unwrap_or(0xffff)
    )
}

fn map_conflict(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some((map, text)) = &context.host.esxi.resets else {
        return Vec::new();
    };
    map.conflicts()
        .into_iter()
        .map(|conflict| {
            let mut methods: Vec<&str> = conflict
                .entries
                .iter()
                .map(|entry| entry.reset.as_str())
                .collect();
            methods.dedup();
            let title = text!(
                "passthru.map sets the reset methods {methods} for {id}: only one can take effect",
                id = id_text(conflict.id),
                methods = methods.join(", ")
            );
            let evidence = conflict
                .entries
                .iter()
                .map(|entry| Evidence::at(Esxi::resets_path(), text, entry.line));
            let mut devices = context.host.devices.values();
            let device = devices.find(|device| {
                let id = device.id.as_ref().map(|id| id.value);
                id.is_some_and(|id| {
                    conflict.id.vendor == Some(id.vendor.0)
                        && conflict.id.device == Some(id.device.0)
                })
            });
            let reported = Diagnostic::new(Verdict::Fix, title).evidence(evidence);
            if let Some(device) = device {
                let address = device.address;
                return reported.remedy(Remedy::Plan {
                    arguments: vec![format!("{address:#}")],
                });
            }
            reported.remedy(Remedy::Manual {
                step: "one-reset-method",
                text: text!(
                    "keep one line for the device, then run /sbin/auto-backup.sh; otherwise \
                         the change is lost at the next boot"
                ),
            })
        })
        .collect()
}

fn map_fault(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some((map, text)) = &context.host.esxi.resets else {
        return Vec::new();
    };
    map.faults
        .iter()
        .map(|fault| {
            let evidence = Evidence::at(Esxi::resets_path(), text, fault.line);
            Diagnostic::new(
                Verdict::Fix,
                text!("passthru.map: {fault}", fault = fault.to_string()),
            )
            .remedy(remove_line(&evidence))
            .evidence([evidence])
        })
        .collect()
}

fn owner_by_hand(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some((conf, text)) = &context.host.esxi.owners else {
        return Vec::new();
    };
    // Before 7.0 the host client writes these lines.
    if context.host.system.is_esxi_before_7() == Some(true) {
        return Vec::new();
    }
    conf.owners
        .iter()
        .filter(|owner| owner.owner == "passthru")
        .map(|owner| {
            let address = owner.address;
            let evidence = Evidence::at(Esxi::owners_path(), text, owner.line);
            let title = text!(
                "the owner of {address} is set in esx.conf, which ESXi may overwrite",
                address
            );
            Diagnostic::new(Verdict::Fix, title)
                .of([address])
                .evidence([evidence])
                .remedy(Remedy::Manual {
                    step: "esxcli-passthru",
                    text: text!(
                        "run esxcli hardware pci pcipassthru set -d {address} -e true -a, and \
                         remove the line from esx.conf",
                        address = address.to_string()
                    ),
                })
        })
        .collect()
}

fn functions_left_out(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some((conf, text)) = &context.host.esxi.owners else {
        return Vec::new();
    };
    let given: Vec<_> = conf
        .owners
        .iter()
        .filter(|owner| owner.owner == "passthru")
        .collect();
    let is_given = |address| given.iter().any(|owner| owner.address == address);
    let mut reported = Vec::new();
    for owner in &given {
        let slot = owner.address.slot();
        let in_slot = given.iter().filter(|other| other.address.slot() == slot);
        if owner.address.function() != 0 || in_slot.count() > 1 {
            continue;
        }
        let evidence = Evidence::at(Esxi::owners_path(), text, owner.line);
        if context.host.functions_of(slot).count() <= 1 {
            let title = text!(
                "not in the input: whether the card has more functions than {functions}",
                functions = addresses([owner.address])
            );
            reported.push(
                Diagnostic::new(Verdict::Unknown, title)
                    .of([owner.address])
                    .evidence([evidence])
                    .remedy(Remedy::inspect(&["esxcli", "hardware", "pci", "list"])),
            );
            continue;
        }
        // ESXi's findings about them are reported as esxi-passthrough-off.
        let known = &context.host.esxi.functions;
        let left: Vec<_> = context
            .host
            .card_of(owner.address)
            .into_iter()
            .filter(|device| !is_given(device.address) && !known.contains_key(&device.address))
            .collect();
        if left.is_empty() {
            continue;
        }
        let title = text!(
            "of the card, only {functions} is assigned to guests: ESXi keeps {others}",
            functions = addresses([owner.address]),
            others = addresses(left.iter().map(|device| device.address))
        );
        reported.push(
            Diagnostic::new(Verdict::Fix, title)
                .of(left.iter().map(|device| device.address))
                .evidence([evidence])
                .evidence(left.iter().map(|device| device.shown.clone()))
                .remedy(enable(
                    context.host,
                    left.iter().map(|device| device.address),
                )),
        );
    }
    reported
}

fn vmx_fault(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for file in &context.host.guests.vmx_files {
        // Without any quote, it may be typed into a client's list of parameters, which needs none.
        let is_file = file.path.ends_with(".vmx") || file.text.contains('"');
        for fault in &file.vmx.faults {
            let evidence = Evidence::at(&*file.path, &file.text, fault.line);
            let (verdict, title) = if is_file {
                let title = text!(
                    "VMware does not read this line: {fault}",
                    fault = fault.to_string()
                );
                (Verdict::Blocker, title)
            } else {
                let title = text!(
                    "not in the input: whether this line is of a .vmx file, in which VMware would \
                     not read it: {fault}",
                    fault = fault.to_string()
                );
                (Verdict::Unknown, title)
            };
            reported.push(Diagnostic::new(verdict, title).evidence([evidence]).remedy(
                Remedy::Manual {
                    step: "quote-vmx-value",
                    text: text!(
                        "write the line as key = \"value\", with the value in double \
                                     quotes"
                    ),
                },
            ));
        }
    }
    reported
}
