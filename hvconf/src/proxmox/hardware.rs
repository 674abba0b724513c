//! The machine type and the firmware of a guest: kept, or changed on request.

use super::assignment_plan::Note;
use super::config_edit::Edit;
use super::hostpci::HostPci;
use super::machine::is_q35;
use super::property::PropertyString;
use super::vm_config::{Entry, VmConfig};
use crate::description::{Chipset, Firmware, HardwareChange};
use crate::error::{Cause, Error};

/// The models of processors with 32 bits, which OVMF does not start on
/// (`PVE::QemuServer::CPUConfig`, `get_cpu_bitness`).
const OF_32_BIT: [&str; 8] = [
    "486", "athlon", "coreduo", "kvm32", "pentium", "pentium2", "pentium3", "qemu32",
];

/// The line that makes the guest one of aarch64, if one does.
pub(super) fn aarch64(config: &VmConfig) -> Option<Entry<'_>> {
    let arch = config.get("arch").filter(|entry| entry.value == "aarch64");
    arch.or_else(|| {
        let machine = config.get("machine")?;
        machine_type(&machine)
            .is_some_and(|kind| kind.starts_with("virt"))
            .then_some(machine)
    })
}

/// Refuses `wanted`, which guests of x86-64 alone have, for another guest.
pub(super) fn needs_x86(config: &VmConfig, wanted: &'static str) -> Result<(), Error> {
    match aarch64(config) {
        Some(entry) => Err(Cause::NotX86 { wanted }.at(entry.line)),
        None => Ok(()),
    }
}

fn machine_type<'a>(entry: &Entry<'a>) -> Option<&'a str> {
    PropertyString::parse(entry.value, "type").ok()?.get("type")
}

impl Edit {
    /// Changes what is asked to change.
    pub(super) fn change_hardware(&mut self, change: HardwareChange) -> Result<Vec<Note>, Error> {
        let mut notes = Vec::new();
        if let Some(chipset) = change.chipset {
            notes.extend(self.change_chipset(chipset)?);
        }
        if let Some(firmware) = change.firmware {
            notes.extend(self.change_firmware(firmware)?);
        }
        Ok(notes)
    }

    fn change_chipset(&mut self, chipset: Chipset) -> Result<Option<Note>, Error> {
        needs_x86(&self.config, "a machine type of QEMU's x86-64")?;
        if (chipset == Chipset::Q35) == is_q35(&self.config) {
            return Ok(None);
        }
        let (value, why) = match chipset {
            Chipset::Q35 => {
                self.check_legacy_igd("q35")?;
                (
                    self.machine("pc-i440fx-", "pc-q35-", "q35")?,
                    "q35 was requested",
                )
            }
            Chipset::I440fx => (
                self.machine("pc-q35-", "pc-i440fx-", "pc")?,
                "i440fx was requested",
            ),
        };
        self.set("machine", &value, why)?;
        if chipset == Chipset::I440fx {
            self.drop_pcie()?;
        }
        let windows = self.config.get("ostype");
        let windows = windows.is_some_and(|system| system.value.starts_with('w'));
        Ok(windows.then_some(Note::WindowsHardwareChanges))
    }

    /// The value of `machine` with another type: of the same version, where it names one.
    fn machine(&self, from: &str, to: &str, newest: &str) -> Result<String, Error> {
        let Some(entry) = self.config.get("machine") else {
            return Ok(newest.to_owned());
        };
        let line = entry.line;
        let options = PropertyString::parse(entry.value, "type")
            .map_err(|error| error.at(line).in_part("machine"))?;
        if options.get("viommu") == Some("intel") && newest == "pc" {
            return Err(Cause::IntelViommu.at(line));
        }
        let kind = options.get("type").unwrap_or_default();
        let kind = match kind.strip_prefix(from) {
            Some(version) => format!("{to}{version}"),
            None => newest.to_owned(),
        };
        let others = options.parts().iter().filter(|part| part.key != "type");
        let others = others.map(|part| format!(",{}={}", part.key, part.value));
        Ok(kind + &others.collect::<String>())
    }

    fn change_firmware(&mut self, firmware: Firmware) -> Result<Vec<Note>, Error> {
        let is_ovmf = matches!(firmware, Firmware::Ovmf(_));
        let bios = self.config.get("bios");
        // SeaBIOS is the default of Proxmox VE.
        if bios.is_some_and(|bios| bios.value == "ovmf") == is_ovmf {
            return Ok(Vec::new());
        }
        if !is_ovmf {
            needs_x86(&self.config, "SeaBIOS")?;
            self.set("bios", "seabios", "SeaBIOS was requested")?;
            return Ok(vec![Note::FirmwareChanges]);
        }
        let model = self.config.get("cpu").and_then(|cpu| {
            let options = PropertyString::parse(cpu.value, "cputype").ok()?;
            Some((cpu.line, options.get("cputype")?.to_owned()))
        });
        let mut notes = vec![Note::FirmwareChanges];
        if let Some((line, model)) = model {
            if OF_32_BIT.contains(&&*model) {
                return Err(Cause::ThirtyTwoBit { model }.at(line));
            }
            if model.starts_with("custom-") {
                notes.push(Note::CustomCpu { line, model });
            }
        }
        self.set("bios", "ovmf", "OVMF was requested")?;
        Ok(notes)
    }

    /// Refuses what cannot be beside `legacy-igd` (`PVE::QemuServer::PCI`,
    /// `parse_hostpci_devices`).
    pub(super) fn check_legacy_igd(&self, wanted: &'static str) -> Result<(), Error> {
        for (key, line, entry) in self.hostpci()? {
            if entry.legacy_igd == Some(true) {
                return Err(Cause::LegacyIgd { wanted }.at(line).in_part(key));
            }
        }
        Ok(())
    }

    /// Removes `pcie=1`, which is for q35 only, from all entries.
    fn drop_pcie(&mut self) -> Result<(), Error> {
        for (key, _, mut entry) in self.hostpci()? {
            if entry.pcie == Some(true) {
                entry.pcie = None;
                self.set(&key, &entry.to_string(), "an i440fx has no PCI Express")?;
            }
        }
        Ok(())
    }

    /// The entries that hold, with key and line.
    pub(super) fn hostpci(&self) -> Result<Vec<(String, u32, HostPci)>, Error> {
        let mut entries = Vec::new();
        for index in 0..super::hostpci::MOST_ENTRIES {
            let key = format!("hostpci{index}");
            let Some(found) = self.config.get(&key) else {
                continue;
            };
            let line = found.line;
            match found.value.parse() {
                Ok(entry) => entries.push((key, line, entry)),
                Err(error) => return Err(Error::at(error, line).in_part(key)),
            }
        }
        Ok(entries)
    }
}

/// Notes about settings that the functions need and the VM lacks.
pub(super) fn lacks(config: &VmConfig, has_display: bool) -> Vec<Note> {
    let mut notes = Vec::new();
    if aarch64(config).is_some() {
        return notes;
    }
    // The VM may have settings that an excerpt lacks.
    let is_known = |key: &str| config.get(key).is_some() || config.lacks(key);
    let line = config.get("machine").map(|machine| machine.line);
    if !is_q35(config) && is_known("machine") {
        notes.push(Note::I440fx { line });
    }
    let bios = config.get("bios");
    let line = bios.map(|bios| bios.line);
    if has_display && bios.is_none_or(|bios| bios.value != "ovmf") && is_known("bios") {
        notes.push(Note::SeaBios { line });
    }
    notes
}
