//! Mistakes in commands that the input shows.

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::drivers::guest_drivers::{is_pciback, is_vfio_driver};
use crate::host::{CommandMistake, Fact, Quoted};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

/// Consequences of a write to sysfs that the kernel refuses, or that the shell cannot make.
const UNWRITTEN: &[&str] = &[
    "host-driver-bound",
    "group-not-viable",
    "sysfs-write-invalid",
    "sysfs-write-refused",
    "vfio-group-file-missing",
];

/// So many lines below a command are its output.
const BELOW: u32 = 3;

/// The first words of lines that programs of a guest's start print.
const OF_START: [&str; 3] = ["kvm: ", "qemu-system-", "swtpm_setup: "];

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "command-path-misspelled",
        meaning: "A command names a directory of /sys that no kernel has: PCI functions are in \
                  /sys/bus/pci/devices, each under its address with two colons and a point \
                  (0000:01:00.0). The shell reports that the file does not exist, or a script \
                  continues silently, and nothing is bound.",
        source: "Linux Documentation/ABI/testing/sysfs-bus-pci",
        causes: &[
            "host-driver-bound",
            "group-not-viable",
            "sysfs-write-invalid",
            "vfio-group-file-missing",
        ],
        check: |context| reported(context, CommandMistake::Path),
    },
    Rule {
        code: "command-address-short",
        meaning: "A path or a write to bind, unbind or drivers_probe has an address without its \
                  domain. In sysfs the name of a function has the domain (0000:01:00.0): the shell \
                  reports that the directory does not exist, the kernel \"No such device\".",
        source: "Linux drivers/base/bus.c, bind_store and unbind_store",
        causes: UNWRITTEN,
        check: |context| reported(context, CommandMistake::ShortAddress),
    },
    Rule {
        code: "command-id-with-colon",
        meaning: "new_id and remove_id read vendor and device as two numbers with a blank between \
                  them. With a colon the kernel refuses the write as an invalid argument, and the \
                  driver does not get the ID.",
        source: "Linux drivers/pci/pci-driver.c, new_id_store",
        causes: UNWRITTEN,
        check: |context| reported(context, CommandMistake::IdWithColon),
    },
    Rule {
        code: "shell-test-missing-blank",
        meaning: "[ is a command of the shell, and blanks separate its arguments. [-e is another \
                  command, which does not exist: the condition is false, and the commands that \
                  depend on it never run.",
        source: "POSIX.1-2017, test utility",
        causes: &["host-driver-bound"],
        check: |context| reported(context, CommandMistake::Bracket),
    },
    Rule {
        code: "chown-with-mode",
        meaning: "chown sets the owner of a file: 777 is a user ID there, not a permission. The \
                  permissions do not change, and QEMU may still be unable to read the file.",
        source: "POSIX.1-2017, chown and chmod utilities",
        causes: &[],
        check: |context| reported(context, CommandMistake::Owner),
    },
    Rule {
        code: "xen-hide-malformed",
        meaning: "xen-pciback.hide lists functions, each in parentheses and without blanks: \
                  (01:00.0)(01:00.1), with or without the domain. If the list has another form, \
                  dom0's driver hides no function and logs \"Error parsing pci_devs_to_hide\".",
        source: "Linux drivers/xen/xen-pciback/pci_stub.c, pcistub_init",
        causes: &["xen-pciback-missing"],
        check: |context| reported(context, CommandMistake::XenHide),
    },
    Rule {
        code: "bhyve-address-form",
        meaning: "bhyve, vm-bhyve and pptdevs name a function as bus/slot/function in decimal: \
                  129/0/0. With colons or a dot bhyve ends with \"invalid passthru options\", and \
                  ppt(4) reserves no function.",
        source: "bhyve(8), -s slot,passthru; vmm(4), pptdevs",
        causes: &[],
        check: |context| reported(context, CommandMistake::BhyveForm),
    },
    Rule {
        code: "modprobe-second-module",
        meaning: "modprobe loads one module, unless -a is set: a second name is passed to the \
                  first module as a parameter, which the kernel ignores, and the second module is \
                  not loaded.",
        source: "kmod, modprobe(8)",
        causes: &[],
        check: |context| reported(context, CommandMistake::SecondModule),
    },
    Rule {
        code: "ovmf-window-name-unknown",
        meaning: "OVMF reads the size of its 64-bit window from opt/ovmf/X-PciMmio64Mb, in MiB. A \
                  variable of another name has no effect.",
        source: "edk2 OvmfPkg/Library/PlatformInitLib/MemDetect.c, PlatformGetFirstNonAddress",
        causes: &[],
        check: |context| reported(context, CommandMistake::WindowName),
    },
    Rule {
        code: "virsh-device-name",
        meaning: "libvirt names a PCI device on the host pci_DDDD_BB_SS_F: domain, bus, slot and \
                  function in hexadecimal, each after an underscore. With a colon, a dot or a \
                  hyphen virsh does not find the device, and with = for the blank after the \
                  command virsh does not know the command. virsh nodedev-list --cap pci lists the \
                  names.",
        source: "libvirt src/node_device/node_device_udev.c, udevGenerateDeviceName",
        causes: &[
            "hook-script-failed",
            "virsh-unknown-command",
            "pci-device-not-found",
            "host-driver-bound",
            "group-not-viable",
        ],
        check: node_names,
    },
    Rule {
        code: "output-not-shown",
        meaning: "The input has a command whose output would show the host, but not its output. \
                  Without a list of the functions, the log or an error message the cause is \
                  unknown.",
        source: "the input itself",
        causes: &[],
        check: output_not_shown,
    },
];

