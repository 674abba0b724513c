//! Options of a VM other than its functions.

use hvconf::assigned::{AssignedDevices, AssignedSlot, DisplayRole, RomFile};
use hvconf::description::{
    Chipset, ColorRange, CpuHiding, Description, Firmware, HardwareChange, HugePageSize,
    KvmSignature, LookingGlassSize, Machine, MmioWindow, Pages, SecureBoot,
};
use hvconf::guest::UserName;

use super::document::{ManualStep, When};
use crate::failure::{Cause, ErrorKind, Place, into_error};
use crate::text::{Text, text};

/// Replacement of Hyper-V's vendor name by default.
pub const HIDDEN_AS: &str = "passthru";

/// Options of a VM other than its functions; by default none: the VM's settings are unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct VmOptions {
    /// Facts about the hypervisor that the guest's processor hides: for NVIDIA's drivers before
    /// 465.89 ([`hvconf::guest::code_43`]).
    pub hiding: CpuHiding,
    /// Backing of the guest's memory.
    pub pages: Pages,
    /// The shared memory of Looking Glass.
    pub looking_glass: Option<LookingGlass>,
    /// A file with the graphics card's ROM, in the hypervisor's directory for them; without
    /// a graphics card it is of the first device.
    pub rom_file: Option<RomFile>,
    /// Whether the graphics card is the guest's first screen.
    pub screen: Screen,
    /// The guest's firmware. `None` keeps that of an existing guest, since an installed system does
    /// not start under another; a new guest gets OVMF.
    pub firmware: Option<Firmware>,
    /// The guest's machine type. `None` keeps that of an existing guest, and is q35 for a new one.
    pub machine: Option<Chipset>,
    /// The guest's window for BARs above 4 GiB; `None` uses the target's default (docs/targets.md).
    pub window: Option<Window>,
}

/// The size of the guest's 64-bit MMIO window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Window {
    /// As large as the BARs of the functions need ([`MmioWindow::for_assigned`]).
    Needed,
    /// So large.
    Of(MmioWindow),
}

/// The shared memory of Looking Glass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookingGlass {
    /// Its size.
    pub size: LookingGlassSize,
    /// Who runs the client on the host; QEMU reaches it by the group kvm.
    pub user: UserName,
}

/// Where the guest's first picture is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Screen {
    /// Where it is now.
    #[default]
    AsItIs,
    /// On the passed graphics card.
    OnTheCard,
}

/// The error of a VM option.
#[derive(Debug)]
pub(crate) struct VmOptionCause {
    /// The option as given.
    pub(crate) option: String,
    /// The expected form.
    pub(crate) expected: Text,
}

into_error!(VmOptionCause);

impl Cause for VmOptionCause {
    fn kind(&self) -> ErrorKind {
        ErrorKind::BadRequest
    }

    fn place(&self) -> Place {
        Place::bytes(0..self.option.len()).with_help(self.expected.as_str())
    }

    fn text(&self) -> Text {
        text!(
            "{option}: expected {expected}",
            option = self.option,
            expected = self.expected
        )
    }
}

/// The size of Looking Glass's memory for a screen: `2560x1440`, or `3840x2160,hdr`.
///
/// # Errors
/// The expected form.
pub(crate) fn screen(text: &str) -> Result<LookingGlassSize, Text> {
    let (screen, range) = match text.strip_suffix(",hdr") {
        Some(screen) => (screen, ColorRange::Hdr),
        None => (text, ColorRange::Sdr),
    };
    let sizes = screen.split_once('x');
    let sizes = sizes.and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    let (width, height) = sizes
        .filter(|(width, height)| *width > 0 && *height > 0)
        .ok_or_else(|| text!("a screen size such as 2560x1440 or 3840x2160,hdr"))?;
    LookingGlassSize::for_screen(width, height, range).ok_or_else(|| {
        text!(
            "a screen size that needs 1024 \
                                                             MiB or less"
        )
    })
}

