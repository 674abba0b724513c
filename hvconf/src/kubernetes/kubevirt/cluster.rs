//! The functions that the cluster permits for VMs.

use pci_core::PciId;

use super::object::{Kind, Object};
use super::patch::Patch;
use super::read::permitted;
use super::{ReadManifest, TARGET};
use crate::assigned::AssignedFunction;
use crate::description::Description;
use crate::error::{Cause, Error};
use crate::yaml::quoted;

/// The resource under which functions with `id` are handed out here.
#[must_use]
pub fn resource_name(id: PciId) -> String {
    format!("passthru/{}", id.to_string().replace(':', "-"))
}

/// The object that has the list: HyperConverged's, where there is one.
pub(super) fn object(already: &ReadManifest) -> Result<Option<&Object>, Error> {
    let of = |kind: Kind| already.only(|object| object.kind == kind);
    Ok(match of(Kind::HyperConverged)? {
        Some(object) => Some(object),
        None => of(Kind::KubeVirt)?,
    })
}

/// Functions with the resources under which they are handed out.
pub(super) type Resources<'a> = Vec<(&'a AssignedFunction, String)>;

/// The resource of each function, and the patch that permits those which are not.
pub(super) fn permit<'a>(
    vm: &'a Description,
    object: Option<&Object>,
) -> Result<(Resources<'a>, Patch), Error> {
    let kind = object.map_or(Kind::KubeVirt, |object| object.kind);
    let there = object.map(|object| object.at(kind.way())).transpose()?;
    let there = there.flatten();
    let (known, _) = permitted(kind, there);
    let known = known.into_iter().map(|row| (row.id, row.resource));
    let mut known: Vec<(PciId, String)> = known.collect();
    let mut rows = Vec::new();
    let mut new = Vec::new();
    for function in vm.assigned.functions() {
        let id = function.id.ok_or(Cause::Missing {
            target: TARGET,
            what: "the vendor and device id of each function",
        })?;
        let resource = match known.iter().find(|(one, _)| *one == id) {
            Some((_, resource)) => resource.clone(),
            None => {
                let resource = resource_name(id);
                known.push((id, resource.clone()));
                let (key, ids) = (kind.selector(), id.to_string().to_uppercase());
                new.push(vec![
                    (
                        format!("{key}: {}", quoted(&ids)),
                        "the IDs that VMs may have",
                    ),
                    (
                        format!("resourceName: {}", quoted(&resource)),
                        "what machines ask for",
                    ),
                ]);
                resource
            }
        };
        rows.push((function, resource));
    }
    let mut patch = Patch::new("kubevirt-permitted.yaml");
    if !new.is_empty() {
        patch.list(kind.way(), there, &new)?;
    }
    Ok((rows, patch))
}
