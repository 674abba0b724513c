//! Functions that are bound to vfio-pci by address, and the shell text that binds them.
//!
//! Two cards of one model have the same ID, but different addresses. But an address is the place of
//! a card, not its identity: an inserted or removed card may change all others. So a function is
//! bound only if the IDs at its address, and those of its subsystem, are the planned ones.
//!
//! All programs run the same text: a script of [`initramfs_tools`](super::initramfs_tools), a hook
//! of [`dracut`](super::dracut) or [`mkinitcpio`](super::mkinitcpio), a
//! [`service`](super::service). It needs only a POSIX shell and kmod's `modprobe`, and runs under
//! dash and busybox.
//!
//! It writes `driver_override`, which limits a function to the driver of that name
//! (`Documentation/ABI/testing/sysfs-bus-pci` of Linux), and `drivers_probe`, which makes the bus
//! search a driver again.

use core::fmt::Write as _;

use pci_core::{Address, PciId, SubsystemId};

/// A function that is bound to vfio-pci, and the device expected at its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BoundFunction {
    /// Where it is.
    pub address: Address,
    /// Its vendor and device.
    pub id: PciId,
    /// Its subsystem; `None` for any.
    pub subsystem: Option<SubsystemId>,
}

impl BoundFunction {
    /// `0000:01:00.0 0x10de 0x2203 0x1462 0x5052`, or `any any` for the last two.
    pub(crate) fn words(&self) -> String {
        let Self {
            address,
            id,
            subsystem,
        } = self;
        let subsystem = match subsystem {
            Some(subsystem) => format!("0x{} 0x{}", subsystem.vendor, subsystem.device),
            None => "any any".to_owned(),
        };
        format!("{address} 0x{} 0x{} {subsystem}", id.vendor, id.device)
    }

    /// Parses the output of [`words`](Self::words).
    fn from_words(line: &str) -> Option<Self> {
        let number = |word: &str| u16::from_str_radix(word.strip_prefix("0x")?, 16).ok();
        let mut words = line.split(' ');
        let mut next = || words.next();
        let (address, vendor, device) = (next()?, next()?, next()?);
        let (subvendor, subdevice) = (next()?, next()?);
        if words.next().is_some() {
            return None;
        }
        Some(Self {
            address: address.parse().ok()?,
            id: PciId::new(number(vendor)?, number(device)?),
            subsystem: number(subvendor)
                .zip(number(subdevice))
                .map(|(vendor, device)| SubsystemId::new(vendor, device)),
        })
    }
}

/// The comment at the start of each text.
pub(crate) const NOTE: &str =
    "# Written by passthru: binds PCI functions to vfio-pci by address, before udev
# loads other drivers. A function whose ids are not the expected ones is left
# alone.
";

/// The definitions for the calls of [`calls`]. A function that is already bound stays bound:
/// unbinding a driver in use can hang the machine.
pub(crate) const DEFINITIONS: &str = "sys=/sys
devices=$sys/bus/pci/devices

