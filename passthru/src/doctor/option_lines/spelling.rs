//! Options that are written almost as they should be: the kernel and modprobe pass
//! over them without a word.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use host_tree::Evidence;
use hostconf::boot::command_line::same_name;
use list_order::Inserts as _;

use crate::doctor::evidence::similar_names::{has_same_letters, is_near, is_one_off, squeezed};
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::ModuleOption;
use crate::remedy::Remedy;
use crate::requirement::Change;
use crate::settings::{Place, SettingCondition, SettingRemoval, all, judged};
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "option-misspelled",
        meaning: "A kernel option is almost spelled like a known one: a hyphen instead of a dot, \
                  a missing letter, two transposed letters. The kernel passes unknown options to \
                  the init process: the option has no effect, without an error.",
        source: "Linux init/main.c, unknown_bootoption",
        causes: &[],
        check: misspelled,
    },
    Rule {
        code: "vfio-option-misspelled",
        meaning: "An option of vfio-pci or VFIO is almost spelled like a known one \
                  (vfio-pci-ids=, vfio_pci.id=). On the kernel command line no module reads it; a \
                  module logs an unknown option and continues. The functions stay bound to the \
                  host driver.",
        source: "Linux init/main.c, unknown_bootoption; kernel/module/main.c, \
                 unknown_module_param_cb",
        causes: &[
            "host-driver-bound",
            "vfio-ids-missing-function",
            "vfio-group-file-missing",
            "vfio-pci-late",
            "group-not-viable",
        ],
        check: misspelled_vfio,
    },
    Rule {
        code: "vfio-ids-list-split",
        meaning: "An ID is written where an option is expected. A blank after a comma, or a line \
                  break, ended the list of ids=; the rest is read as another option, which does \
                  not exist.",
        source: "Linux lib/cmdline.c, next_arg; drivers/vfio/pci/vfio_pci.c, vfio_pci_fill_ids",
        causes: &[
            "host-driver-bound",
            "vfio-ids-missing-function",
            "module-parameter-unknown",
        ],
        check: cut,
    },
    Rule {
        code: "options-not-separated",
        meaning: "Two options are written without a blank between them: the first has an unknown \
                  value, and the second is not set.",
        source: "Linux lib/cmdline.c, next_arg",
        causes: &["boot-options-not-running"],
        check: glued,
    },
    Rule {
        code: "typographic-quotes",
        meaning: "The line has quotation marks of a word processor or a web page instead of \
                  straight ones. The shell, the kernel and modprobe read them as ordinary \
                  characters.",
        source: "POSIX shell command language, 2.2 Quoting; Linux lib/cmdline.c, next_arg",
        causes: &["boot-options-invalid", "boot-options-not-running"],
        check: typographic,
    },
];

/// The options of the modules for guests, all that there are (Linux 6.12,
/// drivers/vfio/pci/vfio_pci.c and drivers/vfio/vfio_iommu_type1.c).
const OF_MODULES: [(&str, &[&str]); 2] = [
    (
        "vfio-pci",
        &[
            "ids",
            "nointxmask",
            "disable_vga",
            "disable_idle_d3",
            "enable_sriov",
            "disable_denylist",
        ],
    ),
    (
        "vfio_iommu_type1",
        &[
            "allow_unsafe_interrupts",
            "disable_hugepages",
            "dma_entry_limit",
        ],
    ),
];

/// Options that guides write and the table of settings does not have.
const MORE: [&str; 4] = [
    "modprobe.blacklist",
    "rd.driver.blacklist",
    "iommu.passthrough",
    "iommu.strict",
];

/// The options of the kernel that are known, those of modules with their module. A command line
/// may have thousands to compare.
static KNOWN: LazyLock<Vec<String>> = LazyLock::new(known_options);

fn known_options() -> Vec<String> {
    let is_option = |place: Place| matches!(place, Place::KernelOption | Place::ModuleOption);
    let mut known: BTreeSet<String> = all()
        .filter(|setting| is_option(setting.place))
        .map(|setting| setting.name.replace(' ', "."))
        .into_set();
    known.extend(MORE.map(str::to_owned));
    for (module, options) in OF_MODULES {
        known.extend(options.iter().map(|option| format!("{module}.{option}")));
    }
    known.into_iter().collect()
}

/// The known option of the kernel that `typed` is almost, where it is none itself.
pub(in crate::doctor) fn meant(typed: &str) -> Option<String> {
    let name = typed.split('=').next().unwrap_or(typed);
    if KNOWN.iter().any(|known| same_name(known, name)) {
        return None;
    }
    KNOWN.iter().find(|known| is_near(name, known)).cloned()
}

/// Values of `iommu=` (Linux arch/x86/kernel/pci-dma.c, iommu_setup), and those that guides write.
const OF_IOMMU: [&str; 12] = [
    "off", "force", "noforce", "merge", "nomerge", "panic", "nopanic", "soft", "pt", "nopt", "on",
    "1",
];

