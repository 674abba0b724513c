//! Harvester: a function is claimed on its node by address, and the node's
//! controller binds it to vfio-pci.

#[cfg(feature = "convert")]
mod format;

use pci_core::Address;

use super::names::{NodeName, object_name};
use crate::description::Description;
use crate::emitted::{
    Emitted, EmittedCommand, EmittedFile, Feature, Found, Line, ManualStep, NotConverted, ReadBack,
    Versions,
};
use crate::error::{Cause, Error};
use crate::yaml::{Node, load, quoted};

#[cfg(feature = "convert")]
pub(crate) use format::FORMAT;

const TARGET: &str = "Harvester";

/// Whether functions with the same ids are one resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pooling {
    /// They are: a machine gets any of them.
    Pooled,
    /// Each function is a separate resource, also of devices with the same ID.
    PerDevice,
}

/// The name of the claim, and of the controller's object, for a function of a node:
/// the node's name and the digits of the address.
///
/// ```
/// use hvconf::kubernetes::claim_name;
/// let name = claim_name(&"node1".parse()?, "08:00.2".parse()?);
/// assert_eq!(name, "node1-000008002");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn claim_name(node: &NodeName, address: Address) -> String {
    format!("{node}-{}", address.to_string().replace([':', '.'], ""))
}

/// Claims of the functions on their node, and manual steps for the VM.
///
/// # Errors
/// When the name is not one of Kubernetes.
pub fn harvester(vm: &Description, node: &NodeName, pooling: Pooling) -> Result<Emitted, Error> {
    let name = object_name(&vm.name, TARGET)?;
    let mut file = EmittedFile::new(format!("{name}-claims.yaml"));
    let mut steps = Vec::new();
    for function in vm.assigned.functions() {
        let claim = claim_name(node, function.address);
        let mut say = |text: String, why: &str| file.push(Line::new(text, why));
        say("---".to_owned(), "");
        say(
            "apiVersion: devices.harvesterhci.io/v1beta1".to_owned(),
            "Harvester's add-on pcidevices-controller",
        );
        say(
            "kind: PCIDeviceClaim".to_owned(),
            "the node binds the function to vfio-pci",
        );
        say("metadata:".to_owned(), "");
        say(
            format!("  name: {}", quoted(&claim)),
            "the controller's own object has this name",
        );
        say("spec:".to_owned(), "");
        let address = quoted(&function.address.to_string());
        say(format!("  address: {address}"), "which function");
        say(
            format!("  nodeName: {}", quoted(node.as_str())),
            "of which node",
        );
        say("  userName: \"admin\"".to_owned(), "who claims it");
        if pooling == Pooling::PerDevice {
            let line = Line::new(
                "  disableResourcePooling: true",
                "another function has the same IDs: this one becomes a separate resource",
            );
            file.push(line.in_versions(Versions::from("Harvester", "1.9")));
        }
        steps.push(ManualStep {
            name: "harvester-resource",
            text: format!(
                "kubectl get pcidevice {claim} -o jsonpath={{.status.resourceName}} prints the \
                 resource of {}: the machine {name} asks for it in \
                 spec.template.spec.domain.devices.hostDevices, or by Advanced Options, PCI Devices",
                function.address
            ),
        });
    }
    let command = EmittedCommand::new(
        ["kubectl", "apply", "--filename", &*file.path],
        "the node's controller binds the functions; kubectl delete with the same file releases \
         them",
    )
    .undone_by(["kubectl", "delete", "--filename", &*file.path]);
    Ok(Emitted {
        commands: vec![command],
        files: vec![file],
        steps,
        not_converted: Feature::unsupported(vm, TARGET, &[]),
    })
}

/// Reads the functions that a manifest claims; of several nodes, those after the first are listed
/// as not converted.
///
/// # Errors
/// If it is not YAML, an address is invalid, or nothing is claimed.
pub fn read_claims(text: &str) -> Result<ReadBack, Error> {
    let documents = load(text)?;
    let mut found = Found::default();
    let mut first = None;
    for document in &documents {
        if document.get("kind").and_then(Node::text) != Some("PCIDeviceClaim") {
            continue;
        }
        let spec = |key: &str| {
            document
                .at(&["spec", key])
                .and_then(Node::text)
                .unwrap_or_default()
        };
        let (node, address) = (spec("nodeName"), spec("address"));
        let address: Address = address.parse().map_err(|_| {
            Cause::Rejected {
                reason: format!("expected an address, found {address:?}"),
            }
            .at(document.line)
        })?;
        let user = spec("userName");
        if !matches!(user, "" | "admin") {
            let not_converted =
                NotConverted::new(format!("userName {user}"), "only Harvester has it");
            found
                .not_converted
                .push(not_converted.on_line(document.line));
        }
        if *first.get_or_insert(node) == node {
            found.function(address);
        } else {
            let not_converted =
                NotConverted::new(format!("{address} of {node}"), "it is on another node");
            found
                .not_converted
                .push(not_converted.on_line(document.line));
        }
    }
    Ok(ReadBack {
        description: found.describe(None)?,
        not_converted: found.not_converted,
    })
}
