//! KubeVirt: which functions the cluster lets machines have, and which ones a machine asks
//! for. Both go by vendor and device id alone.

mod cluster;
mod emit;
mod format;
mod machine;
mod object;
mod patch;
mod read;

const TARGET: &str = "KubeVirt";

pub use cluster::resource_name;
pub use emit::kubevirt;
pub(crate) use format::KUBEVIRT;
pub use read::{PermittedDevice, ReadManifest, RequestedDevice, read_manifest, read_manifest_of};
