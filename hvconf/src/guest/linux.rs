//! Drivers in a Linux guest.

use super::nvidia::{NvidiaFlavor, NvidiaGeneration, NvidiaModules, modules};
use crate::emitted::{Emitted, EmittedCommand, EmittedFile, Line, ManualStep, Versions};

/// The program that makes the guest's initramfs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GuestInitramfs {
    /// `update-initramfs`: Debian, Ubuntu.
    InitramfsTools,
    /// `dracut`: Fedora, RHEL, openSUSE.
    Dracut,
    /// `mkinitcpio`: Arch.
    Mkinitcpio,
}

impl GuestInitramfs {
    /// The command that regenerates it.
    #[must_use]
    pub fn command(self) -> EmittedCommand {
        let argv: &[&str] = match self {
            Self::InitramfsTools => &["update-initramfs", "-u", "-k", "all"],
            Self::Dracut => &["dracut", "--force", "--regenerate-all"],
            Self::Mkinitcpio => &["mkinitcpio", "-P"],
        };
        let why = "the initramfs has its own copy of /etc/modprobe.d, and loads drivers first";
        EmittedCommand::new(argv.iter().copied(), why)
    }
}

/// The file that keeps nouveau from the card, and the initramfs with it.
#[must_use]
pub fn nouveau(initramfs: GuestInitramfs) -> Emitted {
    let mut file = EmittedFile::new("/etc/modprobe.d/passthru-nouveau.conf");
    file.push(Line::new(
        "blacklist nouveau",
        "nouveau is not loaded for the card: NVIDIA's driver can bind it",
    ));
    file.push(Line::new(
        "options nouveau modeset=0",
        "and does not take its display where something loads it all the same",
    ));
    let mut emitted = Emitted::default();
    emitted.files.push(file);
    emitted.commands.push(initramfs.command());
    emitted.steps.push(ManualStep {
        name: "reboot-guest",
        text: "reboot the guest".to_owned(),
    });
    emitted
}

/// A guest with an NVIDIA card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NvidiaGuest {
    /// The card's generation.
    pub generation: NvidiaGeneration,
    /// The driver's branch: 550 of 550.135.
    pub branch: u16,
    /// The requested flavor of kernel modules.
    pub flavor: NvidiaFlavor,
    /// The program that makes the guest's initramfs.
    pub initramfs: GuestInitramfs,
}

/// What installs NVIDIA's driver by its `.run` file, with the flavor of kernel
/// modules that drives the card.
///
/// Before 560 the open modules get `NVreg_OpenRmEnableUnsupportedGpus=1`: the README of 515 and
/// 525 ("Open Linux Kernel Modules") wants it for GeForce and workstation cards, and branches
/// that no longer need it accept it.
#[must_use]
pub(crate) fn nvidia_linux(guest: NvidiaGuest) -> Emitted {
    let mut emitted = nouveau(guest.initramfs);
    let flavor = modules(guest.generation, guest.branch, guest.flavor);
    let name = guest.generation;
    let (word, why) = match flavor {
        NvidiaModules::TooNew { last } => {
            emitted.steps.push(step(format!(
                "branch {} no longer supports {name}: install {last}",
                guest.branch
            )));
            return emitted;
        }
        NvidiaModules::TooOld { first } => {
            emitted.steps.push(step(format!(
                "branch {} does not support {name} yet: install {first} or later",
                guest.branch
            )));
            return emitted;
        }
        NvidiaModules::NoOpen { first: Some(first) } => {
            emitted.steps.push(step(format!(
                "branch {} has no open kernel modules for {name}: install {first} or later, or \
                 omit --open",
                guest.branch
            )));
            return emitted;
        }
        NvidiaModules::NoOpen { first: None } => {
            emitted.steps.push(step(format!(
                "no branch has open kernel modules for {name}: omit --open"
            )));
            return emitted;
        }
        NvidiaModules::Open => ("open", "the open kernel modules"),
        NvidiaModules::Proprietary => ("proprietary", "the proprietary kernel modules"),
    };
    let mut argv = vec!["sh".to_owned(), "NVIDIA-Linux-x86_64.run".to_owned()];
    let mut versions = None;
    match (flavor, guest.branch) {
        (NvidiaModules::Open, 515..555) => {
            argv.push("-m=kernel-open".to_owned());
            versions = Some(Versions::between("NVIDIA driver", "515", "550"));
        }
        (_, 555..) => {
            argv.push(format!("--kernel-module-type={word}"));
            versions = Some(Versions::from("NVIDIA driver", "555"));
        }
        // Older installers have the proprietary ones only.
        _ => {}
    }
    let command = EmittedCommand::new(argv, why);
    emitted.commands.insert(
        0,
        EmittedCommand {
            versions,
            ..command
        },
    );
    emitted.steps.push(ManualStep {
        name: "guest-secure-boot",
        text: "with UEFI Secure Boot the guest rejects modules that the installer does not sign: \
               sign them with an enrolled key, or disable Secure Boot in the VM"
            .to_owned(),
    });
    if flavor == NvidiaModules::Open && guest.branch < 560 {
        let mut file = EmittedFile::new("/etc/modprobe.d/passthru-nvidia.conf");
        let line = Line::new(
            "options nvidia NVreg_OpenRmEnableUnsupportedGpus=1",
            "the open modules count GeForce and workstation cards as not supported yet",
        );
        file.push(line.in_versions(Versions::between("NVIDIA driver", "515", "550")));
        emitted.files.push(file);
    }
    emitted
}

