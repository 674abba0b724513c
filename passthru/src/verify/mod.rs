//! Whether a plan worked: its checks on a host after the reboot, and for each function
//! that is not where it should be, why.
//!
//! ```
//! use passthru::plan::{self, Request};
//! use passthru::{Host, Target, Verdict, verify};
//! use host_tree::MemoryTree;
//! # let mut tree = MemoryTree::partial();
//! # tree.insert_text("lspci -nnk", "03:00.0 Ethernet controller [0200]: Intel Corporation \
//! #     82574L Gigabit Network Connection [8086:10d3]\n\tKernel driver in use: e1000e\n");
//! # tree.insert_text("dmesg", "[    0.536462] pci 0000:03:00.0: Adding to iommu group 17\n");
//! # tree.insert_file("/etc/initramfs-tools/modules", "");
//! # let host = Host::read(&tree);
//! # let request = Request {
//! #     devices: vec!["03:00.0".parse()?],
//! #     target: Some(Target::Proxmox),
//! #     vm: None,
//! #     bind: None,
//! #     ..Request::default()
//! # };
//! let plan = plan::make(&tree, &host, &request)?;
//! // The plan was made, and nothing was applied.
//! let report = verify::verify(&tree, &host, &plan, None);
//! assert_eq!(report.devices[0].verdict, Verdict::Blocker);
//! assert_eq!(report.devices[0].title, "03:00.0 is bound to e1000e, not to vfio-pci");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod causes;
mod condition;
mod files;
mod newest;
mod report;
mod restarted;

pub use answer::{Answer, Cause, FileAnswer, PlannedFileState};
pub use newest::newest;
pub use report::{VerifyReport, verify};
pub use restarted::restarted;

/// Files that a verification reads, in addition to those of [`Host::read`](crate::Host::read).
pub const FILES: [&str; 3] = [
    "/proc/iomem",
    "/proc/stat",
    "/proc/sys/kernel/random/boot_id",
];
