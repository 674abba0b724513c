//! Settings in guides: each row of `data/settings.tsv` is a finding if the host has the setting.

use host_tree::Evidence;
use hostconf::binding::kernel_facts::Presence;
use hostconf::binding::vfio_ids;
use hostconf::boot::command_line::{kernel_bool, same_name};
use pci_core::{Address, PciId};

use super::option_values::is_in_place_of_intel;
use crate::doctor::driver::rebinding::{Rebinding, rebinding};
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Initramfs, ModuleOption, Processor, SettingLine, distribution};
use crate::remedy::Remedy;
use crate::requirement::{Change, WholeLine};
use crate::settings::{Judgment, Place, Setting, SettingCondition, SettingRemoval, judged};
use crate::target::Target;
use crate::text::{Text, place, text};
use crate::verdict::Verdict;

/// The code of the rule; its findings have the codes of the table.
pub(in crate::doctor) const FAMILY: &str = "known-setting";

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: FAMILY,
    meaning: "A family of findings: each known setting has its own code, which says what the \
              setting does and whether this host needs it.",
    source: "passthru/data/settings.tsv, with a source for each row",
    causes: &[],
    check,
}];

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    // On another platform than Linux with KVM only its own settings are judged.
    let is_other = context.host.system.platform.is_some();
    judged()
        .filter(|(setting, _)| !is_other || setting.place == Place::Xen)
        .filter_map(|(setting, judgment)| one(context, setting, judgment))
        .collect()
}

/// Where a host has a setting.
struct Occurrence {
    /// The setting as written.
    text: String,
    evidence: Evidence,
    /// The remedy that removes it.
    remedy: Remedy,
}

fn one(context: &Context<'_>, setting: &Setting, judgment: &Judgment) -> Option<Diagnostic> {
    let found = occurrences(context, setting, judgment);
    let first = found.first()?;
    let mut evidence: Vec<Evidence> = found.iter().map(|found| found.evidence.clone()).collect();
    // Without an IOMMU, DPDK has no other mode.
    let is_for_guests = context.host.words.statements.user_driver.is_none();
    let is_removed = judgment.remove == SettingRemoval::Remove
        && (judgment.verdict != Verdict::Security || is_for_guests);
    let remedy = is_removed.then(|| first.remedy.clone());
    let spelling = &first.text;
    let reported = match holds_for(context, setting, judgment) {
        Holds::Yes(proof) => {
            evidence.extend(proof);
            let sentence = judgment.sentence(spelling);
            if judgment.verdict == Verdict::NoEffect && is_of_system(context, setting) {
                let reported = Diagnostic::new(Verdict::Harmless, sentence);
                return Some(reported.coded(judgment.code, "").evidence(evidence));
            }
            if let Some(moved) = rebinding_of(context, judgment) {
                let reported = Diagnostic::new(Verdict::Harmless, moved.of_setting(spelling));
                evidence.push(moved.line);
                return Some(reported.coded(judgment.code, "").evidence(evidence));
            }
            let reported = Diagnostic::new(judgment.verdict, sentence);
            remedy.into_iter().fold(reported, Diagnostic::remedy)
        }
        Holds::No => return None,
        Holds::NotShown(fact, argv) => match judgment.when {
            SettingCondition::RemappingOn => {
                let title = text!(
                    "{setting} lets guests forge interrupts if the host does not remap \
                         interrupts; not in the input: {fact}",
                    setting = spelling,
                    fact
                );
                Diagnostic::new(Verdict::Security, title).remedy(try_without(spelling))
            }
            _ => {
                let title = text!(
                    "{setting} may have no effect on this host; not in the input: {fact}",
                    setting = spelling,
                    fact
                );
                Diagnostic::new(Verdict::Unknown, title).remedy(Remedy::inspect(argv))
            }
        },
    };
    Some(reported.coded(judgment.code, "").evidence(evidence))
}

/// The program that binds the functions of `pci-stub.ids=` to vfio-pci, so that the setting only
/// reserves them.
fn rebinding_of(context: &Context<'_>, judgment: &Judgment) -> Option<Rebinding> {
    if judgment.code != "pci-stub-ids" {
        return None;
    }
    let host = context.host;
    let mut ids: Vec<PciId> = Vec::new();
    for option in host.settings.module_option("pci-stub", "ids") {
        let list = option.value.as_deref().unwrap_or_default();
        ids.extend(vfio_ids::elements(list).filter_map(|(_, one)| one.ok()?.id()));
    }
    let devices = host.devices.values();
    let reserved = devices.filter(|device| {
        let id = device.id.as_ref();
        device.driver.name() == Some("pci-stub") || id.is_some_and(|id| ids.contains(&id.value))
    });
    let reserved: Vec<Address> = reserved.map(|device| device.address).collect();
    rebinding(context, &reserved, None)
}

