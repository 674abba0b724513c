//! Interrupts and drivers in a Windows guest.

use super::device_id::{DeviceInstance, hardware_id};
use crate::assigned::AssignedDevices;
use crate::emitted::{EmittedCommand, EmittedFile, Line, ManualStep, Versions};
use crate::error::{Cause, Error};

/// Where a device's parameters for message-signaled interrupts are, below its own
/// key ("Enabling Message-Signaled Interrupts in the Registry", Windows driver
/// documentation).
const MSI: &str = "Device Parameters\\Interrupt Management\\MessageSignaledInterruptProperties";

/// The key of all PCI devices.
const ENUM: &str = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Enum";

/// A `.reg` file that enables message-signaled interrupts for `instances`, from the guest's next
/// start until a driver is installed again. Lines end with CR LF; all characters are ASCII, which
/// `regedit` accepts, and [`utf16`] encodes it as `regedit` does.
///
/// ```
/// let gpu = r"PCI\VEN_10DE&DEV_0FC6&SUBSYS_8A961462&REV_A1\4&2283F625&0&0019";
/// let text = hvconf::guest::msi_reg(&[gpu.parse()?]).to_string();
/// assert!(text.starts_with("Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE"));
/// assert!(text.ends_with("\"MSISupported\"=dword:00000001\r\n"));
/// # Ok::<(), hvconf::Error>(())
/// ```
#[must_use]
pub fn msi_reg(instances: &[DeviceInstance]) -> EmittedFile {
    let mut file = EmittedFile::new("msi.reg");
    file.line_end = "\r\n";
    file.push(Line::new(
        "Windows Registry Editor Version 5.00",
        "what regedit wants in the first line",
    ));
    for instance in instances {
        file.push(Line::new("", ""));
        file.push(Line::new(
            format!("[{ENUM}\\{instance}\\{MSI}]"),
            "this device of this guest",
        ));
        file.push(Line::new(
            "\"MSISupported\"=dword:00000001",
            "interrupts by message: the line of another device is not shared, which makes sound \
             crackle",
        ));
    }
    file
}

/// A text as `regedit` writes files: UTF-16 with a byte order mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Utf16(
    /// The bytes, little-endian.
    pub Vec<u8>,
);

/// `text` as UTF-16, little-endian, with a byte order mark.
#[must_use]
pub fn utf16(text: &str) -> Utf16 {
    let units = core::iter::once(0xfeff).chain(text.encode_utf16());
    Utf16(units.flat_map(u16::to_le_bytes).collect())
}

/// A PowerShell script that enables message-signaled interrupts for every function of `assigned`,
/// with any instance assigned by Windows. Run it as administrator in the guest.
///
/// # Errors
/// When the vendor and device id of a function are not known.
pub fn msi_powershell(assigned: &AssignedDevices) -> Result<EmittedFile, Error> {
    let mut file = EmittedFile::new("msi.ps1");
    file.line_end = "\r\n";
    let mut push = |text: &str, why: &str| file.push(Line::new(text, why));
    push(
        "#Requires -RunAsAdministrator",
        "the registry of devices is the system's",
    );
    push(
        "$ErrorActionPreference = 'Stop'",
        "the first error ends the script",
    );
    push("$patterns = @(", "the assigned devices, by ID");
    for function in assigned.functions() {
        // Letters, digits, '_', '&' and '\' only: nothing ends the quotes.
        let id = hardware_id(function).ok_or(Cause::Missing {
            target: "Windows",
            what: "the vendor and device id of each function",
        })?;
        push(&format!("    '{id}*'"), &format!("{function}"));
    }
    push(")", "");
    for text in [
        "foreach ($pattern in $patterns) {",
        "    $devices = @(Get-PnpDevice -PresentOnly | Where-Object { $_.InstanceId -like $pattern })",
        "    if ($devices.Count -eq 0) { Write-Warning \"no device $pattern\" }",
        "    foreach ($device in $devices) {",
        "        $key = 'HKLM:\\SYSTEM\\CurrentControlSet\\Enum\\' + $device.InstanceId",
        "        foreach ($name in 'Device Parameters', 'Interrupt Management', 'MessageSignaledInterruptProperties') {",
        "            $key = Join-Path -Path $key -ChildPath $name",
        "            if (-not (Test-Path -LiteralPath $key)) { New-Item -Path $key | Out-Null }",
        "        }",
        "        Set-ItemProperty -LiteralPath $key -Name 'MSISupported' -Type DWord -Value 1",
        "        Write-Output ('MSI is on from the next start for ' + $device.InstanceId)",
        "    }",
        "}",
    ] {
        push(text, "each instance gets interrupts by message");
    }
    Ok(file)
}

