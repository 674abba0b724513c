//! The mistakes of the five guides, one a row: the finding of the doctor, and the plan's
//! correction or the manual step. The texts are the smallest with the mistake.

mod bindings;
mod guests;
mod options;

use host_tree::MemoryTree;
use hvconf::description::KvmSignature;
use passthru::plan::{self, Plan, Request, VmOptions};
use passthru::{Finding, Host, Remedy, Target, Verdict, doctor};
use pci_core::Address;

/// A host's texts: files by their paths, and what commands print.
type Texts = &'static [(&'static str, &'static str)];

/// One mistake of a guide.
struct Mistake {
    /// The guide's host, as its folder in `examples/hosts` begins.
    guide: &'static str,
    /// What is wrong.
    wrong: &'static str,
    /// The host with the mistake.
    host: Texts,
    /// The finding; `None` if no file of the host can show the mistake.
    found: Option<Found>,
    /// The correction.
    instead: Instead,
}

struct Found {
    code: &'static str,
    verdict: Verdict,
    /// A part of the finding's title.
    title: &'static str,
}

const fn found(code: &'static str, verdict: Verdict, title: &'static str) -> Option<Found> {
    Some(Found {
        code,
        verdict,
        title,
    })
}

enum Instead {
    /// A plan rewrites a file, after which the finding is gone.
    Written {
        target: Target,
        path: &'static str,
        /// What the file has then.
        has: &'static [&'static str],
        /// What it no longer has.
        not: &'static [&'static str],
    },
    /// A plan writes this file, which has the part: what was found was typed, and is in
    /// no file.
    Planned {
        target: Target,
        path: &'static str,
        has: &'static str,
    },
    /// A plan runs these commands.
    Run(Target, &'static [&'static str]),
    /// A plan cannot be made with the mistake, and the error says why; `right` has no such
    /// finding.
    Refused {
        target: Target,
        error: &'static str,
        right: Texts,
    },
    /// The manual step of the finding; `right` has no such finding.
    ManualStep { step: &'static str, right: Texts },
    /// No change: the finding says that the setting is harmless.
    Stays,
    /// A fact is not in the input; this command shows it.
    Look(&'static str),
}

/// A card of two functions, and the graphics of the processor for the host.
const CARD: (&str, &str) = (
    "lspci -nnk",
    "\
00:02.0 VGA compatible controller [0300]: Intel Corporation AlderLake-S GT1 [8086:4680] (rev 0c)
\tKernel driver in use: i915
02:00.0 VGA compatible controller [0300]: NVIDIA Corporation GK107 [GeForce GTX 650] [10de:0fc6] (rev a1)
\tKernel driver in use: vfio-pci
02:00.1 Audio device [0403]: NVIDIA Corporation GK107 HDMI Audio Controller [10de:0e1b] (rev a1)
\tKernel driver in use: vfio-pci
",
);

/// The same, with the sound in the hands of the host's driver.
const HELD: (&str, &str) = (
    "lspci -nnk",
    "\
00:02.0 VGA compatible controller [0300]: Intel Corporation AlderLake-S GT1 [8086:4680] (rev 0c)
\tKernel driver in use: i915
02:00.0 VGA compatible controller [0300]: NVIDIA Corporation GK107 [GeForce GTX 650] [10de:0fc6] (rev a1)
\tKernel driver in use: vfio-pci
02:00.1 Audio device [0403]: NVIDIA Corporation GK107 HDMI Audio Controller [10de:0e1b] (rev a1)
\tKernel driver in use: snd_hda_intel
",
);

/// Two cards with the same ids.
const SAME_IDS: (&str, &str) = (
    "lspci -nnk",
    "\
02:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [GeForce RTX 3090 Ti] [10de:2203] (rev a1)
\tKernel driver in use: nvidia
02:00.1 Audio device [0403]: NVIDIA Corporation GA102 High Definition Audio Controller [10de:1aef] (rev a1)
\tKernel driver in use: snd_hda_intel
05:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [GeForce RTX 3090 Ti] [10de:2203] (rev a1)
\tKernel driver in use: nvidia
05:00.1 Audio device [0403]: NVIDIA Corporation GA102 High Definition Audio Controller [10de:1aef] (rev a1)
\tKernel driver in use: snd_hda_intel
",
);

const KERNEL: (&str, &str) = ("/proc/sys/kernel/osrelease", "6.8.12-9-pve\n");
const GRUB: &str = "/etc/default/grub";
const VFIO: &str = "/etc/modprobe.d/vfio.conf";

/// The texts, and the files that a plan wants to see on any host.
fn tree(texts: &[(&str, &str)]) -> MemoryTree {
    let mut tree = MemoryTree::partial();
    tree.insert_file("/etc/initramfs-tools/modules", "");
    tree.insert_file(
        "/proc/cmdline",
        "BOOT_IMAGE=/boot/vmlinuz root=/dev/sda1 ro quiet\n",
    );
    tree.insert_file(GRUB, "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n");
    for (place, text) in texts {
        if place.starts_with('/') {
            tree.insert_file(place, *text);
        } else {
            tree.insert_text(place, text);
        }
    }
    tree
}

fn card() -> Address {
    "02:00.0".parse().unwrap()
}

/// The guests of both hypervisors and of ESXi.
fn vm(target: Target) -> &'static str {
    if target == Target::Proxmox {
        "105"
    } else {
        "win"
    }
}

