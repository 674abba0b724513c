//! Assigning functions to a domain whose XML is not in the input: one file per function and the
//! `virsh` commands that attach them.

use core::fmt;
use core::str::FromStr;

use super::hostdev::{Hostdev, alias};
use crate::assigned::{AssignedDevices, RomBar};
use crate::error::{Cause, Error};

/// A domain's name: no control character, no `/` (libvirt rejects them), no leading `-` (`virsh`
/// would read it as an option).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DomainName(String);

impl FromStr for DomainName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bad = |c: char| c == '/' || c.is_control();
        if text.trim().is_empty() || text.starts_with('-') || text.contains(bad) {
            return Err(Cause::DomainName.into());
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A file with one `<hostdev>`, and the commands that use it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HostdevFile {
    /// Where to write it.
    pub path: String,
    /// The text to write.
    pub text: String,
    /// Attaches it to the domain's configuration, from the next start on.
    pub attach: Vec<String>,
    /// Detaches it again.
    pub detach: Vec<String>,
}

/// One file per function of `assigned`, with its commands (`virsh(1)`, "attach-device"). libvirt
/// chooses the addresses in the guest: each function becomes a separate device.
#[must_use]
pub fn attach_commands(domain: &DomainName, assigned: &AssignedDevices) -> Vec<HostdevFile> {
    let mut files = Vec::new();
    for slot in assigned.slots() {
        for function in slot.functions() {
            let address = function.address;
            let rom = slot.rom_file.clone();
            let of_rom = slot.rom_function() == Some(address);
            let hidden = of_rom && slot.rom_bar == RomBar::Hidden;
            let rom = rom.filter(|_| of_rom && !hidden);
            let mut hostdev = Hostdev::new(address).with_rom_file(rom);
            if hidden {
                hostdev.rom_bar = RomBar::Hidden;
            }
            let path = format!("/var/lib/passthru/{}.xml", alias(&address.to_string()));
            let command = |verb: &str| {
                [
                    "virsh", verb, "--domain", &domain.0, "--file", &path, "--config",
                ]
                .map(str::to_owned)
                .into()
            };
            files.push(HostdevFile {
                text: hostdev.to_string(),
                attach: command("attach-device"),
                detach: command("detach-device"),
                path,
            });
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assigned::{AssignedFunction, AssignedSlot, Coverage};

    #[test]
    fn a_file_and_two_commands_for_each_function() {
        let at = |text: &str| AssignedFunction::at(text.parse().unwrap());
        let functions = vec![at("01:00.0"), at("01:00.1")];
        let mut slot = AssignedSlot::new(functions, Coverage::WholeSlot).unwrap();
        slot.rom_file = Some("v.rom".parse().unwrap());
        let assigned = AssignedDevices::new(vec![slot]).unwrap();
        let files = attach_commands(&"win 11".parse().unwrap(), &assigned);
        assert_eq!(files.len(), 2);
        assert_eq!(
            files[0].path,
            "/var/lib/passthru/ua-passthru-0000-01-00-0.xml"
        );
        assert_eq!(
            files[0].attach,
            [
                "virsh",
                "attach-device",
                "--domain",
                "win 11",
                "--file",
                &files[0].path,
                "--config"
            ]
        );
        assert_eq!(files[1].detach[1], "detach-device");
        assert!(
            files[0]
                .text
                .contains("<rom file='/usr/share/vgabios/v.rom'/>")
        );
        assert!(!files[1].text.contains("<rom"));
    }

    #[test]
    fn names_that_virsh_would_misread_are_refused() {
        for text in ["", " ", "a/b", "-x", "a\nb"] {
            assert_eq!(text.parse::<DomainName>(), Err(Cause::DomainName.into()));
        }
    }
}
