//! The boot loader's files, and other programs that run at boot.

pub(super) mod boot_files;
pub(super) mod further_line;

use host_tree::Evidence;
use hostconf::boot::command_line::same_name;
use hostconf::boot::kernel_cmdline;
use hostconf::boot::loader::{Loader, LoaderKind};
use iommu::IommuStatus;

use super::isolation::iommu::problem_messages;
use super::rule::{Context, Diagnostic, Rule, plan_remedy};
use crate::host::drivers::guest_drivers::is_vfio_driver;
use crate::host::{Device, Fact, Host, KernelOption, READ_ON_X86, Removal, Seen, host_drivers};
use crate::remedy::Remedy;
use crate::requirement::{Change, keep_option, lost_option};
use crate::target::HostPart;
use crate::text::{Text, place, text};
use crate::verdict::Verdict;

/// The rule about a boot loader that is not in the input.
pub(super) const LOADER: &[Rule] = &[Rule {
    code: "boot-loader-not-shown",
    meaning: "The host's boot loader is not in the input, so the file for its kernel options is \
              unknown. Proxmox VE, for example, uses systemd-boot on UEFI with a ZFS root and \
              without Secure Boot, and GRUB in all other cases.",
    source: "Proxmox VE documentation, Host Bootloader",
    causes: &[],
    check: loader_not_shown,
}];

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "boot-options-invalid",
        meaning: "The boot loader's file does not have the intended content: the shell that reads \
                  it appends the text after a closing quotation mark to the value, only the \
                  first of several lines takes effect, or the line is longer than the kernel \
                  reads.",
        source: "POSIX shell command language, 2.2 Quoting; Debian's grub-mkconfig; Proxmox VE \
                 documentation, Host Bootloader; Linux COMMAND_LINE_SIZE",
        causes: &["boot-options-not-running"],
        check: faulty,
    },
    Rule {
        code: "boot-options-not-running",
        meaning: "A kernel option is configured, but the running kernel did not receive it: the \
                  boot loader was not refreshed, the host was not rebooted, or the option is in a \
                  file that this host's boot loader does not read.",
        source: "Linux /proc/cmdline, proc(5)",
        causes: &[],
        check: not_running,
    },
    Rule {
        code: "boot-option-lost",
        meaning: "The running kernel received an option that the boot loader's file does not set: \
                  the option was added in the boot menu, for one boot, or was removed from the \
                  file since. Boot entries that are generated from the file lack the option.",
        source: "Linux /proc/cmdline, proc(5); GRUB manual, Command-line and menu entry editor",
        causes: &[],
        check: lost,
    },
    Rule {
        code: "driver-removal-service",
        meaning: "A service unloads a driver after the driver was bound. The service runs long \
                  after the driver claimed the card, and fails while the driver is in use. \
                  vfio-pci in the initramfs binds to the card before the driver.",
        source: "systemd.unit(5), After=; modprobe(8), -r",
        causes: &[],
        check: removal_service,
    },
];

/// Whether the boot loader, which is not in the input, decides the answer: where kernel options may
/// have to change, not where a message with another cause is the answer.
fn loader_decides(context: &Context<'_>) -> bool {
    let host = context.host;
    if host.iommu_is_off() {
        return true;
    }
    if problem_messages(context).next().is_some() {
        return false;
    }
    if context.cards.is_empty() {
        return !host.devices.is_empty() && host.iommu.status != IommuStatus::Enabled;
    }
    let is_ready = |device: &Device| {
        let is_bound = device.driver.is_bound_to(is_vfio_driver);
        is_bound || context.has_been_with_guest(device)
    };
    !context.functions().all(is_ready)
}

/// Whether the text names GRUB alone as the loader. On Proxmox VE that is no proof: guides name GRUB
/// for hosts that systemd-boot starts.
fn names_grub(context: &Context<'_>) -> bool {
    context.host.words.statements.grub.is_some() && !context.host.is_proxmox()
}

