//! Machines in Kubernetes: KubeVirt, Harvester, NVIDIA's GPU operator, and nodes
//! that run Talos.

mod gpu_operator;
mod harvester;
mod kubevirt;
mod names;
mod talos;

pub use gpu_operator::gpu_operator;
#[cfg(feature = "convert")]
pub(crate) use harvester::FORMAT as HARVESTER;
pub use harvester::{Pooling, claim_name, harvester, read_claims};
#[cfg(feature = "convert")]
pub(crate) use kubevirt::KUBEVIRT;
pub use kubevirt::{
    PermittedDevice, ReadManifest, RequestedDevice, kubevirt, read_manifest, read_manifest_of,
    resource_name,
};
pub use names::NodeName;
#[cfg(feature = "convert")]
pub(crate) use talos::FORMAT as TALOS;
pub use talos::{read_talos, talos};