/// The size of huge pages: `2M`, `1G`, or `default` for the host's.
///
/// # Errors
/// The expected form.
pub(crate) fn huge_pages(text: &str) -> Result<HugePageSize, Text> {
    match text {
        "2M" => Ok(HugePageSize::Mebibytes2),
        "1G" => Ok(HugePageSize::Gibibyte1),
        "default" => Ok(HugePageSize::HostDefault),
        _ => Err(text!("2M, 1G or default")),
    }
}

/// The guest's firmware: `ovmf` or `seabios`.
///
/// # Errors
/// The expected form.
pub(crate) fn firmware(text: &str) -> Result<Firmware, Text> {
    match text {
        "ovmf" => Ok(Firmware::Ovmf(SecureBoot::Off)),
        "seabios" => Ok(Firmware::SeaBios),
        _ => Err(text!("ovmf or seabios")),
    }
}

/// The guest's machine type: `q35` or `i440fx`.
///
/// # Errors
/// The expected form.
pub(crate) fn machine_type(text: &str) -> Result<Chipset, Text> {
    match text {
        "q35" => Ok(Chipset::Q35),
        "i440fx" => Ok(Chipset::I440fx),
        _ => Err(text!("q35 or i440fx")),
    }
}

/// The guest's window for BARs above 4 GiB: `64G`, a power of two, or `needed` for the need of the
/// functions' BARs.
///
/// # Errors
/// The expected form.
pub(crate) fn window(text: &str) -> Result<Window, Text> {
    if text == "needed" {
        return Ok(Window::Needed);
    }
    let gibibytes = text.strip_suffix('G').and_then(|text| text.parse().ok());
    let window = gibibytes.and_then(MmioWindow::from_gibibytes);
    let window = window.ok_or_else(|| text!("a power of two from 1G to 16384G, or needed"))?;
    Ok(Window::Of(window))
}

impl VmOptions {
    /// Adds a option in the words of the command, without its dashes: `hide`, `hide=ID`,
    /// `huge-pages=1G`, `looking-glass=2560x1440`, `user=NAME` after that, `rom=NAME`,
    /// `primary`, `firmware=seabios`, `machine-type=q35`, `mmio-window` for the one that the
    /// BARs need, and `mmio-window=64G`.
    ///
    /// # Errors
    /// If it is not an option, or its value is invalid.
    ///
    /// ```
    /// use passthru::plan::VmOptions;
    /// let mut vm_options = VmOptions::default();
    /// vm_options.set("rom=card.rom")?;
    /// vm_options.set("hide")?;
    /// assert!(vm_options.set("rom=../card.rom").is_err());
    /// # Ok::<(), passthru::Error>(())
    /// ```
    pub fn set(&mut self, option: &str) -> crate::Result<()> {
        let fail = |expected| VmOptionCause {
            option: option.to_owned(),
            expected,
        };
        match option.split_once('=').unwrap_or((option, "")) {
            ("hide", id) => {
                let id = if id.is_empty() { HIDDEN_AS } else { id };
                let id = id.parse();
                self.hiding = CpuHiding {
                    kvm: KvmSignature::Hidden,
                    hyperv_vendor_id: Some(
                        id.map_err(|_| fail(text!("1 to 12 letters and digits")))?,
                    ),
                };
            }
            ("huge-pages", size) => self.pages = Pages::Huge(huge_pages(size).map_err(fail)?),
            ("looking-glass", text) => {
                self.looking_glass = Some(LookingGlass {
                    size: screen(text).map_err(fail)?,
                    user: UserName::root(),
                });
            }
            ("user", name) => {
                let glass = self.looking_glass.as_mut();
                let glass = glass.ok_or_else(|| fail(text!("looking-glass before user")))?;
                glass.user = name.parse().map_err(|_| {
                    fail(text!(
                        "an account name of lower-case letters, digits, '_' and \
                                       '-'"
                    ))
                })?;
            }
            ("rom", name) => {
                self.rom_file = Some(name.parse().map_err(|_| fail(text!("a plain file name")))?);
            }
            ("primary", "") => self.screen = Screen::OnTheCard,
            ("firmware", name) => self.firmware = Some(firmware(name).map_err(fail)?),
            ("machine-type", name) => self.machine = Some(machine_type(name).map_err(fail)?),
            ("mmio-window", "") => self.window = Some(Window::Needed),
            ("mmio-window", size) => self.window = Some(window(size).map_err(fail)?),
            _ => {
                return Err(fail(text!(
                    "hide, huge-pages=, looking-glass=, user=, rom=, primary, firmware=, \
                     machine-type= or mmio-window"
                ))
                .into());
            }
        }
        Ok(())
    }

