//! TrueNAS (SCALE and Community Edition): its middleware is configured with `midclt`, and binds
//! isolated GPUs to vfio-pci by address at boot.

use pci_core::Address;
use pci_core::notation::NodeDeviceName;

use crate::description::Description;
use crate::emitted::{Emitted, EmittedCommand, Feature, ManualStep, Versions};
use crate::yaml::quoted;

const TARGET: &str = "TrueNAS";

/// The number of a machine: `midclt call vm.query` shows it as `id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VmNumber(pub u32);

/// The form of the middleware's call for a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeviceCall {
    /// The kind of the device among its attributes: TrueNAS 25.04 and later.
    InAttributes,
    /// The kind beside the attributes: up to TrueNAS 24.10.
    Separate,
}

/// The commands that isolate the cards and assign their functions to the VM. `isolated` are the
/// GPUs that are isolated already: the call replaces the list.
#[must_use]
pub fn emit(vm: &Description, number: VmNumber, isolated: &[Address], call: DeviceCall) -> Emitted {
    let mut gpus: Vec<Address> = isolated.to_vec();
    let displays = vm.assigned.functions().filter(|one| one.is_display());
    for display in displays {
        if !gpus.contains(&display.address) {
            gpus.push(display.address);
        }
    }
    let mut commands = Vec::new();
    if gpus.len() > isolated.len() {
        let list: Vec<String> = gpus.iter().map(|one| quoted(&one.to_string())).collect();
        commands.push(EmittedCommand::new(
            [
                "midclt",
                "call",
                "--job",
                "system.advanced.update_gpu_pci_ids",
                &format!("[{}]", list.join(", ")),
            ],
            "the host leaves the cards to guests, with the other functions of their slots; one \
             GPU has to stay with the host; the list replaces the one that is there",
        ));
    }
    for function in vm.assigned.functions() {
        let device = NodeDeviceName(function.address).to_string();
        let (number, device) = (number.0, quoted(&device));
        let (body, versions) = match call {
            DeviceCall::InAttributes => (
                format!(
                    "{{\"vm\": {number}, \"attributes\": {{\"dtype\": \"PCI\", \"pptdev\": {device}}}}}"
                ),
                Versions::from("TrueNAS", "25.04"),
            ),
            DeviceCall::Separate => (
                format!(
                    "{{\"vm\": {number}, \"dtype\": \"PCI\", \"attributes\": {{\"pptdev\": {device}}}}}"
                ),
                Versions::to("TrueNAS", "24.10"),
            ),
        };
        let mut command = EmittedCommand::new(
            ["midclt", "call", "vm.device.create", &body],
            "the machine gets the function from its next start on",
        );
        command.versions = Some(versions);
        commands.push(command);
    }
    Emitted {
        commands,
        steps: vec![ManualStep {
            name: "truenas-isolated",
            text:
                "give what midclt call system.advanced.config prints as isolated_gpu_pci_ids, or \
                   put those into the list: otherwise they are no longer isolated. Then reboot"
                    .to_owned(),
        }],
        not_converted: Feature::unsupported(vm, TARGET, &[]),
        ..Emitted::default()
    }
}

#[cfg(test)]
mod tests {
    use pci_core::ClassCode;

    use super::*;
    use crate::assigned::{AssignedDevices, AssignedFunction, AssignedSlot, Coverage};

    #[test]
    fn isolated_functions_remain_isolated() {
        let mut gpu = AssignedFunction::at("01:00.0".parse().unwrap());
        gpu.class = Some(ClassCode::new(3, 0, None));
        let audio = AssignedFunction::at("01:00.1".parse().unwrap());
        let slot = AssignedSlot::new(vec![gpu, audio], Coverage::WholeSlot).unwrap();
        let vm = Description::new(
            "a".parse().unwrap(),
            AssignedDevices::new(vec![slot]).unwrap(),
        );
        let reported = emit(
            &vm,
            VmNumber(3),
            &["05:00.0".parse().unwrap()],
            DeviceCall::InAttributes,
        );
        let words: Vec<&str> = reported
            .commands
            .iter()
            .map(|one| one.argv.last().unwrap().as_str())
            .collect();
        assert_eq!(
            words,
            [
                "[\"0000:05:00.0\", \"0000:01:00.0\"]",
                "{\"vm\": 3, \"attributes\": {\"dtype\": \"PCI\", \"pptdev\": \"pci_0000_01_00_0\"}}",
                "{\"vm\": 3, \"attributes\": {\"dtype\": \"PCI\", \"pptdev\": \"pci_0000_01_00_1\"}}",
            ]
        );
        assert_eq!(
            emit(
                &vm,
                VmNumber(3),
                &["01:00.0".parse().unwrap()],
                DeviceCall::InAttributes
            )
            .commands
            .len(),
            2
        );
        let older = emit(&vm, VmNumber(3), &[], DeviceCall::Separate);
        assert_eq!(
            older.commands[1].argv[3],
            "{\"vm\": 3, \"dtype\": \"PCI\", \"attributes\": {\"pptdev\": \"pci_0000_01_00_0\"}}"
        );
    }
}
