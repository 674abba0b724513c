//! Displays: the host's only one, its boot framebuffer, and cards that need
//! something particular.

use host_tree::{Evidence, Lookup};
use hvconf::guest::{NvidiaFlavor, NvidiaGeneration, NvidiaModules, modules};
use pci_core::{Address, PciId, VendorId};

use crate::doctor::guest::guest_drivers::ACCEPTS_HYPERVISOR;
use crate::doctor::isolation::groups::addresses;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::drivers::guest_drivers::is_for_guests;
use crate::host::{Coverage, Device, Driver, Fact, Host};
use crate::remedy::Remedy;
use crate::requirement::{Change, Requirement, State};
use crate::target::HostPart;
use crate::text::{Text, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "only-display",
        meaning: "The host has no other display controller than those that are assigned, or that \
                  are bound to a driver for guests. While guests use them, the host has no screen: \
                  set up a login by network or serial console first. A plan includes this only if \
                  the loss is accepted by name. Unknown where the list of functions is not \
                  complete.",
        source: "Linux Documentation/driver-api/vfio.rst; PCI Code and ID Assignment \
                 Specification 1.11, base class 03h",
        causes: &[],
        check: only_display,
    },
    Rule {
        code: "display-kept",
        meaning: "Another display controller than the card is bound to a host driver: the host \
                  keeps a display while a guest has the card.",
        source: "Linux Documentation/driver-api/vfio.rst; PCI Code and ID Assignment \
                 Specification 1.11, base class 03h",
        causes: &[],
        check: display_stays,
    },
    Rule {
        code: "boot-framebuffer-on-card",
        meaning: "The boot framebuffer is in the card's memory, as /proc/iomem shows: vfio-pci \
                  cannot reserve that memory while a framebuffer driver uses it, and the guest's \
                  writes fail.",
        source: "Linux drivers/firmware/sysfb_simplefb.c (BOOTFB); drivers/video/fbdev/efifb.c; \
                 kernel/resource.c, /proc/iomem",
        causes: &["bar-not-reserved"],
        check: framebuffer,
    },
    Rule {
        code: "laptop-graphics",
        meaning: "A display controller without outputs (class 0302) whose board has no subsystem \
                  ID: the GPU of a laptop that renders for the integrated graphics. It has no ROM \
                  of its own, and its driver in a guest looks for a ROM and a battery: assignment \
                  seldom works.",
        source: "PCI Code and ID Assignment Specification 1.11, class 0302h; \
                 github.com/jscinoz/optimus-vfio-docs",
        causes: &[],
        check: laptop,
    },
    Rule {
        code: "guest-nvidia-module",
        meaning: "NVIDIA GPUs since Blackwell (RTX 50) work only with the open kernel module. A \
                  Linux guest with the proprietary module finds no device; a Windows guest is not \
                  affected.",
        source: "NVIDIA Linux driver README, chapter Open Linux Kernel Modules",
        causes: &["nvidia-needs-open-module", "nvidia-smi-no-devices"],
        check: nvidia_module,
    },
    Rule {
        code: "nvidia-driver-finds-hypervisor",
        meaning: "NVIDIA's drivers before 465 refuse GeForce cards in a virtual machine when they \
                  detect a hypervisor: nvidia-smi reports no device handle or no device, Windows \
                  code 43. Later drivers accept the hypervisor; hiding it helps old ones alone.",
        source: "NVIDIA Knowledgebase, answer 5173, GeForce GPU Passthrough for Windows Virtual \
                 Machine (Beta)",
        causes: &["nvidia-smi-handle-failed", "nvidia-smi-no-devices"],
        check: finds_hypervisor,
    },
    Rule {
        code: "nvidia-driver-not-for-generation",
        meaning: "The NVIDIA driver in the guest is of a branch that does not drive the card's \
                  generation: it is older than the card, or the card is no longer supported.",
        source: "hvconf/data/nvidia-generations.tsv, with a source for each row",
        causes: &[
            "nvidia-smi-handle-failed",
            "nvidia-smi-no-devices",
            "nvidia-init-failed",
        ],
        check: not_for_generation,
    },
    Rule {
        code: "sriov-parent-assigned",
        meaning: "The physical function has virtual functions, which are removed when its driver \
                  is unbound. The physical function stays with the host, and its virtual \
                  functions are assigned to guests.",
        source: "Linux Documentation/PCI/pci-iov-howto.rst; drivers/pci/iov.c, pci_disable_sriov",
        causes: &[],
        check: sriov_parent,
    },
];