fn step(text: String) -> ManualStep {
    ManualStep {
        name: "nvidia-branch",
        text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guest(chip: &str, branch: u16) -> Emitted {
        with_flavor(chip, branch, NvidiaFlavor::Recommended)
    }

    fn with_flavor(chip: &str, branch: u16, flavor: NvidiaFlavor) -> Emitted {
        nvidia_linux(NvidiaGuest {
            generation: NvidiaGeneration::from_chip(chip).unwrap(),
            branch,
            flavor,
            initramfs: GuestInitramfs::InitramfsTools,
        })
    }

    #[test]
    fn installers_switches_by_branch() {
        let first = |chip, branch| guest(chip, branch).commands[0].argv.join(" ");
        let run = "sh NVIDIA-Linux-x86_64.run";
        assert_eq!(first("GK106", 470), run);
        assert_eq!(first("AD106", 550), run);
        assert_eq!(
            first("AD106", 555),
            format!("{run} --kernel-module-type=proprietary")
        );
        assert_eq!(
            first("AD106", 570),
            format!("{run} --kernel-module-type=open")
        );
        assert_eq!(
            first("GP102", 570),
            format!("{run} --kernel-module-type=proprietary")
        );
        // As a guide for ESXi has it, with a file of the same branch.
        let open = with_flavor("AD106", 550, NvidiaFlavor::Open);
        assert_eq!(
            open.commands[0].argv.join(" "),
            format!("{run} -m=kernel-open")
        );
        let options = "options nvidia NVreg_OpenRmEnableUnsupportedGpus=1\n";
        assert_eq!(open.files[1].to_string(), options);
        assert_eq!(with_flavor("AD106", 570, NvidiaFlavor::Open).files.len(), 1);
        for (chip, branch, text) in [
            ("GP102", 550, "no branch has open kernel modules for Pascal"),
            ("TU106", 470, "install 515 or later"),
        ] {
            let none = with_flavor(chip, branch, NvidiaFlavor::Open);
            assert!(
                none.commands[0]
                    .argv
                    .join(" ")
                    .starts_with("update-initramfs")
            );
            assert!(
                none.steps.iter().any(|step| step.text.contains(text)),
                "{chip}"
            );
        }
        let gone = guest("GK106", 570);
        assert!(
            gone.steps
                .iter()
                .any(|step| step.text.contains("install 470"))
        );
        assert_eq!(gone.commands[0].argv[0], "update-initramfs");
    }

    #[test]
    fn the_file_is_written_whole_and_once() {
        let file = &nouveau(GuestInitramfs::Dracut).files[0];
        assert_eq!(
            file.to_string(),
            "blacklist nouveau\noptions nouveau modeset=0\n"
        );
    }
}
