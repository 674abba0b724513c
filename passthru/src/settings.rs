//! Settings in passthrough guides: `data/settings.tsv`.

use std::sync::LazyLock;

use crate::packed::table;
use crate::text::{Text, text};
use crate::verdict::Verdict;

/// Place of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// On the kernel command line.
    KernelOption,
    /// An option of a module: modprobe.d or `module.option=` of the kernel.
    ModuleOption,
    /// A module in a list of modules to load.
    Module,
    /// A `blacklist` line of modprobe.d.
    Blacklist,
    /// Another line of modprobe.d.
    Modprobe,
    /// A file of sysfs.
    Sysfs,
    /// A virtual machine's configuration of Proxmox VE.
    Proxmox,
    /// A domain of libvirt.
    Libvirt,
    /// QEMU's command line.
    Qemu,
    /// A virtual machine's configuration of VMware.
    Vmx,
    /// A boot option of ESXi.
    Esxi,
    /// Hyper-V, by PowerShell or policy.
    HyperV,
    /// The registry of a guest with Windows.
    Windows,
    /// Xen and its dom0.
    Xen,
    /// A unit of systemd.
    Systemd,
}

impl Place {
    const WORDS: [(&'static str, Self); 15] = [
        ("kernel-option", Self::KernelOption),
        ("module-option", Self::ModuleOption),
        ("module", Self::Module),
        ("blacklist", Self::Blacklist),
        ("modprobe", Self::Modprobe),
        ("sysfs", Self::Sysfs),
        ("proxmox", Self::Proxmox),
        ("libvirt", Self::Libvirt),
        ("qemu", Self::Qemu),
        ("vmx", Self::Vmx),
        ("esxi", Self::Esxi),
        ("hyperv", Self::HyperV),
        ("windows", Self::Windows),
        ("xen", Self::Xen),
        ("systemd", Self::Systemd),
    ];

    /// Its name for people.
    #[must_use]
    pub fn name(self) -> Text {
        match self {
            Self::KernelOption => text!("a kernel option"),
            Self::ModuleOption => text!("a module option"),
            Self::Module => text!("a module"),
            Self::Blacklist | Self::Modprobe => text!("a line of modprobe.d"),
            Self::Sysfs => text!("a sysfs file"),
            Self::Proxmox => text!("a Proxmox VE key"),
            Self::Libvirt => text!("an element of libvirt's XML"),
            Self::Qemu => text!("a QEMU option"),
            Self::Vmx => text!("a key of a .vmx file"),
            Self::Esxi => text!("an ESXi boot option"),
            Self::HyperV => text!("a Hyper-V setting"),
            Self::Windows => text!("a value in the guest's registry"),
            Self::Xen => text!("a Xen setting"),
            Self::Systemd => text!("a setting of a systemd unit"),
        }
    }
}

/// Condition of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingCondition {
    /// On every host.
    Always,
    /// Where interrupt remapping is enabled.
    RemappingOn,
    /// From this kernel on.
    KernelFrom(u32, u32),
    /// From this kernel on, or where the kernel is not in the input: few hosts have an older one.
    UnlessOlder(u32, u32),
    /// Where the boot framebuffer is handed to simpledrm.
    Simpledrm,
    /// Where initramfs-tools makes the initramfs.
    InitramfsTools,
}

/// Judgment of a setting by a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Judgment {
    /// The finding's code.
    pub code: &'static str,
    /// Condition of the row.
    pub when: SettingCondition,
    /// The verdict if it is met.
    pub verdict: Verdict,
    /// Whether the setting should be removed.
    pub remove: SettingRemoval,
    /// Title of the finding, with `SETTING` for the text of the setting.
    pub title: &'static str,
}

impl Judgment {
    /// Title of the finding about `setting`, as the host has it.
    pub(crate) fn sentence(&self, setting: &str) -> Text {
        Text::of_table(self.title).with_word("SETTING", setting.to_owned())
    }
}

/// A setting, its effect, and its status.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Setting {
    /// Its place.
    pub place: Place,
    /// The option, module or key; a module option follows its module after a blank.
    pub name: &'static str,
    /// The values that the row is about; none for any.
    pub values: Vec<&'static str>,
    /// Judgment by a finding, if one examines the setting alone.
    pub judgment: Option<Judgment>,
    /// First version in which it works, if a source says so.
    pub first: Option<&'static str>,
    /// The last one, where it is gone.
    pub last: Option<&'static str>,
    /// The behavior without it.
    pub default: Option<&'static str>,
    /// Its cost.
    pub cost: Option<&'static str>,
    /// Its effect.
    pub meaning: &'static str,
    /// Where this is written.
    pub source: &'static str,
}

/// Whether a setting should be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingRemoval {
    /// Take it out.
    Remove,
    /// It may remain.
    Leave,
}