fn display_stays(context: &Context<'_>) -> Vec<Diagnostic> {
    if !context.functions().any(Device::is_display) {
        return Vec::new();
    }
    let by_driver = context.host.displays_by_driver().iter();
    let others = by_driver
        .filter(|(driver, _)| !is_for_guests(driver))
        .filter_map(|(_, displays)| displays.iter().find(|display| !context.is_asked(**display)));
    let Some(device) = others
        .min()
        .and_then(|first| context.host.devices.get(first))
    else {
        return Vec::new();
    };
    let Driver::Bound(driver) = &device.driver else {
        return Vec::new();
    };
    let title = text!(
        "{address} stays with the host driver {driver}: the host keeps a display",
        address = device.address,
        driver = driver.value
    );
    vec![
        Diagnostic::new(Verdict::Ok, title)
            .of([device.address])
            .evidence([device.shown.clone(), driver.evidence.clone()]),
    ]
}

fn only_display(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    if !context.host_has(HostPart::DisplayConsole) {
        return Vec::new();
    }
    // A 3D controller has no outputs: it neither is the host's screen nor replaces it.
    let displays = host.displays();
    let displays = displays.filter(|device| !device.is_3d_controller());
    // A card that is bound to a driver for guests shows no picture of the host, and the host runs.
    let goes: Vec<&Device> = displays
        .filter(|device| !device.driver.is_bound_to(is_for_guests))
        .collect();
    let mut all = goes.iter();
    let is_kept = all.any(|device| !context.is_asked(device.address));
    if goes.is_empty() || is_kept || !host.has_all_classes() {
        return Vec::new();
    }
    // A filtered list does not show the other functions.
    if !host.coverage.contains(&Coverage::All) {
        return not_shown_besides(host, &goes);
    }
    let list = addresses(goes.iter().map(|device| device.address));
    let title = text!(
        "the host has no display besides {list}: without it the host has no screen",
        list
    );
    vec![
        Diagnostic::new(Verdict::Blocker, title)
            .of(goes.iter().map(|device| device.address))
            .evidence(goes.iter().map(|device| device.shown.clone()))
            .remedy(Remedy::Manual {
                step: "other-way-in",
                text: text!(
                    "set up and test remote access to the host first, such as SSH or a serial \
                     console; then accept the loss: passthru apply --accept display"
                ),
            }),
    ]
}

