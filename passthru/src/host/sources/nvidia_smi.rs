//! Listings of nvidia-smi: the cards bound to NVIDIA's driver, and their processes.

use pci_core::listing::nvidia_smi;

use crate::host::fact::Fact;
use crate::host::host_use::process::Process;
use crate::host::model::{Entry, Listing, Source, Value};

/// The cards and processes of its tables.
pub(super) fn read(source: &str, text: &str) -> Listing {
    let table = nvidia_smi::parse(text);
    let mut listing = Listing::default();
    for gpu in &table.gpus {
        let shown = gpu.evidence(source);
        let mut entry = Entry::listed(gpu.value.address, Source::NvidiaSmi, shown);
        entry.see(Some(Value::Name(format!("NVIDIA {}", gpu.value.name))));
        // nvidia-smi lists functions bound to NVIDIA's driver.
        entry.see(Some(Value::Driver(Some("nvidia".to_owned()))));
        listing.entries.push(entry);
    }
    for process in table.processes.found().unwrap_or_default() {
        let mut gpus = table.gpus.iter();
        let gpu = gpus.find(|gpu| gpu.value.index == process.value.gpu);
        let Some(gpu) = gpu else { continue };
        let found = Process {
            address: gpu.value.address,
            pid: process.value.pid,
            name: process.value.name.clone(),
        };
        let found = Fact::new(found, process.evidence(source));
        listing.processes.push(found);
    }
    listing
}