/// The option `iommu`, where a name like it has one of its values: a short name alone is near too
/// many others.
fn meant_by_value(name: &str, value: &str) -> Option<&'static str> {
    let is_near = || is_one_off(name, "iommu") || has_same_letters(name, "iommu");
    (name != "iommu" && OF_IOMMU.contains(&value) && is_near()).then_some("iommu")
}

/// The known option of the kernel that an option with this value almost is.
pub(in crate::doctor) fn meant_with(name: &str, value: Option<&str>) -> Option<String> {
    let by_value = value.and_then(|value| meant_by_value(name, value));
    by_value.map(str::to_owned).or_else(|| meant(name))
}

/// The options of the module `vfio` (Linux drivers/vfio/group.c).
const OF_VFIO: [&str; 1] = ["enable_unsafe_noiommu_mode"];

/// Whether the name is of an option of VFIO's modules that none of them has.
pub(in crate::doctor) fn is_unknown_of_vfio(name: &str) -> bool {
    let Some((module, option)) = name.split_once('.') else {
        return name.starts_with("vfio") && meant(name).is_some();
    };
    if same_name(module, "vfio") {
        return !OF_VFIO.contains(&option);
    }
    let mut modules = OF_MODULES.iter();
    let options = modules.find(|(known, _)| same_name(known, module));
    options.is_some_and(|(_, options)| !options.contains(&option))
}

fn misspelled(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = of_kernel(context);
    reported.retain(|(meant, _)| !meant.starts_with("vfio"));
    reported.into_iter().map(|(_, reported)| reported).collect()
}

fn misspelled_vfio(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = of_kernel(context);
    reported.retain(|(meant, _)| meant.starts_with("vfio"));
    let mut reported: Vec<Diagnostic> =
        reported.into_iter().map(|(_, reported)| reported).collect();
    reported.extend(of_modules(context));
    reported
}

/// Kernel options with a spelling similar to others, each with the correct one.
fn of_kernel(context: &Context<'_>) -> Vec<(String, Diagnostic)> {
    let settings = &context.host.settings;
    let mut reported = Vec::new();
    for option in &settings.kernel_options {
        if let Some(meant) = &meant_with(&option.name, option.value.as_deref()) {
            let mut said_of = instead(&option.name, meant, &option.evidence);
            if is_not_wanted(meant, option.value.as_deref()) {
                said_of = not_instead(&option.name, meant, &option.evidence).remedy(
                    Change::RemoveKernelOption {
                        option: option.text.clone(),
                    },
                );
            // The ids of vfio-pci are the plan's to write, in one place.
            } else if !meant.starts_with("vfio") {
                let value = option.value.as_ref().map(|value| format!("={value}"));
                said_of = said_of.remedy(Change::ReplaceKernelOption {
                    option: option.text.clone(),
                    replacement: format!("{meant}{}", value.unwrap_or_default()),
                });
            }
            reported.push((meant.clone(), said_of));
        }
    }
    reported
}

fn of_modules(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for option in &context.host.settings.module_options {
        if option.on_command_line.is_some() {
            continue;
        }
        // "options vfio-pci.ids=…" names a module that is none, and
        // "options vfio-pci vfio-pci.ids=…" an option.
        let name = option.name.rsplit('.').next().unwrap_or_default();
        let module = OF_MODULES
            .iter()
            .find(|(module, _)| same_name(module, &option.module));
        let Some((module, options)) = module else {
            continue;
        };
        if options.contains(&option.name.as_str()) || is_remark(option) {
            continue;
        }
        let near = |known: &&&str| {
            name == **known
                || is_one_off(&squeezed(name), &squeezed(known))
                || squeezed(name) == squeezed(known)
        };
        if let Some(meant) = options.iter().find(near) {
            let is_not_wanted =
                is_not_wanted(&format!("{module}.{meant}"), option.value.as_deref());
            let typed = format!("options {module} {}", option.name);
            let meant = format!("options {module} {meant}");
            reported.push(if is_not_wanted {
                not_instead(&typed, &meant, &option.evidence).remedy(Change::RemoveModuleOption {
                    module: option.module.clone(),
                    option: option.name.clone(),
                })
            } else {
                instead(&typed, &meant, &option.evidence)
            });
        }
    }
    reported
}

/// Whether the word is a remark at the line's end: modprobe.d(5) knows none there, so the kernel
/// reads the word and ignores it.
fn is_remark(option: &ModuleOption) -> bool {
    let line = &option.evidence.text;
    let before = line.split_once(" #").map(|(before, _)| before);
    let is_word = |word: &str| word.split('=').next() == Some(option.name.as_str());
    before.is_some_and(|before| !before.split_ascii_whitespace().any(is_word))
}

fn instead(typed: &str, meant: &str, evidence: &Evidence) -> Diagnostic {
    let title = text!(
        "{typed} is not an option and has no effect; the nearest known option is {meant}",
        typed,
        meant
    );
    Diagnostic::new(Verdict::Fix, title)
        .evidence([evidence.clone()])
        .remedy(Remedy::Manual {
            step: "write-option",
            text: text!("write {meant} instead of {typed}", meant, typed),
        })
}

