//! Applying and undoing a plan: a journaled transaction.
//!
//! Before any change, a journal in `/var/lib/passthru/transactions` records the complete plan and
//! the previous state of each file. Each file is then written next to the old one, flushed and
//! renamed; commands follow; each step is recorded. At any moment a file is the old one or the new
//! one, and its bytes decide which, not the journal: so [`Store::resume`] and [`Store::undo`]
//! complete a transaction that was interrupted at any point.
//!
//! ```
//! use passthru::apply::{Commands, Store};
//! use passthru::plan::{self, Request};
//! use passthru::{Host, Target};
//! use host_tree::DirTree;
//! # let root = std::env::temp_dir().join(format!("passthru-apply-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(root.join("_commands"))?;
//! # std::fs::create_dir_all(root.join("etc/initramfs-tools"))?;
//! # std::fs::write(root.join("_commands/lspci -nnk"), "03:00.0 Ethernet controller [0200]: Intel \
//! #     Corporation 82574L Gigabit Network Connection [8086:10d3]\n\tKernel driver in use: e1000e\n")?;
//! # std::fs::write(root.join("_commands/dmesg"), "[    0.5] pci 0000:03:00.0: Adding to iommu group 17\n")?;
//! # std::fs::write(root.join("_commands/ip link"), "2: enp4s0: <BROADCAST,UP> mtu 1500 state UP\n")?;
//! # std::fs::write(root.join("etc/initramfs-tools/modules"), "")?;
//! let tree = DirTree::open(&root)?;
//! let host = Host::read(&tree);
//! let request = Request {
//!     devices: vec!["03:00.0".parse()?],
//!     target: Some(Target::Proxmox),
//!     vm: None,
//!     bind: None,
//!     ..Request::default()
//! };
//! let plan = plan::make(&tree, &host, &request)?;
//! let mut store = Store::lock(&root)?;
//! store.apply(&plan, &[], Commands::List, &mut |_| {})?;
//! assert!(root.join("etc/modprobe.d/vfio.conf").exists());
//! store.undo(&[], &mut |_| {})?;
//! assert!(!root.join("etc/modprobe.d").exists());
//! # std::fs::remove_dir_all(&root)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod boot;
mod confirmation;
mod error;
mod event;
// Only Linux resolves a path below a directory safely, and no other host is changed.
#[cfg(target_os = "linux")]
mod execute;
mod journal;
mod last;
mod record;
mod refusal;
mod transaction;

pub(crate) use boot::{BOOT_ID, boot_id};
pub(crate) use confirmation::is_of_confirmation;
pub(crate) use error::ApplyCause;
pub use error::refused;
pub use event::{Event, Failed};
#[cfg(target_os = "linux")]
pub use execute::{Store, Undone, check, check_now, confirmed_within};
pub use journal::{Journal, TransactionState};
pub use last::last;
pub use record::{Attributes, Commands, Header, Kept, KeptText, Record};
pub use refusal::Refusal;
pub use transaction::{Checked, FailedCommand, Transaction, TransactionCommand};