# is FILE VALUE: whether the file holds just this value, or any will do.
is() {
	[ \"$2\" = any ] && return 0
	found=
	[ -r \"$1\" ] && read -r found <\"$1\"
	[ \"$found\" = \"$2\" ]
}

# expected ADDRESS VENDOR DEVICE SUBVENDOR SUBDEVICE: whether that card is there.
expected() {
	is \"$devices/$1/vendor\" \"$2\" && is \"$devices/$1/device\" \"$3\" &&
		is \"$devices/$1/subsystem_vendor\" \"$4\" &&
		is \"$devices/$1/subsystem_device\" \"$5\"
}

# take ADDRESS VENDOR DEVICE SUBVENDOR SUBDEVICE
take() {
	if expected \"$@\"; then
		echo vfio-pci >\"$devices/$1/driver_override\"
	else
		echo \"passthru: $1 is not $2:$3, left alone\" >&2
	fi
}

# probe ADDRESS: has a function that was taken bound, when it is free.
probe() {
	is \"$devices/$1/driver_override\" vfio-pci || return 0
	[ -e \"$devices/$1/driver\" ] || echo \"$1\" >\"$sys/bus/pci/drivers_probe\"
}
";

/// `-i` because an `install` line for vfio-pci may call a script that is not in the initramfs; a
/// built-in vfio-pci needs no loading. By the path from which the kernel calls it
/// (`Documentation/admin-guide/sysctl/kernel.rst`, modprobe): busybox's shell would run its own
/// modprobe for the name, which has no `-i`.
pub(crate) const LOAD: &str =
    "[ -d \"$sys/bus/pci/drivers/vfio-pci\" ] || /sbin/modprobe -i vfio-pci ||
	echo 'passthru: vfio-pci cannot be loaded' >&2
";

/// The calls that binds `functions` to vfio-pci.
///
/// All overrides are written before the module loads: a vfio-pci with `ids=` binds as soon as it
/// loads, and drivers that load meanwhile do not claim the functions.
pub(crate) fn calls(functions: &[BoundFunction]) -> String {
    let mut out = String::new();
    for function in functions {
        let _ = writeln!(out, "take {}", function.words());
    }
    out.push('\n');
    out.push_str(LOAD);
    out.push('\n');
    for function in functions {
        let _ = writeln!(out, "probe {}", function.address);
    }
    out
}

/// The script that binds `functions` to vfio-pci, for the unit of a [`service`](super::service), or
/// of a [`mkinitcpio`](super::mkinitcpio) image with the hook `systemd`.
#[must_use]
pub fn script(functions: &[BoundFunction]) -> String {
    format!("#!/bin/sh\n{NOTE}\n{DEFINITIONS}\n{}", calls(functions))
}

/// The functions that a text written by this crate binds to vfio-pci; `None` for any other text.
///
/// ```
/// use hostconf::binding::{by_address::BoundFunction, by_address::bound};
/// use hostconf::binding::{dracut, initramfs_tools};
/// let gpu = BoundFunction {
///     address: "01:00.0".parse().unwrap(),
///     id: "10de:2203".parse().unwrap(),
///     subsystem: Some("1462:5052".parse().unwrap()),
/// };
/// assert_eq!(bound(&initramfs_tools::script(&[gpu])), Some(vec![gpu]));
/// assert_eq!(bound(&dracut::hook(&[gpu])), Some(vec![gpu]));
/// assert_eq!(bound("#!/bin/sh\n"), None);
/// ```
#[must_use]
pub fn bound(text: &str) -> Option<Vec<BoundFunction>> {
    let (_, rest) = text.split_once(DEFINITIONS)?;
    // A hook of mkinitcpio has its calls within a function, indented.
    rest.lines()
        .filter_map(|line| line.trim_start().strip_prefix("take "))
        .map(BoundFunction::from_words)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(address: &str, subsystem: Option<SubsystemId>) -> BoundFunction {
        BoundFunction {
            address: address.parse().unwrap(),
            id: PciId::new(0x10de, 0x2203),
            subsystem,
        }
    }

    #[test]
    fn words_are_read_back() {
        for function in [
            function("01:00.0", None),
            function("10000:e1:00.7", Some(SubsystemId::new(0x1462, 0))),
        ] {
            let words = function.words();
            assert_eq!(BoundFunction::from_words(&words), Some(function), "{words}");
            assert_eq!(BoundFunction::from_words(&format!("{words} x")), None);
        }
        assert_eq!(BoundFunction::from_words("0000:01:00.0 0x10de"), None);
    }

    #[test]
    fn a_manually_changed_text_is_not_ours() {
        let text = format!("{DEFINITIONS}{}", calls(&[function("01:00.0", None)]));
        assert_eq!(bound(&text), Some(vec![function("01:00.0", None)]));
        let spoilt = text.replace("take 0000:01:00.0 0x10de", "take 0000:01:00.0 10de");
        assert_eq!(bound(&spoilt), None);
        assert_eq!(bound(&text.replace("read -r", "read")), None);
    }
}
