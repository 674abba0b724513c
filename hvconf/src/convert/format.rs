//! The formats that a virtual machine is converted between.

use core::fmt;
use core::str::FromStr;

use crate::bhyve::{self, PptDevs};
use crate::emitted::ReadError;
use crate::esxi::Vmx;
use crate::nova::NovaConf;
use crate::proxmox::VmConfig;
use crate::qemu::{launch_words, words_of};
use crate::unraid::VfioPciCfg;
use crate::xen::XlConfig;
use crate::yaml::{Node, load};

/// A format that says which functions go where: a machine's, or a host's list of
/// what machines may get.
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
    /// bhyve: vm-bhyve's configuration of a guest, the `pptdevs` of `loader.conf`, or
    /// a command line.
    Bhyve,
    /// Cloud Hypervisor: the JSON of `vm.create`, or a command line.
    CloudHypervisor,
    /// crosvm: a command line.
    Crosvm,
    /// Incus and LXD: an instance in YAML.
    Incus,
    /// OpenStack Nova: `[pci]` of `nova.conf`.
    Nova,
    /// Harvester: manifests of `PCIDeviceClaim`.
    Harvester,
    /// Talos Linux: a machine configuration that binds functions to vfio-pci.
    Talos,
    /// Unraid: `vfio-pci.cfg`.
    Unraid,
    /// Hyper-V: a PowerShell script, which is written and not read.
    HyperV,
    /// KubeVirt: merge patches, which name functions by ids alone: written and not
    /// read.
    KubeVirt,
    /// NixOS: a module, which is a program: written and not read.
    NixOs,
}

impl Format {
    /// All formats, in the order of the documentation.
    pub const ALL: [Self; 16] = [
        Self::Proxmox,
        Self::Libvirt,
        Self::Qemu,
        Self::Esxi,
        Self::Xen,
        Self::Bhyve,
        Self::CloudHypervisor,
        Self::Crosvm,
        Self::Incus,
        Self::Nova,
        Self::Harvester,
        Self::Talos,
        Self::Unraid,
        Self::HyperV,
        Self::KubeVirt,
        Self::NixOs,
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
            Self::Bhyve => "bhyve",
            Self::CloudHypervisor => "cloud-hypervisor",
            Self::Crosvm => "crosvm",
            Self::Incus => "incus",
            Self::Nova => "nova",
            Self::Harvester => "harvester",
            Self::Talos => "talos",
            Self::Unraid => "unraid",
            Self::HyperV => "hyper-v",
            Self::KubeVirt => "kubevirt",
            Self::NixOs => "nixos",
        }
    }

    /// Whether it can be read; all can be written.
    #[must_use]
    pub const fn is_read(self) -> bool {
        !matches!(self, Self::HyperV | Self::KubeVirt | Self::NixOs)
    }

    /// Whether it describes one machine; others list what a host hands out.
    #[must_use]
    pub const fn is_machine(self) -> bool {
        !matches!(
            self,
            Self::Nova | Self::Harvester | Self::Talos | Self::Unraid | Self::NixOs
        )
    }

    /// Whether it names the machine type: others have a machine of their own.
    pub(super) const fn names_machine(self) -> bool {
        matches!(self, Self::Proxmox | Self::Libvirt | Self::Qemu)
    }

    /// Whether it says what starts the guest, or has a known firmware where it is silent.
    pub(super) const fn names_firmware(self) -> bool {
        matches!(
            self,
            Self::Proxmox
                | Self::Libvirt
                | Self::Qemu
                | Self::Esxi
                | Self::Xen
                | Self::Bhyve
                | Self::Incus
                | Self::KubeVirt
        )
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
    /// assert_eq!(Format::of("passthru0=\"1/0/0\"\n"), Some(Format::Bhyve));
    /// assert_eq!(Format::of("hello"), None);
    /// ```
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}');
        if text.trim_start().starts_with('<') {
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
        if VfioPciCfg::parse(text).functions().next().is_some() {
            return Some(Self::Unraid);
        }
        let is_spec = |key: &str| matches!(key, "device_spec" | "passthrough_whitelist");
        if NovaConf::parse(text)
            .values()
            .iter()
            .any(|value| is_spec(&value.key))
        {
            return Some(Self::Nova);
        }
        let of_guest = bhyve::read(text).err();
        let passes_nothing = |error: &ReadError| matches!(error, ReadError::Passed(_));
        if !of_guest.is_some_and(|error| passes_nothing(&error))
            || PptDevs::parse(text).functions().next().is_some()
        {
            return Some(Self::Bhyve);
        }
        let xen = XlConfig::parse(text);
        if xen.faults().is_empty() && !xen.of("pci").is_empty() {
            return Some(Self::Xen);
        }
        let documents = load(text).unwrap_or_default();
        if let Some(format) = documents.iter().find_map(of_yaml) {
            return Some(format);
        }
        if launch_words(text).is_ok() {
            return Some(Self::Qemu);
        }
        for format in [Self::CloudHypervisor, Self::Crosvm, Self::Bhyve] {
            if words_of(text, |word| format.is_program(word)).is_ok() {
                return Some(format);
            }
        }
        // `args: -device vfio-pci,…` alone.
        let own = ["args", "ostype", "scsihw"];
        let is_own = own.iter().any(|key| proxmox.get(key).is_some());
        is_own.then_some(Self::Proxmox)
    }

    /// Whether `word` runs the format's program.
    pub(super) fn is_program(self, word: &str) -> bool {
        let name = word.rsplit('/').next().unwrap_or_default();
        match self {
            Self::CloudHypervisor => name == "cloud-hypervisor",
            Self::Crosvm => name == "crosvm",
            Self::Bhyve => name == "bhyve",
            _ => false,
        }
    }
}

/// JSON is YAML, too.
fn of_yaml(document: &Node) -> Option<Format> {
    let kind = document.get("kind").and_then(Node::text);
    match kind {
        Some("PCIDeviceClaim") => return Some(Format::Harvester),
        Some("PCIDriverRebindConfig") => return Some(Format::Talos),
        _ => {}
    }
    let options = document.at(&["machine", "install", "extraKernelArgs"]);
    let rebinds = |option: &Node| {
        let text = option.text().unwrap_or_default();
        text.starts_with("pcirebind.rebind=")
    };
    if options
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .any(rebinds)
    {
        return Some(Format::Talos);
    }
    // What `vm.info` answers has the configuration in a key of its own.
    let of_machine = document
        .at(&["config", "devices"])
        .or_else(|| document.get("devices"));
    if of_machine.is_some_and(|devices| {
        devices
            .items()
            .iter()
            .any(|device| device.get("path").is_some())
    }) {
        return Some(Format::CloudHypervisor);
    }
    let devices = document.get("devices").map(Node::entries);
    let of_instance = |(_, device): &(Node, Node)| {
        let kind = device.get("type").and_then(Node::text);
        matches!(kind, Some("gpu" | "pci"))
    };
    devices
        .unwrap_or_default()
        .iter()
        .any(of_instance)
        .then_some(Format::Incus)
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A word that names no format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown format \"{0}\": expected one of {all}", all = Format::ALL.map(Format::word).join(", "))]
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