    /// Sets the options of devices in the slots.
    pub(super) fn of_devices(&self, slots: &mut [AssignedSlot]) {
        let is_display = |slot: &AssignedSlot| {
            slot.functions()
                .iter()
                .any(|function| function.is_display())
        };
        let card = slots.iter().position(is_display);
        if let Some(slot) = slots.get_mut(card.unwrap_or_default()) {
            slot.rom_file.clone_from(&self.rom_file);
            if card.is_some() && self.screen == Screen::OnTheCard {
                slot.display = DisplayRole::Primary;
            }
        }
    }

    /// Sets the other options in a VM description.
    pub(super) fn of_machine(&self, vm: &mut Description) {
        vm.hiding = self.hiding.clone();
        vm.memory.pages = self.pages;
        vm.looking_glass = self.looking_glass.as_ref().map(|one| one.size);
        if let Some(firmware) = self.firmware {
            vm.firmware = firmware;
        }
        match self.machine {
            Some(Chipset::Q35) => vm.machine = Machine::Q35,
            Some(Chipset::I440fx) => vm.machine = Machine::I440FX,
            None => {}
        }
        vm.mmio = match self.window {
            Some(Window::Of(window)) => Some(window),
            Some(Window::Needed) => MmioWindow::for_assigned(&vm.assigned),
            None => None,
        };
    }

    /// The changes of an existing guest.
    pub(super) const fn change(&self) -> HardwareChange {
        HardwareChange {
            chipset: self.machine,
            firmware: self.firmware,
        }
    }

    /// The note that the VM's configuration names another firmware than the requested one, and
    /// keeps it.
    pub(super) fn keeps_firmware(&self, has: Firmware) -> Option<ManualStep> {
        let asked = self.firmware?;
        let name = |firmware| match firmware {
            Firmware::SeaBios => "BIOS",
            Firmware::Ovmf(_) => "UEFI",
        };
        (name(asked) != name(has)).then(|| ManualStep {
            when: When::Before,
            step: "guest-firmware".into(),
            text: text!(
                "the VM keeps its firmware, {has}: a system that was installed under it \
                   does not start under {asked}",
                has = name(has),
                asked = name(asked)
            ),
        })
    }

    /// The note that the VM keeps the type in its configuration, although another one is requested.
    pub(super) fn keeps_machine(&self, has: Option<&str>) -> Option<ManualStep> {
        let asked = self.machine?;
        let has = has.unwrap_or("pc");
        if (asked == Chipset::Q35) == has.contains("q35") {
            return None;
        }
        Some(ManualStep {
            when: When::Before,
            step: "guest-machine".into(),
            text: text!(
                "the VM keeps its machine type {has}: the guest's device addresses depend \
                   on it. Use another type for a new installation",
                has
            ),
        })
    }

    /// The firmware for a graphics card, if none was requested: `which` is the sentence that names
    /// it.
    pub(super) fn firmware_stays(
        &self,
        which: &Text,
        passed: &AssignedDevices,
    ) -> Option<ManualStep> {
        let shows = passed.functions().any(|function| function.is_display());
        (self.firmware.is_none() && shows).then(|| ManualStep {
            when: When::Before,
            step: "guest-firmware".into(),
            text: text!(
                "{which}. The plan keeps the firmware, since an installed system does not \
                   start under another one. For a picture before the guest's driver loads, \
                   the card's ROM needs an x86 image under a BIOS, an EFI image under UEFI \
                   (passthru rom info); for a new installation: --firmware ovmf",
                which
            ),
        })
    }

    /// Whether an option concerns the VM and not a device.
    pub(super) fn has_machine(&self) -> bool {
        let devices_alone = Self {
            rom_file: self.rom_file.clone(),
            screen: self.screen,
            ..Self::default()
        };
        *self != devices_alone
    }
}
