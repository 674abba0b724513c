//! Xen and XCP-ng: pciback reserves the functions, in addition to existing ones.

use hostconf::binding::initramfs::Initramfs;
use hostconf::binding::modprobe::{Document, ModuleOption};
use hostconf::binding::pciback;
use hvconf::description::{Description, Firmware, SecureBoot};
use hvconf::xen::{self, XlConfig, XlKey, XlText};
use iommu::IommuStatus;
use pci_core::modules::ModuleName;
use pci_core::notation::HideList;

use super::super::document::{PlanCheck, When};
use super::super::drafts::Drafts;
use super::super::initramfs::{self, Refresh};
use super::super::vm_options::VmOptions;
use super::emitted;
use super::hypervisor::{GuestName, Hypervisor, Page, Pass, Passing};
use super::steps::{by_hand, check};
use crate::host::{Device, Fact, Host, host_drivers};
use crate::plan::error::PlanCause;
use crate::plan::guest_steps::Guest;
use crate::requirement::Requirement;
use crate::target::Target;
use crate::text::text;

pub(super) const XEN: Hypervisor = Hypervisor::new(Target::Xen, GuestName::MACHINE, Pass::By(pass))
    .reboots(|| text!("pciback binds to the functions before dom0's drivers load"))
    .documented(PAGE);

const PAGE: Page = Page {
    reads: "`xl.cfg`",
    writes: "`xl.cfg`, `xl pci-assignable-add`",
    edits: "`pci` and keys of `xl.cfg`, byte by byte",
    checked_by: "libxlutil, `xl`'s own parser",
    versions: "`type`, `firmware` from 4.10; texts with numeric escapes, which 4.17 misreads, \
               are refused",
};

/// The file for pciback's options, if dom0 has none yet.
const PCIBACK_CONF: &str = "/etc/modprobe.d/xen-pciback.conf";

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanCause> {
    let Passing {
        host,
        request,
        functions,
        vm,
        guest,
        drafts,
    } = passing;
    let vm = &vm;
    let mut emitted = xen::emit(vm).map_err(|error| PlanCause::edit("xl.cfg", error))?;
    let file = emitted.files.pop();
    hide(host, functions, vm, guest, drafts)?;
    let path = format!("/etc/xen/{}.cfg", vm.name);
    let text = match &request.vm {
        Some(_) => drafts.text(&path)?,
        None => None,
    };
    match text {
        Some(before) => {
            let mut config = xen::assign(&XlConfig::parse(&before), vm.assigned.slots())
                .map_err(|error| PlanCause::edit(&path, error))?;
            set_firmware(&path, &mut config, &request.vm_options, guest)?;
            // The rest of the guest is unchanged.
            if config.text("type").as_deref() != Some("hvm") {
                guest.manual.push(by_hand(
                    "xen-guest-type",
                    text!(
                        "{path} does not set type = \"hvm\": a PVH guest cannot have PCI \
                           functions, and a PV guest does not start a card's firmware",
                        path
                    ),
                ));
            }
            emitted.not_converted.clear();
            drafts.write(
                &path,
                config.to_string(),
                &text!("pci: the list of assigned functions; existing entries are kept"),
            )?;
        }
        None => {
            let lines = file.map(|file| file.to_string()).unwrap_or_default();
            // The firmware of the guest's installation is not in the input.
            let ours = |line: &&str| {
                let key = line.split(' ').next().unwrap_or_default();
                key == "pci" || (key == "firmware" && request.vm_options.firmware.is_some())
            };
            let lines: Vec<&str> = lines.lines().filter(ours).collect();
            guest.manual.push(by_hand(
                "xl-cfg",
                text!(
                    "add to the guest's xl.cfg, beside the existing entries of its list \
                       pci: {lines}; the guest needs type = \"hvm\": a PVH guest cannot have \
                       PCI functions, and a PV guest does not run a card's firmware",
                    lines = lines.join("; ")
                ),
            ));
        }
    }
    emitted::add(emitted, guest, drafts)?;
    if host.iommu.status != IommuStatus::Enabled {
        guest.checks.push(check(
            When::Before,
            &["xl", "info", "virt_caps"],
            text!("has hvm_directio or pv_directio: the IOMMU is enabled"),
        ));
    }
    guest.checks.extend(assignable(vm));
    Ok(())
}

