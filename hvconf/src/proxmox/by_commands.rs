//! The commands that do what an edit does, where a machine's configuration was not shown.

use super::arguments::{huge_pages, looking_glass_argument, window_argument};
use super::hostpci::{HostDevice, HostPci, MOST_ENTRIES};
use super::pass::{ask_for, shows_screen};
use super::pass_plan::{ManualStep, Note, PassError, PassPlan};
use super::vm_id::VmId;
use crate::description::{Description, Firmware, KvmSignature, Pages, VmName};
use crate::passed::Passed;

/// The commands that give `passed` to `vm`, whose configuration was not shown:
/// they take the entries from `hostpci0` up.
///
/// # Errors
/// When there are more than sixteen slots.
pub fn pass_by_commands(vm: VmId, passed: &Passed) -> Result<PassPlan, PassError> {
    edit_by_commands(vm, &Description::new(VmName::unnamed(), passed.clone()))
}

/// The same, with what the processor hides and huge pages. What only `args` can say is a
/// [note](Note::ArgsNotShown): a command would replace what stands there.
///
/// # Errors
/// When there are more than sixteen slots.
///
/// ```
/// use hvconf::description::{Description, KvmSignature};
/// use hvconf::passed::{Coverage, Passed, PassedFunction, PassedSlot};
/// use hvconf::proxmox::edit_by_commands;
/// let gpu = PassedFunction::at("01:00.0".parse()?);
/// let passed = Passed::new(vec![PassedSlot::new(vec![gpu], Coverage::WholeSlot)?])?;
/// let mut vm = Description::new("a".parse()?, passed);
/// vm.hiding.kvm = KvmSignature::Hidden;
/// let plan = edit_by_commands("105".parse()?, &vm)?;
/// assert!(plan.commands[0].join(" ").contains("--cpu host,hidden=1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn edit_by_commands(id: VmId, vm: &Description) -> Result<PassPlan, PassError> {
    let mut argv: Vec<String> = ["qm", "set"].map(str::to_owned).into();
    argv.push(id.to_string());
    let mut option = |key: &str, value: &str| {
        argv.push(format!("--{key}"));
        argv.push(value.to_owned());
    };
    option("machine", "q35");
    let bios = match vm.firmware {
        Firmware::Ovmf(_) => "ovmf",
        Firmware::SeaBios => "seabios",
    };
    option("bios", bios);
    let mut cpu = "host".to_owned();
    if vm.hiding.kvm == KvmSignature::Hidden {
        cpu.push_str(",hidden=1");
    }
    if let Some(vendor) = &vm.hiding.hyperv_vendor_id {
        cpu.push_str(&format!(",hv-vendor-id={vendor}"));
    }
    option("cpu", &cpu);
    option("balloon", "0");
    if let Pages::Huge(size) = vm.memory.pages {
        option("hugepages", huge_pages(size));
        option("numa", "1");
    }
    if shows_screen(&vm.passed) {
        option("vga", "none");
    }
    for (index, slot) in vm.passed.slots().iter().enumerate() {
        let index = u8::try_from(index)
            .ok()
            .filter(|index| *index < MOST_ENTRIES);
        let index = index.ok_or(PassError::NoFreeIndex)?;
        let mut entry = HostPci::new(HostDevice::Host(Vec::new()));
        ask_for(&mut entry, slot);
        entry.pcie = Some(true);
        option(&format!("hostpci{index}"), &entry.to_string());
    }
    let mut notes = vec![Note::ConfigNotShown];
    let wanted = [window_argument(vm), looking_glass_argument(vm)];
    notes.extend(
        wanted
            .into_iter()
            .flatten()
            .map(|wanted| Note::ArgsNotShown { wanted }),
    );
    let manual = match vm.firmware {
        Firmware::Ovmf(_) => vec![ManualStep::ChooseEfiDiskStorage(id)],
        Firmware::SeaBios => Vec::new(),
    };
    Ok(PassPlan {
        text: None,
        changes: Vec::new(),
        commands: vec![argv],
        manual,
        notes,
    })
}
