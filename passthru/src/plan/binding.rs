//! How vfio-pci gets the functions: by id where the ids are the card's alone,
//! else by address.

use hvconf::binding::by_address::BoundFunction;
use hvconf::binding::kernel_facts::Presence;
use hvconf::binding::method::Method;
use hvconf::binding::modprobe::{Document, ModuleName, ModuleOption};
use hvconf::binding::modules::{ETC_MODULES, ListKind, ModuleList};
use hvconf::binding::vfio_ids::{VfioId, VfioIds};
use hvconf::boot::{grub_files, kernel_cmdline};
use hvconf::unraid;

use super::document::{Binding, PlannedDevice};
use super::drafts::Drafts;
use super::initramfs;
use super::request::PlanError;
use crate::host::{Device, Host, Twins, host_drivers};
use crate::target::Target;

/// The file for vfio-pci's options, where the host has none yet.
const VFIO_CONF: &str = "/etc/modprobe.d/vfio.conf";

/// A list of modules to load at boot, besides `/etc/modules` (modules-load.d(5)).
const OWN_LIST: &str = "/etc/modules-load.d/passthru.conf";

const FILES: [&str; 6] = [
    unraid::PATH,
    VFIO_CONF,
    ETC_MODULES,
    OWN_LIST,
    grub_files::MAIN,
    kernel_cmdline::PATH,
];

/// The host's files, beside its guests', that a plan may write.
pub(super) fn files() -> impl Iterator<Item = &'static str> {
    FILES.into_iter().chain(initramfs::FILES)
}

/// By id only where it is certain that no other card has one of the ids.
pub(super) fn choose(host: &Host, functions: &[&Device]) -> Binding {
    let alone = functions.iter().all(|device| match host.twins_of(device) {
        Twins::None => true,
        Twins::NotShown(_) => false,
        Twins::At(others) => others
            .iter()
            .all(|other| functions.iter().any(|one| one.address == other.address)),
    });
    // A card that a plan's script takes stays with that script.
    let scripted = functions.iter().any(|device| {
        host.override_scripts.iter().any(|script| {
            script
                .planned
                .iter()
                .flatten()
                .any(|bound| bound.address == device.address)
        })
    });
    if alone && !scripted {
        Binding::ById
    } else {
        Binding::ByAddress
    }
}