/// Whether Windows starts into safe mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SafeMode {
    /// From the next start on.
    On,
    /// No more.
    Off,
}

impl SafeMode {
    /// The command, for an administrator's prompt (`bcdedit /?`).
    #[must_use]
    pub fn command(self) -> EmittedCommand {
        let (argv, why): (&[&str], _) = match self {
            Self::On => (
                &["bcdedit", "/set", "{current}", "safeboot", "minimal"],
                "without the card's driver: the next start is in safe mode",
            ),
            Self::Off => (
                &["bcdedit", "/deletevalue", "{current}", "safeboot"],
                "without this every start stays in safe mode",
            ),
        };
        EmittedCommand {
            versions: Some(Versions::from("Windows", "Vista")),
            ..EmittedCommand::new(argv.iter().copied(), why)
        }
    }
}

/// The removal of an old driver with Display Driver Uninstaller (DDU), in order.
#[must_use]
pub(crate) fn clean_driver_steps() -> Vec<ManualStep> {
    [
        (
            "ddu-download",
            "download the driver that is wanted and DDU, then cut the network: \
                          otherwise Windows Update installs its own driver",
        ),
        (
            "ddu-safe-mode",
            "run `bcdedit /set {current} safeboot minimal` as administrator and \
                           restart",
        ),
        (
            "ddu-clean",
            "in safe mode run DDU and choose to clean without a restart",
        ),
        (
            "ddu-normal-mode",
            "run `bcdedit /deletevalue {current} safeboot` and restart: without \
                             it every start stays in safe mode",
        ),
        (
            "ddu-install",
            "install the driver, then connect the network; enable MSI again, which \
                         an installation can reset",
        ),
    ]
    .into_iter()
    .map(|(name, text)| ManualStep {
        name,
        text: text.to_owned(),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assigned::{AssignedFunction, AssignedSlot, Coverage};

    #[test]
    fn a_file_for_regedit_has_a_byte_order_mark() {
        assert_eq!(utf16("A\r\n").0, [0xff, 0xfe, 0x41, 0, 0x0d, 0, 0x0a, 0]);
    }

    #[test]
    fn a_script_needs_the_ids() {
        let mut function = AssignedFunction::at("01:00.0".parse().unwrap());
        let assigned = |function| {
            let slot = AssignedSlot::new(vec![function], Coverage::WholeSlot).unwrap();
            AssignedDevices::new(vec![slot]).unwrap()
        };
        assert!(msi_powershell(&assigned(function)).is_err());
        function.id = "10de:2d04".parse().ok();
        let text = msi_powershell(&assigned(function)).unwrap().to_string();
        assert!(text.contains("    'PCI\\VEN_10DE&DEV_2D04*'\r\n"));
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    }

    #[test]
    fn safe_mode_is_undone() {
        assert_eq!(SafeMode::Off.command().argv[1], "/deletevalue");
        let steps = clean_driver_steps();
        let place = |name| steps.iter().position(|step| step.name == name);
        assert!(place("ddu-safe-mode") < place("ddu-normal-mode"));
    }
}