/// Whether the system writes the option into its boot entries itself: TrueNAS SCALE has both vendors'
/// options in each (truenas/middleware, etc_files/default/grub.d/truenas.cfg).
fn is_of_system(context: &Context<'_>, setting: &Setting) -> bool {
    const TRUENAS: [&str; 2] = ["amd_iommu", "intel_iommu"];
    let system = context.host.system.hypervisor.as_ref();
    system.is_some_and(|found| found.value == Target::TrueNas)
        && setting.place == Place::KernelOption
        && TRUENAS.contains(&setting.name)
}

/// The places where the host has the setting, and the remedy for each.
fn occurrences(context: &Context<'_>, setting: &Setting, judgment: &Judgment) -> Vec<Occurrence> {
    let settings = &context.host.settings;
    match setting.place {
        // The option of VT-d is missing, then: a rule of its own.
        Place::KernelOption if setting.name == "amd_iommu" && is_in_place_of_intel(context) => {
            Vec::new()
        }
        Place::KernelOption => settings
            .kernel_option(setting.name)
            .filter(|option| is_of(&setting.values, option.value.as_deref()))
            .map(|option| Occurrence {
                text: option.text.clone(),
                evidence: option.evidence.clone(),
                remedy: Remedy::from(Change::RemoveKernelOption {
                    option: option.text.clone(),
                }),
            })
            .chain(in_sentences(context, setting.name, setting, judgment))
            .collect(),
        Place::ModuleOption => {
            let (module, name) = setting.name.split_once(' ').unwrap_or((setting.name, ""));
            settings
                .module_option(module, name)
                .filter(|option| is_value(option, &setting.values))
                .map(|option| Occurrence {
                    text: setting.spelling(),
                    evidence: option.evidence.clone(),
                    remedy: remove(option).into(),
                })
                .chain(in_sentences(
                    context,
                    &format!("{module}.{name}"),
                    setting,
                    judgment,
                ))
                .collect()
        }
        Place::Module => settings
            .modules
            .iter()
            .filter(|listed| same_name(&listed.module, setting.name))
            .map(|listed| Occurrence {
                text: setting.spelling(),
                evidence: listed.evidence.clone(),
                remedy: Remedy::from(Change::RemoveModule {
                    path: listed.path.clone(),
                    module: listed.module.clone(),
                }),
            })
            .collect(),
        Place::Blacklist => settings
            .blacklists
            .iter()
            .filter(|blacklist| same_name(&blacklist.value, setting.name))
            .map(|blacklist| Occurrence {
                text: setting.spelling(),
                evidence: blacklist.evidence.clone(),
                remedy: remove_line(&blacklist.evidence),
            })
            .collect(),
        Place::Vmx => {
            let mut found = Vec::new();
            for file in &context.host.guests.vmx_files {
                let entry = file.vmx.get(setting.name);
                let entry = entry.filter(|entry| {
                    let same = |value: &&str| value.eq_ignore_ascii_case(&entry.value);
                    setting.values.is_empty() || setting.values.iter().any(same)
                });
                found.extend(entry.map(|entry| {
                    let evidence = Evidence::at(&*file.path, &file.text, entry.line);
                    Occurrence {
                        text: setting.spelling(),
                        remedy: remove_line(&evidence),
                        evidence,
                    }
                }));
            }
            found
        }
        Place::Xen => {
            let of_xen = context.host.lines.setting_lines().iter();
            let of_xen = of_xen.filter(|fact| match &fact.value {
                SettingLine::XenOption(name, value) => {
                    *name == setting.name && is_of(&setting.values, Some(value))
                }
                _ => false,
            });
            of_xen
                .map(|fact| Occurrence {
                    text: setting.spelling(),
                    evidence: fact.evidence.clone(),
                    remedy: try_without(&setting.spelling()),
                })
                .collect()
        }
        // Rows of these places are only explained.
        Place::Modprobe
        | Place::Sysfs
        | Place::Proxmox
        | Place::Libvirt
        | Place::Qemu
        | Place::Esxi
        | Place::HyperV
        | Place::Windows
        | Place::Systemd => Vec::new(),
    }
}

/// The options of sentences with a name and one of the values. Whether an option is a fault depends
/// on the rest of the host's settings, which a sentence does not show.
fn in_sentences(
    context: &Context<'_>,
    name: &str,
    setting: &Setting,
    judgment: &Judgment,
) -> Vec<Occurrence> {
    if judgment.verdict == Verdict::Fix {
        return Vec::new();
    }
    let processor = context.host.system.processor.as_ref();
    // The option of VT-d is missing, then: a rule of its own.
    let is_of_other = name == "amd_iommu"
        && processor.is_some_and(|processor| processor.value == Processor::Intel);
    if is_of_other {
        return Vec::new();
    }
    // The command line of the input lacks the option: it was tried, or is of another time.
    let has_line = !context.host.settings.kernel_options.is_empty();
    if has_line && judgment.verdict != Verdict::Security {
        return Vec::new();
    }
    // The option that the text says helps is none to remove.
    let words = &context.host.words;
    let is_praised = |line: &Evidence| {
        words.solved.iter().any(|one| one.shown == *line)
            || words.explanations.helped.contains(line)
    };
    let named = words.quoted_options.iter();
    named
        .filter(|fact| {
            let option = &fact.value;
            !is_praised(&fact.evidence)
                && same_name(&option.name, name)
                && is_of(&setting.values, option.value.as_deref())
        })
        // No edit changes a sentence.
        .map(|fact| Occurrence {
            text: fact.value.text.clone(),
            evidence: fact.evidence.clone(),
            remedy: Remedy::Manual {
                step: "leave-option-out",
                text: text!("remove {option}", option = fact.value.text),
            },
        })
        .collect()
}

