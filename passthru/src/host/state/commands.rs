//! The commands of an input, and their effect on drivers.

use host_tree::HostTree;
use pci_core::{Address, PciId};

use crate::host::commands::binding_order::{self, BindingWrite};
use crate::host::commands::boot_commands::LateBinding;
use crate::host::commands::empty_outputs::{self, EmptyOutput};
use crate::host::commands::quoted_commands::{self, Quoted};
use crate::host::commands::services::{Removal, Services};
use crate::host::fact::Fact;
use crate::host::texts::Texts;
use crate::host::words::messages::{added_ids, given_to, new_ids};

/// Commands that were run, or are run at each boot.
#[derive(Debug, Default)]
pub(crate) struct Commands {
    /// IDs added to vfio-pci, by the kernel log.
    pub(crate) added_ids: Vec<Fact<PciId>>,
    /// The ids that commands in the input write to vfio-pci's `new_id`.
    pub(crate) new_ids: Vec<Fact<PciId>>,
    /// The functions that commands in the input bind to pcieport, the driver of ports.
    pub(crate) given_to_pcieport: Vec<Fact<Address>>,
    /// The functions that commands in the input bind to pci-stub.
    pub(crate) given_to_pci_stub: Vec<Fact<Address>>,
    /// Commands that the input quotes, the first of each kind.
    pub(crate) quoted: Vec<Fact<Quoted>>,
    /// Commands that printed nothing.
    pub(crate) empty_outputs: Vec<Fact<EmptyOutput>>,
    /// Services and scripts run at each boot that remove a driver after it was loaded.
    pub(crate) removal_services: Vec<Fact<Removal>>,
    /// The ids that services and scripts of each boot write to vfio-pci's `new_id`.
    pub(crate) new_ids_at_boot: Vec<Fact<PciId>>,
    /// The functions that services and scripts of each boot bind or unbind by their addresses.
    pub(crate) bindings_at_boot: Vec<Fact<LateBinding>>,
    /// The writes to sysfs that bind and unbind functions, in the order of each text and script.
    pub(crate) binding_writes: Vec<Vec<Fact<BindingWrite>>>,
    /// The units and scripts that were read for that.
    pub(crate) service_files: Vec<String>,
}

impl Commands {
    pub(in crate::host) fn read(tree: &dyn HostTree, texts: &Texts<'_>) -> Self {
        let services = Services::read(tree);
        let of_guests = texts.of_pasted(&texts.of_guests);
        Self {
            added_ids: added_ids(&texts.logs),
            new_ids: new_ids(tree),
            given_to_pcieport: given_to(tree, "pcieport"),
            given_to_pci_stub: given_to(tree, "pci-stub"),
            quoted: quoted_commands::read(texts.pasted, &texts.logs),
            empty_outputs: empty_outputs::read(texts.pasted, of_guests),
            removal_services: services.removals,
            new_ids_at_boot: services.new_ids,
            bindings_at_boot: services.bindings,
            binding_writes: binding_order::read(tree, texts.pasted, &services.files),
            service_files: services.files,
        }
    }
}
