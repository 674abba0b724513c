//! mkinitcpio: the order of `MODULES` and `HOOKS` in `/etc/mkinitcpio.conf`, and a hook that
//! binds functions to vfio-pci by address.
//!
//! With the hook `udev`, the image loads `MODULES` in their order before udev searches for drivers,
//! and runs the hooks' early parts before that. With the hook `systemd` it does neither: systemd
//! loads `MODULES` while udev runs, so that only a `softdep` (included by the hook `modconf`) is in
//! time, and a unit replaces the hook (mkinitcpio(8), "EARLY INIT ENVIRONMENT"; read in mkinitcpio
//! 41).
//!
//! The hook `kms` packs the drivers of display cards, which then load early; it
//! does no harm where vfio-pci is before them in one of these ways.
//!
//! The file itself is edited: files in `/etc/mkinitcpio.conf.d` have no effect for a preset that
//! names a configuration (`ALL_config`), as those of older releases do.

use host_tree::Edit;
use pci_core::modules::ModuleName;

use super::assignments::AssignmentFile;
use super::by_address::{self, BoundFunction, DEFINITIONS, NOTE};
use super::modprobe::same_module;
use crate::error::{Cause, Error};

/// The configuration.
pub const CONF: &str = "/etc/mkinitcpio.conf";

/// The install script of the hook: read by mkinitcpio when it makes an image.
pub const INSTALL: &str = "/etc/initcpio/install/passthru-vfio";

/// The script that runs in the image, with the hook `udev`.
pub const RUNTIME: &str = "/etc/initcpio/hooks/passthru-vfio";

/// The script that runs in the image, with the hook `systemd`.
pub const SCRIPT: &str = "/etc/initcpio/passthru-vfio.sh";

/// The unit that runs it.
pub const UNIT: &str = "/etc/initcpio/passthru-vfio.service";

/// The hook's name in `HOOKS`.
pub const HOOK: &str = "passthru-vfio";

/// Init of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Init {
    /// busybox, with the hook `udev`.
    Udev,
    /// systemd, with the hook `systemd`.
    Systemd,
    /// Neither: no program in the image loads drivers.
    Neither,
}

/// The facts of a configuration that affect binding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfFacts {
    /// `MODULES`.
    pub modules: Vec<String>,
    /// `HOOKS`.
    pub hooks: Vec<String>,
    /// The init in the image.
    pub init: Init,
}

impl ConfFacts {
    /// Reads a configuration.
    ///
    /// # Errors
    ///
    /// When only bash can work it out.
    pub fn read(text: &str) -> Result<Self, Error> {
        let file = AssignmentFile::parse(text);
        let hooks = file.words("HOOKS")?;
        let has = |name: &str| hooks.iter().any(|hook| hook == name);
        Ok(Self {
            modules: file.words("MODULES")?,
            init: if has("systemd") {
                Init::Systemd
            } else if has("udev") {
                Init::Udev
            } else {
                Init::Neither
            },
            hooks,
        })
    }

    /// Whether a hook is in the list.
    #[must_use]
    pub fn has_hook(&self, name: &str) -> bool {
        self.hooks.iter().any(|hook| hook == name)
    }

    /// The first module of `drivers` that is before vfio-pci in `MODULES`, or is there without
    /// it.
    #[must_use]
    pub fn loads_before_vfio<'a>(&'a self, drivers: &[ModuleName]) -> Option<&'a str> {
        let before = self
            .modules
            .iter()
            .take_while(|module| !same_module(module, "vfio-pci"));
        before.map(String::as_str).find(|module| {
            drivers
                .iter()
                .any(|driver| same_module(driver.as_str(), module))
        })
    }
}

/// The file, whose list of hooks is not empty.
fn with_hooks(text: &str) -> Result<(AssignmentFile, Vec<String>), Error> {
    let file = AssignmentFile::parse(text);
    let hooks = file.words("HOOKS")?;
    if hooks.is_empty() {
        return Err(Cause::NoHooks.into());
    }
    Ok((file, hooks))
}

/// The configuration with `modules` before all others, and modprobe.d packed.
///
/// ```
/// use hostconf::binding::mkinitcpio::load_first;
/// let text = "MODULES=(nvidia)\nHOOKS=(base udev autodetect kms block)\n";
/// let modules = ["vfio_pci".parse()?, "vfio".parse()?];
/// assert_eq!(
///     load_first(text, &modules)?,
///     "MODULES=(vfio_pci vfio nvidia)\nHOOKS=(base udev autodetect modconf kms block)\n"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If only bash can evaluate the lists, or without hooks.
pub fn load_first(text: &str, modules: &[ModuleName]) -> Result<String, Error> {
    let (mut file, hooks) = with_hooks(text)?;
    let names: Vec<&str> = modules.iter().map(ModuleName::as_str).collect();
    file.put_first("MODULES", &names)?;
    // It includes modprobe.d, at any position; its usual place is before these.
    if !hooks.iter().any(|hook| hook == "modconf") {
        file.put_before(
            "HOOKS",
            "modconf",
            &["kms", "keyboard", "block", "filesystems"],
        )?;
    }
    Ok(file.to_string())
}

/// The configuration with `files` of the host in the image, at the same paths
/// (mkinitcpio(8), `FILES`).
///
/// # Errors
///
/// When only bash can work the list out.
pub fn with_files(text: &str, files: &[&str]) -> Result<String, Error> {
    let mut file = AssignmentFile::parse(text);
    file.put_first("FILES", files)?;
    Ok(file.to_string())
}