fn loader_not_shown(context: &Context<'_>) -> Vec<Diagnostic> {
    let Loader::Unknown {
        evidence,
        would_tell,
    } = &context.host.boot.loader
    else {
        return Vec::new();
    };
    if !context.host_has(HostPart::BootLoader) || !loader_decides(context) || names_grub(context) {
        return Vec::new();
    }
    let look: Vec<&str> = context
        .host
        .command_for_loader(would_tell)
        .split(' ')
        .collect();
    vec![
        Diagnostic::new(
            Verdict::Unknown,
            text!("not in the input: the boot loader of the host"),
        )
        .evidence(evidence.iter().cloned())
        .remedy(Remedy::inspect(&look)),
    ]
}

fn faulty(context: &Context<'_>) -> Vec<Diagnostic> {
    // That finding is about each further line.
    let is_said = further_line::line_not_read(context.host).is_some();
    let faults = context.host.settings.boot_faults.iter();
    faults
        .filter(|fault| !is_said || fault.evidence.source != kernel_cmdline::PATH)
        .map(|fault| {
            Diagnostic::new(Verdict::Fix, text!("{fault}", fault = fault.value))
                .evidence([fault.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "write-boot-options",
                    text: as_one_line(context, &fault.evidence),
                })
        })
        .chain(context.host.settings.long_lines.iter().map(too_long))
        .collect()
}

/// The way to write the options so that all take effect. /etc/kernel/cmdline is no shell script, and
/// has no quotation marks around its line.
fn as_one_line(context: &Context<'_>, line: &Evidence) -> Text {
    if line.source != kernel_cmdline::PATH {
        return text!("write all options between one pair of quotation marks, on one line");
    }
    match further_line::joined(context.host) {
        Some(whole) => text!(
            "write this as the only line of {file}: {whole}; then refresh the boot loader \
             (Proxmox VE: proxmox-boot-tool refresh), and reboot",
            file = kernel_cmdline::PATH,
            whole
        ),
        None => text!(
            "write all options in the first line of {file}, with blanks between them, without \
             quotation marks and comments; then refresh the boot loader (Proxmox VE: \
             proxmox-boot-tool refresh), and reboot",
            file = kernel_cmdline::PATH
        ),
    }
}

fn too_long(line: &Fact<usize>) -> Diagnostic {
    let title = text!(
        "the kernel command line has {count} bytes; the kernel reads the first {most} on x86 and \
         Arm, and the options after them have no effect",
        count = line.value,
        most = READ_ON_X86
    );
    Diagnostic::new(Verdict::Fix, title)
        .evidence([line.evidence.clone()])
        .remedy(Remedy::Manual {
            step: "shorten-boot-options",
            text: text!("write the options of modules into a file in /etc/modprobe.d instead"),
        })
}

fn not_running(context: &Context<'_>) -> Vec<Diagnostic> {
    if !context.host.boot.running_options_shown {
        return Vec::new();
    }
    let options = &context.host.settings.kernel_options;
    let runs = |text: &str| {
        options
            .iter()
            .any(|o| o.seen == Seen::Running && o.text == text)
    };
    options
        .iter()
        .filter(|option| option.seen == Seen::Configured && !runs(&option.text))
        .filter(|option| matters(&option.name))
        .map(|option| {
            let title = text!(
                "{option} is configured, but the running kernel was booted without it",
                option = option.text
            );
            // Guests' devices are translated with and without it.
            if option.text == "iommu=pt" {
                return Diagnostic::new(Verdict::Harmless, title)
                    .evidence([option.evidence.clone()]);
            }
            let written = written_for_next_boot(context.host, option);
            let remedy = match written {
                Some(_) => reboot(),
                None => bring_into_effect(context),
            };
            Diagnostic::new(Verdict::Fix, title)
                .evidence([option.evidence.clone()])
                .evidence(written.cloned())
                .remedy(remedy)
        })
        .collect()
}