fn output_not_shown(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let has_problem = host
        .log_messages
        .iter()
        .any(|logged| logged.message.verdict.is_problem());
    let of_validation = |code: &str| code.starts_with("validate-");
    let is_open = |kind: Quoted| match kind {
        // The output may be a guest's.
        Quoted::Functions => {
            host.guests.listings.is_empty()
                && host.devices.values().all(|device| device.is_only_named)
        }
        Quoted::Log => host.log_facts.is_empty() && host.whole_log.is_none() && !has_problem,
        Quoted::Validation => !host
            .log_messages
            .iter()
            .any(|logged| of_validation(logged.message.code)),
        Quoted::Start => {
            let started = |code: &str| code == "guest-started";
            !host.log_messages.iter().any(|logged| {
                let verdict = logged.message.verdict;
                verdict.is_problem() || verdict == Verdict::Unknown || started(logged.message.code)
            })
        }
    };
    // A message in the lines below it is its output.
    let is_answered = |quoted: &Fact<Quoted>| {
        let command = &quoted.evidence;
        let mut logged = host.log_messages.iter();
        logged.any(|logged| {
            let shown = &logged.evidence;
            let below = shown.line.zip(command.line);
            let below = below.and_then(|(line, at)| line.checked_sub(at));
            let is_of_kind = match quoted.value {
                Quoted::Start => OF_START
                    .iter()
                    .any(|program| shown.text.trim_start().starts_with(program)),
                // The log of a guest.
                Quoted::Log => logged.is_of_guest,
                _ => false,
            };
            shown.source == command.source
                && below.is_some_and(|lines| (1..=BELOW).contains(&lines))
                && is_of_kind
        })
    };
    let quoted = host.commands.quoted.iter();
    quoted
        .filter(|quoted| is_open(quoted.value))
        .filter(|quoted| !is_answered(quoted))
        .map(|quoted| {
            let command: &[&str] = match quoted.value {
                Quoted::Functions => &["lspci", "-nnk"],
                Quoted::Log => &["dmesg"],
                Quoted::Validation => &["virt-host-validate"],
                Quoted::Start if host.system.platform.is_some() => &["dmesg"],
                Quoted::Start => &["journalctl", "-b", "-n", "200"],
            };
            let title = match quoted.value {
                Quoted::Start => text!("not in the input: an error message of this command"),
                _ => text!("not in the input: the output of this command"),
            };
            Diagnostic::new(Verdict::Unknown, title)
                .evidence([quoted.evidence.clone()])
                .remedy(Remedy::inspect(command))
        })
        .collect()
}

/// The functions in question, as xen-pciback.hide lists them.
fn hidden_functions(context: &Context<'_>) -> Option<String> {
    let functions = context.functions();
    let list: String = functions
        .map(|device| format!("({:#})", device.address))
        .collect();
    Some(list).filter(|list| !list.is_empty())
}

