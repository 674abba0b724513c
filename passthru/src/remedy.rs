//! What to do about a finding: always something that a plan can carry out, or a
//! step that is named.

use std::fmt;

use hvconf::settings;
use pci_core::Evidence;
use serde::Serialize;

use crate::text::{Text, text};

/// What to do about a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Remedy {
    /// Take an option off the kernel command line, wherever it is configured.
    RemoveKernelOption {
        /// The option as it is written, `amd_iommu=on`.
        option: String,
    },
    /// Put the functions' ids into the `ids=` of vfio-pci.
    AddVfioIds {
        /// The ids to add, `10de:22eb`.
        ids: Vec<pci_core::PciId>,
    },
    /// Write all `ids=` of vfio-pci as one list.
    MergeVfioIds {
        /// What all of them have, each entry once, in order: `10de:22eb`.
        ids: Vec<String>,
    },
    /// Take an option of a module out of the modprobe configuration.
    RemoveModuleOption {
        /// The module.
        module: String,
        /// The option's name.
        option: String,
    },
    /// Take a module out of a list of modules to load.
    RemoveModule {
        /// The list's path.
        path: String,
        /// The module.
        module: String,
    },
    /// Take one line out of a file, which says just one thing.
    RemoveLine(WholeLine),
    /// Run a command that only looks, and give its output as input.
    Look {
        /// The program and its arguments.
        argv: Vec<String>,
    },
    /// Make a plan: `passthru plan` with these arguments carries it out.
    Plan {
        /// The arguments after `plan`.
        arguments: Vec<String>,
    },
    /// Something that only a person can do.
    Manual {
        /// The step's stable name.
        step: &'static str,
        /// What to do. A command of this program stands between backticks;
        /// [`Invocation::text`](crate::Invocation::text) makes it complete.
        text: Text,
    },
}

/// A line of a file that says one thing alone, so that nothing else goes with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WholeLine {
    path: String,
    line: u32,
    text: String,
}

impl WholeLine {
    /// The line, where its format's reader finds one setting in it, or none; `None` where
    /// there is more.
    ///
    /// ```
    /// use passthru::WholeLine;
    /// use pci_core::Evidence;
    /// let line = |text| Evidence::new("/etc/modprobe.d/a.conf", 1, text);
    /// assert!(WholeLine::of(&line("blacklist nouveau")).is_some());
    /// assert!(WholeLine::of(&line("options vfio-pci ids=10de:2d04 disable_vga=1")).is_none());
    /// ```
    #[must_use]
    pub fn of(evidence: &Evidence) -> Option<Self> {
        let settings = settings::of(&evidence.source, &evidence.text);
        // A list that is there has a setting without a value, beside its items.
        let said = settings.iter().filter(|setting| !setting.value.is_empty());
        (said.count() <= 1).then(|| Self {
            path: evidence.source.clone(),
            line: evidence.line.unwrap_or(1),
            text: evidence.text.clone(),
        })
    }

    /// The file's path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The line's number, from 1.
    #[must_use]
    pub const fn line(&self) -> u32 {
        self.line
    }

    /// What stands there.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl Remedy {
    /// The command that would show what is missing.
    #[must_use]
    pub fn look(argv: &[&str]) -> Self {
        Self::Look {
            argv: argv.iter().map(|word| (*word).to_owned()).collect(),
        }
    }
}

impl Remedy {
    /// One line for people.
    #[must_use]
    pub fn sentence(&self) -> Text {
        match self {
            Self::RemoveKernelOption { option } => {
                text!("remove {option} from the kernel command line", option)
            }
            Self::AddVfioIds { ids } => {
                let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
                text!("add {ids} to ids= of vfio-pci", ids = ids.join(","))
            }
            Self::MergeVfioIds { ids } => text!(
                "write all ids= of vfio-pci as one: ids={ids}",
                ids = ids.join(",")
            ),
            Self::RemoveModuleOption { module, option } => {
                text!(
                    "remove {option} from the options of {module}",
                    option,
                    module
                )
            }
            Self::RemoveModule { path, module } => {
                text!("remove {module} from {path}", module, path)
            }
            Self::RemoveLine(WholeLine { path, line, .. }) => {
                text!("remove line {line} of {path}", line, path)
            }
            Self::Look { argv } => text!("run: {command}", command = looked(argv)),
            Self::Plan { arguments } => {
                let command = format!("passthru plan {}", shown(arguments));
                text!("run: {command}", command)
            }
            Self::Manual { text, .. } => text.clone(),
        }
    }
}

impl fmt::Display for Remedy {
    /// One line for people, in English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

/// A command as a person would type it into a shell.
#[must_use]
pub fn shown(argv: &[String]) -> String {
    argv.iter()
        .map(|word| shell_word(word))
        .collect::<Vec<_>>()
        .join(" ")
}

/// A command that only looks, in which the shell finds the files of a pattern.
pub(crate) fn looked(argv: &[String]) -> String {
    let word = |word: &String| {
        let bare: String = word.chars().filter(|c| *c != '*').collect();
        let is_pattern = word.starts_with('/') && shell_word(&bare) == bare;
        if is_pattern {
            word.clone()
        } else {
            shell_word(word)
        }
    };
    argv.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// A word as a person would type it into a shell.
pub(crate) fn shell_word(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_@%+=:,./-*".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) && !word.contains('*') {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_shown_command_is_quoted_for_the_shell() {
        let argv = ["echo", "a b", "it's", "", "x;y"].map(str::to_owned);
        assert_eq!(super::shown(&argv), r"echo 'a b' 'it'\''s' '' 'x;y'");
    }
}