/// The line that shows that the boot loader has the option for the next boot.
fn written_for_next_boot<'a>(host: &'a Host, option: &KernelOption) -> Option<&'a Evidence> {
    let Loader::Known { kind, .. } = &host.boot.loader else {
        return None;
    };
    match kind {
        LoaderKind::Grub => host
            .words
            .rebuilt
            .after("grub-menu-written", &option.evidence),
        LoaderKind::GrubBls => host.words.rebuilt.entry_with(&option.text),
        LoaderKind::ProxmoxGrub | LoaderKind::ProxmoxSystemdBoot | LoaderKind::ProxmoxEither => {
            let written = "proxmox-boot-refresh-ok";
            host.words.rebuilt.after(written, &option.evidence)
        }
        _ => None,
    }
}

/// The remedy where only a reboot is missing.
pub(super) fn reboot() -> Remedy {
    Remedy::Manual {
        step: "reboot",
        text: text!("reboot the host"),
    }
}

fn lost(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let functions: Vec<&Device> = context.functions().collect();
    let iommu = lost_option(host, &functions).map(|option| (option, keep_option().into()));
    let is_bound_by_file = functions.iter().any(|device| host.is_taken_by_id(device));
    let ids = functions.iter().filter_map(|device| device.id.as_ref());
    let ids = ids.filter(|_| !is_bound_by_file).find_map(|id| {
        let option = host.only_running("vfio-pci.ids", &id.value.to_string())?;
        Some((option, plan_remedy(context)))
    });
    let Some(file) = &host.settings.boot_file else {
        return Vec::new();
    };
    iommu
        .into_iter()
        .chain(ids)
        .map(|(option, remedy)| {
            let title = text!(
                "the running kernel has {option}, which {file} does not set",
                option = option.text,
                file = file.source
            );
            Diagnostic::new(Verdict::Fix, title)
                .evidence([option.evidence.clone(), file.clone()])
                .remedy(remedy)
        })
        .collect()
}

/// The way to have the kernel get an option that is configured.
fn bring_into_effect(context: &Context<'_>) -> Remedy {
    if matches!(context.host.boot.loader, Loader::Known { .. }) {
        return Change::RegenerateBootLoader.into();
    }
    Remedy::Manual {
        step: "refresh-and-reboot",
        text: text!(
            "refresh the boot loader and reboot; if the option is still missing, the option is \
             in the wrong file"
        ),
    }
}

/// Whether an option concerns passthrough.
pub(super) fn matters(name: &str) -> bool {
    let words = [
        "iommu",
        "vfio",
        "pcie_acs",
        "intremap",
        "initcall_blacklist",
        "pci-stub",
        "video",
    ];
    words.iter().any(|word| name.contains(word))
}

fn removal_service(context: &Context<'_>) -> Vec<Diagnostic> {
    let functions: Vec<&Device> = context.functions().collect();
    let drivers = host_drivers(&functions);
    // Without IDs and class, the driver of a function is unknown.
    let all_known = functions
        .iter()
        .all(|device| device.id.is_some() && device.class.is_some());
    let services = context.host.commands.removal_services.iter();
    services
        .filter_map(|service| {
            let Removal { unit, driver } = &service.value;
            let is_of_card = drivers
                .iter()
                .any(|known| same_name(known.as_str(), driver));
            let (verdict, title) = if functions.is_empty() || is_of_card {
                (
                    Verdict::Fix,
                    text!(
                        "{unit} unloads the driver {driver} after it was bound to the card",
                        unit,
                        driver
                    ),
                )
            } else if !all_known {
                (
                    Verdict::Unknown,
                    text!(
                        "not in the input: whether {driver}, which {unit} unloads, is a driver of \
                         the card",
                        driver,
                        unit
                    ),
                )
            } else {
                return None;
            };
            let reported = Diagnostic::new(verdict, title).evidence([service.evidence.clone()]);
            let text = if unit.starts_with('/') {
                let place = place(&service.evidence);
                text!(
                    "remove the line {place}, and bind the card to vfio-pci instead",
                    place
                )
            } else {
                text!(
                    "run systemctl disable {unit}, and bind the card to vfio-pci instead",
                    unit
                )
            };
            Some(reported.remedy(Remedy::Manual {
                step: "disable-service",
                text,
            }))
        })
        .collect()
}
