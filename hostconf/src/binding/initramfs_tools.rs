//! An initramfs script that binds functions to vfio-pci by address.
//!
//! Two cards of one model have the same ID, but different addresses. The script runs before udev
//! loads drivers, and binds a function only when the IDs at its address are those that were
//! planned for, so that a card that moved to another slot is never bound in its place.

use core::fmt;

use host_tree::Edit;
use list_order::Order as _;
use pci_core::Address;

use super::by_address::{self, BoundFunction, DEFINITIONS, NOTE};

/// Path of the script. Scripts without prerequisites run in the order of their names, and `udev`
/// binds drivers, so the name must sort before it (measured: one named `vfio.sh` ran too late).
pub const SCRIPT: &str = "/etc/initramfs-tools/scripts/init-top/00-passthru-vfio";

/// The directory of scripts that run first in the initramfs
/// (initramfs-tools(7), "Boot scripts").
pub const INIT_TOP: &str = "/etc/initramfs-tools/scripts/init-top";

/// The script that binds `functions` to vfio-pci.
///
/// It answers `prereqs` as required by initramfs-tools(7), so that building an initramfs does not
/// run it on the host. It loads vfio-pci, but the module must be in the initramfs: see
/// [`INITRAMFS_MODULES`](super::modules::INITRAMFS_MODULES).
///
/// ```
/// use hostconf::binding::by_address::BoundFunction;
/// use hostconf::binding::initramfs_tools::script;
/// let gpu = BoundFunction {
///     address: "01:00.0".parse().unwrap(),
///     id: "10de:2203".parse().unwrap(),
///     subsystem: None,
/// };
/// assert!(script(&[gpu]).contains("take 0000:01:00.0 0x10de 0x2203"));
/// ```
#[must_use]
pub fn script(functions: &[BoundFunction]) -> String {
    let calls = by_address::calls(functions);
    format!("#!/bin/sh\n{NOTE}{PREREQS}{DEFINITIONS}\n{calls}")
}

/// The script as an edit: new, or in place of `before`.
#[must_use]
pub fn edit(functions: &[BoundFunction], before: Option<&str>) -> Edit {
    Edit::new_script(SCRIPT, script(functions)).replacing(before.map(str::to_owned))
}

/// Answers `prereqs` as required by initramfs-tools(7).
const PREREQS: &str = "PREREQ=''
prereqs() { echo \"$PREREQ\"; }
case \"$1\" in
prereqs)
	prereqs
	exit 0
	;;
esac

";

/// Effect of a script in `init-top`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScriptFacts {
    /// The addresses whose `driver_override` is written, with the line from 1.
    pub overrides: Vec<(Address, u32)>,
    /// The drivers' names that are written there, as far as they are literal.
    pub drivers: Vec<String>,
    /// Errors in it.
    pub issues: Vec<ScriptIssue>,
    /// Whether it is one of [`script`]'s.
    pub ours: bool,
}

/// An error in a script in `init-top`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScriptIssue {
    /// It does not answer `prereqs`, so building an initramfs runs all of it on the host.
    NoPrereqs,
    /// The first line does not name an existing interpreter: mostly the line end after `#!/bin/sh`
    /// was lost.
    Interpreter {
        /// The line, cut to 60 characters.
        found: String,
    },
    /// Its name sorts after `udev`, which binds drivers first.
    AfterUdev {
        /// The name.
        name: String,
    },
    /// A name that initramfs-tools skips.
    Name {
        /// The name.
        name: String,
    },
    /// It calls `modprobe vfio-pci` without `-i`, so that `install` lines take effect.
    ModprobeWithoutIgnore {
        /// The line, from 1.
        line: u32,
    },
}

