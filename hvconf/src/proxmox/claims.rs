//! The functions of a VM's `hostpciN` entries, with resource mappings resolved.

use pci_core::{Address, Slot};

use super::host_context::HostContext;
use super::hostpci::{HostAddress, HostDevice, HostPci, MOST_ENTRIES, MappingId};
use super::vm_config::VmConfig;

/// The devices that an entry assigns when the guest starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Claimed {
    /// These functions.
    Functions(Vec<HostAddress>),
    /// One of these lists: of a mapping's answers the first that is free.
    OneOf(Vec<Vec<HostAddress>>),
    /// A mediated device of these functions, which stay with the host's driver.
    Mediated(Vec<HostAddress>),
    /// A mapping's answer that is not shown.
    NotShown(MappingId),
}

impl Claimed {
    /// The devices of each of `entries`, which are those of one VM in order.
    pub(super) fn all(entries: &[&HostPci], host_context: HostContext<'_>) -> Vec<Self> {
        let of_mapping = |entry: &HostPci| match &entry.device {
            HostDevice::Mapping(id) => Some(id.clone()),
            HostDevice::Host(_) => None,
        };
        let mut all = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            let mediated = entry.mdev.is_some();
            let id = match &entry.device {
                HostDevice::Host(addresses) if mediated => {
                    all.push(Self::Mediated(addresses.clone()));
                    continue;
                }
                HostDevice::Host(addresses) => {
                    all.push(Self::Functions(addresses.clone()));
                    continue;
                }
                HostDevice::Mapping(id) => id,
            };
            let Some(mut answers) = host_context.answers(id) else {
                all.push(Self::NotShown(id.clone()));
                continue;
            };
            if mediated {
                all.push(Self::Mediated(answers.concat()));
                continue;
            }
            let same = |entry: &&&HostPci| of_mapping(entry).as_ref() == Some(id);
            let before = entries.iter().take(at).filter(same).count();
            let count = entries.iter().filter(same).count();
            // As many entries as functions: each is used, in the order of the file.
            all.push(if count >= answers.len() {
                let own = (before < answers.len()).then(|| answers.swap_remove(before));
                Self::Functions(own.unwrap_or_default())
            } else {
                Self::OneOf(answers)
            });
        }
        all
    }

    /// The addresses that are given for certain.
    pub(super) fn functions(&self) -> &[HostAddress] {
        match self {
            Self::Functions(addresses) => addresses,
            _ => &[],
        }
    }
}

/// The host functions that are assigned to a VM by address or by a mapping that `host_context`
/// resolves. A function of which it gets a mediated device is not assigned, and an entry that
/// Proxmox VE rejects assigns none.
///
/// ```
/// use hvconf::proxmox::{PciCfg, HostContext, VmConfig, assigned_functions};
/// let file = PciCfg::parse("gpu\n\tmap id=10de:2503,iommugroup=1,node=pve,path=0000:01:00\n");
/// let host_context = HostContext { mappings: Some(&file), ..HostContext::default() };
/// let config = VmConfig::parse("hostpci0: mapping=gpu\nhostpci1: 02:00.0,mdev=nvidia-47\n");
/// let given = assigned_functions(&config, host_context);
/// assert_eq!(given.len(), 1);
/// assert_eq!(given[0].to_string(), "0000:01:00");
/// ```
#[must_use]
pub fn assigned_functions(config: &VmConfig, host_context: HostContext<'_>) -> Vec<HostAddress> {
    let entries = (0..MOST_ENTRIES).filter_map(|index| config.get(&format!("hostpci{index}")));
    let entries: Vec<HostPci> = entries.filter_map(|one| one.value.parse().ok()).collect();
    let claimed = Claimed::all(&entries.iter().collect::<Vec<_>>(), host_context);
    claimed
        .iter()
        .flat_map(Claimed::functions)
        .copied()
        .collect()
}

/// Whether one of `addresses` covers `function`.
pub(super) fn cover(addresses: &[HostAddress], function: Address) -> bool {
    addresses.iter().any(|address| address.covers(function))
}

/// Whether an address is of the slot.
pub(super) fn is_of(slot: Slot) -> impl Fn(&HostAddress) -> bool {
    move |address| address.slot() == slot
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxmox::PciCfg;

    const CFG: &str = "gpu\n\tmap id=10de:2203,iommugroup=17,node=a,path=0000:01:00\n\
        \tmap id=10de:2203,iommugroup=20,node=a,path=0000:02:00.0;0000:02:00.1\n\n\
        nic\n\tmap id=8086:1521,node=a,path=0000:03:00.0\n\
        \tmap id=8086:1521,node=b,path=0000:04:00.0\n";

    fn claimed(lines: &[&str], node: Option<&str>) -> Vec<Claimed> {
        let entries: Vec<HostPci> = lines.iter().map(|line| line.parse().unwrap()).collect();
        let file = PciCfg::parse(CFG);
        let host_context = HostContext {
            mappings: Some(&file),
            node,
            functions: &[],
        };
        Claimed::all(&entries.iter().collect::<Vec<_>>(), host_context)
    }

    fn host(text: &str) -> Vec<HostAddress> {
        super::super::hostpci::addresses(text).unwrap()
    }

    #[test]
    fn mappings_are_resolved_on_the_node() {
        assert_eq!(
            claimed(&["mapping=nic"], Some("b")),
            [Claimed::Functions(host("0000:04:00.0"))]
        );
        // The node is unknown.
        let either = [host("0000:03:00.0"), host("0000:04:00.0")];
        assert_eq!(
            claimed(&["mapping=nic"], None),
            [Claimed::OneOf(either.to_vec())]
        );
        let gpus = [host("0000:01:00"), host("0000:02:00.0;0000:02:00.1")];
        assert_eq!(
            claimed(&["mapping=gpu", "03:00.0"], None),
            [
                Claimed::OneOf(gpus.to_vec()),
                Claimed::Functions(host("0000:03:00.0"))
            ]
        );
        assert_eq!(
            claimed(&["mapping=gpu", "mapping=gpu"], None),
            gpus.clone().map(Claimed::Functions)
        );
        assert_eq!(
            claimed(&["mapping=gpu,mdev=nvidia-47", "mapping=none"], Some("a")),
            [
                Claimed::Mediated(gpus.concat()),
                Claimed::Functions(Vec::new())
            ]
        );
    }

    #[test]
    fn a_missing_fact_is_unknown() {
        let entry: HostPci = "mapping=gpu".parse().unwrap();
        assert!(matches!(
            Claimed::all(&[&entry], HostContext::default()).as_slice(),
            [Claimed::NotShown(_)]
        ));
    }
}