/// The host may have no display besides its boot display, which is assigned.
fn not_shown_besides(host: &Host, displays: &[&Device]) -> Vec<Diagnostic> {
    let boot = displays.iter().find_map(|device| {
        let in_sysfs = device.boot_display.as_ref().filter(|fact| fact.value);
        let mut logged = host.log_messages.iter();
        let logged = logged.find(|logged| {
            logged.message.code == "vga-boot-device"
                && logged.device == Some(device.address)
                && !logged.is_of_guest
        });
        let line = in_sysfs.map(|fact| &fact.evidence);
        Some((
            device.address,
            line.or(logged.map(|logged| &logged.evidence))?,
        ))
    });
    // The processor's graphics are the display of most hosts that have no card.
    if boot.is_none()
        && let [device] = displays
        && is_for_boot(host, device)
    {
        let title = text!(
            "with vfio-pci at boot {address} shows no picture of the host, and the input has no \
             other display",
            address = device.address
        );
        return vec![
            Diagnostic::new(Verdict::Check, title)
                .of([device.address])
                .evidence([device.shown.clone()])
                .remedy(Remedy::Manual {
                    step: "other-way-in",
                    text: text!(
                        "set up and test remote access to the host first, such as SSH, unless it \
                         has another card with a monitor"
                    ),
                }),
        ];
    }
    // Of one card alone a post shows no more than that card.
    if boot.is_none() && displays.len() > 1 {
        let list = addresses(displays.iter().map(|device| device.address));
        let title = text!(
            "not in the input: whether the host has a display besides {list}",
            list
        );
        return vec![
            Diagnostic::new(Verdict::Unknown, title)
                .of(displays.iter().map(|device| device.address))
                .evidence(displays.iter().map(|device| device.shown.clone()))
                .remedy(Remedy::inspect(&["lspci", "-nnk"])),
        ];
    }
    let diagnostic = boot.map(|(address, line)| {
        let title = text!(
            "not in the input: whether the host has a display besides {address}, its boot display",
            address
        );
        Diagnostic::new(Verdict::Unknown, title)
            .of([address])
            .evidence([line.clone()])
            .remedy(Remedy::inspect(&["lspci", "-nnk"]))
    });
    diagnostic.into_iter().collect()
}

/// Whether the graphics of an Intel processor are configured for vfio-pci at boot: an option, spelled
/// right or not, has their ID.
fn is_for_boot(host: &Host, device: &Device) -> bool {
    let address = device.address;
    let is_integrated = address.bus() == 0 && address.slot().device() == 2;
    let Some(id) = device.id.as_ref().filter(|_| is_integrated) else {
        return false;
    };
    let written = id.value.to_string();
    let mut options = host.settings.kernel_options.iter();
    id.value.vendor == VendorId::INTEL
        && (host
            .boot
            .vfio_ids
            .iter()
            .any(|ids| ids.value.text.contains(&written))
            || options.any(|option| option.name.contains("ids") && option.text.contains(&written)))
}

fn framebuffer(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for device in context.functions() {
        let address = device.address;
        let found = Requirement::NoBootFramebuffer { address }.evaluate(context.host);
        if found.state == State::Unmet {
            let reported_one = Diagnostic::new(Verdict::Fix, found.sentence.clone())
                .of([address])
                .evidence(found.evidence);
            reported.push(match still_simple(context.host) {
                Some(lines) => Diagnostic {
                    title: text!(
                        "{sentence}, although initcall_blacklist=sysfb_init is set: this kernel \
                         registers the framebuffer in another way",
                        sentence = found.sentence
                    ),
                    ..reported_one
                }
                .evidence(lines)
                .remedy(Remedy::Manual {
                    step: "unbind-simple-framebuffer",
                    text: text!(
                        "unbind simple-framebuffer.0 before the guest's start (write its name to \
                         /sys/bus/platform/drivers/simple-framebuffer/unbind), set \
                         initcall_blacklist=simpledrm_platform_driver_init where simpledrm is \
                         built into the kernel, or choose another boot display in the firmware \
                         setup"
                    ),
                }),
                None => Diagnostic {
                    title: with_option(context.host, address, found.sentence),
                    ..reported_one
                }
                .remedy(Remedy::Plan {
                    arguments: vec![format!("{address:#}")],
                }),
            });
        }
    }
    reported
}

/// The sentence with the option that keeps the framebuffer off the card.
fn with_option(host: &Host, address: Address, sentence: Text) -> Text {
    let changes = Requirement::NoBootFramebuffer { address }.changes(host, &[]);
    let mut options = changes.iter().filter_map(|change| match change {
        Change::SetKernelOption { option, .. } => Some(option),
        _ => None,
    });
    match options.next() {
        Some(option) => text!("{sentence}: {option} prevents that", sentence, option),
        None => sentence,
    }
}

