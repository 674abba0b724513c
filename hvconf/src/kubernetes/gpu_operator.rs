//! NVIDIA's GPU operator: a label that prepares a node's GPUs for VMs.

use pci_core::VendorId;

use super::names::NodeName;
use crate::description::Description;
use crate::emitted::{Emitted, EmittedCommand, EmittedFile, Feature, Line, NotConverted, Step};
use crate::error::{Cause, Error};

const TARGET: &str = "NVIDIA GPU operator";

/// NVIDIA, in pci.ids.
const NVIDIA: VendorId = VendorId(0x10de);

/// The label for the node, and values for the operator's Helm chart.
///
/// # Errors
/// When a display of another vendor is among the functions, or none of NVIDIA.
pub fn gpu_operator(vm: &Description, node: &NodeName) -> Result<Emitted, Error> {
    let mut displays = 0;
    for function in vm.assigned.functions().filter(|one| one.is_display()) {
        let id = function.id.ok_or(Cause::Missing {
            target: TARGET,
            what: "the vendor id of each display",
        })?;
        if id.vendor != NVIDIA {
            return Err(Cause::Unsupported {
                target: TARGET,
                what: format!("{function}, which is not of NVIDIA"),
            }
            .into());
        }
        displays += 1;
    }
    if displays == 0 {
        return Err(Cause::Missing {
            target: TARGET,
            what: "a display of NVIDIA",
        }
        .into());
    }
    let mut file = EmittedFile::new("gpu-operator-values.yaml");
    for (text, why) in [
        ("sandboxWorkloads:", ""),
        (
            "  enabled: true",
            "the operator prepares GPUs for machines too, on nodes that have the label",
        ),
        ("vfioManager:", ""),
        ("  enabled: true", "binds the node's GPUs to vfio-pci"),
        ("sandboxDevicePlugin:", ""),
        ("  enabled: true", "provides them to guests"),
    ] {
        file.push(Line::new(text, why));
    }
    let helm = [
        "helm",
        "upgrade",
        "--install",
        "gpu-operator",
        "nvidia/gpu-operator",
        "--namespace",
        "gpu-operator",
        "--create-namespace",
        "--reuse-values",
        "--values",
        &*file.path,
    ];
    let label = [
        "kubectl",
        "label",
        "node",
        node.as_str(),
        "--overwrite",
        "nvidia.com/gpu.workload.config=vm-passthrough",
    ];
    let commands = vec![
        EmittedCommand::new(helm, "the operator can prepare GPUs for machines"),
        EmittedCommand::new(
            label,
            "the node's GPUs are bound to vfio-pci; kubectl label node with \
             nvidia.com/gpu.workload.config- releases them",
        ),
    ];
    let mut not_converted = Feature::unsupported(vm, TARGET, &[]);
    for function in vm.assigned.functions() {
        not_converted.push(NotConverted::new(
            format!("address {}", function.address),
            "the operator binds all NVIDIA GPUs of the node",
        ));
    }
    Ok(Emitted {
        commands,
        files: vec![file],
        steps: vec![Step {
            name: "gpu-operator-resource",
            text: format!(
                "kubectl get node {node} -o jsonpath={{.status.allocatable}} prints the resource \
                 that the operator made of the card, such as nvidia.com/GA102GL_A10: in KubeVirt permit it with its IDs and externalResourceProvider: true"
            ),
        }],
        not_converted,
    })
}

#[cfg(test)]
mod tests {
    use pci_core::ClassCode;

    use super::*;
    use crate::assigned::{AssignedDevices, AssignedFunction, AssignedSlot, Coverage};

    fn vm(id: &str) -> Description {
        let gpu = AssignedFunction {
            id: Some(id.parse().unwrap()),
            class: Some(ClassCode::new(3, 2, None)),
            ..AssignedFunction::at("01:00.0".parse().unwrap())
        };
        let slot = AssignedSlot::new(vec![gpu], Coverage::WholeSlot).unwrap();
        Description::new(
            "a".parse().unwrap(),
            AssignedDevices::new(vec![slot]).unwrap(),
        )
    }

    #[test]
    fn a_node_is_labeled_for_its_nvidia_gpus_alone() {
        let node = "node-1".parse().unwrap();
        let told = gpu_operator(&vm("10de:2236"), &node).unwrap();
        assert_eq!(
            told.files[0].to_string(),
            "sandboxWorkloads:\n  enabled: true\nvfioManager:\n  enabled: true\n\
             sandboxDevicePlugin:\n  enabled: true\n"
        );
        assert_eq!(
            told.commands[1].argv.join(" "),
            "kubectl label node node-1 --overwrite nvidia.com/gpu.workload.config=vm-passthrough"
        );
        assert!(gpu_operator(&vm("1002:73bf"), &node).is_err());
    }
}