/// The checks that pciback is bound to the functions: libxl lists the functions of that driver.
pub(super) fn assignable(vm: &Description) -> impl Iterator<Item = PlanCheck> {
    let functions = vm.assigned.functions();
    functions.map(|function| {
        let address = function.address;
        PlanCheck {
            requirement: Some(Requirement::AssignmentDriver { address }),
            ..check(
                When::AfterReboot,
                &["xl", "pci-assignable-list"],
                text!("lists {address}", address),
            )
        }
    })
}

/// Sets the requested firmware, or reports the existing one.
fn set_firmware(
    path: &str,
    config: &mut XlConfig,
    vm_options: &VmOptions,
    guest: &mut Guest,
) -> Result<(), PlanCause> {
    let named = config.text("firmware").or_else(|| config.text("bios"));
    let named = named.unwrap_or_else(|| "seabios".to_owned());
    let is_uefi = matches!(named.as_str(), "ovmf" | "uefi");
    let Some(asked) = vm_options.firmware else {
        return Ok(());
    };
    if is_uefi == matches!(asked, Firmware::Ovmf(_)) {
        return Ok(());
    }
    if config.text("bios").is_some() {
        guest.manual.extend(vm_options.keeps_firmware(if is_uefi {
            Firmware::Ovmf(SecureBoot::Off)
        } else {
            Firmware::SeaBios
        }));
        return Ok(());
    }
    let word = if is_uefi { "seabios" } else { "ovmf" };
    let Some(word) = XlText::new(word) else {
        return Ok(());
    };
    config
        .set(XlKey::Firmware, &word)
        .map_err(|error| PlanCause::edit(path, error))
}

/// Configures dom0's pciback to reserve the functions at boot, in addition to existing ones, and
/// before dom0's drivers if initramfs-tools makes its image: that includes the modules of a softdep
/// with the driver.
fn hide(
    host: &Host,
    functions: &[&Device],
    vm: &Description,
    guest: &mut Guest,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanCause> {
    let on_line = host.settings.kernel_option("xen-pciback.hide").last();
    let set = host
        .settings
        .modprobe
        .option(pciback::MODULE, pciback::PARAMETER);
    let path = match &set {
        Some(set) => set.by.path.clone(),
        None => PCIBACK_CONF.to_owned(),
    };
    let value = match on_line {
        Some(option) => option.value.clone(),
        None => set.and_then(|set| set.value),
    };
    let known: HideList = value
        .unwrap_or_default()
        .parse()
        .map_err(|error| PlanCause::edit("xen-pciback hide", error))?;
    let mut list = known.clone();
    for function in vm.assigned.functions() {
        list.add(function.address);
    }
    let module: ModuleName = pciback::MODULE
        .parse()
        .map_err(|error| PlanCause::edit(&path, error))?;
    let mut file = Document::parse(&drafts.text(&path)?.unwrap_or_default());
    // The command line overrules modprobe.d.
    match on_line {
        Some(_) if list != known => guest.manual.push(by_hand(
            "pciback-hide",
            text!(
                "set xen-pciback.hide={list} on dom0's kernel command line instead of the \
                 existing option, whose functions it includes",
                list
            ),
        )),
        Some(_) => {}
        None => {
            let option = ModuleOption::new(pciback::PARAMETER, Some(&list.to_string()))
                .map_err(|error| PlanCause::edit(&path, error))?;
            file.set_option(&module, &option)
                .map_err(|error| PlanCause::edit(&path, error))?;
        }
    }
    for driver in host_drivers(functions) {
        file.add_softdep(&driver, &module)
            .map_err(|error| PlanCause::edit(&path, error))?;
    }
    let why = if on_line.is_some() {
        text!("pciback loads before the drivers that would claim the functions")
    } else {
        text!(
            "pciback binds to the functions when it loads, before the drivers that would \
               claim them; the list includes the functions that are already hidden"
        )
    };
    drafts.write(&path, file.to_string(), &why)?;
    let packs_softdeps = |program: &Fact<Initramfs>| program.value == Initramfs::InitramfsTools;
    if host.system.initramfs.as_ref().is_some_and(packs_softdeps)
        && let Refresh::Run(command) = initramfs::refresh(host)?
    {
        guest.commands.push(command);
        return Ok(());
    }
    guest.manual.push(by_hand(
        "pciback-early",
        text!(
            "load xen-pciback before dom0's drivers (in the initramfs, which must be \
               regenerated), or run the xl commands after each boot"
        ),
    ));
    Ok(())
}