/// The lines that show simpledrm in spite of `initcall_blacklist=sysfb_init`.
fn still_simple(host: &Host) -> Option<[Evidence; 2]> {
    let mut logged = host.log_messages.iter();
    // `initcall_blacklist`, init/main.c.
    let off = logged.find(|logged| {
        let text = &logged.evidence.text;
        text.contains("blacklisting initcall sysfb_init")
            || text.contains("initcall_blacklist=sysfb_init")
    })?;
    let mut logged = host.log_messages.iter();
    let simple = logged.find(|logged| logged.evidence.text.contains("Initialized simpledrm"))?;
    let is_earlier =
        off.evidence.source == simple.evidence.source && off.evidence.line <= simple.evidence.line;
    is_earlier.then(|| [off.evidence.clone(), simple.evidence.clone()])
}

/// The manual step for a card whose ROM is in the firmware of a laptop.
pub(super) fn laptop_rom() -> Remedy {
    Remedy::Manual {
        step: "laptop-rom",
        text: text!(
            "use the ROM from the firmware (passthru rom carve) and the board's subsystem ID for \
             the guest; the card may still not work"
        ),
    }
}

fn laptop(context: &Context<'_>) -> Vec<Diagnostic> {
    context
        .functions()
        .filter(|device| device.is_3d_controller())
        .filter_map(|device| {
            let subsystem = device.subsystem.as_ref()?;
            (subsystem.value.to_string() == "0000:0000").then_some((device, subsystem))
        })
        .map(|(device, subsystem)| {
            let title = text!(
                "{address} has no outputs and no subsystem ID: a laptop GPU, which seldom works \
                 in a guest",
                address = device.address
            );
            Diagnostic::new(Verdict::Fix, title)
                .of([device.address])
                .evidence([subsystem.evidence.clone()])
                .remedy(laptop_rom())
        })
        .collect()
}

/// Prefixes of the names of chips whose cards need the open module (pci.ids: GB100 and later, GB202
/// and later).
const BLACKWELL: [&str; 2] = ["GB1", "GB2"];

/// The id of a function that is one of those cards'.
pub(in crate::doctor) fn blackwell<'a>(host: &Host, device: &'a Device) -> Option<&'a Fact<PciId>> {
    let id = device.id.as_ref()?;
    let name = host.names().device(id.value)?;
    let is_new = BLACKWELL.iter().any(|chip| name.starts_with(chip));
    (id.value.vendor == VendorId::NVIDIA && is_new).then_some(id)
}

fn nvidia_module(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut logged = context.host.log_messages.iter();
    if logged.any(|logged| logged.message.code == "nvidia-open-module") {
        return Vec::new();
    }
    // A guest's driver has the card.
    if context.host.words.statements.nvidia_smi.is_some() {
        return Vec::new();
    }
    context
        .functions()
        .filter(|device| device.is_display())
        .filter_map(|device| Some((device, blackwell(context.host, device)?)))
        .map(|(device, id)| {
            let title = text!(
                "not in the input: whether a Linux guest has NVIDIA's open kernel module, without \
                 which {address} does not start",
                address = device.address
            );
            Diagnostic::new(Verdict::Unknown, title)
                .of([device.address])
                .evidence([id.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "read-guest-module",
                    text: text!("run in the Linux guest: cat /proc/driver/nvidia/version"),
                })
        })
        .collect()
}

/// The branch of NVIDIA's module that the log or `/proc/driver/nvidia/version` names: 460 of
/// `NVRM version: NVIDIA UNIX x86_64 Kernel Module  460.91.03`.
fn nvidia_branch(host: &Host) -> Option<(u16, &Evidence)> {
    host.log_messages.iter().find_map(|logged| {
        let (_, rest) = logged.evidence.text.split_once("Kernel Module")?;
        let rest = rest.split_once("for x86_64").map_or(rest, |(_, rest)| rest);
        let branch = rest.trim_start().split('.').next()?.parse().ok()?;
        Some((branch, &logged.evidence))
    })
}

