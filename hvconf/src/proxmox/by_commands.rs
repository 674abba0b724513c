//! Commands in place of an edit, where the VM's configuration is not in the input.

use super::arguments::{huge_pages, looking_glass_argument, window_argument};
use super::assign::{ask_for, host, shows_screen};
use super::assignment_plan::{AssignmentPlan, Decision, Note};
use super::edit::{hiding, joined};
use super::hostpci::{HostPci, MOST_ENTRIES};
use super::vm_id::VmId;
use crate::assigned::AssignedDevices;
use crate::description::{Chipset, Description, Firmware, HardwareChange, Pages, VmName};
use crate::error::{Cause, Error};

/// The commands that assign `assigned` to `vm`, whose configuration is not in the input; entries
/// begin at `hostpci0`.
///
/// # Errors
/// When there are more than sixteen slots.
pub fn assign_by_commands(vm: VmId, assigned: &AssignedDevices) -> Result<AssignmentPlan, Error> {
    let machine = Description::new(VmName::unnamed(), assigned.clone());
    edit_by_commands(vm, &machine, HardwareChange::default())
}

/// The same, with huge pages, and with the requested machine type and firmware: others are
/// unchanged, and `pcie=1` is set only with a requested q35. Settings that need `args`, and those
/// of the processor, are a note ([`Note::ArgsNotShown`], [`Note::CpuNotShown`]): a command would
/// replace the present value.
///
/// # Errors
/// When there are more than sixteen slots.
///
/// ```
/// use hvconf::description::{Chipset, Description, HardwareChange};
/// use hvconf::assigned::{Coverage, AssignedDevices, AssignedFunction, AssignedSlot};
/// use hvconf::proxmox::edit_by_commands;
/// let gpu = AssignedFunction::at("01:00.0".parse()?);
/// let assigned = AssignedDevices::new(vec![AssignedSlot::new(vec![gpu], Coverage::WholeSlot)?])?;
/// let vm = Description::new("a".parse()?, assigned);
/// let id = "105".parse()?;
/// let plan = edit_by_commands(id, &vm, HardwareChange::default())?;
/// assert_eq!(plan.commands[0].join(" "), "qm set 105 --hostpci0 0000:01:00");
/// let q35 = HardwareChange { chipset: Some(Chipset::Q35), ..HardwareChange::default() };
/// let plan = edit_by_commands(id, &vm, q35)?;
/// assert_eq!(
///     plan.commands[0].join(" "),
///     "qm set 105 --machine q35 --hostpci0 0000:01:00,pcie=1"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn edit_by_commands(
    id: VmId,
    vm: &Description,
    change: HardwareChange,
) -> Result<AssignmentPlan, Error> {
    let mut argv: Vec<String> = ["qm", "set"].map(str::to_owned).into();
    argv.push(id.to_string());
    let mut option = |key: &str, value: &str| {
        argv.push(format!("--{key}"));
        argv.push(value.to_owned());
    };
    match change.chipset {
        Some(Chipset::Q35) => option("machine", "q35"),
        Some(Chipset::I440fx) => option("machine", "pc"),
        None => {}
    }
    match change.firmware {
        Some(Firmware::Ovmf(_)) => option("bios", "ovmf"),
        Some(Firmware::SeaBios) => option("bios", "seabios"),
        None => {}
    }
    if let Pages::Huge(size) = vm.memory.pages {
        option("hugepages", huge_pages(size));
        option("numa", "1");
    }
    if shows_screen(&vm.assigned) {
        option("vga", "none");
    }
    for (index, slot) in vm.assigned.slots().iter().enumerate() {
        let index = u8::try_from(index)
            .ok()
            .filter(|index| *index < MOST_ENTRIES);
        let index = index.ok_or(Cause::NoFreeIndex)?;
        let mut entry = HostPci::new(host(slot));
        ask_for(&mut entry, slot);
        entry.pcie = (change.chipset == Some(Chipset::Q35)).then_some(true);
        option(&format!("hostpci{index}"), &entry.to_string());
    }
    let mut notes = vec![Note::ConfigNotShown];
    if let Pages::Huge(size) = vm.memory.pages {
        notes.extend(size.mebibytes().map(|page| Note::MemoryNotShown { page }));
    }
    let hidden = hiding(vm);
    if !hidden.is_empty() {
        let wanted = joined(&hidden);
        notes.push(Note::CpuNotShown { wanted });
    }
    let wanted = [window_argument(vm), looking_glass_argument(vm)];
    notes.extend(
        wanted
            .into_iter()
            .flatten()
            .map(|wanted| Note::ArgsNotShown { wanted }),
    );
    let manual = match change.firmware {
        Some(Firmware::Ovmf(_)) => vec![Decision::ChooseEfiDiskStorage(id)],
        _ => Vec::new(),
    };
    Ok(AssignmentPlan {
        text: None,
        changes: Vec::new(),
        commands: vec![argv],
        manual,
        notes,
    })
}
