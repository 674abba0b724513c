//! Merge patches for the cluster and a machine, and the commands that send them.

use super::super::names::object_name;
use super::object::{Kind, Object, checked};
use super::patch::Patch;
use super::{ReadManifest, TARGET, cluster, machine};
use crate::description::{Description, Firmware};
use crate::emitted::{Emitted, EmittedCommand, Feature, NotConverted, Step};
use crate::error::Error;

/// Merge patches for the cluster's settings and for the VM, and the commands that send them. A
/// merge patch replaces lists: a list with a new row is written with all rows of the objects of
/// `already`. The firmware is unchanged unless `firmware` names one. A patch without a change is
/// omitted.
///
/// # Errors
/// If IDs are unknown, the name is invalid in Kubernetes, or the objects are ambiguous.
pub fn kubevirt(
    vm: &Description,
    firmware: Option<Firmware>,
    already: &ReadManifest,
) -> Result<Emitted, Error> {
    let name = object_name(&vm.name, TARGET)?;
    let cluster = cluster::object(already)?;
    let (rows, permit) = cluster::permit(vm, cluster)?;
    let object = machine::object(vm, already)?;
    let mut machine = machine::Machine::new(vm, object);
    machine.sizes();
    if let Some(firmware) = firmware {
        machine.firmware(firmware)?;
    }
    machine.hiding()?;
    machine.devices(&rows)?;
    let mut emitted = Emitted::default();
    let mut send = |kind: Kind, object: Option<&Object>, name: &str, patch: Patch, why: &str| {
        if patch.is_empty() {
            return Ok::<(), Error>(());
        }
        let mut argv = ["kubectl", "patch", kind.resource(), name]
            .map(str::to_owned)
            .to_vec();
        match object {
            Some(object) => argv.extend(object.namespace_words()?),
            // Where KubeVirt's instructions put it.
            None if kind == Kind::KubeVirt => {
                argv.extend(["--namespace", "kubevirt"].map(str::to_owned));
            }
            None => {}
        }
        argv.extend(["--type", "merge", "--patch-file"].map(str::to_owned));
        argv.push(patch.file.path.clone());
        emitted.commands.push(EmittedCommand::new(argv, why));
        emitted.files.push(patch.file);
        Ok(())
    };
    let kind = cluster.map_or(Kind::KubeVirt, |cluster| cluster.kind);
    let cluster_name = cluster.and_then(|cluster| cluster.name.as_deref());
    let cluster_name = checked(cluster_name.unwrap_or("kubevirt"))?;
    let why = "the cluster permits functions with these IDs for VMs";
    send(kind, cluster, &cluster_name, permit, why)?;
    let why = "the machine asks for them from its next start on";
    send(Kind::Machine, object, name, machine.patch, why)?;
    emitted.steps = steps(name, cluster, object);
    emitted.not_converted = not_converted(vm);
    emitted.not_converted.extend(machine.kept);
    for (function, resource) in &rows {
        emitted.not_converted.push(NotConverted::new(
            format!("address {}", function.address),
            format!("the machine gets any function of {resource}: only IDs select it"),
        ));
    }
    Ok(emitted)
}

fn steps(name: &str, cluster: Option<&Object>, machine: Option<&Object>) -> Vec<Step> {
    let mut steps = vec![Step {
        name: "kubevirt-feature-gate",
        text: "spec.configuration.developerConfiguration.featureGates of the object KubeVirt has \
               to have HostDevices, and GPU where gpus are asked for"
            .to_owned(),
    }];
    let not_shown = match (cluster, machine) {
        (Some(_), Some(_)) => return steps,
        (None, Some(_)) => "the object KubeVirt".to_owned(),
        (Some(_), None) => format!("the VirtualMachine {name}"),
        (None, None) => format!("the object KubeVirt and the VirtualMachine {name}"),
    };
    steps.push(Step {
        name: "kubevirt-lists",
        text: format!(
            "not in the input: {not_shown}; a merge patch replaces lists, and drops the \
             rows that they have; with the objects as input (kubectl get kubevirt,virtualmachine \
             -A -o yaml) the patches keep all rows"
        ),
    });
    steps
}

fn not_converted(vm: &Description) -> Vec<NotConverted> {
    Feature::unsupported(
        vm,
        TARGET,
        &[
            Feature::Firmware,
            Feature::SecureBoot,
            Feature::Hiding,
            Feature::Memory,
            Feature::Processors,
            Feature::HugePages,
            Feature::EmulatedDisplay,
        ],
    )
}
