//! Setup inside a guest, for the devices that the host assigns to it, and its JSON form. Fields may
//! be added, never renamed.

use hvconf::description::LookingGlassSize;
use hvconf::emitted::Emitted;
use hvconf::guest::{
    DeviceInstance, GuestSetup, NvidiaFlavor, NvidiaGeneration, NvidiaWindowsDriver, WorkSystem,
    inside,
};
use pci_core::Address;
use serde::Serialize;

use crate::conversion::{CommandDocument, FileDocument, StepDocument};
use crate::failure::{Cause, ErrorKind, into_error};
use crate::host::Host;
use crate::plan::{self, VmOptionCause, VmOptions};
use crate::text::{Text, text};

/// Request for a guest's setup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestSetupRequest {
    /// The functions of the guest; a graphics card is complete
    /// ([`Host::card_of`](crate::Host::card_of)).
    pub devices: Vec<Address>,
    /// The system that runs in it.
    pub system: WorkSystem,
    /// The version of NVIDIA's driver that it has or gets.
    pub driver: Option<DriverVersion>,
    /// NVIDIA's kernel modules to use on Linux.
    pub flavor: NvidiaFlavor,
    /// The devices' instances in Windows, as its Device Manager shows them.
    pub instances: Vec<DeviceInstance>,
    /// The memory of Looking Glass, where that shows the picture.
    pub looking_glass: Option<LookingGlassSize>,
}

impl GuestSetupRequest {
    /// Nothing but the devices and the system.
    #[must_use]
    pub const fn new(devices: Vec<Address>, system: WorkSystem) -> Self {
        Self {
            devices,
            system,
            driver: None,
            flavor: NvidiaFlavor::Recommended,
            instances: Vec::new(),
            looking_glass: None,
        }
    }
}

impl GuestSetupRequest {
    /// Adds something in the words of the command, without its dashes: `driver=570`,
    /// `open`, `instance=PCI\...`, `looking-glass=2560x1440`.
    ///
    /// # Errors
    /// When it is none of these, or its value cannot be one.
    pub fn set(&mut self, word: &str) -> crate::Result<()> {
        let fail = |expected| VmOptionCause {
            option: word.to_owned(),
            expected,
        };
        match word.split_once('=').unwrap_or((word, "")) {
            ("driver", version) => {
                let version = version.parse();
                let expected =
                    text!("a version of NVIDIA's driver such as 465.89, 535.129.03 or 570");
                self.driver = Some(version.map_err(|_| fail(expected))?);
            }
            ("open", "") => self.flavor = NvidiaFlavor::Open,
            ("instance", path) => {
                let expected = text!("PCI\\VEN_hhhh&DEV_hhhh&SUBSYS_hhhhhhhh&REV_hh\\INSTANCE");
                self.instances
                    .push(path.parse().map_err(|_| fail(expected))?);
            }
            ("looking-glass", text) => {
                self.looking_glass = Some(plan::screen(text).map_err(fail)?);
            }
            _ => return Err(fail(text!("driver=, open, instance= or looking-glass=")).into()),
        }
        Ok(())
    }
}

/// A version of NVIDIA's driver for any system: `465.89`, `550.135`, `535.129.03`, or a
/// branch alone, `570`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DriverVersion(NvidiaWindowsDriver);

/// A text is not a version of NVIDIA's driver.
#[derive(Debug)]
struct DriverVersionCause;

into_error!(DriverVersionCause, GuestSetupCause);

impl Cause for DriverVersionCause {
    fn kind(&self) -> ErrorKind {
        ErrorKind::BadRequest
    }

    fn text(&self) -> Text {
        text!("expected a version of NVIDIA's driver such as 465.89, 535.129.03 or 570")
    }
}

impl std::str::FromStr for DriverVersion {
    type Err = crate::Error;

    fn from_str(text: &str) -> crate::Result<Self> {
        let mut parts = text.split('.');
        let (branch, build, last) = (parts.next(), parts.next(), parts.next());
        let digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if parts.next().is_some() || !last.is_none_or(digits) {
            return Err(DriverVersionCause.into());
        }
        let version = format!("{}.{}", branch.unwrap_or_default(), build.unwrap_or("0"));
        let version = version.parse().map_err(|_| DriverVersionCause)?;
        Ok(Self(version))
    }
}

/// A required fact of the system is unknown, or an instance belongs to another device.
#[derive(Debug)]
struct GuestSetupCause(hvconf::Error);

impl Cause for GuestSetupCause {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Unsupported
    }

    fn text(&self) -> Text {
        Text::of_english(self.0.to_string())
    }

    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// The steps inside a guest that has devices of `host`.
///
/// # Errors
///
/// When a device is not there or is a bridge, when the ids of one are not shown that
/// Windows is to find by them, or when an instance is of none of the devices.
///
/// ```
/// use passthru::guest_setup::{GuestSetupRequest, work};
/// use passthru::{Host, input::Input};
/// let mut input = Input::new();
/// input.add("lspci.txt", b"01:00.0 VGA compatible controller [0300]: NVIDIA Corporation \
///     GB206 [GeForce RTX 5060 Ti] [10de:2d04] (rev a1)\n")?;
/// let host = Host::read(&input.finish()?);
/// let mut asked = GuestSetupRequest::new(vec!["01:00.0".parse()?], "debian".parse()?);
/// asked.driver = Some("570.86".parse()?);
/// let done = work(&host, &asked)?;
/// assert_eq!(done.commands[0].argv.last().unwrap(), "--kernel-module-type=open");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn work(host: &Host, asked: &GuestSetupRequest) -> crate::Result<Emitted> {
    let devices = plan::functions(host, &asked.devices)?;
    let passed = plan::passed(host, &devices, &VmOptions::default())?;
    let chip = |function: &hvconf::assigned::AssignedFunction| {
        let name = host.names().device(function.id?)?;
        NvidiaGeneration::from_chip(name)
    };
    let mut generations: Vec<NvidiaGeneration> = Vec::new();
    for function in passed.functions().filter(|function| function.is_display()) {
        if let Some(generation) = chip(function).filter(|one| !generations.contains(one)) {
            generations.push(generation);
        }
    }
    let work = GuestSetup {
        generations,
        driver: asked.driver.map(|version| version.0),
        flavor: asked.flavor,
        instances: asked.instances.clone(),
        looking_glass: asked.looking_glass,
        ..GuestSetup::new(asked.system, passed)
    };
    Ok(inside(&work).map_err(GuestSetupCause)?)
}

/// `passthru guest --json`.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct GuestSetupDocument<'a> {
    /// The version of this form.
    pub schema: &'static str,
    /// Files for the guest, each with the purpose of its lines.
    pub files: Vec<FileDocument<'a>>,
    /// Commands to run in the guest, in order.
    pub commands: Vec<CommandDocument<'a>>,
    /// Manual steps and choices in the guest.
    pub manual_steps: Vec<StepDocument<'a>>,
}

/// Returns the JSON form of the setup inside a guest.
#[must_use]
pub fn document(emitted: &Emitted) -> GuestSetupDocument<'_> {
    GuestSetupDocument {
        schema: "passthru-guest/1",
        files: emitted.files.iter().map(FileDocument::from).collect(),
        commands: emitted.commands.iter().map(CommandDocument::from).collect(),
        manual_steps: emitted.steps.iter().map(StepDocument::from).collect(),
    }
}

#[cfg(test)]
mod tests;
