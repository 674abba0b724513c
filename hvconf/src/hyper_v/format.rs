//! Hyper-V in conversions.

use super::{TARGET, emit, quoted};
use crate::convert::{Declaration, FirmwareSetting, Wanted};
use crate::description::{Description, Firmware, SecureBoot};
use crate::emitted::{Emitted, Feature, ManualStep};
use crate::error::Error;

pub(crate) const FORMAT: Declaration = Declaration {
    firmware: FirmwareSetting::Always,
    ..Declaration::machine("hyper-v", TARGET, write)
};

/// The scripts, and the commands that make the machine which they need.
fn write(vm: &Description, _: &Wanted) -> Result<Emitted, Error> {
    let mut emitted = emit(vm)?;
    let name = quoted(vm.name.as_str());
    let generation = match vm.firmware {
        Firmware::SeaBios => 1,
        Firmware::Ovmf(_) => 2,
    };
    let memory = vm
        .memory
        .size
        .map(|size| format!(" -MemoryStartupBytes {}MB", size.mebibytes()));
    let memory = memory.unwrap_or_default();
    let mut commands = vec![
        format!("New-VM -Name {name} -Generation {generation}{memory}"),
        format!("Set-VMMemory -VMName {name} -DynamicMemoryEnabled $false"),
    ];
    if let Some(count) = vm.processors {
        commands.push(format!("Set-VMProcessor -VMName {name} -Count {count}"));
    }
    if let Firmware::Ovmf(secure) = vm.firmware {
        let switch = match secure {
            SecureBoot::On => "On",
            SecureBoot::Off => "Off",
        };
        commands.push(format!(
            "Set-VMFirmware -VMName {name} -EnableSecureBoot {switch}"
        ));
    }
    let text = format!(
        "make the machine first, if it is not there: {}",
        commands.join("; ")
    );
    emitted.steps.insert(
        0,
        ManualStep {
            name: "hyper-v-machine",
            text,
        },
    );
    let is_made = |part: Option<Feature>| {
        matches!(
            part,
            Some(
                Feature::Memory
                    | Feature::Processors
                    | Feature::Firmware
                    | Feature::SecureBoot
                    | Feature::System
            )
        )
    };
    emitted.not_converted.retain(|one| !is_made(one.part));
    Ok(emitted)
}
