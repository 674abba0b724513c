//! Changes of a host's configuration that a plan applies.

use std::fmt;

use host_tree::Evidence;
use serde::Serialize;

use crate::file_settings;
use crate::input::is_unnamed;
use crate::text::{Text, text};

/// One change of a host's configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Change {
    /// Set a kernel option.
    SetKernelOption {
        /// The option as it is written: `intel_iommu=on`.
        option: String,
        /// The reason, one sentence without its full stop.
        purpose: String,
    },
    /// Remove an option from the kernel command line, in every file that configures it.
    RemoveKernelOption {
        /// The option as it is written: `amd_iommu=on`.
        option: String,
    },
    /// Write another option in the place of one on the kernel command line.
    ReplaceKernelOption {
        /// The option as it is written: `intel_iommu=true`.
        option: String,
        /// The option in its place: `intel_iommu=on`.
        replacement: String,
    },
    /// Bring the boot loader's files into effect as they are: generate its menu or entries
    /// again.
    RegenerateBootLoader,
    /// Generate the initramfs of every kernel again.
    RegenerateInitramfs,
    /// Write all `ids=` of vfio-pci as one list.
    MergeVfioIds {
        /// The entries of all lists, each once, in their order: `10de:22eb`.
        ids: Vec<String>,
    },
    /// Remove a module option from the modprobe configuration.
    RemoveModuleOption {
        /// The module.
        module: String,
        /// The option's name.
        option: String,
    },
    /// Remove a module from a list of modules to load.
    RemoveModule {
        /// The list's path.
        path: String,
        /// The module.
        module: String,
    },
    /// Remove one line of a modprobe.d file with only this setting.
    RemoveLine(WholeLine),
    /// Set keys of a guest's configuration: a `.conf` of Proxmox VE, or a `.vmx`.
    SetGuestOptions {
        /// The file's path.
        path: String,
        /// The keys and their values.
        options: Vec<GuestOption>,
    },
}

/// A key of a guest's configuration, and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GuestOption {
    /// The key: `balloon`, `pciPassthru.use64bitMMIO`.
    pub key: &'static str,
    /// The value.
    pub value: String,
}

impl GuestOption {
    pub(crate) fn new(key: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        Self { key, value }
    }

    /// The option as the file has it.
    fn shown(&self, path: &str) -> String {
        let Self { key, value } = self;
        if path.ends_with(".vmx") {
            format!("{key} = \"{value}\"")
        } else {
            format!("{key}: {value}")
        }
    }
}

/// A line of a file with only one setting, so that its change affects no other setting.
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
    /// use host_tree::Evidence;
    /// let line = |text| Evidence::new("/etc/modprobe.d/a.conf", 1, text);
    /// assert!(WholeLine::of(&line("blacklist nouveau")).is_some());
    /// assert!(WholeLine::of(&line("options vfio-pci ids=10de:2d04 disable_vga=1")).is_none());
    /// ```
    #[must_use]
    pub fn of(evidence: &Evidence) -> Option<Self> {
        let settings = file_settings::of(&evidence.source, &evidence.text);
        // An existing list has a setting without a value, next to its items.
        let message = settings.iter().filter(|setting| !setting.value.is_empty());
        (message.count() <= 1).then(|| Self {
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

    /// The text of the line.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl Change {
    /// One line for people, an imperative.
    #[must_use]
    pub fn sentence(&self) -> Text {
        match self {
            Self::SetKernelOption { option, .. } => text!("set the kernel option {option}", option),
            Self::RemoveKernelOption { option } => {
                text!("remove {option} from the kernel command line", option)
            }
            Self::ReplaceKernelOption {
                option,
                replacement,
            } => text!(
                "replace {option} with {replacement} on the kernel command line",
                option,
                replacement
            ),
            Self::RegenerateBootLoader => {
                text!("regenerate the boot loader's configuration, and reboot")
            }
            Self::RegenerateInitramfs => text!("regenerate the initramfs, and reboot"),
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
            Self::RemoveLine(WholeLine { path, text, .. }) if is_unnamed(path) => text!(
                "remove from its file in {directory}, whose name is not in the input: {removed}",
                directory = path
                    .rsplit_once('/')
                    .map_or(path.as_str(), |(parent, _)| parent),
                removed = text
            ),
            Self::RemoveLine(WholeLine { path, line, .. }) => {
                text!("remove line {line} of {path}", line, path)
            }
            Self::SetGuestOptions { path, options } => {
                let shown = options.iter().map(|option| option.shown(path));
                let shown: Vec<String> = shown.collect();
                text!("set {options} in {path}", options = shown.join(", "), path)
            }
        }
    }
}

impl fmt::Display for Change {
    /// The sentence in English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}
