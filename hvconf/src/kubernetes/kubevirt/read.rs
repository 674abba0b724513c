//! Functions in manifests: those that the cluster permits, and those that machines request.

use pci_core::PciId;

use super::object::{Kind, Object, unclear};
use crate::description::VmName;
use crate::emitted::NotConverted;
use crate::error::Error;
use crate::yaml::{Node, load};

/// A row of `permittedHostDevices.pciHostDevices` (`V1PciHostDevice` of KubeVirt's
/// API).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PermittedDevice {
    /// `pciVendorSelector`.
    pub id: PciId,
    /// `resourceName`: the name in VMs' requests.
    pub resource: String,
    /// Whether another device plugin counts and provides them to guests.
    pub external_provider: bool,
    /// Its line, from 1.
    pub line: u32,
}

/// A row of `devices.gpus` or `devices.hostDevices` of a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestedDevice {
    /// Its name in the machine.
    pub name: String,
    /// `deviceName`: the resource.
    pub resource: String,
    /// Its line, from 1.
    pub line: u32,
}

/// Functions in a manifest. No manifest says which function of which node a VM gets, so there is no
/// description to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadManifest {
    /// Of objects of the kind KubeVirt.
    pub permitted: Vec<PermittedDevice>,
    /// Of machines.
    pub requested: Vec<RequestedDevice>,
    /// Selectors that are not IDs.
    pub not_converted: Vec<NotConverted>,
    /// The objects that a patch is for.
    pub(super) objects: Vec<Object>,
}

impl ReadManifest {
    /// The only matching object, if there is exactly one.
    ///
    /// # Errors
    /// When there are several: which one is meant is not known.
    pub(super) fn only(&self, is: impl Fn(&Object) -> bool) -> Result<Option<&Object>, Error> {
        let found: Vec<&Object> = self.objects.iter().filter(|one| is(one)).collect();
        match found.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            several => {
                let place = |one: &&Object| {
                    let namespace = one.namespace.as_deref().unwrap_or("no namespace");
                    let name = one.name.as_deref().unwrap_or("no name");
                    format!("{name} in {namespace}")
                };
                let places: Vec<String> = several.iter().map(place).collect();
                Err(unclear(format!(
                    "expected one {}, found {}; give the objects of one namespace only (kubectl \
                     get --namespace)",
                    several.first().map_or("object", |one| one.kind.resource()),
                    places.join(", ")
                )))
            }
        }
    }
}

/// Reads a manifest of any objects.
///
/// # Errors
/// When it is not YAML.
pub fn read_manifest(text: &str) -> Result<ReadManifest, Error> {
    read_objects(text, None)
}

/// The same, and of machines that of this name only.
///
/// # Errors
/// As [`read_manifest`].
pub fn read_manifest_of(text: &str, machine: &VmName) -> Result<ReadManifest, Error> {
    read_objects(text, Some(machine.as_str()))
}

fn read_objects(text: &str, machine: Option<&str>) -> Result<ReadManifest, Error> {
    let documents = load(text)?;
    let mut read = ReadManifest::default();
    // `kubectl get` prints several objects as one list.
    let objects = documents.iter().flat_map(|document| {
        let items = document.get("items").map(Node::items);
        items.unwrap_or(core::slice::from_ref(document))
    });
    for node in objects {
        let kind = node.get("kind").and_then(Node::text).unwrap_or_default();
        let name = node.at(&["metadata", "name"]).and_then(Node::text);
        if kind.starts_with("VirtualMachine") && machine.is_some() && name != machine {
            continue;
        }
        if kind == "VirtualMachineInstance" {
            requested(&mut read, node.at(&["spec", "domain", "devices"]));
        }
        let Some(kind) = Kind::from_name(kind) else {
            continue;
        };
        match kind {
            Kind::Machine => {
                let way = [kind.way(), &["devices"]].concat();
                requested(&mut read, node.at(&way));
            }
            Kind::KubeVirt | Kind::HyperConverged => {
                let (rows, not_converted) = permitted(kind, node.at(kind.way()));
                read.permitted.extend(rows);
                read.not_converted.extend(not_converted);
            }
        }
        read.objects.push(Object::of(kind, node));
    }
    Ok(read)
}

/// The rows of a list of permitted functions, and the rows without IDs.
pub(super) fn permitted(
    kind: Kind,
    list: Option<&Node>,
) -> (Vec<PermittedDevice>, Vec<NotConverted>) {
    let (mut rows, mut not_converted) = (Vec::new(), Vec::new());
    for item in list.map(Node::items).unwrap_or_default() {
        let text = |key: &str| item.get(key).and_then(Node::text).unwrap_or_default();
        let selector = text(kind.selector());
        match selector.parse::<PciId>() {
            Ok(id) => rows.push(PermittedDevice {
                id,
                resource: text("resourceName").to_owned(),
                external_provider: text("externalResourceProvider") == "true",
                line: item.line,
            }),
            Err(_) => not_converted.push(
                NotConverted::new(format!("selector {selector:?}"), "expected vendor:device")
                    .on_line(item.line),
            ),
        }
    }
    (rows, not_converted)
}

fn requested(read: &mut ReadManifest, devices: Option<&Node>) {
    for list in ["gpus", "hostDevices"] {
        let list = devices.and_then(|devices| devices.get(list));
        for item in list.map(Node::items).unwrap_or_default() {
            let text = |key: &str| {
                item.get(key)
                    .and_then(Node::text)
                    .unwrap_or_default()
                    .to_owned()
            };
            read.requested.push(RequestedDevice {
                name: text("name"),
                resource: text("deviceName"),
                line: item.line,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_the_entries_of_the_machine() {
        let text = "apiVersion: v1\nkind: List\nitems:\n- kind: KubeVirt\n  spec:\n    configuration:\n      \
            permittedHostDevices:\n        pciHostDevices:\n        - pciVendorSelector: \"8086:10D3\"\n          \
            resourceName: intel/nic\n- kind: VirtualMachine\n  metadata:\n    name: a\n  spec:\n    template:\n      \
            spec:\n        domain:\n          devices:\n            hostDevices:\n            - name: n\n              \
            deviceName: intel/nic\n- kind: VirtualMachine\n  metadata:\n    name: b\n  spec:\n    template:\n      \
            spec:\n        domain:\n          devices:\n            gpus:\n            - name: g\n              \
            deviceName: nvidia/x\n";
        let of = |name: &str| read_manifest_of(text, &name.parse().unwrap()).unwrap();
        assert_eq!(of("a").permitted.len(), 1);
        assert_eq!(of("a").requested[0].resource, "intel/nic");
        assert_eq!(of("b").requested[0].resource, "nvidia/x");
        assert_eq!(of("c").requested, []);
        assert_eq!(read_manifest(text).unwrap().requested.len(), 2);
    }
}
