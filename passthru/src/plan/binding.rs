//! Binding of functions to vfio-pci: by ID if only the card has the IDs, otherwise by address.

use std::collections::BTreeSet;

use hostconf::binding::by_address::BoundFunction;
use hostconf::binding::kernel_facts::Presence;
use hostconf::binding::method::Method;
use hostconf::binding::modprobe::{Document, ModuleOption};
use hostconf::binding::modules::{ETC_MODULES, ListKind, ModuleList};
use hostconf::binding::vfio_ids;
use hostconf::binding::vfio_ids::VfioIds;
use hostconf::boot::{grub_files, kernel_cmdline};
use hvconf::unraid;
use list_order::Inserts as _;
use pci_core::modules::ModuleName;

use super::bind_choice::Choice;
use super::document::{Binding, PlannedDevice};
use super::drafts::Drafts;
use super::error::PlanCause;
use super::{hypervisors, initramfs};
use crate::file_settings::Intent;
use crate::host::drivers::guest_drivers::is_vfio_driver;
use crate::host::{Device, DuplicateIds, Host, host_drivers};
use crate::target::Target;
use crate::text::{Text, text};

/// The file for vfio-pci's options, if the host has none yet.
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

/// The files of the host, except its guests', that a plan may write.
pub(super) fn files() -> impl Iterator<Item = &'static str> {
    FILES.into_iter().chain(initramfs::FILES)
}

/// By ID only where it is certain that no function that stays on the host has one of the IDs. The
/// virtual functions that a card creates later have the ID of the others.
pub(super) fn choose(host: &Host, functions: &[&Device]) -> Binding {
    let alone = functions
        .iter()
        .all(|device| match host.duplicates_of(device) {
            DuplicateIds::None => true,
            // The host's own choice counts, until a card proves it wrong.
            DuplicateIds::NotShown(alike) => alike.is_empty() && is_listed(host, device),
            DuplicateIds::At(others) => others
                .iter()
                .all(|other| functions.iter().any(|one| one.address == other.address)),
        });
    let alone = alone
        && !functions
            .iter()
            .any(|device| host.has_sibling_with_same_id(device, functions));
    // A card that a plan's script binds remains with that script.
    let scripted = functions.iter().any(|device| {
        host.boot.override_scripts.iter().any(|script| {
            script
                .planned
                .iter()
                .flatten()
                .any(|bound| bound.address == device.address)
        })
    });
    let is_virtual = |device: &&Device| host.is_virtual_function(device);
    if alone && !scripted && !functions.iter().any(is_virtual) {
        Binding::ById
    } else {
        Binding::ByAddress
    }
}

/// vfio-pci's `ids=` after the plan, for any place: the entries of all lists of the host, with the
/// IDs of functions that are bound by ID, and without those of functions that are bound by address,
/// since they would also match another card. Each entry is as written; one that matches no function
/// of any card is omitted: the finding `vfio-ids-malformed` names it.
pub(super) fn ids(host: &Host, functions: &[&Device], choice: Choice) -> Vec<String> {
    let entries = host.all_vfio_ids().into_iter();
    let entries = entries.filter(|entry| vfio_ids::may_match(entry));
    let read = |entry: &str| entry.parse::<VfioIds>().unwrap_or_default();
    let mut ids: Vec<String> = entries.map(str::to_owned).collect();
    if by_ids(choice) {
        for device in functions {
            let Some(id) = device.id.as_ref().map(|id| id.value) else {
                continue;
            };
            // An entry for only the card's vendor matches it, too.
            let subsystem = device.subsystem.as_ref().map(|subsystem| subsystem.value);
            let class = device.class.as_ref().map(|class| class.value);
            let has = |entry: &String| read(entry).matches(id, subsystem, class);
            if !ids.iter().any(has) {
                ids.push(id.to_string());
            }
        }
    } else if releases(choice) {
        ids.retain(|entry| !is_of(entry, functions));
    }
    ids
}

