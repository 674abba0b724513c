//! The initramfs: adds vfio-pci before other drivers, by the generator, and regenerates it.

use hostconf::binding::booster::BoosterConf;
use hostconf::binding::by_address::BoundFunction;
use hostconf::binding::initramfs_hook::HOOK;
use hostconf::binding::kernel_facts::Presence;
use hostconf::binding::method::Method;
use hostconf::binding::mkinitcpio::ConfFacts;
use hostconf::binding::{
    booster, by_address, dracut, initramfs_hook, initramfs_tools, mkinitcpio, udev_rule,
};
use hostconf::boot::loader::{Loader, LoaderKind};
use list_order::Order as _;
use pci_core::modules::ModuleName;

use super::document::{Command, ManualStep, When};
use super::drafts::Drafts;
use super::error::PlanCause;
use crate::file_settings::Intent;
use crate::host::{Device, Host, Initramfs, host_drivers};
use crate::text::{Text, text};

/// Files that the generators of the initramfs read.
pub(super) const READS: [&str; 9] = [
    "/etc/modprobe.d/",
    "/etc/modules",
    "/etc/initramfs-tools/",
    "/etc/dracut.conf",
    "/usr/lib/dracut/",
    "/etc/mkinitcpio.conf",
    "/etc/initcpio/",
    "/etc/booster.yaml",
    "/etc/udev/rules.d/",
];

/// Files that a plan may write or edit.
pub(super) const FILES: [&str; 12] = [
    initramfs_tools::SCRIPT,
    HOOK,
    dracut::CONF,
    dracut::MODULE_SETUP,
    dracut::MODULE_HOOK,
    mkinitcpio::CONF,
    mkinitcpio::INSTALL,
    mkinitcpio::RUNTIME,
    mkinitcpio::SCRIPT,
    mkinitcpio::UNIT,
    booster::CONF,
    udev_rule::RULES,
];

fn program(host: &Host) -> Result<Initramfs, PlanCause> {
    let found = host.system.initramfs.as_ref();
    found
        .map(|found| found.value)
        .ok_or_else(|| without_program(host))
}

/// The error where no program that plans support makes the host's initramfs.
pub(super) fn without_program(host: &Host) -> PlanCause {
    match &host.system.other_initramfs {
        Some(other) => PlanCause::InitramfsNotPlanned {
            program: other.value,
            shown_by: other.evidence.source.clone(),
        },
        None => PlanCause::InitramfsNotShown,
    }
}

/// Whether rpm-ostree makes the host's images.
fn is_rpm_ostree(host: &Host) -> bool {
    let by = LoaderKind::RpmOstree;
    matches!(host.boot.loader, Loader::Known { kind, .. } if kind == by)
}

/// The step that regenerates the images of all installed kernels.
pub(super) enum Refresh {
    /// A command.
    Run(Command),
    /// A command that changes how the host's deployments are made from then on: a person
    /// runs it.
    ByHand(ManualStep),
}

pub(super) fn refresh(host: &Host) -> Result<Refresh, PlanCause> {
    let program = program(host)?;
    if host.system.read_only_root.is_some() && is_rpm_ostree(host) {
        // rpm-ostree(1), "initramfs".
        return Ok(Refresh::ByHand(ManualStep {
            when: When::Now,
            step: "regenerate-initramfs".into(),
            text: text!(
                "run rpm-ostree initramfs --enable: the next deployment, and each one \
                         after it, has an initramfs that dracut generates on this host, with \
                         the files of /etc (--disable reverts that); if rpm-ostree status \
                         shows that it is enabled, the next rpm-ostree kargs or upgrade \
                         regenerates it"
            ),
        }));
    }
    if host.system.transactional.is_some() {
        let argv = ["transactional-update", "--continue", "initrd"].map(str::to_owned);
        let why = text!(
            "{program} packs modprobe.d and its own files into the images of all kernels, in a new \
             snapshot of the read-only root, which the next boot uses",
            program
        );
        return Ok(Refresh::Run(Command::refresh(argv.to_vec(), why)));
    }
    let argv = program.refresh().iter().map(|word| (*word).to_owned());
    let why = match program {
        Initramfs::InitramfsTools => {
            text!(
                "modprobe.d and the initramfs files are packed into the initramfs, from which the \
                 drivers load; without -k all, the initramfs of other kernels lacks them"
            )
        }
        _ => text!(
            "{program} packs modprobe.d and its own files into the images of all kernels, \
               from which the drivers load",
            program
        ),
    };
    Ok(Refresh::Run(Command::refresh(argv.collect(), why)))
}

