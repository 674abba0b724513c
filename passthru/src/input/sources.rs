//! The sources: one program's output or one file format each, recognized by its lines.
//!
//! A new source is one row here, its reader, and its samples; the kinds of a text, the
//! margin of `--show-input`, the names in messages and `docs/inputs.md` are derived.

use std::collections::BTreeSet;

use host_tree::{Located, numbered_lines};
use hostconf::boot::running;
use iommu::KernelLog;
use iommu::acpi::dumped_tables;
use list_order::{Inserts as _, Order as _};
use pci_core::listing::{
    dpdk_devbind, driverctl, esxi, hwinfo, inxi, iommu_groups, lshw, lxd_resources, nodedev,
    nvidia_smi, pciconf, pvesh, sysfs_links, talos, uevent, vm_passthru, windows, xl,
};
use pci_core::lspci;

use super::shapes::bare;
use super::text_kind::TextKind;
use super::{answers, shapes};
use crate::host::words::addresses_in::addresses_in;
use crate::messages;

/// The system on which a source's program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SourceSystem {
    /// Linux, with any hypervisor.
    Linux,
    /// Xen's dom0.
    Xen,
    /// VMware ESXi.
    Esxi,
    /// FreeBSD.
    FreeBsd,
    /// Windows, as host or guest.
    Windows,
    /// Any system.
    Any,
}

impl SourceSystem {
    /// The name of the system.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Linux => "Linux",
            Self::Xen => "Xen",
            Self::Esxi => "ESXi",
            Self::FreeBsd => "FreeBSD",
            Self::Windows => "Windows",
            Self::Any => "Any system",
        }
    }
}

/// One program's output or one file format.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Source {
    /// The kind of text.
    pub kind: TextKind,
    /// The system on which it is printed.
    pub system: SourceSystem,
    /// The short name of the source: `lspci`.
    pub name: &'static str,
    /// The commands and files, for the docs.
    pub input: &'static str,
    /// The facts that it shows, for the docs.
    pub shows: &'static str,
    /// The way in which the source recognizes its lines.
    pub(super) recognizes: Recognizes,
}

/// The way in which a source recognizes its lines.
#[derive(Clone, Copy, Debug)]
pub(super) enum Recognizes {
    /// Each line alone, trimmed.
    Line(fn(&str) -> bool),
    /// The numbers of its lines in a complete text.
    Text(fn(&str) -> Vec<u32>),
}

use Recognizes::{Line, Text};

impl TextKind {
    /// The short name: of the program that prints it, or of the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        let source = SOURCES.iter().find(|source| source.kind == self);
        source.map_or_else(|| self.file_name(), |source| source.name)
    }

    /// The inputs that are read, for messages.
    #[must_use]
    pub fn names() -> String {
        let names: Vec<&str> = SOURCES.iter().map(|source| source.name).collect();
        format!(
            "{}, a configuration file, a snapshot of passthru capture",
            names.join(", ")
        )
    }
}