/// An option without effect that is better removed than corrected.
fn not_instead(typed: &str, meant: &str, evidence: &Evidence) -> Diagnostic {
    let title = text!(
        "{typed} is not an option and has no effect; {meant}, the nearest known option, is not \
         set in its place",
        typed,
        meant
    );
    Diagnostic::new(Verdict::NoEffect, title).evidence([evidence.clone()])
}

/// Whether an option with this value gives up protection or passthrough, or would be removed as
/// needless: correcting its spelling would change the host for the worse.
fn is_not_wanted(name: &str, value: Option<&str>) -> bool {
    let value = value.unwrap_or_default();
    let has = |word: &str| value.split(',').any(|one| one == word);
    let is = |known: &str| same_name(name, known);
    let gives_up = is("pcie_acs_override")
        || is("vfio_iommu_type1.allow_unsafe_interrupts")
        || is("kvm.allow_unsafe_assigned_interrupts")
        || is("intel_iommu") && (has("off") || has("relax_rmrr"))
        || (is("amd_iommu") || is("iommu") || is("intremap")) && has("off");
    gives_up
        || judged().any(|(setting, judgment)| {
            setting.place == Place::KernelOption
                && judgment.when == SettingCondition::Always
                && judgment.remove == SettingRemoval::Remove
                && is(setting.name)
                && setting.values.contains(&value)
        })
}

fn cut(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let ids: Vec<String> = host.all_vfio_ids().into_iter().map(str::to_owned).collect();
    let mut lists = host.boot.vfio_ids.iter().peekable();
    let remedy = if lists.peek().is_some() && lists.all(|list| list.value.ids.is_ok()) {
        Remedy::from(Change::MergeVfioIds { ids })
    } else {
        Remedy::Manual {
            step: "write-vfio-ids",
            text: text!("write all IDs after one ids=, separated by commas without blanks"),
        }
    };
    host.cut_off_ids()
        .map(|(name, evidence)| {
            let title = text!("{name} is not part of a list of ids=", name);
            Diagnostic::new(Verdict::Fix, title)
                .evidence([evidence.clone()])
                .remedy(remedy.clone())
        })
        .collect()
}

/// Options whose names are in no other option's value.
const DISTINCT: [&str; 10] = [
    "intremap=",
    "intel_iommu=",
    "amd_iommu=",
    "iommu=",
    "video=",
    "pcie_acs_override=",
    "vfio-pci.ids=",
    "initcall_blacklist=",
    "kvm.ignore_msrs=",
    "pcie_aspm=",
];

fn glued(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for option in &context.host.settings.kernel_options {
        let Some(value) = &option.value else { continue };
        // Arguments for other programs are arbitrary.
        if option.name.contains('.') && !option.name.starts_with("vfio") {
            continue;
        }
        let inside = DISTINCT.iter().find_map(|name| {
            let at = value.find(name).filter(|at| *at > 0)?;
            let before = value.get(..at)?;
            let is_letter = before.ends_with(|c: char| c.is_ascii_alphanumeric());
            is_letter.then(|| (before.to_owned(), value.get(at..).unwrap_or_default()))
        });
        if let Some((before, after)) = inside {
            let apart = format!("{}={before} {after}", option.name);
            let title = text!(
                "{option} is two options without a blank between them",
                option = option.text
            );
            reported.push(
                Diagnostic::new(Verdict::Fix, title)
                    .evidence([option.evidence.clone()])
                    .remedy(Remedy::Manual {
                        step: "write-option",
                        text: text!("write {apart}", apart),
                    }),
            );
        }
    }
    reported
}

fn typographic(context: &Context<'_>) -> Vec<Diagnostic> {
    let settings = &context.host.settings;
    let lines = settings
        .kernel_options
        .iter()
        .map(|option| &option.evidence)
        .chain(
            settings
                .module_options
                .iter()
                .map(|option| &option.evidence),
        )
        .chain(settings.boot_faults.iter().map(|fault| &fault.evidence));
    let mut found: Vec<&Evidence> = Vec::new();
    for line in lines {
        if line.text.is_ascii() {
            continue;
        }
        // The text after a number sign is a comment.
        let reported = line.text.split(" #").next().unwrap_or_default();
        if reported.contains(['“', '”', '‘', '’', '″', '„', '«', '»']) && !found.contains(&line)
        {
            found.push(line);
        }
    }
    found
        .into_iter()
        .map(|line| {
            let title = text!(
                "the typographic quotes in this line are read as ordinary \
                               characters"
            );
            Diagnostic::new(Verdict::Fix, title)
                .evidence([line.clone()])
                .remedy(Remedy::Manual {
                    step: "write-quotes",
                    text: text!("write straight quotes, \" or '"),
                })
        })
        .collect()
}

#[cfg(test)]
mod tests;