/// vfio-pci and its dependencies; the one that newer kernels lack only if it is known to exist.
fn modules(host: &Host) -> Result<Vec<ModuleName>, PlanCause> {
    let virqfd = host.system.kernel.modules.get("vfio_virqfd");
    let virqfd = virqfd.is_some_and(|found| found.value == Presence::Module);
    let names = ["vfio_pci", "vfio", "vfio_iommu_type1"];
    let names = names.into_iter().chain(virqfd.then_some("vfio_virqfd"));
    names
        .map(|name| {
            name.parse()
                .map_err(|error| PlanCause::edit("modules", error))
        })
        .collect()
}

/// Has the image load vfio-pci first, with the options in `modprobe_file`.
///
/// initramfs-tools needs only the softdeps, for which it includes vfio-pci with each driver.
pub(super) fn load_first(
    host: &Host,
    functions: &[&Device],
    modprobe_file: &str,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanCause> {
    if host.vfio_pci_built_in().is_some() {
        return Ok(());
    }
    // An unknown program is reported where the image must be regenerated.
    let Some(program) = host.system.initramfs.as_ref().map(|found| found.value) else {
        return Ok(());
    };
    let modules = modules(host)?;
    match program {
        Initramfs::InitramfsTools => Ok(()),
        Initramfs::Dracut => {
            may_build(host, dracut::CONF)?;
            drafts.write(
                dracut::CONF,
                dracut::conf(&modules, &[modprobe_file]),
                &text!(
                    "dracut loads vfio-pci before udev loads drivers, and packs its options \
                       also into images that are not only for this host"
                ),
            )
        }
        Initramfs::Mkinitcpio => {
            drafts.intend(mkinitcpio::CONF, LISTS.map(Intent::moves));
            let text = mkinitcpio_conf(host, drafts)?;
            let after = mkinitcpio::load_first(&text, &modules)
                .map_err(|error| PlanCause::edit(mkinitcpio::CONF, error))?;
            drafts.write(
                mkinitcpio::CONF,
                after,
                &text!(
                    "vfio-pci is first in the module list, and the hook modconf packs \
                       modprobe.d, which has the softdeps"
                ),
            )
        }
        Initramfs::Booster => {
            let text = drafts.text(booster::CONF)?.unwrap_or_default();
            let mut conf = BoosterConf::parse(&text);
            let refused = |error| PlanCause::edit(booster::CONF, error);
            conf.force_load(&modules).map_err(refused)?;
            let drivers = host_drivers(functions);
            drafts.intend(booster::CONF, [Intent::moves("modules_force_load")]);
            drafts.intend(booster::CONF, left_out(&drivers));
            conf.exclude(&drivers).map_err(refused)?;
            drafts.write(
                booster::CONF,
                conf.to_string(),
                &text!(
                    "booster loads vfio-pci; it has no softdeps, so the card's drivers must \
                       not be in its image and load from the root file system"
                ),
            )
        }
    }
}

/// mkinitcpio's lists, in which required entries are moved to the front.
const LISTS: [&str; 3] = ["MODULES", "HOOKS", "FILES"];

/// The drivers that are removed from booster's list.
fn left_out(drivers: &[ModuleName]) -> Vec<Intent> {
    let names = drivers.iter().map(ModuleName::as_str);
    let spelled = names.flat_map(|name| [name.replace('-', "_"), name.replace('_', "-")]);
    spelled
        .map(|name| Intent::changes_from("modules", &name))
        .collect()
}

/// Binds `functions` by address, in the image.
pub(super) fn take(
    host: &Host,
    method: Method,
    devices: &[&Device],
    functions: &[BoundFunction],
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanCause> {
    let why = text!(
        "binds the functions to vfio-pci by address, before udev loads drivers, \
                     and only if their IDs are found there: another card has the same IDs, or \
                     may have"
    );
    let needed = text!("required by the hook that binds by address");
    if method == Method::UdevRule {
        return by_rule(host, devices, functions, &why, drafts);
    }
    match program(host)? {
        Initramfs::InitramfsTools => {
            let (functions, before) = all(initramfs_tools::SCRIPT, functions, drafts)?;
            let edit = initramfs_tools::edit(&functions, before.as_deref());
            drafts.set(edit.with_purpose(why.clone()));
            pack_vfio(drafts)?;
        }
        Initramfs::Dracut => {
            may_build(host, dracut::MODULE_SETUP)?;
            let (functions, hook) = all(dracut::MODULE_HOOK, functions, drafts)?;
            let conf = drafts.text(dracut::CONF)?;
            let setup = drafts.text(dracut::MODULE_SETUP)?;
            let before = [conf.as_deref(), setup.as_deref(), hook.as_deref()];
            let [conf, setup, hook] = dracut::edits(&functions, before);
            drafts.set(conf.with_purpose(needed.clone()));
            drafts.set(setup.with_purpose(needed.clone()));
            drafts.set(hook.with_purpose(why.clone()));
        }
        Initramfs::Mkinitcpio => {
            let text = mkinitcpio_conf(host, drafts)?;
            let refused = |error| PlanCause::edit(mkinitcpio::CONF, error);
            let after = mkinitcpio::with_hook(&text).map_err(refused)?;
            let init = ConfFacts::read(&text)
                .map_err(|error| PlanCause::edit(mkinitcpio::CONF, error))?
                .init;
            let Some(list) = mkinitcpio::list_of_functions(init) else {
                return Err(PlanCause::InitramfsWithoutUdev {
                    path: mkinitcpio::CONF.to_owned(),
                });
            };
            drafts.intend(mkinitcpio::CONF, LISTS.map(Intent::moves));
            let (functions, _) = all(list, functions, drafts)?;
            drafts.write(
                mkinitcpio::CONF,
                after,
                &text!("the hook runs before drivers load"),
            )?;
            for edit in mkinitcpio::edits(init, &functions) {
                let because = if edit.path == list { &why } else { &needed };
                let before = drafts.text(&edit.path)?;
                drafts.set(edit.replacing(before).with_purpose(because.clone()));
            }
        }
        Initramfs::Booster => return by_rule(host, devices, functions, &why, drafts),
    }
    Ok(())
}

/// Has initramfs-tools pack vfio-pci.
fn pack_vfio(drafts: &mut Drafts<'_>) -> Result<(), PlanCause> {
    let vfio_pci = "vfio-pci"
        .parse()
        .map_err(|error| PlanCause::edit(HOOK, error))?;
    let before = drafts.text(HOOK)?;
    let hook = initramfs_hook::edit(&vfio_pci, before.as_deref());
    drafts.set(hook.with_purpose(text!("vfio-pci must be in the initramfs")));
    Ok(())
}

/// Binds `functions` by a udev rule, which is in the image if their drivers are.
fn by_rule(
    host: &Host,
    devices: &[&Device],
    functions: &[BoundFunction],
    why: &Text,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanCause> {
    let packed = text!("the rule and vfio-pci must be in the image, from which the drivers load");
    match program(host)? {
        // It includes all of /etc/udev/rules.d.
        Initramfs::InitramfsTools => pack_vfio(drafts)?,
        Initramfs::Dracut => {
            may_build(host, dracut::CONF)?;
            let conf = dracut::conf(&modules(host)?, &[udev_rule::RULES]);
            drafts.write(dracut::CONF, conf, &packed)?;
        }
        Initramfs::Mkinitcpio => {
            drafts.intend(mkinitcpio::CONF, LISTS.map(Intent::moves));
            let text = mkinitcpio_conf(host, drafts)?;
            let refused = |error| PlanCause::edit(mkinitcpio::CONF, error);
            let after = mkinitcpio::load_first(&text, &modules(host)?).map_err(refused)?;
            let after = mkinitcpio::with_files(&after, &[udev_rule::RULES])
                .map_err(|error| PlanCause::edit(mkinitcpio::CONF, error))?;
            drafts.write(mkinitcpio::CONF, after, &packed)?;
        }
        Initramfs::Booster => {
            let text = drafts.text(booster::CONF)?.unwrap_or_default();
            let mut conf = BoosterConf::parse(&text);
            let drivers = host_drivers(devices);
            drafts.intend(booster::CONF, left_out(&drivers));
            conf.exclude(&drivers)
                .map_err(|error| PlanCause::edit(booster::CONF, error))?;
            drafts.write(
                booster::CONF,
                conf.to_string(),
                &text!(
                    "booster runs no scripts: the card's drivers load from the root file \
                       system, where udev binds the functions to vfio-pci first"
                ),
            )?;
        }
    }
    let before = drafts.text(udev_rule::RULES)?;
    let earlier = before.as_deref().and_then(udev_rule::bound);
    let functions = with_earlier(functions, earlier);
    let edit = udev_rule::edit(&functions, before.as_deref());
    drafts.set(edit.with_purpose(why.clone()));
    Ok(())
}

/// mkinitcpio's configuration, if no other file replaces its lists.
fn mkinitcpio_conf(host: &Host, drafts: &Drafts<'_>) -> Result<String, PlanCause> {
    if let Some(other) = host.boot.initramfs_conf.mkinitcpio_drop_ins.first() {
        let error = text!(
            "it assigns MODULES or HOOKS after {conf}, which a plan edits: move them there",
            conf = mkinitcpio::CONF
        );
        return Err(PlanCause::edit(&other.path, error));
    }
    shown(mkinitcpio::CONF, drafts)
}

/// Whether the host generates its images: with ostree they are part of the deployment, unless
/// rpm-ostree is configured to run dracut, which then reads `/etc`.
fn may_build(host: &Host, path: &str) -> Result<(), PlanCause> {
    match &host.system.read_only_root {
        Some(_) if is_rpm_ostree(host) && path.starts_with("/etc/") => Ok(()),
        Some(root) => Err(PlanCause::RootIsReadOnly {
            path: path.to_owned(),
            shown_by: root.evidence.source.clone(),
        }),
        None => Ok(()),
    }
}

/// These functions with those of an earlier plan, which remain bound; and the file's text.
pub(super) fn all(
    path: &str,
    functions: &[BoundFunction],
    drafts: &Drafts<'_>,
) -> Result<(Vec<BoundFunction>, Option<String>), PlanCause> {
    let before = drafts.text(path)?;
    let earlier = before.as_deref().and_then(by_address::bound);
    Ok((with_earlier(functions, earlier), before))
}

fn with_earlier(
    functions: &[BoundFunction],
    earlier: Option<Vec<BoundFunction>>,
) -> Vec<BoundFunction> {
    let asked = |bound: &BoundFunction| functions.iter().any(|f| f.address == bound.address);
    let mut all: Vec<BoundFunction> = earlier
        .unwrap_or_default()
        .into_iter()
        .filter(|bound| !asked(bound))
        .collect();
    all.extend(functions);
    all.order_by_key(|function| function.address);
    all
}

fn shown(path: &str, drafts: &Drafts<'_>) -> Result<String, PlanCause> {
    drafts.text(path)?.ok_or_else(|| PlanCause::FileNotShown {
        path: path.to_owned(),
    })
}
