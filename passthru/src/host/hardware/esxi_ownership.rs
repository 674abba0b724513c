//! ESXi's owner and reset method of functions.

use std::collections::BTreeMap;

use host_tree::{Evidence, HostTree};
use hvconf::esxi::{BOOT_CFG, BootCfgOption, EsxConf, PassthruMap, boot_options};
use pci_core::Address;

use crate::host::fact::Fact;

/// The file of the owners.
const ESX_CONF: &str = "/etc/vmware/esx.conf";
/// The file of the reset methods.
const PASSTHRU_MAP: &str = "/etc/vmware/passthru.map";

/// Passthrough settings in ESXi's files.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub(crate) struct Esxi {
    /// `/etc/vmware/esx.conf`, with its text.
    pub owners: Option<(EsxConf, String)>,
    /// `/etc/vmware/passthru.map`, with its text.
    pub resets: Option<(PassthruMap, String)>,
    /// The boot options in `/bootbank/boot.cfg`.
    pub boot_options: Vec<Fact<BootCfgOption>>,
    /// The functions in `esxcli hardware pci`.
    pub functions: BTreeMap<Address, EsxiFunction>,
}

/// One function in `esxcli hardware pci list` and `pcipassthru list`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct EsxiFunction {
    /// Configured owner: `VMkernel`, `VM Passthru`.
    pub configured_owner: Option<Fact<String>>,
    /// Its present owner.
    pub current_owner: Option<Fact<String>>,
    /// Whether the function can be assigned to guests at all.
    pub capable: Option<Fact<bool>>,
    /// Whether passthrough is switched on for it.
    pub enabled: Option<Fact<bool>>,
    /// The device that the VMkernel must release with it.
    pub dependent_device: Option<Fact<Address>>,
    /// Whether functions of its device can go to different guests.
    pub sharable: Option<Fact<bool>>,
}

/// The owner of a function that guests can have (ESXCLI reference, `hardware pci
/// list`).
const PASSTHRU: &str = "VM Passthru";

impl EsxiFunction {
    /// Evidence that the function is configured for guests.
    #[must_use]
    pub(crate) fn is_meant(&self) -> Option<&Fact<String>> {
        let owner = self.configured_owner.as_ref();
        owner.filter(|owner| owner.value == PASSTHRU)
    }

    /// Whether the function can be assigned now, and the evidence.
    #[must_use]
    pub(crate) fn is_given(&self) -> Option<(bool, &Fact<String>)> {
        let owner = self.current_owner.as_ref()?;
        Some((owner.value == PASSTHRU, owner))
    }

    /// Adds the facts of a later listing.
    pub(in crate::host) fn see(&mut self, later: Self) {
        let Self {
            configured_owner,
            current_owner,
            capable,
            enabled,
            dependent_device,
            sharable,
        } = later;
        self.configured_owner = configured_owner.or(self.configured_owner.take());
        self.current_owner = current_owner.or(self.current_owner.take());
        self.capable = capable.or(self.capable.take());
        self.enabled = enabled.or(self.enabled.take());
        self.dependent_device = dependent_device.or(self.dependent_device.take());
        self.sharable = sharable.or(self.sharable.take());
    }
}

impl Esxi {
    pub(in crate::host) fn read(tree: &dyn HostTree) -> Self {
        let text = |path: &str| tree.read_text(path).found();
        Self {
            owners: text(ESX_CONF).map(|text| (EsxConf::parse(&text), text)),
            resets: text(PASSTHRU_MAP).map(|text| (PassthruMap::parse(&text), text)),
            boot_options: text(BOOT_CFG).map_or_else(Vec::new, |text| {
                let options = boot_options(&text).into_iter();
                let evidence = |line| Evidence::at(BOOT_CFG, &text, line);
                options
                    .map(|option| {
                        let evidence = evidence(option.line);
                        Fact::new(option, evidence)
                    })
                    .collect()
            }),
            functions: BTreeMap::new(),
        }
    }

    /// The path of the file of the owners.
    #[must_use]
    pub(crate) const fn owners_path() -> &'static str {
        ESX_CONF
    }

    /// The path of the file of the reset methods.
    #[must_use]
    pub(crate) const fn resets_path() -> &'static str {
        PASSTHRU_MAP
    }
}