fn reported(context: &Context<'_>, mistake: CommandMistake) -> Vec<Diagnostic> {
    let command_mistakes = context.host.lines.command_mistakes().iter();
    command_mistakes
        .filter(|found| found.value.mistake == mistake)
        .map(|found| {
            let title = match mistake {
                CommandMistake::Path => {
                    text!("the path is misspelled: /sys has no such directory")
                }
                CommandMistake::ShortAddress => {
                    text!("the command names the device without its domain")
                }
                CommandMistake::IdWithColon => {
                    text!("new_id and remove_id need a blank between vendor and device")
                }
                CommandMistake::Bracket => {
                    text!("the condition is never true: a blank is missing after [")
                }
                CommandMistake::Owner => text!("chown sets an owner, not permissions; use chmod"),
                CommandMistake::XenHide if has_scsi_address(&found.evidence.text) => text!(
                    "xen-pciback.hide has the address of a SCSI drive: only PCI functions, such \
                     as the drive's controller, can be hidden"
                ),
                CommandMistake::XenHide => {
                    text!("xen-pciback.hide cannot be read: with this value dom0 hides no function")
                }
                CommandMistake::SecondModule => {
                    text!("modprobe loads only the first module: the second name is its parameter")
                }
                CommandMistake::WindowName => text!(
                    "OVMF does not read this variable: the variable for the 64-bit window is \
                     X-PciMmio64Mb"
                ),
                CommandMistake::NodeName => text!(
                    "virsh cannot read the name: a blank and the form pci_DDDD_BB_SS_F are needed"
                ),
                CommandMistake::BhyveForm => {
                    text!("bhyve cannot read the address: the form is bus/slot/function")
                }
            };
            // pciback has a function of the list: the command line in use has a list that the driver reads.
            let is_hidden = || {
                let mut devices = context.host.devices.values();
                devices.any(|device| {
                    let address = device.address.to_string();
                    let short = address.strip_prefix("0000:").unwrap_or(&address);
                    device.driver.is_bound_to(is_pciback) && found.evidence.text.contains(short)
                })
            };
            let text = match (&found.value.corrected, mistake) {
                (_, CommandMistake::XenHide) if is_hidden() => text!(
                    "write each address in parentheses, without blanks: xen-pciback.hide={list}; \
                     compare this value with that in /proc/cmdline of dom0, as pciback has a \
                     function of this list",
                    list = hidden_functions(context).unwrap_or_else(|| "(BB:DD.F)".to_owned())
                ),
                (Some(line), _) => text!("write: {line}", line),
                (None, CommandMistake::Owner) => text!("run: chown root:root FILE; chmod 644 FILE"),
                (None, _) => match hidden_functions(context) {
                    Some(list) => text!(
                        "write each address in parentheses, without blanks: \
                         xen-pciback.hide={list}",
                        list
                    ),
                    None => text!(
                        "write each address in parentheses, without blanks: \
                         xen-pciback.hide=(BB:DD.F); lspci lists the addresses"
                    ),
                },
            };
            // The driver came another way.
            let is_bound = || {
                let mut devices = context.host.devices.values();
                devices.any(|device| device.driver.is_bound_to(is_vfio_driver))
            };
            let verdict = match mistake {
                CommandMistake::WindowName => Verdict::NoEffect,
                CommandMistake::XenHide if is_hidden() => Verdict::Check,
                CommandMistake::SecondModule if is_bound() => Verdict::NoEffect,
                _ => Verdict::Fix,
            };
            Diagnostic::new(verdict, title)
                .evidence([found.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "correct-command",
                    text,
                })
        })
        .collect()
}

/// So many corrections are in one finding.
const IN_ONE: usize = 8;

/// One finding for all names, since a script has the same mistake in each.
fn node_names(context: &Context<'_>) -> Vec<Diagnostic> {
    let all = context.host.lines.command_mistakes().iter();
    let all = all.filter(|found| found.value.mistake == CommandMistake::NodeName);
    let all: Vec<_> = all.take(IN_ONE).collect();
    let first = reported(context, CommandMistake::NodeName)
        .into_iter()
        .next();
    let lines = all.iter().filter_map(|found| found.value.corrected.clone());
    let line = lines.collect::<Vec<String>>().join("; ");
    let one = first.map(|first| {
        let rest = all.iter().skip(1).map(|found| found.evidence.clone());
        first.evidence(rest).remedy(Remedy::Manual {
            step: "correct-command",
            text: text!("write: {line}", line),
        })
    });
    one.into_iter().collect()
}

/// Whether parentheses of the line have host, channel, target and unit of a SCSI drive.
fn has_scsi_address(line: &str) -> bool {
    line.split('(').skip(1).any(|part| {
        let inside = part.split(')').next().unwrap_or_default();
        let mut numbers = inside.trim_end_matches(':').split(':');
        let is_number =
            |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
        numbers.clone().count() == 4 && numbers.all(is_number)
    })
}

#[cfg(test)]
mod tests;
