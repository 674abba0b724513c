//! Hyper-V's Discrete Device Assignment (DDA) on Windows Server: a PowerShell
//! script, and the one that undoes it.
//!
//! GPU partitioning (GPU-P, `Add-VMGpuPartitionAdapter`) is another thing: it shares a card
//! between the host and guests through the host's driver, and needs nothing away from the host.

#[cfg(feature = "convert")]
mod format;

use pci_core::PciId;

use crate::description::{Description, MmioWindow};
use crate::emitted::{Emitted, EmittedFile, Feature, Line, ManualStep, Versions};
use crate::error::{Cause, Error};

#[cfg(feature = "convert")]
pub(crate) use format::FORMAT;

const TARGET: &str = "Hyper-V";

/// What a machine's memory space below 4 GiB holds by default, in MiB (Microsoft, "Plan for
/// deploying devices by using Discrete Device Assignment").
const LOW_DEFAULT: u64 = 128;
/// The most that it can hold below 4 GiB, in MiB (ibidem: up to 3.5 GB; 3 GB leave
/// memory for the guest).
const LOW_MOST: u64 = 3072;
/// The window above 4 GiB for a graphics card in Microsoft's example, in MiB.
const HIGH_EXAMPLE: u64 = 33_280;

/// `text` in single quotes. PowerShell reads four more characters as a single quote
/// (`about_Quoting_Rules`; U+2018 to U+201B): all are doubled.
fn quoted(text: &str) -> String {
    let mut out = String::from("'");
    for c in text.chars() {
        if matches!(c, '\'' | '\u{2018}'..='\u{201b}') {
            out.push(c);
        }
        out.push(c);
    }
    out.push('\'');
    out
}

/// Memory spaces of the machine: below 4 GiB and above, in MiB, and whether they
/// follow from the BARs.
fn spaces(vm: &Description) -> (u64, u64, bool) {
    let mut low = Some(0u64);
    for function in vm.assigned.functions() {
        low = low
            .zip(function.bars)
            .map(|(sum, bars)| sum.saturating_add(bars.bytes_below_4g()));
    }
    let window = vm.mmio_window();
    // With alignment each power of two may need its own size once more.
    let low_known = low.map(|bytes| {
        let mebibytes = bytes.div_ceil(1 << 20).max(1).next_power_of_two() * 2;
        mebibytes.clamp(LOW_DEFAULT, LOW_MOST)
    });
    match (low_known, window) {
        (Some(low), window) => (low, window.map_or(512, MmioWindow::mebibytes), true),
        (None, Some(window)) => (LOW_MOST, window.mebibytes(), true),
        (None, None) => (LOW_MOST, HIGH_EXAMPLE, false),
    }
}

/// The script that assigns the functions to the VM, and its undo. Location paths are found when
/// the script runs, by ids, bus and device number.
///
/// # Errors
/// When an id is not known, or a function is not in domain 0: Windows' bus numbers
/// are those of one segment.
pub fn emit(vm: &Description) -> Result<Emitted, Error> {
    let mut wanted = Vec::new();
    for function in vm.assigned.functions() {
        let address = function.address;
        let id = function.id.ok_or(Cause::Missing {
            target: TARGET,
            what: "the vendor and device id of each function",
        })?;
        if address.domain() != 0 {
            return Err(Cause::Unsupported {
                target: TARGET,
                what: format!("the segment of {address}"),
            }
            .into());
        }
        wanted.push((
            row(id, address.bus(), address.device(), address.function()),
            address,
        ));
    }
    let (low, high, known) = spaces(vm);
    let mut give = EmittedFile::new(format!("{}-dda.ps1", vm.name));
    let mut undo = EmittedFile::new(format!("{}-dda-undo.ps1", vm.name));
    for file in [&mut give, &mut undo] {
        file.line_end = "\r\n";
        let mut say = |text: &str, why: &str| {
            for (number, text) in text.lines().enumerate() {
                file.push(Line::new(text, if number == 0 { why } else { "" }));
            }
        };
        say(
            "#Requires -Version 5.1\n#Requires -RunAsAdministrator\n#Requires -Modules Hyper-V, PnpDevice",
            "the cmdlets that are used",
        );
        say(
            "$ErrorActionPreference = 'Stop'\nSet-StrictMode -Version 2.0",
            "the first error ends the script",
        );
        say(
            &format!("$name = {}", quoted(vm.name.as_str())),
            "the machine",
        );
        say(
            "$state = Join-Path $env:ProgramData ('passthru-' + $name + '.xml')",
            "what the machine had before",
        );
        say(
            "$wanted = @(",
            "the functions: IDs, bus, and device << 16 | function as Windows counts",
        );
        for (row, address) in &wanted {
            file.push(Line::new(format!("    {row}"), format!("{address}")));
        }
        file.push(Line::new(")", ""));
    }
    body(&mut give, GIVE_HEAD);
    for (text, why) in [
        (
            format!("Set-VM -VMName $name -LowMemoryMappedIoSpace {low}MB"),
            "room for BARs below 4 GiB",
        ),
        (
            format!("Set-VM -VMName $name -HighMemoryMappedIoSpace {high}MB"),
            if known {
                "room for BARs above 4 GiB: twice the power of two that holds them"
            } else {
                "room for BARs above 4 GiB, as in Microsoft's example: their sizes are not known"
            },
        ),
    ] {
        give.push(Line::new(text, why));
    }
    body(&mut give, GIVE_TAIL);
    body(&mut undo, UNDO);
    for file in [&mut give, &mut undo] {
        for line in &mut file.lines {
            line.versions = Some(Versions::from("Windows Server", "2016"));
        }
    }
    let mut steps = vec![
        ManualStep {
            name: "hyper-v-run",
            text: format!(
                "run {} in Windows PowerShell as an administrator on the Hyper-V host, with the VM powered off; {} undoes it",
                give.path, undo.path
            ),
        },
        ManualStep {
            name: "hyper-v-server",
            text: "this needs Windows Server: client Windows has the cmdlets, but rejects them. \
                 Sharing a card with the host is GPU partitioning, another feature"
                .to_owned(),
        },
    ];
    if !known {
        steps.push(ManualStep {
            name: "hyper-v-mmio",
            text:
                "the sizes of the BARs are not known: the spaces are those of Microsoft's example; \
                   SurveyDDA.ps1 prints what each card needs"
                    .to_owned(),
        });
    }
    Ok(Emitted {
        files: vec![give, undo],
        commands: Vec::new(),
        steps,
        not_converted: Feature::unsupported(vm, TARGET, &[Feature::MmioWindow]),
    })
}