impl Setting {
    /// The setting as it is typed: `amd_iommu=on`, `vfio_virqfd`.
    #[must_use]
    pub fn spelling(&self) -> String {
        let name = self.name.replace(' ', ".");
        match (self.place, self.values.first()) {
            (Place::Module | Place::Blacklist | Place::Modprobe, _) | (_, None) => name,
            (_, Some(value)) => format!("{name}={value}"),
        }
    }

    /// The text of `passthru explain`.
    #[must_use]
    pub fn explanation(&self) -> Text {
        let (setting, meaning) = (self.spelling(), Text::of_table(self.meaning));
        let mut explanation = match &self.judgment {
            Some(judgment) => text!(
                "{title}. {meaning}",
                title = judgment.sentence(&setting),
                meaning
            ),
            None => text!(
                "{setting}, {place}: {meaning}",
                setting,
                place = self.place.name(),
                meaning
            ),
        };
        if let Some(release) = self.first {
            explanation = text!("{explanation} First in: {release}.", explanation, release);
        }
        if let Some(release) = self.last {
            explanation = text!("{explanation} Last in: {release}.", explanation, release);
        }
        if let Some(default) = self.default {
            explanation = text!("{explanation} Default: {default}.", explanation, default);
        }
        if let Some(cost) = self.cost {
            let cost = Text::of_table(cost);
            explanation = text!("{explanation} Trade-off: {cost}.", explanation, cost);
        }
        explanation
    }

    /// Whether `typed`, with `-` and `_` as equal, is this setting: as typed, with any value if the
    /// row has none, or by name alone.
    pub(crate) fn is_typed(&self, typed: &str) -> bool {
        let fold = |text: &str| text.replace('-', "_").to_ascii_lowercase();
        let (typed, name) = (fold(typed), fold(self.name));
        let dotted = name.replace(' ', ".");
        let own = [dotted.as_str(), name.rsplit(' ').next().unwrap_or(&name)];
        let is_own = |typed: &str| {
            let numbered = self.place == Place::Proxmox;
            // hostpci0 is the first of its kind.
            let kind = typed.trim_end_matches(|c: char| c.is_ascii_digit() && numbered);
            own.contains(&typed) || own.contains(&kind)
        };
        match typed.split_once('=') {
            None => is_own(&typed),
            Some((alone, value)) => {
                let is_value = |known: &&str| fold(known) == value;
                is_own(alone) && (self.values.is_empty() || self.values.iter().any(is_value))
            }
        }
    }
}

/// The compiled-in table. Malformed rows are skipped; a test proves that there are none.
pub fn all() -> impl Iterator<Item = &'static Setting> {
    static SETTINGS: LazyLock<Vec<Setting>> =
        LazyLock::new(|| table!("settings").filter_map(row).collect());
    SETTINGS.iter()
}

/// The settings that a finding examines alone, each with its judgment.
pub fn judged() -> impl Iterator<Item = (&'static Setting, &'static Judgment)> {
    all().filter_map(|setting| Some((setting, setting.judgment.as_ref()?)))
}

fn row(line: &'static str) -> Option<Setting> {
    let columns: Vec<&'static str> = line.split('\t').collect();
    let [
        code,
        place,
        name,
        value,
        when,
        verdict,
        remove,
        first,
        last,
        default,
        cost,
        title,
        meaning,
        source,
    ] = columns.try_into().ok()?;
    let present = |column: &'static str| (column != "-").then_some(column);
    let judgment = match code {
        "-" => None,
        code => Some(Judgment {
            code,
            when: self::when(when)?,
            verdict: Verdict::from_word(verdict)?,
            remove: match remove {
                "remove" => SettingRemoval::Remove,
                "leave" => SettingRemoval::Leave,
                _ => return None,
            },
            title,
        }),
    };
    let place = Place::WORDS.iter().find(|(word, _)| *word == place)?.1;
    Some(Setting {
        place,
        name,
        values: match value {
            "*" | "-" => Vec::new(),
            values => values.split('|').collect(),
        },
        judgment,
        first: present(first),
        last: present(last),
        default: present(default),
        cost: present(cost),
        meaning,
        source,
    })
}

fn when(word: &str) -> Option<SettingCondition> {
    Some(match word {
        "always" => SettingCondition::Always,
        "remapping-on" => SettingCondition::RemappingOn,
        "simpledrm" => SettingCondition::Simpledrm,
        "initramfs-tools" => SettingCondition::InitramfsTools,
        other => {
            let (word, release) = other.split_once(':')?;
            let (major, minor) = release.split_once('.')?;
            let (major, minor) = (major.parse().ok()?, minor.parse().ok()?);
            match word {
                "kernel-from" => SettingCondition::KernelFrom(major, minor),
                "unless-older" => SettingCondition::UnlessOlder(major, minor),
                _ => return None,
            }
        }
    })
}

#[cfg(test)]
mod tests;
