//! Harvester in conversions.

use super::{Pooling, TARGET, harvester, read_claims};
use crate::convert::{Declaration, GuestName, Sign};
use crate::description::Description;
use crate::error::Cause;
use crate::yaml::Node;

pub(crate) const FORMAT: Declaration = Declaration {
    signs: &[Sign::Kind(|document| {
        document.get("kind").and_then(Node::text) == Some("PCIDeviceClaim")
    })],
    read: Some(|known| read_claims(known.text)),
    guest_name: GuestName::OF_KUBERNETES,
    ..Declaration::host_list("harvester", TARGET, |vm, wanted| {
        let node = wanted.node.as_ref().ok_or(Cause::Missing {
            target: TARGET,
            what: "the name of the node that has the functions",
        })?;
        harvester(vm, node, pooling(vm))
    })
};

/// Functions with duplicate or unknown IDs are separate resources.
fn pooling(vm: &Description) -> Pooling {
    let ids: Vec<_> = vm.assigned.functions().map(|one| one.id).collect();
    let is_duplicate = |(at, id): (usize, &Option<_>)| {
        id.is_none() || ids.iter().skip(at + 1).any(|other| other == id)
    };
    if ids.iter().enumerate().any(is_duplicate) {
        Pooling::PerDevice
    } else {
        Pooling::Pooled
    }
}