fn row(id: PciId, bus: u8, device: u8, function: u8) -> String {
    let ids = format!("VEN_{:04X}&DEV_{:04X}", id.vendor.0, id.device.0);
    let address = u32::from(device) << 16 | u32::from(function);
    format!(
        "@{{ Ids = {}; Bus = {bus}; Address = {address} }}",
        quoted(&ids)
    )
}

fn body(file: &mut EmittedFile, parts: &[(&str, &str)]) {
    for (text, why) in parts {
        for (number, text) in text.lines().enumerate() {
            file.push(Line::new(text, if number == 0 { *why } else { "" }));
        }
    }
}

const GIVE_HEAD: &[(&str, &str)] = &[
    (
        "$vm = Get-VM -Name $name
if ($vm.State -ne 'Off') { throw \"switch $name off first\" }
if ((Get-VMMemory -VMName $name).DynamicMemoryEnabled) {
    throw \"$name has dynamic memory, which cannot be with a passed function\"
}",
        "a running machine cannot be changed, and all of its memory is pinned",
    ),
    (
        "function Find-Function($one) {
    $found = @(Get-PnpDevice -PresentOnly | Where-Object {
        ($_.InstanceId -like ('PCI\\' + $one.Ids + '*')) -and
        ((Get-PnpDeviceProperty -InstanceId $_.InstanceId -KeyName 'DEVPKEY_Device_BusNumber').Data -eq $one.Bus) -and
        ((Get-PnpDeviceProperty -InstanceId $_.InstanceId -KeyName 'DEVPKEY_Device_Address').Data -eq $one.Address)
    })
    if ($found.Count -ne 1) { throw ('found ' + $found.Count + ' functions of ' + $one.Ids + ' on bus ' + $one.Bus) }
    $found[0]
}",
        "exactly the function that is meant: a moved card is noticed",
    ),
    (
        "$devices = @($wanted | ForEach-Object { Find-Function $_ })
$paths = @($devices | ForEach-Object {
    (Get-PnpDeviceProperty -InstanceId $_.InstanceId -KeyName 'DEVPKEY_Device_LocationPaths').Data[0]
})",
        "all are found before anything is changed; the location path is the way through the bridges, no address",
    ),
    (
        "if (-not (Test-Path -LiteralPath $state)) {
    @{
        Paths = $paths
        Instances = @($devices | ForEach-Object { $_.InstanceId })
        StopAction = [string]$vm.AutomaticStopAction
        CacheTypes = [bool]$vm.GuestControlledCacheTypes
        Low = [uint64]$vm.LowMemoryMappedIoSpace
        High = [uint64]$vm.HighMemoryMappedIoSpace
        Checkpoints = [string]$vm.CheckpointType
    } | Export-Clixml -LiteralPath $state
}",
        "kept for the undo, and not written over by a second run",
    ),
    (
        "Set-VM -VMName $name -AutomaticStopAction TurnOff
Set-VM -VMName $name -CheckpointType Disabled",
        "a machine with functions can neither be saved nor have checkpoints",
    ),
    (
        "Set-VM -VMName $name -GuestControlledCacheTypes $true",
        "the guest may map the card's memory write-combined",
    ),
];

