//! The formats that a virtual machine is converted between.

use core::fmt;
use core::str::FromStr;

use super::declaration::{Declaration, FirmwareSetting};
use super::recognition::recognized;
use crate::error::{Cause, Error};

/// Declares the formats: for each the variant, and the declaration in its hypervisor's module.
macro_rules! formats {
    ($($(#[$doc:meta])* $variant:ident = $declaration:path;)*) => {
        /// A format of assigned functions: of one VM, or a host's list for all VMs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Format {
            $($(#[$doc])* $variant,)*
        }

        impl Format {
            /// All formats, in the order of the documentation.
            pub const ALL: [Self; [$(Self::$variant),*].len()] = [$(Self::$variant),*];

            pub(super) const fn declaration(self) -> &'static Declaration {
                match self { $(Self::$variant => &$declaration,)* }
            }
        }
    };
}

formats! {
    /// Proxmox VE: `/etc/pve/qemu-server/ID.conf`.
    Proxmox = crate::proxmox::FORMAT;
    /// libvirt: the XML of a domain.
    Libvirt = crate::libvirt::FORMAT;
    /// QEMU: a command line, in a script or as it runs.
    Qemu = crate::qemu::FORMAT;
    /// VMware ESXi: a `.vmx`.
    Esxi = crate::esxi::FORMAT;
    /// Xen: an `xl.cfg`.
    Xen = crate::xen::FORMAT;
    /// bhyve: vm-bhyve's configuration of a guest, the `pptdevs` of `loader.conf`, or
    /// a command line.
    Bhyve = crate::bhyve::FORMAT;
    /// Cloud Hypervisor: the JSON of `vm.create`, or a command line.
    CloudHypervisor = crate::cloud_hypervisor::FORMAT;
    /// crosvm: a command line.
    Crosvm = crate::crosvm::FORMAT;
    /// Incus and LXD: an instance in YAML.
    Incus = crate::incus::FORMAT;
    /// OpenStack Nova: `[pci]` of `nova.conf`.
    Nova = crate::nova::FORMAT;
    /// Harvester: manifests of `PCIDeviceClaim`.
    Harvester = crate::kubernetes::HARVESTER;
    /// Talos Linux: a machine configuration that binds functions to vfio-pci.
    Talos = crate::kubernetes::TALOS;
    /// Unraid: `vfio-pci.cfg`.
    Unraid = crate::unraid::FORMAT;
    /// Hyper-V: a PowerShell script, which is written and not read.
    HyperV = crate::hyper_v::FORMAT;
    /// KubeVirt: merge patches, which name functions by ids only: written and not read.
    KubeVirt = crate::kubernetes::KUBEVIRT;
    /// NixOS: a module, which is a program: written and not read.
    NixOs = crate::nixos::FORMAT;
}

impl Format {
    /// The word for it on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.declaration().word
    }

    /// The name of its hypervisor in sentences.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.declaration().name
    }

    /// Whether the format can be read; all can be written.
    #[must_use]
    pub const fn is_read(self) -> bool {
        self.declaration().read.is_some()
    }

    /// Whether the format describes one VM; others list the functions of a host.
    #[must_use]
    pub const fn is_machine(self) -> bool {
        self.declaration().is_machine
    }

    /// Whether it has a setting for the firmware.
    pub(super) const fn names_firmware(self) -> bool {
        !matches!(self.declaration().firmware, FirmwareSetting::Never)
    }

    /// Whether `text` of the format says what starts the guest.
    pub(super) fn names_firmware_in(self, text: &str) -> bool {
        match self.declaration().firmware {
            FirmwareSetting::Never => false,
            FirmwareSetting::Always => true,
            FirmwareSetting::In(names) => names(text),
        }
    }

    /// The format of `text`; `None` if it is unknown, or the text assigns nothing. The path is
    /// ignored, since files are renamed.
    ///
    /// ```
    /// use hvconf::convert::Format;
    /// assert_eq!(Format::of("<domain type='kvm'/>"), Some(Format::Libvirt));
    /// assert_eq!(Format::of("hostpci0: 01:00\n"), Some(Format::Proxmox));
    /// assert_eq!(Format::of("pciPassthru0.present = \"TRUE\"\n"), Some(Format::Esxi));
    /// assert_eq!(Format::of("pci = [ \"01:00.0\" ]\n"), Some(Format::Xen));
    /// assert_eq!(Format::of("passthru0=\"1/0/0\"\n"), Some(Format::Bhyve));
    /// assert_eq!(Format::of("hello"), None);
    /// ```
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let declared = Self::ALL.map(Self::declaration);
        let at = recognized(&declared, text)?;
        Self::ALL.get(at).copied()
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        let mut all = Self::ALL.into_iter();
        all.find(|format| format.word() == word).ok_or_else(|| {
            let cause = Cause::Format {
                found: word.to_owned(),
                expected: Self::ALL.map(Self::word).join(", "),
            };
            cause.into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back_and_texts_distinguished() {
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
            ("pptdevs=\"1/0/0\"\n", Some(Format::Bhyve)),
            ("bhyve -s 6:0,passthru,1/0/0 a\n", Some(Format::Bhyve)),
            (
                "exec crosvm run --vfio /sys/bus/pci/devices/0000:01:00.0",
                Some(Format::Crosvm),
            ),
            (
                "{\"config\": {\"devices\": [{\"path\": \"/sys/x/0000:01:00.0\"}]}}",
                Some(Format::CloudHypervisor),
            ),
            (
                "devices:\n  a:\n    type: pci\n    address: \"01:00.0\"\n",
                Some(Format::Incus),
            ),
            (
                "[pci]\ndevice_spec = { \"address\": \"0000:01:00.0\" }\n",
                Some(Format::Nova),
            ),
            ("BIND=0000:01:00.0\n", Some(Format::Unraid)),
            ("---\nkind: PCIDeviceClaim\n", Some(Format::Harvester)),
            ("kind: PCIDriverRebindConfig\n", Some(Format::Talos)),
            ("kind: Pod\n", None),
            ("", None),
        ] {
            assert_eq!(Format::of(text), format, "{text}");
        }
    }
}