/// The configuration with the hook that binds by address, before the hooks that load drivers.
///
/// # Errors
///
/// If only bash can evaluate the lists, or without hooks.
pub fn with_hook(text: &str) -> Result<String, Error> {
    let (mut file, _) = with_hooks(text)?;
    file.put_before("HOOKS", HOOK, &["udev", "systemd"])?;
    Ok(file.to_string())
}

/// The hook's early part, for an image with the hook `udev`.
#[must_use]
pub fn runtime(functions: &[BoundFunction]) -> String {
    let calls = by_address::calls(functions);
    format!("#!/usr/bin/ash\n{NOTE}\nrun_earlyhook() {{\n(\n{DEFINITIONS}\n{calls})\n}}\n")
}

/// The install script, for an image with the hook `udev`.
pub const INSTALL_UDEV: &str = "#!/bin/bash

build() {
	add_module vfio-pci
	add_runscript
}

help() {
	echo 'Binds PCI functions to vfio-pci by address. Written by passthru.'
}
";

/// The install script, for an image with the hook `systemd`.
pub const INSTALL_SYSTEMD: &str = "#!/bin/bash

build() {
	local units=/usr/lib/systemd/system
	add_module vfio-pci
	add_file /etc/initcpio/passthru-vfio.sh /usr/lib/passthru-vfio 755
	add_file /etc/initcpio/passthru-vfio.service \"$units/passthru-vfio.service\"
	add_symlink \"$units/sysinit.target.wants/passthru-vfio.service\" ../passthru-vfio.service
}

help() {
	echo 'Binds PCI functions to vfio-pci by address. Written by passthru.'
}
";

/// The unit. `ConditionPathExists` limits it to the image (systemd(1), "Description").
pub const UNIT_TEXT: &str = "# Written by passthru.
[Unit]
Description=Give PCI functions to vfio-pci by address
DefaultDependencies=no
ConditionPathExists=/etc/initrd-release
Before=systemd-udev-trigger.service systemd-modules-load.service sysinit.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh /usr/lib/passthru-vfio
";

/// The files other than the configuration that bind by address: all are new, or passthru's.
#[must_use]
pub fn edits(init: Init, functions: &[BoundFunction]) -> Vec<Edit> {
    match init {
        Init::Udev => vec![
            Edit::new_file(INSTALL, INSTALL_UDEV),
            Edit::new_file(RUNTIME, runtime(functions)),
        ],
        Init::Systemd => vec![
            Edit::new_file(INSTALL, INSTALL_SYSTEMD),
            Edit::new_script(SCRIPT, by_address::script(functions)),
            Edit::new_file(UNIT, UNIT_TEXT),
        ],
        Init::Neither => Vec::new(),
    }
}

/// The file that names the functions, in which [`by_address::bound`] finds those of
/// an earlier plan.
#[must_use]
pub const fn list_of_functions(init: Init) -> Option<&'static str> {
    match init {
        Init::Udev => Some(RUNTIME),
        Init::Systemd => Some(SCRIPT),
        Init::Neither => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    const STOCK: &str = "# MODULES\nMODULES=()\nBINARIES=()\nFILES=()\n\
        HOOKS=(base systemd autodetect microcode modconf kms keyboard sd-vconsole block filesystems fsck)\n";

    #[test]
    fn a_configuration_is_read_and_edited_once() {
        let facts = ConfFacts::read(STOCK).unwrap();
        assert_eq!(facts.init, Init::Systemd);
        assert!(facts.has_hook("kms") && facts.modules.is_empty());
        let modules = ["vfio_pci", "vfio", "vfio_iommu_type1"].map(|name| name.parse().unwrap());
        let once = load_first(STOCK, &modules).unwrap();
        assert!(once.contains("\nMODULES=(vfio_pci vfio vfio_iommu_type1)\n"));
        assert_eq!(load_first(&once, &modules).unwrap(), once);
        let hooked = with_hook(&once).unwrap();
        assert!(
            hooked.contains("HOOKS=(base passthru-vfio systemd "),
            "{hooked}"
        );
        assert_eq!(with_hook(&hooked).unwrap(), hooked);
    }

    /// A list of our hook alone would make an image that mounts no root.
    #[test]
    fn no_list_of_hooks_begins_with_ours() {
        let modules = ["vfio_pci".parse().unwrap()];
        for text in [
            "",
            "MODULES=()\n",
            "HOOKS=()\n",
            "#HOOKS=(base udev)\n",
            "HOOKS=\"\"\n",
        ] {
            let kind = |read: Result<String, Error>| read.unwrap_err().kind();
            assert_eq!(
                kind(load_first(text, &modules)),
                ErrorKind::NoHooks,
                "{text:?}"
            );
            assert_eq!(kind(with_hook(text)), ErrorKind::NoHooks, "{text:?}");
        }
    }

    #[test]
    fn a_driver_before_vfio_pci_is_found() {
        let facts = |modules: &str| {
            let text = format!("MODULES=({modules})\nHOOKS=(base udev)\n");
            ConfFacts::read(&text).unwrap()
        };
        let nvidia = ["nvidia".parse().unwrap()];
        assert_eq!(facts("vfio_pci nvidia").loads_before_vfio(&nvidia), None);
        assert_eq!(
            facts("nvidia vfio_pci").loads_before_vfio(&nvidia),
            Some("nvidia")
        );
        assert_eq!(
            facts("btrfs nvidia").loads_before_vfio(&nvidia),
            Some("nvidia")
        );
        assert_eq!(facts("btrfs").loads_before_vfio(&nvidia), None);
    }
}