fn planned(tree: &MemoryTree, target: Target) -> Result<Plan, String> {
    let mut vm_options = VmOptions::default();
    if target == Target::Libvirt {
        vm_options.hiding.kvm = KvmSignature::Hidden;
    }
    let request = Request {
        devices: vec![card()],
        target: Some(target),
        vm: Some(vm(target).to_owned()),
        vm_options,
        ..Request::default()
    };
    plan::make(tree, &Host::read(tree), &request).map_err(|error| error.to_string())
}

/// All that the doctor says of the tree, of the card where it is shown.
fn found_on(tree: &MemoryTree) -> Vec<Finding> {
    let host = Host::read(tree);
    let shown = host.devices().contains_key(&card());
    let question = doctor::Question {
        devices: shown.then(card).into_iter().collect(),
        target: None,
    };
    doctor::examine(&host, &question).findings
}

impl Found {
    fn of<'a>(&self, findings: &'a [Finding]) -> Option<&'a Finding> {
        let mut findings = findings.iter();
        findings.find(|one| one.code == self.code && one.title.contains(self.title))
    }
}

impl Mistake {
    /// What is not as the row says.
    fn check(&self) -> Result<(), String> {
        let tree = tree(self.host);
        let findings = found_on(&tree);
        let finding = match &self.found {
            None => None,
            Some(found) => {
                let finding = found.of(&findings);
                let Some(finding) = finding else {
                    return Err(format!("no {}: {findings:#?}", found.code));
                };
                if finding.verdict != found.verdict {
                    return Err(format!("not {:?}: {finding:#?}", found.verdict));
                }
                Some(finding)
            }
        };
        let is_quiet = |tree: &MemoryTree| match &self.found {
            Some(found) => match found.of(&found_on(tree)) {
                Some(finding) => Err(format!("it is still said: {finding:#?}")),
                None => Ok(()),
            },
            None => Ok(()),
        };
        let remedy = finding.and_then(|finding| finding.remedy.as_ref());
        match &self.instead {
            Instead::Written {
                target,
                path,
                has,
                not,
            } => {
                let plan = planned(&tree, *target)?;
                let edit = plan.edits.iter().find(|edit| edit.path == *path);
                let edit = edit.ok_or_else(|| format!("no edit of {path}: {:#?}", plan.edits))?;
                for part in *has {
                    if !edit.after.contains(part) {
                        return Err(format!("no {part} in {}", edit.after));
                    }
                }
                for part in *not {
                    if edit.after.contains(part) {
                        return Err(format!("{part} stays in {}", edit.after));
                    }
                }
                let mut mended = self::tree(self.host);
                for edit in &plan.edits {
                    mended.insert_file(&edit.path, edit.after.as_str());
                }
                is_quiet(&mended)
            }
            Instead::Planned { target, path, has } => {
                if !matches!(remedy, Some(Remedy::Plan { .. })) {
                    return Err(format!("another remedy: {remedy:?}"));
                }
                let plan = planned(&tree, *target)?;
                let edit = plan.edits.iter().find(|edit| edit.path == *path);
                match edit {
                    Some(edit) if edit.after.contains(has) => Ok(()),
                    other => Err(format!("no {has} in {other:?}")),
                }
            }
            Instead::Run(target, commands) => {
                let plan = planned(&tree, *target)?;
                let run = plan.commands.iter().map(|command| command.argv.join(" "));
                let run: Vec<String> = run.collect();
                for wanted in *commands {
                    if !run.iter().any(|line| line == wanted) {
                        return Err(format!("no command {wanted}: {run:#?}"));
                    }
                }
                Ok(())
            }
            Instead::Refused {
                target,
                error,
                right,
            } => {
                let Err(why) = planned(&tree, *target) else {
                    return Err("a plan is made".to_owned());
                };
                if !why.contains(error) {
                    return Err(why);
                }
                planned(&self::tree(right), *target)?;
                is_quiet(&self::tree(right))
            }
            Instead::ManualStep { step, right } => match remedy {
                Some(Remedy::Manual { text, .. }) if text.contains(step) => {
                    is_quiet(&self::tree(right))
                }
                other => Err(format!("another remedy: {other:?}")),
            },
            Instead::Stays => match finding {
                Some(one) if one.verdict == Verdict::Harmless && one.remedy.is_none() => Ok(()),
                other => Err(format!("more than harmless: {other:?}")),
            },
            Instead::Look(command) => match remedy {
                Some(Remedy::Inspect { argv }) if argv.join(" ") == *command => Ok(()),
                other => Err(format!("another remedy: {other:?}")),
            },
        }
    }
}

#[test]
fn mistakes_of_the_guides_are_corrected() {
    let rows: Vec<Mistake> = guests::rows()
        .into_iter()
        .chain(bindings::rows())
        .chain(options::rows())
        .collect();
    let failed: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let error = row.check().err()?;
            Some(format!("{}: {}: {error}", row.guide, row.wrong))
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
    // No guide is without mistakes.
    for (host, _) in crate::guides::trees() {
        assert!(rows.iter().any(|row| host == row.guide), "{host}");
    }
}