const GIVE_TAIL: &[(&str, &str)] = &[
    (
        "foreach ($device in $devices) {
    if ($device.Status -eq 'OK') { Disable-PnpDevice -InstanceId $device.InstanceId -Confirm:$false }
}",
        "the host driver is unbound",
    ),
    (
        "foreach ($path in $paths) {
    Dismount-VMHostAssignableDevice -Force -LocationPath $path
    Add-VMAssignableDevice -VMName $name -LocationPath $path
}",
        "off the host and into the VM; -Force if the vendor has no mitigation driver",
    ),
    (
        "Get-VMAssignableDevice -VMName $name",
        "shows what the machine has now",
    ),
];

const UNDO: &[(&str, &str)] = &[
    (
        "if ((Get-VM -Name $name).State -ne 'Off') { throw \"switch $name off first\" }
if (-not (Test-Path -LiteralPath $state)) { throw \"$state is not there: nothing is known to undo\" }
$before = Import-Clixml -LiteralPath $state",
        "a running machine cannot be changed",
    ),
    (
        "$has = @(Get-VMAssignableDevice -VMName $name | ForEach-Object { $_.LocationPath })
foreach ($path in $before.Paths) {
    if ($has -contains $path) { Remove-VMAssignableDevice -VMName $name -LocationPath $path }
    if (Get-VMHostAssignableDevice | Where-Object { $_.LocationPath -eq $path }) {
        Mount-VMHostAssignableDevice -LocationPath $path
    }
}",
        "out of the machine and back to the host; what is done already is left out",
    ),
    (
        "foreach ($instance in $before.Instances) { Enable-PnpDevice -InstanceId $instance -Confirm:$false }",
        "the host driver is bound again",
    ),
    (
        "Set-VM -VMName $name -AutomaticStopAction $before.StopAction
Set-VM -VMName $name -CheckpointType $before.Checkpoints
Set-VM -VMName $name -GuestControlledCacheTypes $before.CacheTypes
Set-VM -VMName $name -LowMemoryMappedIoSpace $before.Low
Set-VM -VMName $name -HighMemoryMappedIoSpace $before.High
Remove-Item -LiteralPath $state",
        "as the machine was",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assigned::{
        AssignedDevices, AssignedFunction, AssignedSlot, Bar, BarSize, BarWidth, Bars, Coverage,
        Prefetchable,
    };

    fn vm(bars: Option<Bars>) -> Description {
        let gpu = AssignedFunction {
            id: Some("10de:2803".parse().unwrap()),
            bars,
            ..AssignedFunction::at("0d:00.0".parse().unwrap())
        };
        let slot = AssignedSlot::new(vec![gpu], Coverage::WholeSlot).unwrap();
        Description::new(
            "win11".parse().unwrap(),
            AssignedDevices::new(vec![slot]).unwrap(),
        )
    }

    #[test]
    fn spaces_follow_from_the_bars() {
        let memory = |bytes, width, prefetchable| {
            Some(Bar::Memory {
                size: BarSize::new(bytes).unwrap(),
                width,
                prefetchable,
            })
        };
        let bars = Bars([
            memory(16 << 20, BarWidth::Bits32, Prefetchable::No),
            memory(16 << 30, BarWidth::Bits64, Prefetchable::Yes),
            None,
            memory(32 << 20, BarWidth::Bits64, Prefetchable::Yes),
            None,
            None,
        ]);
        let text = emit(&vm(Some(bars))).unwrap().files[0].to_string();
        assert!(text.contains("-LowMemoryMappedIoSpace 128MB\r\n"), "{text}");
        assert!(
            text.contains("-HighMemoryMappedIoSpace 65536MB\r\n"),
            "{text}"
        );
        assert!(text.contains("@{ Ids = 'VEN_10DE&DEV_2803'; Bus = 13; Address = 0 }"));
        let unknown = emit(&vm(None)).unwrap();
        assert!(unknown.files[0].to_string().contains("33280MB"));
        assert!(unknown.steps.iter().any(|step| step.name == "hyper-v-mmio"));
    }

    #[test]
    fn every_single_quote_is_doubled() {
        assert_eq!(quoted("a'b\u{2019}c"), "'a''b\u{2019}\u{2019}c'");
        assert_eq!(quoted("$(x)`\""), "'$(x)`\"'");
    }
}
