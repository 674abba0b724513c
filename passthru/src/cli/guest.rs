//! `passthru guest`: the steps inside a guest.

use std::path::PathBuf;

use clap::Args;
use hvconf::description::LookingGlassSize;
use hvconf::emitted::Emitted;
use hvconf::guest::{DeviceInstance, NvidiaFlavor, WorkSystem, utf16};

use super::input::{Input, Source};
use super::outcome::{FAULTS, OK, Outcome, USAGE, file_error, to_json, usage};
use super::values::listed;
use super::words::chosen_wrongly;
use crate::guest_setup::{self, DriverVersion, GuestSetupRequest};
use crate::render::{self, Style};
use crate::text::Text;
use crate::{plan, select};

// The guest, and its known facts.
#[derive(Debug, Args)]
pub(super) struct Guest {
    /// Select by address, slot, ID or words of the name; a GPU includes its other functions
    #[arg(value_name = "DEVICE", required = true)]
    devices: Vec<String>,
    /// Set the guest's system: windows, a distribution (debian, ubuntu, mint, fedora, rhel,
    /// centos, rocky, alma, opensuse, arch, manjaro), or its initramfs generator:
    /// initramfs-tools, dracut, mkinitcpio
    #[arg(long = "os", value_name = "SYSTEM", value_parser = listed::<WorkSystem>(systems), hide_possible_values = true)]
    system: WorkSystem,
    /// Set the version of the guest's NVIDIA driver: 465.89, 535.129.03, or a branch such
    /// as 570
    #[arg(long, value_name = "VERSION")]
    driver: Option<DriverVersion>,
    /// Use NVIDIA's open kernel modules, if a branch has both kinds for the card
    #[arg(long)]
    open: bool,
    /// Write a .reg file for this instance ("Device instance path" in Windows' Device
    /// Manager). Repeatable
    #[arg(long, value_name = "PATH")]
    instance: Vec<DeviceInstance>,
    /// Set the guest's screen size, for Looking Glass: 2560x1440, or 2560x1440,hdr
    #[arg(long, value_name = "SCREEN", value_parser = looking_glass)]
    looking_glass: Option<LookingGlassSize>,
    /// Write the files to an existing directory; .reg files in UTF-16, for regedit
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

fn systems() -> Vec<&'static str> {
    WorkSystem::words().collect()
}

/// The memory for a screen: `1920x1080`, `3840x2160,hdr`.
pub(super) fn looking_glass(text: &str) -> Result<LookingGlassSize, String> {
    plan::screen(text).map_err(|expected| format!("expected {expected}"))
}

impl Guest {
    pub(super) fn run(self, input: &Input, style: Style, json: bool) -> Outcome {
        let host = Source::open(input, &[]).map_err(usage)?.host();
        let devices = select::all(&host, &self.devices).map_err(|error| chosen_wrongly(&error))?;
        let asked = GuestSetupRequest {
            driver: self.driver,
            flavor: if self.open {
                NvidiaFlavor::Open
            } else {
                NvidiaFlavor::Recommended
            },
            instances: self.instance,
            looking_glass: self.looking_glass,
            ..GuestSetupRequest::new(devices, self.system)
        };
        let emitted = guest_setup::work(&host, &asked).map_err(|error| {
            let status = if error.is_usage() { USAGE } else { FAULTS };
            (error.text(), status)
        })?;
        if let Some(directory) = &self.output {
            write(&emitted, directory)?;
        }
        let text = if json {
            to_json(&guest_setup::document(&emitted))?
        } else {
            render::guest(&emitted, style)
        };
        Ok((text, OK))
    }
}

/// Writes each file under its name.
fn write(emitted: &Emitted, directory: &std::path::Path) -> Result<(), (Text, u8)> {
    for file in &emitted.files {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let text = file.to_string();
        let bytes = if name.ends_with(".reg") {
            utf16(&text).0
        } else {
            text.into_bytes()
        };
        let path = directory.join(name);
        std::fs::write(&path, bytes).map_err(|error| file_error(&path, error))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
