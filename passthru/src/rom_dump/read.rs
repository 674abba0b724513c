//! The reading itself.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use pci_core::Address;
use vbios::Rom;
use vbios::verify::{RomReport, Target, verify};

use super::error::DumpCause;
use super::function::{Function, RomResource};
use super::kernel_log::Complaint;
use crate::text::text;

/// A ROM read from a function.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Dump {
    /// Where the function is.
    pub address: Address,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Facts of the function in sysfs.
    pub function: Function,
}

impl Dump {
    /// The ROM, and its acceptance for the function that it was read from.
    ///
    /// # Errors
    ///
    /// If the content is a copy that firmware ran and changed, which is useless for a guest.
    pub fn judged(&self) -> crate::Result<(Rom, RomReport)> {
        let rom = Rom::parse(&self.bytes);
        let target = Target {
            id: self.function.id,
            class: self.function.class,
            ..Target::default()
        };
        let report = verify(&rom, &self.bytes, &target);
        let copied = |found: &&vbios::verify::RomFinding| found.code == "rom-shadow-copy";
        match report.findings.iter().find(copied) {
            Some(found) => Err(DumpCause::Copied {
                address: self.address,
                text: found.title.clone(),
            }
            .into()),
            None => Ok((rom, report)),
        }
    }
}

/// Reads the ROM of the function at `address` in the tree at `root`: enables it, reads it, and
/// always disables it again. `interrupted` is called before each part.
///
/// A copied tree contains the ROM's bytes; there is nothing to enable.
///
/// # Errors
///
/// If there is no such function or no ROM, if the content is not the card's, or if reading fails,
/// with the messages in the kernel log.
pub fn dump(root: &Path, address: Address, interrupted: &dyn Fn() -> bool) -> crate::Result<Dump> {
    let function = Function::read(root, address).ok_or(DumpCause::NoFunction { address })?;
    let file = function.rom_file();
    let (Ok(real), Ok(root_real)) = (file.canonicalize(), root.canonicalize()) else {
        return Err(DumpCause::NoRom { address }.into());
    };
    // A copied tree may have links that lead out of it.
    if !real.starts_with(root_real) {
        return Err(DumpCause::NoRom { address }.into());
    }
    if function.rom == RomResource::Shadow {
        return Err(DumpCause::Shadow { address }.into());
    }
    let is_kernels = rustix::fs::statfs(&file).is_ok_and(|found| found.f_type == SYSFS);
    let write = |word: &str| {
        if is_kernels {
            fs::write(&file, word)
        } else {
            Ok(())
        }
    };
    match switched_on(write, || read(&file, interrupted)) {
        (Ok(Some(bytes)), Ok(())) => Ok(Dump {
            address,
            bytes,
            function,
        }),
        (Ok(None), Ok(())) => Err(DumpCause::Interrupted.into()),
        (Ok(_), Err(error)) => Err(DumpCause::StaysOn { address, error }.into()),
        (Err(error), _) => Err(DumpCause::Unreadable {
            address,
            error,
            function: Box::new(function),
            complaint: Complaint::last(root, address),
        }
        .into()),
    }
}

/// Writes 1, calls `read`, and always writes 0. Returns the result of reading, and that of writing
/// 0.
fn switched_on<T>(
    write: impl FnMut(&str) -> io::Result<()>,
    read: impl FnOnce() -> io::Result<T>,
) -> (io::Result<T>, io::Result<()>) {
    // Even a write that failed may have switched it.
    let mut switch = Switch { write, is_on: true };
    let result = (switch.write)("1").and_then(|()| read());
    let off = switch.off();
    (result, off)
}

/// The enabled ROM, which is disabled on drop.
struct Switch<W: FnMut(&str) -> io::Result<()>> {
    write: W,
    is_on: bool,
}

impl<W: FnMut(&str) -> io::Result<()>> Switch<W> {
    fn off(&mut self) -> io::Result<()> {
        self.is_on = false;
        (self.write)("0")
    }
}

impl<W: FnMut(&str) -> io::Result<()>> Drop for Switch<W> {
    fn drop(&mut self) {
        if self.is_on {
            // The error cannot be returned here.
            let _ = self.off();
        }
    }
}

/// `SYSFS_MAGIC` (`include/uapi/linux/magic.h` of Linux).
const SYSFS: rustix::fs::FsWord = 0x6265_6572;

/// The bytes of `file`; `None` when it was interrupted.
fn read(file: &Path, interrupted: &dyn Fn() -> bool) -> io::Result<Option<Vec<u8>>> {
    let mut file = File::open(file)?;
    let mut bytes = Vec::new();
    let mut part = vec![0; 64 << 10];
    loop {
        if interrupted() {
            return Ok(None);
        }
        match file.read(&mut part) {
            Ok(0) if bytes.is_empty() => {
                return Err(io::Error::other(text!("the file is empty").to_string()));
            }
            Ok(0) => return Ok(Some(bytes)),
            Ok(count) => bytes.extend_from_slice(part.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if bytes.len() > LARGEST {
            return Err(io::Error::other(
                text!("the file is larger than the BAR of a ROM can be").to_string(),
            ));
        }
    }
}

/// The largest BAR of a ROM (PCI Local Bus Specification 3.0, section 6.2.5.2).
const LARGEST: usize = 16 << 20;

#[cfg(test)]
mod tests;
