//! The modules of a kernel, from its directory.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;

use host_tree::{HostTree, Lookup};

use super::aliases::Aliases;

/// The PCI aliases of one kernel's modules.
///
/// ```
/// use pci_core::modules::{Claim, Modules};
/// use host_tree::MemoryTree;
/// let mut host = MemoryTree::partial();
/// host.insert_file(
///     "/lib/modules/6.12.0/modules.alias",
///     "alias pci:v00008086d000010D3sv*sd*bc*sc*i* e1000e\n",
/// );
/// let modules = Modules::read(&host, "6.12.0").found().unwrap();
/// let nic = "pci:v00008086d000010D3sv00008086sd00000000bc02sc00i00";
/// // Drivers that vfio-pci must precede.
/// assert_eq!(modules.claims(nic), [Claim::Loadable("e1000e")]);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Modules {
    /// Loadable modules.
    pub loadable: Aliases,
    /// Built-in modules. Kernels before 5.2 do not list their aliases.
    pub built_in: Lookup<Aliases>,
}

/// A module that claims a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Claim<'a> {
    /// A built-in driver: it probes before any loadable module.
    BuiltIn(&'a str),
    /// A module that udev loads for the function.
    Loadable(&'a str),
}

impl<'a> Claim<'a> {
    /// Module name, as in the list: `-` and `_` are equivalent.
    #[must_use]
    pub const fn module(self) -> &'a str {
        match self {
            Self::BuiltIn(module) | Self::Loadable(module) => module,
        }
    }
}

impl Modules {
    /// Reads the lists of the kernel `release` (`uname -r`): `modules.alias` and
    /// `modules.builtin.modinfo`. Not shown if the first is not in the tree.
    pub fn read(tree: &dyn HostTree, release: &str) -> Lookup<Self> {
        let directory = format!("/lib/modules/{release}");
        let aliases = tree.read_text(&format!("{directory}/modules.alias"));
        aliases.map(|text| Self {
            loadable: Aliases::parse(&text),
            built_in: tree
                .read_text(&format!("{directory}/modules.builtin.modinfo"))
                .map(|text| Aliases::parse_builtin(&text)),
        })
    }

    /// The modules that kmod finds for `modalias`, each once, in the order of the list, as in
    /// `modprobe --resolve-alias` and `Kernel modules:` of `lspci -k`. Built-in modules are
    /// consulted only if no loadable module matches.
    #[must_use]
    pub fn resolve<'a>(&'a self, modalias: &'a str) -> Vec<&'a str> {
        let loadable = names(&self.loadable, modalias);
        match &self.built_in {
            Lookup::Found(built_in) if loadable.is_empty() => names(built_in, modalias),
            _ => loadable,
        }
    }

    /// All modules that claim a function with this `modalias`: built-in ones first, because they
    /// probe first.
    #[must_use]
    pub fn claims<'a>(&'a self, modalias: &'a str) -> Vec<Claim<'a>> {
        let built_in = match &self.built_in {
            Lookup::Found(built_in) => names(built_in, modalias),
            _ => Vec::new(),
        };
        let loadable = names(&self.loadable, modalias);
        let built_in = built_in.into_iter().map(Claim::BuiltIn);
        built_in
            .chain(loadable.into_iter().map(Claim::Loadable))
            .collect()
    }
}

/// The modules of the matching aliases, each once.
fn names<'a>(aliases: &'a Aliases, modalias: &'a str) -> Vec<&'a str> {
    let mut known = BTreeSet::new();
    aliases
        .matching(modalias)
        .map(|alias| alias.module)
        .filter(|module| known.insert(*module))
        .collect()
}

#[cfg(test)]
mod tests {
    use host_tree::MemoryTree;

    use super::*;

    const DISK: &str = "pci:v00008086d0000A352sv00001043sd00008694bc01sc06i01";

    #[test]
    fn built_in_drivers_count_where_nothing_can_be_loaded() {
        let mut tree = MemoryTree::partial();
        assert!(matches!(Modules::read(&tree, "6.1"), Lookup::NotShown));
        tree.insert_file("/lib/modules/6.1/modules.alias", "");
        let modules = Modules::read(&tree, "6.1").found().unwrap();
        assert!(matches!(modules.built_in, Lookup::NotShown));
        assert!(modules.resolve(DISK).is_empty());
        tree.insert_file(
            "/lib/modules/6.1/modules.builtin.modinfo",
            "ahci.alias=pci:v*d*sv*sd*bc01sc06i01*\0",
        );
        let modules = Modules::read(&tree, "6.1").found().unwrap();
        assert_eq!(modules.resolve(DISK), ["ahci"]);
        assert_eq!(modules.claims(DISK), [Claim::BuiltIn("ahci")]);
        tree.insert_file(
            "/lib/modules/6.1/modules.alias",
            "alias pci:v*d*sv*sd*bc01sc*i* one\nalias pci:v00008086d*sv*sd*bc01sc*i* one\n",
        );
        let modules = Modules::read(&tree, "6.1").found().unwrap();
        assert_eq!(modules.resolve(DISK), ["one"]);
        assert_eq!(
            modules.claims(DISK),
            [Claim::BuiltIn("ahci"), Claim::Loadable("one")]
        );
        assert_eq!(Claim::Loadable("one").module(), "one");
    }
}
