//! The formats that a virtual machine is converted between.

use core::fmt;
use core::str::FromStr;

use crate::esxi::Vmx;
use crate::proxmox::VmConfig;
use crate::qemu::launch_words;
use crate::xen::XlConfig;

/// A format of virtual machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Proxmox VE: `/etc/pve/qemu-server/ID.conf`.
    Proxmox,
    /// libvirt: the XML of a domain.
    Libvirt,
    /// QEMU: a command line, in a script or as it runs.
    Qemu,
    /// VMware ESXi: a `.vmx`.
    Esxi,
    /// Xen: an `xl.cfg`.
    Xen,
}

impl Format {
    /// All formats, in the order of the documentation.
    pub const ALL: [Self; 5] = [
        Self::Proxmox,
        Self::Libvirt,
        Self::Qemu,
        Self::Esxi,
        Self::Xen,
    ];

    /// The word for it on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Proxmox => "proxmox",
            Self::Libvirt => "libvirt",
            Self::Qemu => "qemu",
            Self::Esxi => "esxi",
            Self::Xen => "xen",
        }
    }

    /// The format that `text` is in; `None` when it is in none, or passes nothing by
    /// which it could be told. A path is no help: people rename files.
    ///
    /// ```
    /// use hvconf::convert::Format;
    /// assert_eq!(Format::of("<domain type='kvm'/>"), Some(Format::Libvirt));
    /// assert_eq!(Format::of("hostpci0: 01:00\n"), Some(Format::Proxmox));
    /// assert_eq!(Format::of("pciPassthru0.present = \"TRUE\"\n"), Some(Format::Esxi));
    /// assert_eq!(Format::of("pci = [ \"01:00.0\" ]\n"), Some(Format::Xen));
    /// assert_eq!(Format::of("hello"), None);
    /// ```
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        if text
            .trim_start_matches('\u{feff}')
            .trim_start()
            .starts_with('<')
        {
            return Some(Self::Libvirt);
        }
        let proxmox = VmConfig::parse(text);
        if proxmox
            .entries()
            .any(|entry| entry.key.starts_with("hostpci"))
        {
            return Some(Self::Proxmox);
        }
        let vmx = Vmx::parse(text);
        if vmx.get("virtualHW.version").is_some() || !vmx.passthru().is_empty() {
            return Some(Self::Esxi);
        }
        let xen = XlConfig::parse(text);
        if xen.faults().is_empty() && !xen.of("pci").is_empty() {
            return Some(Self::Xen);
        }
        if launch_words(text).is_ok() {
            return Some(Self::Qemu);
        }
        // `args: -device vfio-pci,…` alone.
        let own = ["args", "ostype", "scsihw"];
        let is_own = own.iter().any(|key| proxmox.get(key).is_some());
        is_own.then_some(Self::Proxmox)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A word that names no format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown format \"{0}\": expected one of proxmox, libvirt, qemu, esxi, xen")]
pub struct UnknownFormat(
    /// The word as given.
    pub String,
);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(word: &str) -> Result<Self, UnknownFormat> {
        let mut all = Self::ALL.into_iter();
        all.find(|format| format.word() == word)
            .ok_or_else(|| UnknownFormat(word.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back_and_texts_told_apart() {
        for format in Format::ALL {
            assert_eq!(format.word().parse(), Ok(format));
        }
        let error = "vmware".parse::<Format>().unwrap_err().to_string();
        assert!(
            Format::ALL
                .iter()
                .all(|format| error.contains(format.word()))
        );
        for (text, format) in [
            (
                "qemu-system-x86_64 -device vfio-pci,host=01:00.0",
                Some(Format::Qemu),
            ),
            (
                "args: -device vfio-pci,host=01:00.0\n",
                Some(Format::Proxmox),
            ),
            ("\u{feff}\n<domain/>", Some(Format::Libvirt)),
            ("memory = 1024\npci = [ '01:00.0' ]", Some(Format::Xen)),
            ("", None),
        ] {
            assert_eq!(Format::of(text), format, "{text}");
        }
    }
}