/// The functions with a host driver that the plan does not assign, and that vfio-pci gets at the next
/// boot, since `ids=` on the host name them.
pub(super) fn others_by_id<'a>(
    host: &'a Host,
    functions: &[&Device],
    choice: Choice,
) -> Vec<&'a Device> {
    if !by_ids(choice) {
        return Vec::new();
    }
    let entries = ids(host, functions, choice);
    let entries: Vec<VfioIds> = entries
        .iter()
        .filter_map(|entry| entry.parse().ok())
        .collect();
    let is_named = |device: &Device| {
        let Some(id) = device.id.as_ref().map(|id| id.value) else {
            return false;
        };
        let subsystem = device.subsystem.as_ref().map(|subsystem| subsystem.value);
        let class = device.class.as_ref().map(|class| class.value);
        let mut entries = entries.iter();
        entries.any(|entry| entry.matches(id, subsystem, class))
    };
    let devices = host.devices.values();
    let others = devices.filter(|device| {
        let stays = functions.iter().all(|own| own.address != device.address);
        let is_hosts = device.driver.is_bound_to(|name| !is_vfio_driver(name));
        stays && is_hosts && is_named(device)
    });
    others.collect()
}

/// Whether vfio-pci gets the functions by their ids.
fn by_ids(choice: Choice) -> bool {
    matches!(
        choice.method,
        Some(Method::ModprobeIds | Method::ModprobeIdsAlone | Method::CommandLineIds)
    )
}

/// Whether the functions' ids must be in no list.
pub(super) fn releases(choice: Choice) -> bool {
    match choice.method {
        Some(Method::Runtime) => false,
        Some(_) => choice.how != Binding::ById,
        None => choice.how == Binding::ByAddress,
    }
}

/// Whether an entry of `ids=` has the id of one of these.
pub(super) fn is_of(entry: &str, functions: &[&Device]) -> bool {
    let read = entry.parse::<VfioIds>().unwrap_or_default();
    let mut ids = read.0.iter().filter_map(|element| element.id());
    ids.any(|id| {
        let mut own = functions.iter().filter_map(|device| device.id.as_ref());
        own.any(|own| own.value == id)
    })
}

/// Whether vfio-pci has each function, and its `ids=` on the host name them.
pub(super) fn are_bound_by_id(host: &Host, functions: &[&Device]) -> bool {
    let is_bound = |device: &Device| device.driver.is_bound_to(|name| name == "vfio-pci");
    functions
        .iter()
        .all(|device| is_bound(device) && is_listed(host, device))
}

/// Whether vfio-pci's `ids=` on the host have the function's ID.
fn is_listed(host: &Host, device: &Device) -> bool {
    let entries = host.all_vfio_ids();
    entries.iter().any(|entry| is_of(entry, &[device]))
}

