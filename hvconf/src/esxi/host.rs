//! The host's configuration, set with `esxcli`.

use pci_core::ClassCode;

use crate::description::Description;
use crate::emitted::{Emitted, EmittedCommand, ManualStep, Versions};

/// The way to make guests the owner of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OwnerSwitch {
    /// `esxcli hardware pci pcipassthru`, from ESXi 7.0 on.
    Esxcli,
    /// The host client: ESXi before 7.0 has no command for it.
    HostClient,
}

/// The commands for the host, and which of them need a reboot.
#[must_use]
pub fn host(vm: &Description, switch: OwnerSwitch) -> Emitted {
    let mut emitted = Emitted::default();
    let by_command = switch == OwnerSwitch::Esxcli;
    for function in vm.assigned.functions().filter(|_| by_command) {
        let address = function.address.to_string();
        let argv = |enable: &'static str| {
            [
                "esxcli",
                "hardware",
                "pci",
                "pcipassthru",
                "set",
                "--device-id",
                &address,
                "--enable",
                enable,
                "--apply-now",
            ]
            .map(str::to_owned)
        };
        let why = "the host releases the function; /etc/vmware/esx.conf is not edited for that";
        let command = EmittedCommand::new(argv("true"), why);
        emitted.commands.push(EmittedCommand {
            versions: Some(Versions::from("ESXi", "7.0")),
            ..command.undone_by(argv("false"))
        });
    }
    // The console uses VGA: a 3D controller has none.
    let mut functions = vm.assigned.functions();
    if functions.any(|function| function.class.is_some_and(ClassCode::is_vga)) {
        emitted.commands.push(kernel_setting(
            "vga",
            "the host console releases the card from the next boot on; a host with no other card \
             has no display then",
        ));
    }
    if !by_command {
        let functions = vm.assigned.functions();
        let functions: Vec<String> = functions.map(|one| one.address.to_string()).collect();
        emitted.steps.push(ManualStep {
            name: "toggle-passthrough",
            text: format!(
                "in the host client, under Manage, Hardware, PCI Devices, select {} and click \
                 Toggle passthrough",
                functions.join(", ")
            ),
        });
    }
    let reboot = if by_command {
        "reboot the host when `esxcli hardware pci pcipassthru list` does not show each \
         function as active, and always after kernel settings and passthru.map: restarting \
         hostd does not do it"
    } else {
        "reboot the host: ESXi before 7.0 releases functions, and reads passthru.map, only when \
         it boots"
    };
    emitted.steps.push(ManualStep {
        name: "reboot",
        text: reboot.to_owned(),
    });
    emitted.steps.push(ManualStep {
        name: "power-off",
        text: "edit a .vmx while the machine is off, and take no snapshots with memory: a \
               machine with assigned functions cannot be suspended"
            .to_owned(),
    });
    emitted
}

/// `esxcli system settings kernel set` that turns `setting` off; it holds from the
/// next boot on.
fn kernel_setting(setting: &str, why: &str) -> EmittedCommand {
    let argv = [
        "esxcli",
        "system",
        "settings",
        "kernel",
        "set",
        "--setting",
        setting,
        "--value",
        "FALSE",
    ];
    EmittedCommand::new(argv, why)
}

/// The kernel setting that lets ESXi boot on a processor with two kinds of cores.
pub const CORE_CHECK: &str = "cpuUniformityHardCheckPanic";

/// The command with which ESXi 7.0 and later boots on a processor with two kinds of cores, and the
/// step for the boots before it.
#[must_use]
pub fn hybrid_processor() -> Emitted {
    let why = "ESXi stops at boot where cores differ, as on processors with performance and \
               efficient cores";
    let mut emitted = Emitted::default();
    emitted.commands.push(EmittedCommand {
        versions: Some(Versions::from("ESXi", "7.0")),
        ..kernel_setting(CORE_CHECK, why)
    });
    emitted.steps.push(ManualStep {
        name: "core-check-at-boot",
        text: format!(
            "for a new installation press Shift+O and add {CORE_CHECK}=FALSE twice: in the \
             installer, and at the first boot after it"
        ),
    });
    emitted
}

/// The command that saves edits below `/etc` into the boot bank: without it those
/// of the last hour are gone after a crash or a quick reboot.
#[must_use]
pub fn auto_backup() -> EmittedCommand {
    let why = "files below /etc/vmware are in memory: this saves them where ESXi boots from";
    EmittedCommand::new(["/sbin/auto-backup.sh"], why)
}
