//! Edits of a configuration to match a description.

use super::arguments::{huge_pages, looking_glass_argument, window_argument};
use super::assignment_plan::{AssignmentPlan, Note};
use super::config_edit::Edit;
use super::hardware::{aarch64, needs_x86};
use super::host_context::HostContext;
use super::huge_pages::{fault, sockets};
use super::machine::is_q35;
use super::property::{boolean, with_option};
use super::second_cpu;
use super::vm_config::{Entry, VmConfig};
use super::vm_id::VmId;
use crate::description::{
    Chipset, Description, Firmware, HardwareChange, KvmSignature, MmioWindow, Pages, SecureBoot,
};
use crate::error::{Cause, Error};
use crate::qemu::{Arguments, launch_words, read_arguments};

/// Facts for an edit in addition to the configuration and the description.
#[derive(Clone, Copy, Debug, Default)]
pub struct EditContext<'a> {
    /// The machine type and the firmware that the guest is to have, where they are to
    /// change: those of the description are of a machine that is made.
    pub change: HardwareChange,
    /// The mappings, by which entries name functions.
    pub host_context: HostContext<'a>,
}

/// The configuration `text` of `id` with the settings of `vm`, all other bytes unchanged: functions
/// as by [`assign_in_config`](super::assign_in_config), hiding, huge pages, and in `args` the
/// window for large BARs and Looking Glass. Settings that `vm` does not request are unchanged; a
/// second run changes nothing. Snapshots are unchanged.
///
/// Machine type and firmware change only if `context` says so; memory, processors, name and system
/// of the guest are unchanged.
///
/// # Errors
/// As [`assign_in_config`](super::assign_in_config); if `cpu` or `machine` cannot be read; and if
/// the guest does not start with the request.
///
/// ```
/// use hvconf::description::{Description, KvmSignature};
/// use hvconf::assigned::{Coverage, AssignedDevices, AssignedFunction, AssignedSlot};
/// use hvconf::proxmox::{EditContext, edit};
/// let gpu = AssignedFunction::at("01:00.0".parse()?);
/// let assigned = AssignedDevices::new(vec![AssignedSlot::new(vec![gpu], Coverage::WholeSlot)?])?;
/// let mut vm = Description::new("a".parse()?, assigned);
/// vm.hiding.kvm = KvmSignature::Hidden;
/// let text = "bios: ovmf\ncpu: host,flags=+pcid\nmachine: q35\n";
/// let plan = edit("105".parse()?, text, &vm, EditContext::default())?;
/// assert!(plan.text.is_some_and(|text| text.contains("cpu: host,flags=+pcid,hidden=1\n")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn edit(
    id: VmId,
    text: &str,
    vm: &Description,
    context: EditContext<'_>,
) -> Result<AssignmentPlan, Error> {
    of(id, text, vm, context, |_| Ok(()))
}

/// The same, with the processor corrected: a second `-cpu` in `args`, which overrides the `cpu`
/// key, is moved to that key where possible.
///
/// # Errors
/// As [`edit`].
///
/// ```
/// use hvconf::description::Description;
/// use hvconf::assigned::{Coverage, AssignedDevices, AssignedFunction, AssignedSlot};
/// use hvconf::proxmox::{EditContext, update};
/// let gpu = AssignedFunction::at("01:00.0".parse()?);
/// let assigned = AssignedDevices::new(vec![AssignedSlot::new(vec![gpu], Coverage::WholeSlot)?])?;
/// let vm = Description::new("a".parse()?, assigned);
/// let text = "bios: ovmf\ncpu: host\nmachine: q35\nargs: -cpu host,kvm=off\n";
/// let plan = update("105".parse()?, text, &vm, EditContext::default())?;
/// assert!(plan.text.is_some_and(|text| text.contains("cpu: host,hidden=1\n")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn update(
    id: VmId,
    text: &str,
    vm: &Description,
    context: EditContext<'_>,
) -> Result<AssignmentPlan, Error> {
    of(id, text, vm, context, second_cpu::move_to_key)
}

