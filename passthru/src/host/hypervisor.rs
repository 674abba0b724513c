//! What is particular to ESXi: who owns which function, and how it is reset.

use hvconf::esxi::{EsxConf, PassthruMap};
use pci_core::tree::HostTree;

/// The file of the owners.
const ESX_CONF: &str = "/etc/vmware/esx.conf";
/// The file of the reset methods.
const PASSTHRU_MAP: &str = "/etc/vmware/passthru.map";

/// What ESXi's files say of passthrough.
#[derive(Clone, Debug, Default)]
pub struct Esxi {
    /// `/etc/vmware/esx.conf`, with its text.
    pub owners: Option<(EsxConf, String)>,
    /// `/etc/vmware/passthru.map`, with its text.
    pub resets: Option<(PassthruMap, String)>,
}

impl Esxi {
    pub(super) fn read(tree: &dyn HostTree) -> Self {
        let text = |path: &str| tree.read_text(path).found();
        Self {
            owners: text(ESX_CONF).map(|text| (EsxConf::parse(&text), text)),
            resets: text(PASSTHRU_MAP).map(|text| (PassthruMap::parse(&text), text)),
        }
    }

    /// The path of the file of the owners.
    #[must_use]
    pub const fn owners_path() -> &'static str {
        ESX_CONF
    }

    /// The path of the file of the reset methods.
    #[must_use]
    pub const fn resets_path() -> &'static str {
        PASSTHRU_MAP
    }
}