fn finds_hypervisor(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let mut failed = host.log_messages.iter();
    let failed = failed.find(|logged| {
        ["nvidia-smi-handle-failed", "nvidia-smi-no-devices"].contains(&logged.message.code)
    });
    let (Some(failed), Some((branch, version))) = (failed, nvidia_branch(host)) else {
        return Vec::new();
    };
    if branch >= ACCEPTS_HYPERVISOR {
        return Vec::new();
    }
    let evidence = [version.clone(), failed.evidence.clone()];
    let remedy = Remedy::Manual {
        step: "newer-nvidia-driver",
        text: text!(
            "install branch 465 or later in the guest, or hide the hypervisor: passthru plan --hide"
        ),
    };
    let (verdict, title) = if host.of_guest.is_some() {
        (
            Verdict::Fix,
            text!(
                "NVIDIA branch {branch} refuses GeForce cards when it detects a hypervisor",
                branch
            ),
        )
    } else {
        (
            Verdict::Unknown,
            text!(
                "not in the input: whether this is a guest, in which NVIDIA branch {branch} \
                 refuses GeForce cards",
                branch
            ),
        )
    };
    vec![
        Diagnostic::new(verdict, title)
            .evidence(evidence)
            .remedy(remedy),
    ]
}

fn not_for_generation(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    // A driver of the host is not that of the guest.
    let (Some(_), Some((branch, version))) = (&host.of_guest, nvidia_branch(host)) else {
        return Vec::new();
    };
    let displays = host.devices.values().filter(|device| device.is_display());
    displays
        .filter_map(|device| {
            let id = device.id.as_ref()?;
            let name = host.names().device(id.value)?;
            let is_nvidia = id.value.vendor == VendorId::NVIDIA;
            let generation = NvidiaGeneration::from_chip(name).filter(|_| is_nvidia)?;
            let address = device.address;
            let title = match modules(generation, branch, NvidiaFlavor::Recommended) {
                NvidiaModules::TooOld { first } => text!(
                    "NVIDIA branch {branch} is older than {address} ({generation}), which needs \
                     {first} or later",
                    branch,
                    address,
                    generation = generation.to_string(),
                    first
                ),
                NvidiaModules::TooNew { last } => text!(
                    "NVIDIA branch {branch} no longer supports {address} ({generation}); {last} \
                     is the last branch",
                    branch,
                    address,
                    generation = generation.to_string(),
                    last
                ),
                _ => return None,
            };
            Some(
                Diagnostic::new(Verdict::Fix, title)
                    .of([address])
                    .evidence([version.clone(), id.evidence.clone()])
                    .remedy(Remedy::Manual {
                        step: "other-nvidia-driver",
                        text: text!("install a branch of NVIDIA's driver that supports the card"),
                    }),
            )
        })
        .collect()
}

fn sriov_parent(context: &Context<'_>) -> Vec<Diagnostic> {
    context
        .functions()
        .filter(|device| !device.driver.is_bound_to(is_for_guests))
        .filter_map(|device| {
            let sysfs = device.sysfs.as_ref()?;
            let Lookup::Found(count) = sysfs.sriov.num_vfs else {
                return None;
            };
            (count > 0).then(|| (device, sysfs.path("sriov_numvfs"), count))
        })
        .map(|(device, path, count)| {
            let title = text!(
                "{address} has {count} virtual functions, which are removed when its driver is \
                 unbound",
                address = device.address,
                count
            );
            Diagnostic::new(Verdict::Blocker, title)
                .of([device.address])
                .evidence([Evidence::new(path, 1, count.to_string())])
                .remedy(Remedy::Manual {
                    step: "pass-virtual-functions",
                    text: text!(
                        "assign virtual functions instead, and leave the physical function with \
                         the host"
                    ),
                })
        })
        .collect()
}