fn of(
    id: VmId,
    text: &str,
    vm: &Description,
    context: EditContext<'_>,
    update: impl Fn(&mut Edit) -> Result<(), Error>,
) -> Result<AssignmentPlan, Error> {
    let mut edit = Edit::of(text)?;
    let mut notes = edit.assign(&vm.assigned, context.change, context.host_context)?;
    update(&mut edit)?;
    notes.extend(hide(&mut edit, vm)?);
    notes.extend(huge(&mut edit, vm)?);
    notes.extend(arguments(&mut edit, vm)?);
    notes.extend(edit.pending_overrides(text));
    Ok(edit.finish(id, context.change, notes))
}

/// The settings of the `cpu` key that the requested hiding needs.
pub(super) fn hiding(vm: &Description) -> Vec<(&'static str, &str)> {
    let hidden = (vm.hiding.kvm == KvmSignature::Hidden).then_some(("hidden", "1"));
    let vendor = vm.hiding.hyperv_vendor_id.as_ref();
    let vendor = vendor.map(|id| ("hv-vendor-id", id.as_str()));
    hidden.into_iter().chain(vendor).collect()
}

fn hide(edit: &mut Edit, vm: &Description) -> Result<Option<Note>, Error> {
    let options = hiding(vm);
    if options.is_empty() {
        return Ok(None);
    }
    needs_x86(&edit.config, "a hidden hypervisor")?;
    // The VM may have settings that an excerpt lacks.
    if edit.config.get("cpu").is_none() && !edit.config.lacks("cpu") {
        let wanted = joined(&options);
        return Ok(Some(Note::CpuNotShown { wanted }));
    }
    for (key, value) in options {
        let cpu = match edit.config.get("cpu") {
            Some(entry) => {
                let line = entry.line;
                with_option(entry.value, key, value)
                    .map_err(|error| error.at(line).in_part("cpu"))?
            }
            None => format!("{},{key}={value}", default_model(&edit.config)),
        };
        edit.set(
            "cpu",
            &cpu,
            "the guest's drivers do not find the hypervisor",
        )?;
    }
    Ok(None)
}

/// Options as they are written.
pub(super) fn joined(options: &[(&str, &str)]) -> String {
    let all = options.iter().map(|(key, value)| format!("{key}={value}"));
    all.collect::<Vec<_>>().join(",")
}

/// The processor's model without a `cpu` key (`PVE::QemuServer::CPUConfig`,
/// `get_default_cpu_type`).
fn default_model(config: &VmConfig) -> &'static str {
    let kvm = config.get("kvm").and_then(|entry| boolean(entry.value));
    match kvm {
        Some(false) => "qemu64",
        _ => "kvm64",
    }
}

fn huge(edit: &mut Edit, vm: &Description) -> Result<Vec<Note>, Error> {
    let Pages::Huge(size) = vm.memory.pages else {
        return Ok(Vec::new());
    };
    edit.set("hugepages", huge_pages(size), "DMA maps huge pages faster")?;
    let numa = edit.config.get("numa").map(|entry| boolean(entry.value));
    if numa != Some(Some(true)) {
        edit.set("numa", "1", "Proxmox VE accepts huge pages only with numa")?;
    }
    if let Some(error) = fault(&edit.config) {
        let line = error.line();
        return Err(Cause::HugePages(error.to_string()).at(line));
    }
    let mut notes = Vec::new();
    if edit.config.get("memory").is_none() && !edit.config.lacks("memory") {
        notes.extend(size.mebibytes().map(|page| Note::MemoryNotShown { page }));
    }
    let count = sockets(&edit.config).filter(|count| *count > 1);
    notes.extend(count.map(|count| Note::NeedsHostNodes { count }));
    Ok(notes)
}

