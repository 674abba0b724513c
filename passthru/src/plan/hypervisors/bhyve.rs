//! bhyve: FreeBSD's loader reserves the functions, and vm-bhyve assigns them to a guest.

use hvconf::bhyve::{self, Assignments, PptDevs};

use super::super::document::When;
use super::super::drafts::Drafts;
use super::super::request::Request;
use super::emitted;
use super::hypervisor::{GuestName, Hypervisor, Page, Pass, Passing};
use super::steps::{by_hand, check};
use crate::file_settings::Intent;
use crate::plan::error::PlanCause;
use crate::target::Target;
use crate::text::text;

pub(super) const BHYVE: Hypervisor =
    Hypervisor::new(Target::Bhyve, GuestName::MACHINE, Pass::By(pass))
        .reboots(|| text!("the driver ppt binds to the functions when the kernel starts"))
        .documented(PAGE);

const PAGE: Page = Page {
    reads: "`pptdevs`, vm-bhyve's guests, arguments, launch scripts",
    writes: "vm-bhyve's guests, arguments",
    edits: "`loader.conf` and vm-bhyve's guests, byte by byte",
    checked_by: "vm-bhyve's scripts (of April 2025, after 1.6.2) where `HYPERVISOR_SOURCES` \
                 has them: the arguments that they make; golden files for `loader.conf`",
    versions: "`pptdevs` to `pptdevs3`, 128 characters each",
};

/// FreeBSD's settings of the loader.
const LOADER_CONF: &str = "/boot/loader.conf";

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanCause> {
    let Passing {
        request,
        vm,
        guest,
        drafts,
        ..
    } = passing;
    let vm = &vm;
    let before = drafts.text(LOADER_CONF)?.unwrap_or_default();
    drafts.intend(LOADER_CONF, [Intent::changes("vmm_load")]);
    let mut file = PptDevs::parse(&before);
    file.load_vmm();
    for function in vm.assigned.functions() {
        file.add(function.address)
            .map_err(|error| PlanCause::edit(LOADER_CONF, error))?;
    }
    drafts.write(
        LOADER_CONF,
        file.to_string(),
        &text!(
            "reserves the functions for the driver ppt at boot, before other drivers load; \
               addresses are in decimal"
        ),
    )?;
    let failed = |error| PlanCause::edit(Target::Bhyve.name(), error);
    let mut emitted = bhyve::emit(vm).map_err(failed)?;
    let file = emitted.files.pop().map(|file| file.to_string());
    let lines = file.iter().flat_map(|file| file.lines());
    // The guest's loader is unchanged, unless another one is requested.
    let asked = request.vm_options.firmware.is_some();
    let is_ours =
        |line: &&str| line.starts_with("passthru") || line.starts_with("loader=") && asked;
    let lines: Vec<&str> = lines.filter(is_ours).collect();
    if let Some((path, before)) = vm_bhyve_guest(request, drafts)? {
        let after = bhyve::assign(&before, vm.assigned.slots())
            .map_err(|error| PlanCause::edit(&path, error))?;
        let why = text!("assigns the functions to the guest; existing entries are kept");
        drafts.write(&path, after, &why)?;
        // The rest of the guest is unchanged.
        emitted.not_converted.clear();
        let wanted = lines.iter().find(|line| line.starts_with("loader="));
        if let Some(wanted) = wanted.filter(|wanted| !before.contains(**wanted)) {
            guest.manual.push(by_hand(
                "guest-firmware",
                text!(
                    "the loader in {path} is kept: an installed system does not start under \
                       another firmware. For a new installation: {wanted}",
                    path,
                    wanted
                ),
            ));
        }
        guest.checks.push(check(
            When::AfterReboot,
            &["pciconf", "-l"],
            text!("shows the functions as ppt0, ppt1 and so on"),
        ));
        return emitted::add(emitted, guest, drafts);
    }
    if request.vm.is_some() {
        guest.manual.push(by_hand(
            "vm-bhyve",
            text!(
                "with vm-bhyve, add to the guest's configuration (vm configure {guest}): \
                   {lines}",
                guest = vm.name,
                lines = lines.join("; ")
            ),
        ));
    }
    let words = bhyve::arguments(vm).map_err(failed)?.join(" ");
    guest.manual.push(by_hand(
        "bhyve-arguments",
        text!("without vm-bhyve, add to bhyve's arguments: {words}", words),
    ));
    guest.checks.push(check(
        When::AfterReboot,
        &["pciconf", "-l"],
        text!("shows the functions as ppt0, ppt1 and so on"),
    ));
    emitted::add(emitted, guest, drafts)
}

/// The guest's configuration under vm-bhyve's directory, where both are shown.
fn vm_bhyve_guest(
    request: &Request,
    drafts: &Drafts<'_>,
) -> Result<Option<(String, String)>, PlanCause> {
    let (Some(vm), Some(settings)) = (&request.vm, drafts.text("/etc/rc.conf")?) else {
        return Ok(None);
    };
    let settings = Assignments::parse(&settings);
    let Some(directory) = settings.get("vm_dir").map(|line| line.value.as_str()) else {
        return Ok(None);
    };
    // A dataset is mounted under its name by default.
    let directory = match directory.strip_prefix("zfs:") {
        Some(dataset) => format!("/{dataset}"),
        None => directory.to_owned(),
    };
    let path = format!("{}/{vm}/{vm}.conf", directory.trim_end_matches('/'));
    Ok(drafts.text(&path)?.map(|text| (path, text)))
}
