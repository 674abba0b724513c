//! The table of settings that guides carry: `data/settings.tsv`.

use crate::finding::Verdict;

/// Where a setting stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On the kernel command line.
    KernelOption,
    /// An option of a module: modprobe.d or `module.option=` of the kernel.
    ModuleOption,
    /// A module in a list of modules to load.
    Module,
    /// A `blacklist` line of modprobe.d.
    Blacklist,
}

/// What must be so for a row to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// On every host.
    Always,
    /// Where interrupt remapping is enabled.
    RemappingOn,
    /// From this kernel on.
    KernelFrom(u32, u32),
    /// Where the boot framebuffer is handed to simpledrm.
    Simpledrm,
}

/// One setting and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The finding's code.
    pub code: &'static str,
    /// Where it stands.
    pub place: Place,
    /// The option or module; for a module's option the module comes first, with
    /// a blank between.
    pub name: &'static str,
    /// The value it must have; `None` for any.
    pub value: Option<&'static str>,
    /// What must be so for the row to hold.
    pub when: When,
    /// What it then means.
    pub verdict: Verdict,
    /// Whether it is to be taken out.
    pub remove: Removal,
    /// The finding's sentence after the setting's own text.
    pub title: &'static str,
    /// What it does.
    pub meaning: &'static str,
    /// Where this is written.
    pub source: &'static str,
}

/// Whether a setting is to be taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// Take it out.
    Remove,
    /// It may stay.
    Leave,
}

impl Setting {
    /// The setting as it is typed: `amd_iommu=on`, `vfio_virqfd`.
    #[must_use]
    pub fn spelling(&self) -> String {
        let name = self.name.replace(' ', ".");
        match (self.place, self.value) {
            (Place::Module | Place::Blacklist, _) => name,
            (_, Some(value)) => format!("{name}={value}"),
            (_, None) => name,
        }
    }
}

/// The table, compiled in. A row that is not understood is left out; a test
/// holds that there is none.
pub fn all() -> impl Iterator<Item = Setting> {
    include_str!("../data/settings.tsv").lines().filter_map(row)
}

fn row(line: &'static str) -> Option<Setting> {
    if line.starts_with('#') {
        return None;
    }
    let mut columns = line.split('\t');
    let mut next = || columns.next();
    Some(Setting {
        code: next()?,
        place: match next()? {
            "kernel-option" => Place::KernelOption,
            "module-option" => Place::ModuleOption,
            "module" => Place::Module,
            "blacklist" => Place::Blacklist,
            _ => return None,
        },
        name: next()?,
        value: match next()? {
            "*" | "-" => None,
            value => Some(value),
        },
        when: match next()? {
            "always" => When::Always,
            "remapping-on" => When::RemappingOn,
            "simpledrm" => When::Simpledrm,
            other => {
                let (major, minor) = other.strip_prefix("kernel-from:")?.split_once('.')?;
                When::KernelFrom(major.parse().ok()?, minor.parse().ok()?)
            }
        },
        verdict: Verdict::from_word(next()?)?,
        remove: match next()? {
            "remove" => Removal::Remove,
            "leave" => Removal::Leave,
            _ => return None,
        },
        title: next()?,
        meaning: next()?,
        source: next()?,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_row_is_understood_and_has_a_source() {
        let text = include_str!("../data/settings.tsv");
        let rows = text.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(super::all().count(), rows);
        for setting in super::all() {
            assert!(setting.source.len() > 10, "{}", setting.code);
            assert!(!setting.title.ends_with('.'), "{}", setting.code);
        }
    }
}