impl fmt::Display for ScriptIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPrereqs => f.write_str("expected a case for the argument prereqs: without it update-initramfs runs the script"),
            Self::Interpreter { found } => write!(f, "expected \"#!/bin/sh\" on the first line, found {found:?}"),
            Self::AfterUdev { name } => write!(f, "expected a name that sorts before \"udev\", found {name:?}"),
            Self::Name { name } => write!(f, "expected a name of letters, digits, '.', '_' and '-', found {name:?}"),
            Self::ModprobeWithoutIgnore { line } => write!(f, "line {line}: expected \"modprobe -i vfio-pci\", which an install line cannot catch"),
        }
    }
}

/// Reads a script of `init-top`, of any origin; `name` is its file's name. Only literal text is
/// evaluated.
#[must_use]
pub fn read_script(name: &str, text: &str) -> ScriptFacts {
    let mut facts = ScriptFacts {
        ours: text.contains(DEFINITIONS),
        ..ScriptFacts::default()
    };
    let first = text.lines().next().unwrap_or_default();
    let interpreter = first.strip_prefix("#!").map(str::trim);
    let known = [
        "/bin/sh",
        "/bin/dash",
        "/bin/busybox sh",
        "/usr/bin/env sh",
        "/bin/sh -e",
    ];
    if !interpreter.is_some_and(|interpreter| known.contains(&interpreter)) {
        facts.issues.push(ScriptIssue::Interpreter {
            found: first.chars().take(60).collect(),
        });
    }
    if !text.lines().any(|line| code(line).contains("prereqs)")) {
        facts.issues.push(ScriptIssue::NoPrereqs);
    }
    if name
        .chars()
        .any(|c| !(c.is_ascii_alphanumeric() || "._-".contains(c)))
    {
        facts.issues.push(ScriptIssue::Name {
            name: name.to_owned(),
        });
    } else if name >= "udev" {
        facts.issues.push(ScriptIssue::AfterUdev {
            name: name.to_owned(),
        });
    }
    let mut loops = Vec::new();
    for (number, line) in host_tree::numbered_lines(text) {
        let line = code(line);
        let addresses = || line.split(between).filter_map(|word| word.parse().ok());
        let taken = if facts.ours {
            line.starts_with("take ")
        } else {
            line.contains("driver_override")
        };
        if taken {
            let before = facts.overrides.len();
            facts
                .overrides
                .extend(addresses().map(|address| (address, number)));
            // `for d in 0000:01:00.0 0000:01:00.1; do` and a variable.
            if facts.overrides.len() == before && !facts.ours {
                facts.overrides.append(&mut loops);
            }
        } else {
            loops.extend(addresses().map(|address| (address, number)));
        }
        if line.contains("driver_override") {
            facts.drivers.extend(written(line).map(str::to_owned));
        }
        let words: Vec<&str> = line.split_whitespace().take(8).collect();
        let loads = words.first() == Some(&"modprobe");
        if loads
            && words
                .iter()
                .any(|word| matches!(*word, "vfio-pci" | "vfio_pci"))
        {
            let ignores = ["-i", "--ignore-install"];
            if !words.iter().any(|word| ignores.contains(word)) {
                let line = number;
                facts
                    .issues
                    .push(ScriptIssue::ModprobeWithoutIgnore { line });
            }
        }
    }
    facts.drivers.order();
    facts.drivers.dedup();
    facts
}

/// A line without its comment.
fn code(line: &str) -> &str {
    let line = line.trim();
    if line.starts_with('#') && !line.starts_with("#!") {
        ""
    } else {
        line
    }
}

/// Whether a character separates the words of a path or of a list.
fn between(c: char) -> bool {
    c.is_whitespace() || "/\"'=;(){}$".contains(c)
}

/// The literal that `echo` or `printf` writes on this line.
fn written(line: &str) -> impl Iterator<Item = &str> {
    let (command, _) = line.split_once('>').unwrap_or((line, ""));
    let words = command.split(|c: char| c.is_whitespace() || "\"'".contains(c));
    let mut words = words.filter(|word| !word.is_empty());
    let named = |word: &&str| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        word.chars().all(allowed) && !word.starts_with('-')
    };
    let echo = words.any(|word| word == "printf" || word.ends_with("echo"));
    words.filter(move |word| echo && named(word)).take(1)
}