/// The remedy for a setting that weakens the protection and that few hosts need.
fn try_without(setting: &str) -> Remedy {
    Remedy::Manual {
        step: "try-without-option",
        text: text!(
            "remove {option}, and set it again only if the guest does not start without it",
            option = setting
        ),
    }
}

/// Whether the value is one of those that a row is about.
fn is_of(values: &[&str], value: Option<&str>) -> bool {
    values.is_empty() || value.is_some_and(|value| values.contains(&value))
}

/// A row of `1` is about a boolean option, whose values for true are equal.
fn is_value(option: &ModuleOption, wanted: &[&str]) -> bool {
    match (wanted, option.value.as_deref()) {
        (["1"], value) => kernel_bool(value) == Some(true),
        (wanted, value) => is_of(wanted, value),
    }
}

fn remove(option: &ModuleOption) -> Change {
    if option.on_command_line.is_some() {
        let value = option
            .value
            .as_ref()
            .map_or_else(String::new, |value| format!("={value}"));
        Change::RemoveKernelOption {
            option: format!("{}.{}{value}", option.module, option.name),
        }
    } else {
        Change::RemoveModuleOption {
            module: option.module.clone(),
            option: option.name.clone(),
        }
    }
}

/// The remedy that removes a line; a line with several settings is a manual step.
pub(in crate::doctor) fn remove_line(evidence: &Evidence) -> Remedy {
    match WholeLine::of(evidence) {
        Some(line) => Change::RemoveLine(line).into(),
        None => Remedy::Manual {
            step: "change-line",
            text: text!(
                "change {place} manually: the line also has other settings",
                place = place(evidence)
            ),
        },
    }
}

/// Whether a row's condition is so.
enum Holds {
    Yes(Vec<Evidence>),
    No,
    NotShown(Text, &'static [&'static str]),
}

/// A module's files are more precise than the kernel's version.
fn holds_for(context: &Context<'_>, setting: &Setting, judgment: &Judgment) -> Holds {
    // The kernel has a module that lsmod lists.
    let loaded = context.host.lines.loaded_modules();
    if setting.place == Place::Module && loaded.iter().any(|fact| fact.value == setting.name) {
        return Holds::No;
    }
    let presence = context.host.system.kernel.modules.get(setting.name);
    match presence.filter(|_| setting.place == Place::Module) {
        Some(found) if found.value == Presence::Missing => Holds::Yes(vec![found.evidence.clone()]),
        Some(_) => Holds::No,
        None => holds(context, judgment.when),
    }
}

fn holds(context: &Context<'_>, when: SettingCondition) -> Holds {
    let host = context.host;
    match when {
        SettingCondition::Always => Holds::Yes(Vec::new()),
        SettingCondition::KernelFrom(major, minor) => {
            match host.system.kernel.is_at_least(major, minor) {
                Some((true, evidence)) => Holds::Yes(vec![evidence.clone()]),
                Some((false, _)) => Holds::No,
                None => {
                    Holds::NotShown(text!("the version of the running kernel"), &["uname", "-r"])
                }
            }
        }
        SettingCondition::UnlessOlder(major, minor) => {
            match host.system.kernel.is_at_least(major, minor) {
                Some((false, _)) => Holds::No,
                _ => Holds::Yes(Vec::new()),
            }
        }
        SettingCondition::RemappingOn => match host.interrupt_remapping() {
            (Some(true), evidence) => Holds::Yes(evidence.to_vec()),
            (Some(false), _) => Holds::No,
            (None, _) => {
                Holds::NotShown(text!("whether interrupt remapping is enabled"), &["dmesg"])
            }
        },
        SettingCondition::InitramfsTools => match &host.system.initramfs {
            Some(found) if found.value == Initramfs::InitramfsTools => {
                Holds::Yes(vec![found.evidence.clone()])
            }
            Some(_) => Holds::No,
            // Another program is its default.
            None if distribution(&host.system)
                .is_some_and(|(found, _)| found.initramfs != Initramfs::InitramfsTools) =>
            {
                Holds::No
            }
            None => Holds::NotShown(
                text!("the program that generates the initramfs"),
                &["ls", "-d", "/etc/initramfs-tools", "/etc/dracut.conf.d"],
            ),
        },
        SettingCondition::Simpledrm => match host.system.boots_with_simpledrm() {
            Some(evidence) => Holds::Yes(vec![evidence.clone()]),
            // efifb or vesafb.
            None if host.system.kernel.boot_framebuffer.is_some() => Holds::No,
            None => Holds::NotShown(
                text!("the framebuffer driver of the boot"),
                &["cat", "/proc/iomem"],
            ),
        },
    }
}