/// All sources that are recognized by their lines; a line of two sources is attributed to the
/// first.
pub const SOURCES: &[Source] = &[
    Source {
        kind: TextKind::Nodedev,
        system: SourceSystem::Linux,
        name: "virsh nodedev",
        input: "`virsh nodedev-dumpxml NAME`, one or more; `virsh nodedev-list`, `--tree`, `--cap pci`",
        shows: "functions; with `dumpxml` ids, class, driver, the whole IOMMU group, virtual functions, types of mediated devices",
        recognizes: Text(|text| {
            let devices = nodedev::parse(text);
            let devices = devices.iter().map(|device| device.function.address.line);
            nodedev::names(text)
                .iter()
                .map(|name| name.line)
                .chain(devices)
                .collect()
        }),
    },
    Source {
        kind: TextKind::EsxcliPciList,
        system: SourceSystem::Esxi,
        name: "esxcli hardware pci list",
        input: "`esxcli hardware pci list`",
        shows: "ids, classes, VMkernel modules, owners, whether a function can be assigned, the function that it depends on",
        recognizes: Text(|text| {
            blocks(
                text,
                esxi::pci_list(text)
                    .iter()
                    .map(|one| one.function.address.line),
            )
        }),
    },
    Source {
        kind: TextKind::EsxcliPcipassthruList,
        system: SourceSystem::Esxi,
        name: "esxcli hardware pci pcipassthru list",
        input: "`esxcli hardware pci pcipassthru list`",
        shows: "the functions for which passthrough is on",
        recognizes: Text(|text| located(&esxi::pcipassthru_list(text))),
    },
    Source {
        kind: TextKind::EsxiLspci,
        system: SourceSystem::Esxi,
        name: "lspci of ESXi",
        input: "`lspci`, `lspci -n`, `lspci -v`, `lspci -p` of ESXi",
        shows: "ids and classes; with `-p` VMkernel modules",
        recognizes: Text(|text| {
            esxi::lspci(text)
                .iter()
                .map(|row| row.function.address.line)
                .collect()
        }),
    },
    Source {
        kind: TextKind::WindowsDevices,
        system: SourceSystem::Windows,
        name: "Get-PnpDevice",
        input: "`Get-PnpDevice`, as a table, with `Format-List` or `ConvertTo-Json`, and `Get-PnpDeviceProperty` with `DEVPKEY_Device_LocationPaths` or `DEVPKEY_Device_LocationInfo`; `pnputil /enum-devices`, with `/deviceids`, `/properties`; `devcon hwids`, `devcon findall`",
        shows: "ids, names, classes, location paths; addresses with `LocationInfo` or `/properties`",
        recognizes: Text(|text| {
            blocks(
                text,
                windows::parse(text).iter().map(|device| device.pnp_id.line),
            )
        }),
    },
    Source {
        kind: TextKind::DdaSurvey,
        system: SourceSystem::Windows,
        name: "SurveyDDA.ps1",
        input: "`SurveyDDA.ps1`",
        shows: "the devices that can be assigned to a guest, and their location paths",
        recognizes: Text(|text| {
            blocks(
                text,
                windows::survey(text).iter().map(|device| device.name.line),
            )
        }),
    },
    Source {
        kind: TextKind::Pciconf,
        system: SourceSystem::FreeBsd,
        name: "pciconf -lv",
        input: "`pciconf -l`, `-lv`, `-ll`",
        shows: "ids, classes, drivers; `ppt` holds the functions that bhyve may assign",
        recognizes: Text(|text| {
            blocks(
                text,
                pciconf::parse(text).iter().map(|one| one.address.line),
            )
        }),
    },
    Source {
        kind: TextKind::Bhyve,
        system: SourceSystem::FreeBsd,
        name: "vm passthru",
        input: "`vm passthru` of vm-bhyve; `pptdevs` of `/boot/loader.conf`; `passthru0=\"2/0/0\"` of a guest of vm-bhyve; `-s 6,passthru,2/0/0` of bhyve, or `pci.0.6.0.device=passthru` in a file of its variables",
        shows: "the functions that are reserved for guests or given to one; with the table their drivers",
        recognizes: Text(|text| {
            let rows = vm_passthru::parse(text);
            let mut lines: Vec<u32> = rows.iter().map(|row| row.address.line).collect();
            if text.contains("pptdevs") || text.contains("passthru") {
                lines.extend(with(text, crate::host::is_of_bhyve));
            }
            lines
        }),
    },
    Source {
        kind: TextKind::Lshw,
        system: SourceSystem::Linux,
        name: "lshw",
        input: "`lshw`, `lshw -C CLASS`, `lshw -json`, `lshw -businfo`",
        shows: "names, classes, drivers; ids with `-numeric`",
        recognizes: Text(|text| {
            lshw::parse(text)
                .iter()
                .map(|node| node.function.address.line)
                .collect()
        }),
    },
    Source {
        kind: TextKind::Hwinfo,
        system: SourceSystem::Linux,
        name: "hwinfo --pci",
        input: "`hwinfo --pci`, `--gfxcard`, `--netcard`",
        shows: "ids, classes, drivers",
        recognizes: Text(|text| {
            blocks(text, hwinfo::parse(text).iter().map(|one| one.address.line))
        }),
    },
    Source {
        kind: TextKind::Inxi,
        system: SourceSystem::Linux,
        name: "inxi",
        input: "`inxi -F`, `-G`, `-N` with `-xxx`",
        shows: "addresses, drivers; ids with `-xx`, classes with `-xxx`; the network interfaces that the host uses",
        recognizes: Text(|text| {
            blocks(
                text,
                inxi::parse(text)
                    .iter()
                    .map(|row| row.function.address.line),
            )
        }),
    },
    Source {
        kind: TextKind::Uevent,
        system: SourceSystem::Linux,
        name: "udevadm info",
        input: "`udevadm info`, with `-a` too; `cat /sys/bus/pci/devices/*/uevent`",
        shows: "ids, classes, drivers; the disk or the interface of a function",
        recognizes: Text(|text| {
            let mut lines = Vec::new();
            for function in uevent::parse(text) {
                lines.push(function.address.line);
                lines.extend(function.class.map(|class| class.line));
                lines.extend(function.device.map(|device| device.line));
                lines.extend(function.vendor.map(|vendor| vendor.line));
                lines.extend(function.driver.found().map(|driver| driver.line));
            }
            lines
        }),
    },
    Source {
        kind: TextKind::LxdResources,
        system: SourceSystem::Linux,
        name: "incus info --resources",
        input: "`lxc info --resources`, `incus info --resources`",
        shows: "ids, names, drivers",
        recognizes: Text(|text| {
            let rows = lxd_resources::parse(text);
            rows.iter().map(|row| row.address.line).collect()
        }),
    },
    Source {
        kind: TextKind::Driverctl,
        system: SourceSystem::Linux,
        name: "driverctl list-devices",
        input: "`driverctl list-devices`, `list-overrides`",
        shows: "drivers",
        recognizes: Text(|text| {
            driverctl::parse(text)
                .iter()
                .map(|row| row.address.line)
                .collect()
        }),
    },
    Source {
        kind: TextKind::DpdkDevbind,
        system: SourceSystem::Linux,
        name: "dpdk-devbind.py --status",
        input: "`dpdk-devbind.py --status`",
        shows: "drivers; the network interfaces that the host uses",
        recognizes: Text(|text| {
            dpdk_devbind::parse(text)
                .iter()
                .map(|row| row.address.line)
                .collect()
        }),
    },
    Source {
        kind: TextKind::SysfsLinks,
        system: SourceSystem::Linux,
        name: "ls -l /sys/bus/pci/devices",
        input: "`ls -l /sys/bus/pci/devices`, `ls` with its command line; `ls -l /sys/bus/pci/drivers/NAME`",
        shows: "functions and the bridges above them; the functions that a driver holds; no ids",
        recognizes: Text(|text| {
            let links = located(&sysfs_links::parse(text));
            // Links in the folders of groups are those of another kind.
            if links.is_empty() || iommu::listed_members("", text).is_empty() {
                links
            } else {
                Vec::new()
            }
        }),
    },
    Source {
        kind: TextKind::XlPciList,
        system: SourceSystem::Xen,
        name: "xl pci-assignable-list",
        input: "`xl pci-assignable-list`, with its command line; `xl pci-list DOMAIN`",
        shows: "the functions that `pciback` holds, or that a guest has",
        recognizes: Text(|text| located(&xl::parse(text))),
    },
    Source {
        kind: TextKind::Lspci,
        system: SourceSystem::Linux,
        name: "lspci",
        input: "`lspci -nnk` (any other form too)",
        shows: "addresses, ids, classes, revisions, drivers, modules; subsystems; groups with `-v`",
        recognizes: Text(|text| {
            // ESXi's lspci is another program than that of pciutils.
            if esxi::lspci(text).is_empty() {
                let listing = lspci::parse(text);
                blocks(text, listing.records.iter().map(|record| record.head.line))
            } else {
                Vec::new()
            }
        }),
    },
    Source {
        kind: TextKind::KernelLog,
        system: SourceSystem::Linux,
        name: "dmesg",
        input: "`dmesg`, `journalctl -k`, syslog; known lines also without a time stamp",
        shows: "IOMMU, interrupt remapping, groups, kernel options, functions, drivers",
        recognizes: Text(|text| {
            let log = KernelLog::parse("", text);
            let logged = log.lines.iter().map(|line| line.number);
            let options = numbered_lines(text)
                .filter(|(_, line)| running::logged(line.trim()).is_some())
                .map(|(number, _)| number);
            logged.chain(options).collect()
        }),
    },
    Source {
        kind: TextKind::Pvesh,
        system: SourceSystem::Linux,
        name: "pvesh get /nodes/NODE/hardware/pci",
        input: "`pvesh get /nodes/NODE/hardware/pci`, table or JSON",
        shows: "ids, classes, groups",
        recognizes: Text(|text| {
            pvesh::parse(text)
                .iter()
                .map(|row| row.address.line)
                .collect()
        }),
    },
    Source {
        kind: TextKind::HarvesterDevices,
        system: SourceSystem::Linux,
        name: "kubectl get pcidevices",
        input: "`kubectl get pcidevices` of Harvester, table, YAML or JSON",
        shows: "ids, classes, drivers, groups",
        recognizes: Text(crate::host::lines_of_harvester),
    },
    Source {
        kind: TextKind::TalosDevices,
        system: SourceSystem::Linux,
        name: "talosctl get pcidevices",
        input: "`talosctl get pcidevices`, table or with `-o yaml`",
        shows: "with `-o yaml` ids, classes, drivers",
        recognizes: Text(|text| {
            let functions = talos::parse(text);
            blocks(text, functions.iter().map(|one| one.address.line))
        }),
    },
    Source {
        kind: TextKind::NvidiaSmi,
        system: SourceSystem::Linux,
        name: "nvidia-smi",
        input: "`nvidia-smi`",
        shows: "NVIDIA's cards, the programs on them",
        recognizes: Text(|text| {
            let mut lines = located(&nvidia_smi::parse(text).gpus);
            lines.extend(with(text, |line| line.contains("NVIDIA-SMI")));
            lines
        }),
    },
    Source {
        kind: TextKind::InitramfsList,
        system: SourceSystem::Linux,
        name: "lsinitramfs",
        input: "`lsinitramfs IMAGE`, `lsinitrd`, `lsinitcpio`",
        shows: "the drivers that load from the initramfs: with them `--bind service` can be judged",
        recognizes: Text(|text| {
            if crate::host::is_image_list(text) {
                with(text, |line| line.contains(".ko") || line.contains('/'))
            } else {
                Vec::new()
            }
        }),
    },
    Source {
        kind: TextKind::AcpiTables,
        system: SourceSystem::Linux,
        name: "acpidump",
        input: "`acpidump`, `acpidump -b`, `iasl -d`; the files `DMAR` and `IVRS` of \
                `/sys/firmware/acpi/tables`, also as `hexdump -C`, `xxd` or `od -t x1` prints them",
        shows: "the firmware's IOMMUs: the functions that they cover, reserved memory; for predicted \
                groups",
        recognizes: Text(|text| {
            let tables = dumped_tables(text).into_iter();
            tables.flat_map(|table| table.lines).collect()
        }),
    },
    Source {
        kind: TextKind::Lsmod,
        system: SourceSystem::Linux,
        name: "lsmod",
        input: "`lsmod`",
        shows: "the loaded modules; whether vfio-pci is among them",
        recognizes: Line(|line| is_lsmod_row(line) || crate::host::is_joined_lsmod(line)),
    },
    Source {
        kind: TextKind::PveVersion,
        system: SourceSystem::Linux,
        name: "pveversion",
        input: "`pveversion`",
        shows: "the release of Proxmox VE and the kernel",
        recognizes: Line(|line| line.contains("pve-manager/") || line.contains("pve-manager: ")),
    },
    Source {
        kind: TextKind::XlInfo,
        system: SourceSystem::Xen,
        name: "xl info",
        input: "`xl info`",
        shows: "Xen, and whether it uses the IOMMU",
        recognizes: Text(crate::host::lines_of_xl_info),
    },
    Source {
        kind: TextKind::EsxiVersion,
        system: SourceSystem::Esxi,
        name: "vmware -v",
        input: "`vmware -v`",
        shows: "the release of ESXi",
        recognizes: Line(|line| line.contains("VMware ESXi ")),
    },
    Source {
        kind: TextKind::KernelVersion,
        system: SourceSystem::Linux,
        name: "uname -a",
        input: "`uname -r`, `uname -a`, `/proc/version`; `Kernel version:` of forms",
        shows: "the kernel's release",
        recognizes: Text(|text| {
            let mut lines = with(text, |line| {
                line.starts_with("Linux ") && line.contains(" SMP ")
                    || crate::host::has_release(line)
            });
            lines.extend(crate::host::printed_release(text).map(|(number, _)| number));
            lines
        }),
    },
    Source {
        kind: TextKind::RomParser,
        system: SourceSystem::Linux,
        name: "rom-parser",
        input: "`rom-parser FILE`",
        shows: "the images of an option ROM",
        recognizes: Line(crate::host::is_rom_parser_line),
    },
    Source {
        kind: TextKind::Lsusb,
        system: SourceSystem::Linux,
        name: "lsusb",
        input: "`lsusb`",
        shows: "whether a device is connected to the ports of the USB controllers",
        recognizes: Line(crate::host::is_lsusb_line),
    },
    Source {
        kind: TextKind::CpuFlags,
        system: SourceSystem::Linux,
        name: "/proc/cpuinfo",
        input: "`/proc/cpuinfo`; a count of `vmx` and `svm` in it",
        shows: "whether the processor can run guests",
        recognizes: Line(crate::host::is_virtualization_line),
    },
    Source {
        kind: TextKind::DirectoryList,
        system: SourceSystem::Linux,
        name: "ls /sys/class/iommu",
        input: "`ls /sys/class/iommu`, `ls /sys/firmware/acpi/tables`, `ls /sys/firmware/efi`; with their command lines `ls /boot`, `/sys/class/net`, `/dev/vfio`",
        shows: "whether the IOMMU works, and whether the firmware offers one",
        recognizes: Text(answers::lines),
    },
    Source {
        kind: TextKind::BootStatus,
        system: SourceSystem::Linux,
        name: "proxmox-boot-tool status",
        input: "`proxmox-boot-tool status`, `bootctl status`",
        shows: "the boot loader",
        recognizes: Line(is_boot_status),
    },
    Source {
        kind: TextKind::ZpoolStatus,
        system: SourceSystem::Linux,
        name: "zpool status",
        input: "`zpool status -LP`",
        shows: "the disks of a pool",
        recognizes: Text(|text| {
            let pools = with(text, |line| line.starts_with("pool: "));
            let lists = with(text, |line| line == "config:");
            if lists.is_empty() { lists } else { pools }
        }),
    },
    Source {
        kind: TextKind::Disks,
        system: SourceSystem::Linux,
        name: "lsblk",
        input: "`lsblk`, `findmnt`, `mount`, `df`, `swapon`; `ls -l /dev/disk/by-path`",
        shows: "the disks of mounted file systems and swap areas; their functions with `ls -l /sys/block`, `/sys/class/net`, `/dev/disk/by-path`, `lshw -businfo`, `nvme list-subsys`, `ethtool -i`, `udevadm info` or the kernel's log beside them",
        recognizes: Text(crate::host::lines_of_disks),
    },
    Source {
        kind: TextKind::KernelNames,
        system: SourceSystem::Linux,
        name: "ls -l /sys/class/net",
        input: "`ls -l /sys/class/net`, `/sys/block`, `/sys/class/drm`, `/dev/dri/by-path`; `ethtool -i`, `nvme list-subsys`, `/proc/driver/nvidia/gpus/*/information`",
        shows: "which function has a disk, a network interface or a device file",
        recognizes: Text(crate::host::lines_of_names),
    },
    Source {
        kind: TextKind::OpenFiles,
        system: SourceSystem::Linux,
        name: "fuser -v",
        input: "`fuser -v /dev/nvidia*`, `/dev/dri/*`, `lsof` of them",
        shows: "the processes on a card, where `ls -l /dev/dri/by-path`, `/proc/driver/nvidia/gpus/*/information` or the kernel's log shows whose the device file is, or the card is the only one of NVIDIA's driver",
        recognizes: Text(crate::host::lines_of_processes),
    },
    Source {
        kind: TextKind::IommuGroups,
        system: SourceSystem::Linux,
        name: "find /sys/kernel/iommu_groups",
        input: "`find /sys/kernel/iommu_groups -type l`, `ls` of groups' folders and of functions' links `iommu_group`, Unraid's page of system devices, lists of scripts and tools with `IOMMU Group 1` above, before or behind functions, or with all functions in one line, tables with a column for the group",
        shows: "groups, whole where no filter follows or another group's heading does; with ids and classes where the list has them; of a list with ids alone the functions whose ids are there once",
        recognizes: Text(|text| {
            let members = iommu::listed_members("", text)
                .into_iter()
                .map(|one| one.line);
            let rows = iommu_groups::parse(text);
            let by_id = crate::host::lines_of_groups_by_id(text);
            let in_line = crate::host::lines_of_groups_in_line(text);
            members
                .chain(by_id)
                .chain(in_line)
                .chain(rows.iter().map(|row| row.function.address.line))
                .collect()
        }),
    },
    Source {
        kind: TextKind::Answer,
        system: SourceSystem::Any,
        name: "an answer",
        input: "`cat /proc/iomem`; `ip link`, `ip a`, `ip -br link`, `ip route`, `route -n`; `cat` of files of sysfs with its command line, `grep .` of several; `dmidecode -t 1`; `/proc/cpuinfo`, `lscpu`, `neofetch`, `fastfetch`; `efibootmgr`, `bootctl`, `mokutil --sb-state`; `systemd-detect-virt` with its command line; `/proc/interrupts`; `virt-host-validate`; `dkms status`; `devices:` of compose files; `kldstat`; `ulimit -a`, `ulimit -l`, `LimitMEMLOCK=`, `memlock` of limits.conf; `mdevctl`; `nvidia-smi -L`, `-q`; `xe pci-list`; `xl list`, `xl dmesg`; `kubectl get pods`, `describe nodes`",
        shows: "the boot framebuffer (`/proc/iomem`), network interfaces in use (`ip`), what sysfs shows of a function, the model, the maker of the processor, the kernel, whether EFI firmware booted it and Secure Boot is on, whether it is a virtual machine, whether the IOMMU works (`virt-host-validate`), the kernels that modules are built for (`dkms`), mediated devices and their types (`mdevctl`), the limit on locked memory (`ulimit`), the devices that a node offers (`kubectl describe nodes`); the others are recognized, no more",
        recognizes: Line(shapes::is_answer),
    },
    Source {
        kind: TextKind::KernelArguments,
        system: SourceSystem::Linux,
        name: "a list of kernel options",
        input: "`boot.kernelParams` of NixOS, `extraKernelArgs` of Talos Linux, `kernelArguments` of OpenShift, `kernel_arguments` of Ignition, `kernel-arguments` of Guix, `third_party_kernel_args` of Harvester, `kargs` of bootc",
        shows: "the kernel options that are configured",
        recognizes: Text(|text| {
            let options = crate::host::listed_kernel_arguments(text).into_iter();
            options.map(|listed| listed.number).collect()
        }),
    },
    Source {
        kind: TextKind::Command,
        system: SourceSystem::Linux,
        name: "a command",
        input: "commands that bind or assign a function: `echo … > /sys/bus/pci/…`, `modprobe`, `virsh nodedev-…`, `driverctl`, `xl pci-…`, `qvm-pci attach`, `docker run --device /dev/vfio/…`, `qm set`, QEMU's `-device vfio-pci`; also in traces of `set -x`; single lines of settings: `append` of Unraid, `xen-pciback.hide=`, `pptdevs`, `pciPassthru0.id`, `hostpci0:`, `Dismount-VMHostAssignableDevice`; options of the kernel in backticks inside a sentence",
        shows: "the function, the driver and the ids that the command names; whether an option is written as the kernel reads it",
        recognizes: Line(|line| {
            crate::host::is_binding_command(line)
                || crate::host::is_setting(line)
                || crate::host::has_quoted_option(line)
        }),
    },
    Source {
        kind: TextKind::Message,
        system: SourceSystem::Any,
        name: "a message",
        input: "messages of the kernel, drivers, QEMU, libvirt, Proxmox VE, Xen, ESXi, Hyper-V, bhyve, Kubernetes and guests, alone or in a sentence; sentences that report a symptom, or that a guest runs with its device",
        shows: "the fault, the function and the group that the message names",
        recognizes: Text(|text| {
            let is_message =
                |line: &str| !messages::matches(line).is_empty() || crate::host::tells_of_43(line);
            let mut lines = with(text, is_message);
            lines.extend(crate::host::lines_of_reports(text));
            lines.order();
            lines.dedup();
            lines
        }),
    },
    Source {
        kind: TextKind::Address,
        system: SourceSystem::Any,
        name: "an address",
        input: "any line with the address of a function (`0000:01:00.0`, `pci_0000_01_00_0`)",
        shows: "nothing by itself; the text is not refused",
        recognizes: Line(|line| addresses_in(line).next().is_some()),
    },
];