/// Sets vfio-pci's `ids=`, has it load before the drivers that would take the
/// functions, and loads it at boot.
pub(super) fn by_id(
    host: &Host,
    functions: &[&Device],
    target: Target,
    method: Method,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanError> {
    let vfio_pci = module("vfio-pci")?;
    let path = options_file(host);
    let text = drafts.text(&path)?.unwrap_or_default();
    let mut file = Document::parse(&text);
    let refused = |error| PlanError::edit(&path, error);
    if method == Method::CommandLineIds {
        // They join those of the kernel command line, which would replace them.
        if !host.vfio_ids.iter().all(|list| list.value.on_command_line) {
            file.unset_option("vfio-pci", "ids");
        }
    } else {
        let mut ids = host
            .vfio_ids
            .last()
            .and_then(|list| list.value.ids.clone().ok())
            .unwrap_or_default();
        for device in functions {
            if let Some(id) = &device.id {
                // An entry for just this card's maker takes it too.
                let subsystem = device.subsystem.as_ref().map(|subsystem| subsystem.value);
                if !ids.matches(id.value, subsystem) {
                    ids.add(VfioId::from(id.value));
                }
            }
        }
        let option = ModuleOption::new("ids", Some(&ids.to_string()))
            .map_err(|error| PlanError::edit(&path, error))?;
        file.set_option(&vfio_pci, &option).map_err(refused)?;
    }
    let mut elsewhere: Vec<(String, ModuleName)> = Vec::new();
    for driver in softdeps(host, functions, method) {
        match earlier_softdep(host, &driver, &path) {
            Some(earlier) => elsewhere.push((earlier, driver)),
            None => file.add_softdep(&driver, &vfio_pci).map_err(refused)?,
        }
    }
    drafts.write(
        &path,
        file.to_string(),
        "vfio-pci takes the functions by id, and loads before the drivers that would take them",
    )?;
    join_softdeps(elsewhere, &vfio_pci, drafts)?;
    initramfs::load_first(host, functions, &path, drafts)?;
    load_at_boot(target, drafts)
}

/// The drivers that vfio-pci has to come before: a built-in one cannot be put behind it.
fn softdeps(host: &Host, functions: &[&Device], method: Method) -> Vec<ModuleName> {
    if method == Method::ModprobeIdsAlone {
        return Vec::new();
    }
    let mut drivers = host_drivers(functions);
    drivers.retain(|driver| {
        let presence = host.system.kernel.module(driver.as_str());
        presence.is_none_or(|found| found.value != Presence::BuiltIn)
    });
    drivers
}

/// The file whose softdep for `driver` comes before those of `path`: kmod uses the
/// first alone, so vfio-pci has to go in there.
fn earlier_softdep(host: &Host, driver: &ModuleName, path: &str) -> Option<String> {
    let first = host.settings.modprobe.softdeps(driver.as_str()).next()?;
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    (first.path != path && name(&first.path) < name(path)).then(|| first.path.clone())
}

/// Adds vfio-pci to softdeps of other files.
fn join_softdeps(
    softdeps: Vec<(String, ModuleName)>,
    vfio_pci: &ModuleName,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanError> {
    for (path, driver) in softdeps {
        if !path.starts_with("/etc/") {
            let error = format!(
                "its softdep for {driver} counts before one in /etc/modprobe.d/vfio.conf; copy the \
                 file to /etc/modprobe.d and add \"pre: vfio-pci\" there"
            );
            return Err(PlanError::edit(&path, error));
        }
        let mut file = Document::parse(&drafts.text(&path)?.unwrap_or_default());
        file.add_softdep(&driver, vfio_pci)
            .map_err(|error| PlanError::edit(&path, error))?;
        drafts.write(
            &path,
            file.to_string(),
            "the first softdep for a module counts alone",
        )?;
    }
    Ok(())
}

/// The file that has the `ids=` which counts, or the usual one.
fn options_file(host: &Host) -> String {
    host.vfio_ids
        .iter()
        .rev()
        .find(|list| !list.value.on_command_line)
        .map_or_else(|| VFIO_CONF.to_owned(), |list| list.evidence.source.clone())
}

/// Loads vfio-pci at boot: a function that no driver wants would not have it load.
/// Proxmox VE asks for three modules in `/etc/modules` (its documentation, PCI(e)
/// Passthrough).
fn load_at_boot(target: Target, drafts: &mut Drafts<'_>) -> Result<(), PlanError> {
    // Where the list is not shown, and elsewhere, a list of our own does the same.
    let text = if target == Target::Proxmox {
        drafts.text(ETC_MODULES)?
    } else {
        None
    };
    let path = if text.is_some() {
        ETC_MODULES
    } else {
        OWN_LIST
    };
    let text = match text {
        Some(text) => text,
        None => drafts.text(OWN_LIST)?.unwrap_or_default(),
    };
    let mut list = ModuleList::parse(&text, ListKind::ModulesLoad);
    let names: &[&str] = match target {
        Target::Proxmox => &["vfio", "vfio_iommu_type1", "vfio_pci"],
        _ => &["vfio-pci"],
    };
    for name in names {
        list.add(&module(name)?);
    }
    drafts.write(
        path,
        list.to_string(),
        "vfio-pci loads at boot, also where no driver calls for it",
    )
}

/// The functions, each with what must be at its address.
pub(super) fn bound(devices: &[PlannedDevice]) -> Vec<BoundFunction> {
    let bound = devices.iter().map(|device| BoundFunction {
        address: device.address,
        id: device.id,
        subsystem: device.subsystem,
    });
    bound.collect()
}

/// Takes the functions' ids out of `ids=`: there they would take the other card
/// too.
pub(super) fn release_ids(
    host: &Host,
    devices: &[PlannedDevice],
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanError> {
    let Some(list) = host
        .vfio_ids
        .iter()
        .rev()
        .find(|list| !list.value.on_command_line)
    else {
        return Ok(());
    };
    let Ok(ids) = &list.value.ids else {
        return Ok(());
    };
    let kept: Vec<VfioId> = ids
        .0
        .iter()
        .copied()
        .filter(|entry| !devices.iter().any(|device| entry.id == device.id))
        .collect();
    if kept.len() == ids.0.len() {
        return Ok(());
    }
    let path = list.evidence.source.clone();
    let mut file = Document::parse(&drafts.text(&path)?.unwrap_or_default());
    if kept.is_empty() {
        file.unset_option("vfio-pci", "ids");
    } else {
        let option = ModuleOption::new("ids", Some(&VfioIds(kept).to_string()))
            .map_err(|error| PlanError::edit(&path, error))?;
        file.set_option(&module("vfio-pci")?, &option)
            .map_err(|error| PlanError::edit(&path, error))?;
    }
    drafts.write(
        &path,
        file.to_string(),
        "by id vfio-pci would take the other card too",
    )
}

fn module(name: &str) -> Result<ModuleName, PlanError> {
    name.parse()
        .map_err(|error| PlanError::edit("modules", format!("{error}")))
}