/// Sets vfio-pci's `ids=`.
pub(super) fn by_id(
    host: &Host,
    ids: &[String],
    method: Method,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanCause> {
    let path = options_file(host);
    // Those of modprobe.d join those of the kernel command line, which would replace them.
    let here = if method == Method::CommandLineIds {
        &[]
    } else {
        ids
    };
    unset_ids(host, ids, |other| other != path, drafts)?;
    drafts.intend(&path, ids_intents(host, ids));
    let mut file = Document::parse(&drafts.text(&path)?.unwrap_or_default());
    set_ids(host, &path, &mut file, here)?;
    drafts.write(&path, file.to_string(), &why_by_id())
}

/// The reason for the edits of vfio-pci's options.
fn why_by_id() -> Text {
    text!("binds the functions to vfio-pci by ID, before the drivers that would claim them load")
}

/// Loads vfio-pci before the drivers that would claim the functions, and at boot.
pub(super) fn load_first(
    host: &Host,
    functions: &[&Device],
    target: Target,
    method: Method,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanCause> {
    let vfio_pci = module("vfio-pci")?;
    let path = options_file(host);
    let mut file = Document::parse(&drafts.text(&path)?.unwrap_or_default());
    let refused = |error| PlanCause::edit(&path, error);
    let mut elsewhere: Vec<(String, ModuleName)> = Vec::new();
    for driver in softdeps(host, functions, method) {
        match earlier_softdep(host, &driver, &path) {
            Some(earlier) => elsewhere.push((earlier, driver)),
            None => {
                drafts.intend(&path, [glued(&driver)]);
                file.add_softdep(&driver, &vfio_pci).map_err(refused)?;
            }
        }
    }
    drafts.write(&path, file.to_string(), &why_by_id())?;
    join_softdeps(elsewhere, &vfio_pci, drafts)?;
    initramfs::load_first(host, functions, &path, drafts)?;
    load_at_boot(target, drafts)
}

/// The drivers that must load after vfio-pci: a built-in one cannot be delayed.
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

/// The file whose softdep for `driver` precedes those of `path`: kmod uses only the first, so
/// vfio-pci must be added there.
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
) -> Result<(), PlanCause> {
    for (path, driver) in softdeps {
        if !path.starts_with("/etc/") {
            let error = text!(
                "its softdep for {driver} takes effect before one in \
                   /etc/modprobe.d/vfio.conf; copy the file to /etc/modprobe.d and add \"pre: \
                   vfio-pci\" there",
                driver
            );
            return Err(PlanCause::edit(&path, error));
        }
        let mut file = Document::parse(&drafts.text(&path)?.unwrap_or_default());
        drafts.intend(&path, [glued(&driver)]);
        file.add_softdep(&driver, vfio_pci)
            .map_err(|error| PlanCause::edit(&path, error))?;
        drafts.write(
            &path,
            file.to_string(),
            &text!("only the first softdep for a module takes effect"),
        )?;
    }
    Ok(())
}

/// `pre:vfio-pci`, which kmod reads as a module of that name, becomes `pre: vfio-pci`.
fn glued(driver: &ModuleName) -> Intent {
    Intent::changes_from(&format!("softdep {driver} pre"), "pre:vfio-pci")
}

/// The file that has the `ids=` which counts, or the usual one.
fn options_file(host: &Host) -> String {
    host.boot
        .vfio_ids
        .iter()
        .rev()
        .find(|list| !list.value.on_command_line)
        .map_or_else(|| VFIO_CONF.to_owned(), |list| list.evidence.source.clone())
}

/// Loads vfio-pci at boot: a function without another driver would not load it. Proxmox VE requires
/// three modules in `/etc/modules` (its documentation, PCI(e) Passthrough).
fn load_at_boot(target: Target, drafts: &mut Drafts<'_>) -> Result<(), PlanCause> {
    // If the list is not in the input, and elsewhere, a list of passthru does the same.
    let hypervisor = hypervisors::of_target(target);
    let names = hypervisor.modules;
    let listed = match hypervisor.module_list {
        Some(path) => drafts.text(path)?.map(|text| (path, text)),
        None => None,
    };
    let (path, text) = match listed {
        Some(listed) => listed,
        None => (OWN_LIST, drafts.text(OWN_LIST)?.unwrap_or_default()),
    };
    let mut list = ModuleList::parse(&text, ListKind::ModulesLoad);
    for name in names {
        list.add(&module(name)?);
    }
    drafts.write(
        path,
        list.to_string(),
        &text!("loads vfio-pci at boot, also if no driver needs it"),
    )
}

/// The functions, each with the expected identity at its address.
pub(super) fn bound(devices: &[PlannedDevice]) -> Vec<BoundFunction> {
    let bound = devices.iter().map(|device| BoundFunction {
        address: device.address,
        id: device.id,
        subsystem: device.subsystem,
    });
    bound.collect()
}

/// Removes the functions' IDs from the `ids=` of modprobe.d, for this reason.
pub(super) fn release_ids(
    host: &Host,
    functions: &[&Device],
    why: &Text,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanCause> {
    let lists = host
        .boot
        .vfio_ids
        .iter()
        .filter(|list| !list.value.on_command_line);
    let all = vfio_ids::joined(lists.map(|list| list.value.text.as_str()));
    let kept = all.iter().filter(|entry| !is_of(entry, functions));
    let kept: Vec<String> = kept.map(|entry| (*entry).to_owned()).collect();
    if kept.len() == all.len() {
        return Ok(());
    }
    one_list(host, &kept, why, drafts)
}

/// Writes the `ids=` of all lists as one: on the kernel command line where that has the
/// last word, else in modprobe.d.
pub(super) fn merge_ids(
    host: &Host,
    ids: &[String],
    on_command_line: bool,
    why: &Text,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanCause> {
    if host.boot.etc_not_kept.is_some() {
        Ok(())
    } else if on_command_line {
        unset_ids(host, ids, |_| true, drafts)
    } else {
        one_list(host, ids, why, drafts)
    }
}

/// Leaves modprobe.d one `ids=`, in the place of the last one, or none.
fn one_list(
    host: &Host,
    ids: &[String],
    why: &Text,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanCause> {
    let path = options_file(host);
    unset_ids(host, ids, |other| other != path, drafts)?;
    drafts.intend(&path, ids_intents(host, ids));
    let Some(text) = drafts.text(&path)? else {
        return Ok(());
    };
    let mut file = Document::parse(&text);
    set_ids(host, &path, &mut file, ids)?;
    drafts.write(&path, file.to_string(), why)
}

/// The removals from `ids=` if these remain: those not among them. The others may only move.
fn ids_intents(host: &Host, left: &[String]) -> Vec<Intent> {
    const NAME: &str = "vfio-pci.ids";
    let left: BTreeSet<String> = left.iter().map(|id| vfio_ids::normal(id)).into_set();
    let is_left = |entry: &str| left.contains(&vfio_ids::normal(entry));
    let gone = host
        .all_vfio_ids()
        .into_iter()
        .filter(|entry| !is_left(entry));
    let gone = gone.map(|entry| Intent::changes_from(NAME, &vfio_ids::normal(entry)));
    // As the file has entries with other separators than commas.
    let lists = host.boot.vfio_ids.iter().map(|list| &list.value);
    let written = lists
        .filter(|list| list.ids.is_err())
        .flat_map(|list| list.text.split(','))
        .map(|entry| Intent::changes_from(NAME, &vfio_ids::normal(entry)));
    // The words that a blank in the list cut off are options without effect.
    let cut_off = host
        .cut_off_ids()
        .map(|(word, _)| Intent::changes_from(&format!("vfio-pci.{word}"), ""));
    gone.chain(written)
        .chain(cut_off)
        .chain([Intent::moves(NAME)])
        .collect()
}

/// Makes `ids` the only `ids=` of a file, or removes all if there are none.
fn set_ids(host: &Host, path: &str, file: &mut Document, ids: &[String]) -> Result<(), PlanCause> {
    if ids.is_empty() {
        remove_ids(host, file);
        return Ok(());
    }
    remove_cut_off(host, file);
    let option = ModuleOption::new("ids", Some(&ids.join(",")))
        .map_err(|error| PlanCause::edit(path, error))?;
    file.set_only_option(&module("vfio-pci")?, &option)
        .map_err(|error| PlanCause::edit(path, error))
}

/// Removes `ids=` from the files of modprobe.d that `is_other` names: one list takes effect, and
/// has their IDs, too. A package's file is unchanged.
fn unset_ids(
    host: &Host,
    left: &[String],
    is_other: impl Fn(&str) -> bool,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanCause> {
    let lists = host
        .boot
        .vfio_ids
        .iter()
        .filter(|list| !list.value.on_command_line);
    let paths: BTreeSet<&str> = lists.map(|list| list.evidence.source.as_str()).into_set();
    for path in paths {
        if !path.starts_with("/etc/") || !is_other(path) {
            continue;
        }
        let Some(text) = drafts.text(path)? else {
            continue;
        };
        let mut file = Document::parse(&text);
        remove_ids(host, &mut file);
        drafts.intend(path, ids_intents(host, left));
        let why = &text!("only the last ids= of vfio-pci takes effect: the IDs are in that list");
        drafts.write(path, file.to_string(), why)?;
    }
    Ok(())
}

/// Removes each `ids=` of a file.
fn remove_ids(host: &Host, file: &mut Document) {
    remove_cut_off(host, file);
    file.unset_option("vfio-pci", "ids");
}

/// Removes the rests of lists that have a blank: vfio-pci has no such options.
fn remove_cut_off(host: &Host, file: &mut Document) {
    for (word, _) in host.cut_off_ids() {
        file.unset_option("vfio-pci", word);
    }
}

fn module(name: &str) -> Result<ModuleName, PlanCause> {
    name.parse()
        .map_err(|error| PlanCause::edit("modules", error))
}