/// Settings without a key in Proxmox VE, added to those of `args`.
fn arguments(edit: &mut Edit, vm: &Description) -> Result<Vec<Note>, Error> {
    if vm.looking_glass.is_some() {
        needs_x86(&edit.config, "Looking Glass")?;
    }
    if vm.mmio.is_some() {
        needs_x86(&edit.config, "a window for BARs")?;
    }
    if aarch64(&edit.config).is_some() {
        return Ok(Vec::new());
    }
    let vm = as_configured(edit, vm);
    let wanted = [window_argument(&vm), looking_glass_argument(&vm)];
    let Some(entry) = edit.config.get("args") else {
        let words: Vec<_> = wanted.into_iter().flatten().collect();
        if !words.is_empty() {
            let args = words.join(" ");
            edit.set("args", &args, &why(&vm, "", &args))?;
        }
        return Ok(Vec::new());
    };
    let mut notes = Vec::new();
    let line = entry.line;
    let there = read(&entry);
    if let Some(hiding) = there.as_ref().and_then(|there| there.hiding.as_ref()) {
        let hidden = vm.hiding.kvm == KvmSignature::Shown || hiding.kvm == KvmSignature::Hidden;
        let vendor = &vm.hiding.hyperv_vendor_id;
        if !hidden || (vendor.is_some() && *vendor != hiding.hyperv_vendor_id) {
            notes.push(Note::ArgsReplaceCpu { line });
        }
    }
    let mut args = entry.value.to_owned();
    let [window, glass] = wanted;
    let window = window.map(|words| {
        let there = there.as_ref().map(|there| there.mmio);
        let enough = |there: Option<MmioWindow>| match vm.mmio {
            Some(asked) => there == Some(asked),
            None => there >= vm.mmio_window(),
        };
        (words, there.map(|there| (there.is_some(), enough(there))))
    });
    let glass = glass.map(|words| {
        let there = there.as_ref().map(|there| there.looking_glass);
        let same = |size| size == vm.looking_glass;
        (words, there.map(|there| (there.is_some(), same(there))))
    });
    for (words, there) in [window, glass].into_iter().flatten() {
        match there {
            Some((true, true)) => {}
            // Something else there keeps it from being read.
            Some((false, _)) if args.contains(&words) => {}
            Some((false, _)) => args = format!("{args} {words}"),
            Some((true, false)) => match resized(&args, &words) {
                Some(new) => args = new,
                None => notes.push(Note::ArgsKept {
                    line,
                    wanted: words,
                }),
            },
            None => notes.push(Note::ArgsKept {
                line,
                wanted: words,
            }),
        }
    }
    let why = why(&vm, entry.value, &args);
    edit.set("args", &args, &why)?;
    Ok(notes)
}

const WHY: &str = "what Proxmox VE has no key for; only root@pam may set it";

/// Why `args` is now `after`: how large a window it sets that `before` did not.
fn why(vm: &Description, before: &str, after: &str) -> String {
    let words =
        window_argument(vm).filter(|words| after.contains(words) && !before.contains(words));
    match vm.mmio_window().filter(|_| words.is_some()) {
        Some(window) => format!(
            "a window of {} GiB for the BARs above 4 GiB, {WHY}",
            window.gibibytes()
        ),
        None => WHY.to_owned(),
    }
}

/// `vm` with the chipset and firmware that the machine has.
fn as_configured(edit: &Edit, vm: &Description) -> Description {
    let mut vm = vm.clone();
    vm.machine.chipset = if is_q35(&edit.config) {
        Chipset::Q35
    } else {
        Chipset::I440fx
    };
    let bios = edit.config.get("bios").map(|entry| entry.value);
    vm.firmware = match (bios, vm.firmware) {
        (Some("ovmf"), Firmware::SeaBios) => Firmware::Ovmf(SecureBoot::Off),
        (Some("ovmf"), ovmf) => ovmf,
        _ => Firmware::SeaBios,
    };
    vm
}

fn read(entry: &Entry<'_>) -> Option<Arguments> {
    // Words are those of a shell, as Proxmox VE splits them
    // (`PVE::Tools::split_args`).
    let words = launch_words(&format!("kvm {}", entry.value)).ok()?;
    words
        .computed
        .is_empty()
        .then(|| read_arguments(&words.argv))
}

/// `args` with the size in `words`, where both have the same form: the digits after the
/// last `=` of the option with the size.
fn resized(args: &str, words: &str) -> Option<String> {
    const BEFORE: [&str; 3] = [
        "opt/ovmf/X-PciMmio64Mb,string=",
        "pci-hole64-size=",
        "mem-path=/dev/shm/looking-glass,size=",
    ];
    let before = BEFORE.into_iter().find(|before| words.contains(before))?;
    let (_, new) = words.split_once(before)?;
    let new = size_at_start(new);
    let (head, old) = args.split_once(before)?;
    // Twice, and it is not known which one holds.
    if old.contains(before) {
        return None;
    }
    let tail = old.get(size_at_start(old).len()..)?;
    Some(format!("{head}{before}{new}{tail}"))
}

/// The letters and digits that `text` starts with: `64G`.
fn size_at_start(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric());
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

#[cfg(test)]
mod tests;