/// The numbers of the lines, without the blanks around them, that pass the test.
fn with(text: &str, test: impl Fn(&str) -> bool) -> Vec<u32> {
    numbered_lines(text)
        .filter(|(_, line)| test(bare(line)))
        .map(|(number, _)| number)
        .collect()
}

fn located<T>(rows: &[Located<T>]) -> Vec<u32> {
    rows.iter().map(|row| row.line).collect()
}

/// Labels of lspci's fields, which may have lost their indentation.
const LABELS: [&str; 4] = [
    "Subsystem: ",
    "Kernel driver in use: ",
    "Kernel modules: ",
    "DeviceName: ",
];

/// The lines of blocks that start at `heads`: each continues while lines are indented.
fn blocks(text: &str, heads: impl Iterator<Item = u32>) -> Vec<u32> {
    let heads: BTreeSet<u32> = heads.into_set();
    let mut lines = Vec::new();
    let mut inside = false;
    if heads.is_empty() {
        return lines;
    }
    for (number, line) in numbered_lines(text) {
        let is_head = heads.contains(&number);
        let is_field = line.starts_with([' ', '\t']) || LABELS.iter().any(|l| line.starts_with(l));
        let goes_on = inside && is_field && !line.trim().is_empty();
        inside = is_head || goes_on;
        if inside {
            lines.push(number);
        }
    }
    lines
}

/// `6D2A-1C3F is configured with: uefi (versions: ...)` of proxmox-boot-tool, or
/// `Product: systemd-boot 252` of bootctl.
fn is_boot_status(line: &str) -> bool {
    let configured = |line: &str| {
        let (partition, _) = line.split_once(" is configured with: ")?;
        let is_id = |b: u8| b.is_ascii_hexdigit() || b == b'-';
        Some(partition.len() == 9 && partition.bytes().all(is_id))
    };
    configured(line) == Some(true)
        || ["systemd-boot", "GRUB", "systemd-stub"].iter().any(|name| {
            let product = line.strip_prefix("Product: ");
            product.is_some_and(|product| product.starts_with(name))
        })
}

/// `vfio_pci 16384 0`: a module, its size, its users.
fn is_lsmod_row(line: &str) -> bool {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    match words.as_slice() {
        ["Module", "Size", "Used", "by"] => true,
        [name, size, users, ..] => {
            name.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
                && name.bytes().any(|b| b.is_ascii_lowercase())
                && size.len() >= 4
                && size.bytes().all(|b| b.is_ascii_digit())
                && users.len() <= 4
                && users.bytes().all(|b| b.is_ascii_digit())
        }
        _ => false,
    }
}