#[cfg(test)]
mod tests {
    use pci_core::{PciId, SubsystemId};

    use super::*;

    fn addresses(facts: &ScriptFacts) -> Vec<String> {
        facts
            .overrides
            .iter()
            .map(|(address, _)| address.to_string())
            .collect()
    }

    #[test]
    fn our_own_script_is_recognized() {
        let function = |address: &str| BoundFunction {
            address: address.parse().unwrap(),
            id: PciId::new(0x10de, 0x2203),
            subsystem: Some(SubsystemId::new(0x1462, 0x5052)),
        };
        let text = script(&[function("01:00.0"), function("10000:e1:00.1")]);
        let facts = read_script("00-passthru-vfio", &text);
        assert!(facts.ours);
        assert_eq!(addresses(&facts), ["0000:01:00.0", "10000:e1:00.1"]);
        assert_eq!(facts.drivers, ["vfio-pci"]);
        assert_eq!(facts.issues, []);
        assert_eq!(edit(&[], None).mode, Some(0o755));
        assert!(
            edit(
                &[function("01:00.0")],
                Some(&script(&[function("01:00.0")]))
            )
            .is_noop()
        );
    }

    #[test]
    fn a_hand_written_script_runs_at_build_time_and_after_udev() {
        let text = "#!/bin/sh\necho \"vfio-pci\" > /sys/bus/pci/devices/0000:01:00.0/driver_override\n\
                    echo \"vfio-pci\" > /sys/bus/pci/devices/0000:01:00.1/driver_override\n\
                    modprobe vfio-pci\nexit 0\n";
        let facts = read_script("vfio.sh", text);
        assert_eq!(addresses(&facts), ["0000:01:00.0", "0000:01:00.1"]);
        assert_eq!(facts.overrides[1].1, 3);
        assert_eq!(facts.drivers, ["vfio-pci"]);
        let name = "vfio.sh".to_owned();
        assert_eq!(
            facts.issues,
            [
                ScriptIssue::NoPrereqs,
                ScriptIssue::AfterUdev { name },
                ScriptIssue::ModprobeWithoutIgnore { line: 4 }
            ]
        );
    }

    #[test]
    fn a_lost_line_end_makes_a_dead_script() {
        let text = "#!/bin/shecho \"vfio-pci\" > /sys/bus/pci/devices/0000:01:00.0/driver_overrideexit 0\n";
        let facts = read_script("a b", text);
        assert!(matches!(facts.issues[0], ScriptIssue::Interpreter { .. }));
        assert!(matches!(facts.issues[2], ScriptIssue::Name { .. }));
        assert_eq!(addresses(&facts), ["0000:01:00.0"]);
    }

    #[test]
    fn a_loop_over_addresses_is_seen() {
        let text = "#!/bin/sh\nDEVS=\"0000:01:00.0 0000:01:00.1\"\nfor DEV in $DEVS; do\n\
                    \techo \"vfio-pci\" > /sys/bus/pci/devices/$DEV/driver_override\ndone\n";
        let facts = read_script("00-vfio", text);
        assert_eq!(addresses(&facts), ["0000:01:00.0", "0000:01:00.1"]);
        assert_eq!(facts.overrides[0].1, 2);
    }

    #[test]
    fn no_text_makes_the_reader_fail() {
        let sample = "#!/bin/sh\nfor D in 0000:01:00.0; do echo vfio-pci > /sys/$D/driver_override; done\n\
                      modprobe -i vfio-pci\n# \u{e4} driver_override 0000:02:00.0\n";
        let whole = read_script("00-x", sample);
        assert_eq!(addresses(&whole), ["0000:01:00.0"]);
        for end in (0..=sample.len()).filter(|end| sample.is_char_boundary(*end)) {
            let facts = read_script("00-x", sample.get(..end).unwrap());
            assert!(facts.overrides.len() <= 1 && !facts.ours);
        }
    }
}
