//! Every structure that can be read, by one name.

use pci_core::config::conventional::{AdvancedFeatures, Express, PowerManagement};
use pci_core::config::extended::{AccessControlServices, ResizableBars, SrIov};
use pci_core::config::{ConfigSpace, ConventionalStructure, ExtendedStructure};

/// A structure, printed for debugging; as JSON it comes back as it was.
#[cfg(feature = "std")]
fn shown<T>(structure: &T) -> String
where
    T: std::fmt::Debug + PartialEq + serde::Serialize + for<'de> serde::Deserialize<'de>,
{
    let json = serde_json::to_string(structure).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), structure);
    format!("{structure:?}")
}

#[cfg(not(feature = "std"))]
fn shown(structure: &impl std::fmt::Debug) -> String {
    format!("{structure:?}")
}

/// The structures of each kind, printed for debugging, that are read at `offset`.
pub(crate) fn read_all(space: ConfigSpace<'_>, offset: u16) -> Vec<String> {
    macro_rules! read {
        ($($structure:ident),* $(,)?) => {
            [$($structure::read(space, offset).map(|read| shown(&read))),*]
        };
    }
    let read = read![
        AdvancedFeatures,
        Express,
        PowerManagement,
        AccessControlServices,
        ResizableBars,
        SrIov,
    ];
    read.into_iter().flatten().collect()
}
