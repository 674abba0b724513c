//! Plans: the ordered edits, commands, manual steps and checks that assign a card to a guest.
//!
//! ```
//! use passthru::plan::{self, Request};
//! use passthru::{Host, Target};
//! use host_tree::MemoryTree;
//! let mut tree = MemoryTree::partial();
//! tree.insert_text("lspci -nnk", "03:00.0 Ethernet controller [0200]: Intel Corporation \
//!     82574L Gigabit Network Connection [8086:10d3]\n\tKernel driver in use: e1000e\n");
//! tree.insert_text("dmesg", "[    0.536462] pci 0000:03:00.0: Adding to iommu group 17\n");
//! tree.insert_file("/etc/initramfs-tools/modules", "");
//! let host = Host::read(&tree);
//! let request = Request {
//!     devices: vec!["03:00.0".parse()?],
//!     target: Some(Target::Proxmox),
//!     vm: Some("100".to_owned()),
//!     bind: None,
//!     ..Request::default()
//! };
//! let plan = plan::make(&tree, &host, &request)?;
//! assert!(plan.edits.iter().any(|edit| edit.path == "/etc/modprobe.d/vfio.conf"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ansible;
mod assumption;
mod bind_choice;
mod binding;
mod checks;
mod choice;
mod clean;
mod document;
mod drafts;
mod error;
mod gate;
mod guards;
mod guest;
mod guest_steps;
mod hypervisors;
mod initramfs;
mod inspect;
mod late_binding;
mod make;
mod options;
pub mod patch;
mod read;
mod release;
mod remedies;
mod request;
mod script;
mod state;
mod unnamed_files;
mod virtual_functions;
mod vm_options;

pub use ansible::playbook;
pub use assumption::Assumption;
pub use document::{
    Binding, Blocker, Command, ManualStep, Plan, PlanCheck, PlannedDevice, SCHEMA, Undo, When,
};
pub use drafts::applied;
pub(crate) use error::PlanCause;
pub use gate::{Unnamed, check};
pub(crate) use guest::passed;
pub use hostconf::binding::method::Method;
pub(crate) use hypervisors::{has_own_driver, table as hypervisor_table};
pub use inspect::inspect;
pub(crate) use make::functions;
pub use make::make;
pub(crate) use read::ReadCause;
pub use read::{PLACE, TRANSACTIONS};
pub use release::release;
pub use request::Request;
pub use script::script;
pub use state::{HostState, PlannedFile, sha256};
pub use vm_options::{HIDDEN_AS, LookingGlass, Screen, VmOptions, Window};
pub(crate) use vm_options::{VmOptionCause, firmware, huge_pages, machine_type, screen, window};
