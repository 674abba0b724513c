//! `<hostdev>`: one host function that a domain gets.
//!
//! Element order and attribute widths are those in which libvirt writes them
//! (<https://libvirt.org/formatdomain.html#host-device-assignment>).

use core::fmt;

use pci_core::{Address, Slot};

use crate::assigned::{ROM_DIRECTORY, RomBar, RomFile};

/// The address of a device in the guest; the domain is always 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct GuestAddress {
    /// The bus: the index of the controller that makes it.
    pub bus: u8,
    /// The slot, 0 to 31.
    pub slot: u8,
    /// The function, 0 to 7.
    pub function: u8,
}

/// Whether a slot in the guest has more functions than function 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Functions {
    One,
    Several,
}

/// A `<hostdev>` to write: managed, bound to vfio-pci by name, with a user alias (libvirt 3.9 and
/// later) that names the host function.
///
/// ```
/// use hvconf::libvirt::Hostdev;
/// let gpu = Hostdev::new("0a:00.1".parse()?);
/// assert!(gpu.to_string().contains("bus='0x0a' slot='0x00' function='0x1'/>"));
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hostdev {
    source: Address,
    pub(super) rom_file: Option<RomFile>,
    pub(super) rom_bar: RomBar,
    pub(super) guest: Option<(GuestAddress, Functions)>,
}

impl Hostdev {
    /// The host function `source`, with its own ROM, at a guest address chosen by libvirt.
    #[must_use]
    pub const fn new(source: Address) -> Self {
        Self {
            source,
            rom_file: None,
            rom_bar: RomBar::Visible,
            guest: None,
        }
    }

    /// The same with the ROM file `file` of [`ROM_DIRECTORY`].
    #[must_use]
    pub(crate) fn with_rom_file(self, file: Option<RomFile>) -> Self {
        Self {
            rom_file: file,
            ..self
        }
    }

    /// The path that a domain names `file` by.
    pub(super) fn rom_path(file: &RomFile) -> String {
        format!("{ROM_DIRECTORY}/{file}")
    }

    /// The lines of the element, each with its depth from 0.
    pub(super) fn lines(&self) -> Vec<(usize, String)> {
        let source = self.source;
        let mut lines = vec![
            (
                0,
                "<hostdev mode='subsystem' type='pci' managed='yes'>".to_owned(),
            ),
            (1, "<driver name='vfio'/>".to_owned()),
            (1, "<source>".to_owned()),
            (
                2,
                format!(
                    "<address domain='0x{:04x}' bus='0x{:02x}' slot='0x{:02x}' function='0x{:x}'/>",
                    source.domain(),
                    source.bus(),
                    source.device(),
                    source.function()
                ),
            ),
            (1, "</source>".to_owned()),
            (1, format!("<alias name='{}'/>", alias(&source.to_string()))),
        ];
        match (self.rom_bar, &self.rom_file) {
            (RomBar::Hidden, _) => lines.push((1, "<rom bar='off'/>".to_owned())),
            (RomBar::Visible, Some(file)) => lines.push((1, rom_element(file))),
            (RomBar::Visible, None) => {}
        }
        if let Some((guest, functions)) = self.guest {
            let several = match functions {
                Functions::Several if guest.function == 0 => " multifunction='on'",
                _ => "",
            };
            lines.push((
                1,
                format!(
                    "<address type='pci' domain='0x0000' bus='0x{:02x}' slot='0x{:02x}' \
                     function='0x{:x}'{several}/>",
                    guest.bus, guest.slot, guest.function
                ),
            ));
        }
        lines.push((0, "</hostdev>".to_owned()));
        lines
    }
}

/// `<rom file='…'/>`: an absolute path, as the schema wants it.
pub(super) fn rom_element(file: &RomFile) -> String {
    format!("<rom file='{}'/>", Hostdev::rom_path(file))
}

/// The root port for `slot`, as controller `index`, each line with its depth from 0.
pub(super) fn root_port(slot: Slot, index: u8) -> Vec<(usize, String)> {
    vec![
        (
            0,
            format!("<controller type='pci' index='{index}' model='pcie-root-port'>"),
        ),
        (1, format!("<alias name='{}'/>", alias(&slot.to_string()))),
        (0, "</controller>".to_owned()),
    ]
}

/// The user alias of a host address: libvirt accepts letters, digits, `-` and `_` after `ua-`.
pub(super) fn alias(address: &str) -> String {
    format!("ua-passthru-{}", address.replace([':', '.'], "-"))
}

impl fmt::Display for Hostdev {
    /// The element only, as `virsh attach-device` reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, line) in self.lines() {
            writeln!(f, "{:width$}{line}", "", width = depth * 2)?;
        }
        Ok(())
    }
}
