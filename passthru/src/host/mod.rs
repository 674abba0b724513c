//! A host, as all its sources together show it.

mod card;
mod coverage;
mod device;
mod fact;
mod guests;
mod host_drivers;
mod hypervisor;
mod in_use;
mod intent;
mod join;
mod kernel;
mod listed_groups;
mod listings;
mod memory;
mod platform;
mod process;
mod read;
mod reset;
mod services;
mod settings;
mod system;
mod told;
mod twins;
mod unplaced;

pub use coverage::Coverage;
pub use device::{Device, Driver};
pub use fact::Fact;
pub use guests::{Domain, ProxmoxVm, VmxFile};
pub use hypervisor::{Esxi, EsxiFunction};
pub use in_use::{Interface, Storage};

pub(crate) use host_drivers::host_drivers;
pub use kernel::Kernel;
pub(crate) use listed_groups::listed_groups;
pub use memory::{Region, Reserved};
pub use platform::Platform;
pub use process::Process;
pub use read::Host;
pub use services::Removal;
pub(crate) use services::needed_lines;
pub use settings::{KernelOption, ListedModule, ModuleOption, Seen, Settings};
pub use system::{Initramfs, Processor, System};
pub use told::{IdList, OverrideScript};
pub use twins::Twins;
pub use unplaced::Unplaced;
