//! KubeVirt: the functions that the cluster permits, and those that a VM requests, both by vendor
//! and device ID only.

mod cluster;
mod emit;
#[cfg(feature = "convert")]
mod format;
mod machine;
mod object;
mod patch;
mod read;

const TARGET: &str = "KubeVirt";

pub use cluster::resource_name;
pub use emit::kubevirt;
#[cfg(feature = "convert")]
pub(crate) use format::KUBEVIRT;
pub use read::{PermittedDevice, ReadManifest, RequestedDevice, read_manifest, read_manifest_of};
