//! Operating system, hypervisor and processor of the host.

use std::ops::RangeInclusive;

use host_tree::{CommandText, Evidence, HostTree, numbered_lines, presence};
use hostconf::binding::host_facts::{Lockdown, ReadOnlyRoot};
pub use hostconf::binding::initramfs::Initramfs;
use hostconf::binding::kernel_facts::BootFramebuffer;
use hostconf::binding::{host_facts, initramfs};
use hostconf::boot::grub_layout::TRANSACTIONAL_UPDATE;
use pci_core::VendorId;

use super::hybrid_cores;
use super::kernel::Kernel;
use super::platform::Platform;
use super::processor::{self, Processor};
use super::system_markers::{SystemMarkers, name, platform};
use super::virtualization::{self, Virtualization};
use super::{
    processor_model, replaced_processor, stated_distribution, stated_kernel, stated_processor,
    stated_release,
};
use crate::host::fact::Fact;
use crate::host::hardware::device::Device;
use crate::host::model::whole_host::{Field, Standing, settle};
use crate::target::{HostSystem, Target};

/// Known facts of the system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct System {
    /// `ID` of os-release: `debian`.
    pub id: Option<Fact<String>>,
    /// `VERSION_ID` of os-release: `22.04`.
    pub version: Option<Fact<String>>,
    /// `VARIANT_ID` of os-release: `silverblue`.
    pub variant: Option<Fact<String>>,
    /// The name for people: `Ubuntu 22.04.1 LTS`.
    pub name: Option<String>,
    /// The program for guests on Linux that has no rules of its own: `Kata Containers`.
    pub(crate) manager: Option<&'static str>,
    /// The hypervisor, and its evidence.
    pub hypervisor: Option<Fact<Target>>,
    /// Version of the hypervisor: `8.4.0`.
    pub hypervisor_version: Option<Fact<String>>,
    /// Platform of the host, if it is neither Linux with KVM nor ESXi.
    pub platform: Option<Fact<Platform>>,
    /// The maker of the processor.
    pub processor: Option<Fact<Processor>>,
    /// The model of the processor, with its maker: `Intel Xeon E5-2680 v4`.
    pub(crate) processor_model: Option<String>,
    /// Whether the processor can run guests.
    pub virtualization: Option<Fact<Virtualization>>,
    /// The model of the processor, if it certainly has two kinds of cores.
    pub has_hybrid_cores: Option<Fact<String>>,
    /// The generator of the initramfs.
    pub initramfs: Option<Fact<Initramfs>>,
    /// The generator of the initramfs, if it is none of these.
    pub(crate) other_initramfs: Option<Fact<&'static str>>,
    /// The kernel.
    pub kernel: Kernel,
    /// Whether Secure Boot is on.
    pub secure_boot: Option<Fact<bool>>,
    /// Operations that the running kernel denies even to root.
    pub lockdown: Option<Fact<Lockdown>>,
    /// Whether a message of QEMU is in the input, which many systems run.
    pub(in crate::host) has_qemu: bool,
    /// The hypervisor that sentences name as the writer's, with its release, where the lines are
    /// those of a guest or of any Linux.
    pub(in crate::host) stated_system: Option<String>,
    /// Whether lines that only Linux has are in the input: messages of VFIO, `lspci -k`.
    pub(in crate::host) has_linux: bool,
    /// Whether Windows is the host because of Hyper-V, and not because of a listing.
    pub(in crate::host) has_hyper_v: bool,
    /// Lines of two machines: different values of a fact that is constant on one machine.
    pub(in crate::host) of_two_machines: Option<[Evidence; 2]>,
    /// Evidence that a program writes each change of the system into a new snapshot of a read-only root.
    pub(crate) transactional: Option<Evidence>,
    /// Why files of the system are not to be written to, where that is so.
    pub read_only_root: Option<Fact<ReadOnlyRoot>>,
}

/// Where Unraid has its version, as shell text.
const UNRAID_VERSION: &str = "/etc/unraid-version";

impl System {
    /// Reads the tree.
    #[must_use]
    pub fn read(tree: &dyn HostTree) -> Self {
        let mut system = Self {
            kernel: Kernel::read(tree),
            secure_boot: host_facts::secure_boot(tree).map(fact),
            lockdown: host_facts::lockdown(tree).map(fact),
            transactional: presence(tree, TRANSACTIONAL_UPDATE),
            read_only_root: host_facts::read_only_root(tree).map(fact),
            ..Self::default()
        };
        system.read_os_release(tree);
        system.read_hypervisor(tree);
        system.read_processor(tree);
        system.read_initramfs(tree);
        // The package database is large: read only if no other file has the fact.
        let kernel_shown = system.kernel.release.is_some() || system.hypervisor_version.is_some();
        if !system.has_initramfs_program() || !kernel_shown {
            system.read_packages(tree);
        }
        system.read_release_kernel();
        system
    }

    fn read_os_release(&mut self, tree: &dyn HostTree) {
        let path = "/etc/os-release";
        let Some(text) = tree.read_text(path).found() else {
            return;
        };
        for (number, line) in numbered_lines(&text) {
            let Some((key, value)) = line.split_once('=') else {
                continue;
            };
            let value = value.trim_matches(['"', '\'']);
            match key {
                "ID" | "VERSION_ID" | "VARIANT_ID" => {
                    let fact = Fact::new(value.to_owned(), Evidence::new(path, number, line));
                    *(match key {
                        "ID" => &mut self.id,
                        "VERSION_ID" => &mut self.version,
                        _ => &mut self.variant,
                    }) = Some(fact);
                }
                "PRETTY_NAME" => self.name = Some(value.to_owned()),
                _ => {}
            }
        }
    }

    /// Whether the program that makes the initramfs is known by more than files in `/etc`, which
    /// outlive a package.
    fn has_initramfs_program(&self) -> bool {
        let found = self.initramfs.as_ref();
        found.is_some_and(|found| !found.evidence.source.starts_with("/etc/"))
    }

    /// The package database of Debian and its derivatives.
    fn read_packages(&mut self, tree: &dyn HostTree) {
        let path = "/var/lib/dpkg/status";
        let Some(text) = tree.read_text(path).found() else {
            return;
        };
        let mut package = (0, "");
        for (number, line) in numbered_lines(&text) {
            if let Some(name) = line.strip_prefix("Package: ") {
                package = (number, name.trim());
            } else if line.starts_with("Status: ") {
                // A removed package may leave files of configuration.
                if line.ends_with(" config-files") || line.ends_with(" not-installed") {
                    package = (number, "");
                }
                let program = match package.1 {
                    "initramfs-tools" => Initramfs::InitramfsTools,
                    "dracut" => Initramfs::Dracut,
                    _ => continue,
                };
                let line = format!("Package: {}", package.1);
                let evidence = Evidence::new(path, package.0, line);
                if !self.has_initramfs_program() {
                    self.initramfs = Some(Fact::new(program, evidence));
                }
            } else if let (Some(version), "pve-manager") =
                (line.strip_prefix("Version: "), package.1)
            {
                let evidence = Evidence::new(path, number, format!("pve-manager {version}"));
                self.hypervisor = Some(Fact::new(Target::Proxmox, evidence.clone()));
                self.hypervisor_version = Some(Fact::new(version.trim().to_owned(), evidence));
            }
        }
    }

    fn read_hypervisor(&mut self, tree: &dyn HostTree) {
        let found = hypervisors(tree);
        self.hypervisor = settle(Field::Hypervisor, &found.seen).fact;
        self.hypervisor_version = found.version;
        let is_truenas = |found: &Fact<Target>| found.value == Target::TrueNas;
        if self.hypervisor_version.is_none() && self.hypervisor.as_ref().is_some_and(is_truenas) {
            self.hypervisor_version = truenas_version(tree);
        }
    }

    fn read_processor(&mut self, tree: &dyn HostTree) {
        let settled = settle(Field::Processor, &processor::seen(tree));
        self.processor = settled.fact;
        self.of_two_machines = settled.contradiction;
        self.has_hybrid_cores = hybrid_cores::read(tree);
        self.virtualization = virtualization::read(tree);
    }

    fn read_initramfs(&mut self, tree: &dyn HostTree) {
        self.initramfs = initramfs::find(tree).map(fact);
        self.other_initramfs = initramfs::other(tree).map(fact);
        if self.initramfs.is_some() {
            return;
        }
        for text in tree.texts() {
            let line = numbered_lines(&text.text)
                .find(|(_, line)| line.starts_with("update-initramfs: Generating"));
            if let Some((number, line)) = line {
                let evidence = Evidence::new(&*text.command, number, line);
                self.initramfs = Some(Fact::new(Initramfs::InitramfsTools, evidence));
                return;
            }
        }
    }

    /// The oldest kernel of the hypervisor's or the system's release, from
    /// `data/releases.tsv`.
    fn read_release_kernel(&mut self) {
        let hypervisor = self.hypervisor.as_ref().map(|target| target.value.word());
        let system = self.id.as_ref().map(|id| id.value.as_str());
        let releases = [
            hypervisor.zip(self.hypervisor_version.as_ref()),
            system.zip(self.version.as_ref()),
        ];
        for (system, release) in releases.into_iter().flatten() {
            let Some((major, minor)) = oldest_kernel(system, &release.value) else {
                continue;
            };
            let text = format!(
                "{} (its kernels are {major}.{minor} or newer)",
                release.evidence.text
            );
            let evidence = release.evidence.clone().saying(text);
            let known = self.kernel.at_least.as_ref().map(|known| known.value);
            if known.is_none_or(|known| known < (major, minor)) {
                self.kernel.at_least = Some(Fact::new((major, minor), evidence));
            }
        }
    }

    /// The system of the commands that printed listings, if no other evidence is in the input.
    pub(in crate::host) fn see_listings(
        &mut self,
        hypervisor: Option<Fact<Target>>,
        platform: Option<Fact<Platform>>,
    ) {
        if self.hypervisor.is_none() {
            self.hypervisor = hypervisor;
        }
        let system = platform.as_ref().map(|platform| platform.value);
        if let (None, Some(Platform::FreeBsd | Platform::Windows)) = (&self.name, system) {
            self.name = system.map(|system| system.name().to_owned());
        }
        self.platform = platform;
    }

    /// The system in single lines of the input, if no listing shows it.
    pub(in crate::host) fn see_markers(&mut self, markers: &SystemMarkers, is_linux: bool) {
        // Systems that contain libvirt have its files, too.
        let is_libvirt = |fact: &Fact<Target>| fact.value == Target::Libvirt;
        let is_open = self.hypervisor.as_ref().is_none_or(is_libvirt);
        let is_windows = |fact: &Fact<Platform>| fact.value == Platform::Windows;
        self.has_hyper_v = self.platform.as_ref().is_some_and(is_windows)
            && markers
                .platform()
                .is_some_and(|(fact, _)| is_windows(&fact));
        if !is_open || self.platform.is_some() {
            return;
        }
        let seen = markers.hypervisor().map(|fact| (Standing::Trace, fact));
        if self.hypervisor.is_some() {
            let other = seen.filter(|(_, fact)| !is_libvirt(fact));
            self.hypervisor = other.map(|(_, fact)| fact).or(self.hypervisor.take());
            return;
        }
        self.hypervisor = settle(Field::Hypervisor, seen.as_slice()).fact;
        match markers.other() {
            Some(system @ "illumos") => {
                self.name.get_or_insert_with(|| system.to_owned());
            }
            program => self.manager = program,
        }
        let Some((platform, name)) = markers.platform() else {
            return;
        };
        // For systems other than Xen, whose dom0 is Linux, the lines may be a guest's.
        if platform.value == Platform::Xen || !is_linux {
            self.has_hyper_v = platform.value == Platform::Windows;
            self.name.get_or_insert_with(|| name.to_owned());
            self.platform = Some(platform);
        }
    }

    /// Xen, whose dom0 is Linux: its libvirt assigns functions of pciback, too.
    pub(in crate::host) fn see_dom0(&mut self, dom0: &Evidence) {
        let is_libvirt = |fact: &Fact<Target>| fact.value == Target::Libvirt;
        if self.platform.is_none() && self.hypervisor.as_ref().is_none_or(is_libvirt) {
            self.hypervisor = None;
            self.platform = Some(Fact::new(Platform::Xen, dom0.clone()));
            self.name
                .get_or_insert_with(|| Platform::Xen.name().to_owned());
        }
    }

    /// The system that sentences name, where nothing else shows one.
    pub(in crate::host) fn see_named(&mut self, named: &Fact<&'static str>) {
        if self.hypervisor.is_some() || self.platform.is_some() {
            return;
        }
        match platform(named.value) {
            Some((platform, name)) => {
                self.has_hyper_v = platform == Platform::Windows;
                self.name.get_or_insert_with(|| name.to_owned());
                self.platform = Some(Fact::new(platform, named.evidence.clone()));
            }
            None => {
                let target = named.value.parse().ok();
                self.hypervisor = target.map(|target| Fact::new(target, named.evidence.clone()));
            }
        }
    }

    /// The distribution that a text names, where no file or listing shows it.
    pub(in crate::host) fn see_distribution(&mut self, texts: &[CommandText]) {
        if self.name.is_none() {
            let release = self.kernel.release.as_ref();
            let release = release.map(|release| release.value.to_string());
            self.name = stated_distribution::read(texts, release.as_deref());
        }
    }

    /// The maker of the processor that a text names, where no line of a program shows it.
    pub(in crate::host) fn see_stated_processor(&mut self, texts: &[CommandText]) {
        if self.processor.is_none() && self.of_two_machines.is_none() {
            let stated = stated_processor::read(texts);
            self.processor = stated.or_else(|| replaced_processor::read(texts));
        }
    }

    /// The model of the processor, whose maker is known.
    pub(in crate::host) fn see_processor_model(&mut self, tree: &dyn HostTree) {
        let maker = self.processor.as_ref().map(|found| found.value);
        self.processor_model = maker.and_then(|maker| processor_model::read(tree, maker));
    }

    /// The kernel that a text states, where no file or program shows it.
    pub(in crate::host) fn see_stated_kernel(
        &mut self,
        texts: &[CommandText],
        of_guests: &[Vec<RangeInclusive<u32>>],
    ) {
        let is_linux = self
            .platform
            .as_ref()
            .is_none_or(|found| found.value == Platform::Xen);
        if self.kernel.release.is_none() && is_linux {
            self.kernel.release = stated_kernel::read(texts, of_guests);
        }
    }

    /// The release of the system that a text states, where no file or program shows it.
    pub(in crate::host) fn see_stated_release(
        &mut self,
        texts: &[CommandText],
        of_guests: &[Vec<RangeInclusive<u32>>],
    ) {
        if let Some(hypervisor) = &self.hypervisor {
            if self.hypervisor_version.is_none() {
                let word = hypervisor.value.word();
                self.hypervisor_version = stated_release::read(texts, of_guests, word);
                self.read_release_kernel();
            }
            return;
        }
        let words = ["xcp-ng", "xenserver", "qubes", "freebsd", "windows", "xen"];
        let named = words.into_iter().find_map(|word| {
            let (_, name) = platform(word)?;
            (self.name.as_deref() == Some(name)).then_some((word, name))
        });
        if let Some((word, name)) = named
            && let Some(release) = stated_release::read(texts, of_guests, word)
        {
            let server = if word == "windows" { " Server" } else { "" };
            self.name = Some(format!("{name}{server} {}", release.value));
        }
    }

    /// The system that sentences name where the lines are those of a guest, or of any Linux.
    pub(in crate::host) fn see_stated_system(
        &mut self,
        word: &str,
        texts: &[CommandText],
        of_guests: &[Vec<RangeInclusive<u32>>],
    ) {
        let is_known = self.hypervisor.is_some() || self.platform.is_some();
        let is_foreign = word == "esxi" || platform(word).is_some();
        // The bhyve of illumos is no sign of FreeBSD.
        let is_illumos = self.name.as_deref() == Some("illumos");
        let is_open = is_foreign && !is_known && self.manager.is_none() && !is_illumos;
        if let Some(name) = name(word).filter(|_| is_open) {
            let release = stated_release::read(texts, of_guests, word);
            let release = release.map(|release| format!(" {}", release.value));
            self.stated_system = Some(format!("{name}{}", release.unwrap_or_default()));
        }
    }

    /// The system that sentences name beside lines of a host: a hypervisor of Linux, or a
    /// distribution of the Xen that the lines show. Of another system the lines would not be.
    pub(in crate::host) fn see_named_beside_lines(&mut self, named: &Fact<&'static str>) {
        match (platform(named.value), &self.platform) {
            (Some((Platform::Xen, name)), Some(shown))
                if shown.value == Platform::Xen
                    && self.name.as_deref().is_none_or(|known| {
                        // The command `xe` is of XCP-ng and of XenServer.
                        known == "Xen" || known == "XCP-ng" && name == "XenServer"
                    }) =>
            {
                self.name = Some(name.to_owned());
            }
            (None, None) if self.hypervisor.is_none() => {
                let target: Option<Target> = named.value.parse().ok();
                let target = target.filter(|target| target.system() == HostSystem::Linux);
                // Of these the kernel and os-release have marks of their own.
                let is_shown = self.kernel.release.is_some() || self.id.is_some();
                let target = target.filter(|target| !(is_shown && is_distribution(*target)));
                self.hypervisor = target.map(|target| Fact::new(target, named.evidence.clone()));
            }
            _ => {}
        }
    }

    /// Vendor of the processor, from the chipset: on an x86 machine, bus 0 belongs to the processor
    /// or to a chipset of its vendor.
    pub(in crate::host) fn see_chipset<'a>(&mut self, devices: impl Iterator<Item = &'a Device>) {
        if self.processor.is_some() {
            return;
        }
        self.processor = devices
            .filter(|device| device.address.bus() == 0)
            .find_map(|device| {
                let id = device.id.as_ref()?;
                let processor = match id.value.vendor {
                    VendorId::INTEL => Processor::Intel,
                    VendorId::AMD => Processor::Amd,
                    _ => return None,
                };
                Some(Fact::new(processor, id.evidence.clone()))
            });
    }

    /// Whether the name is that of a distribution of Xen.
    pub(super) fn is_distribution_of_xen(&self) -> bool {
        let names = ["xcp-ng", "xenserver", "qubes"];
        let mut names = names.into_iter().filter_map(platform);
        names.any(|(_, name)| {
            self.name
                .as_deref()
                .is_some_and(|own| own.starts_with(name))
        })
    }

    /// The hypervisor and its version, for people.
    #[must_use]
    pub fn hypervisor_text(&self) -> Option<String> {
        let Some(hypervisor) = &self.hypervisor else {
            let platform = self.platform.as_ref()?.value;
            return match platform {
                Platform::Xen => {
                    let own = self.name.as_ref().filter(|name| name.starts_with("Xen "));
                    Some(own.map_or_else(|| platform.name().to_owned(), String::clone))
                }
                Platform::Windows if self.has_hyper_v => Some(Target::HyperV.name().to_owned()),
                _ => None,
            };
        };
        let mut name = hypervisor.value.name();
        let release = self.hypervisor_version.as_ref();
        let year = release.and_then(|release| numbers(&release.value));
        // TrueNAS 22.02 to 24.10 are releases of SCALE; those before are CORE.
        let is_scale = year.is_some_and(|(year, _)| (20..25).contains(&year));
        if hypervisor.value == Target::TrueNas && is_scale {
            name = "TrueNAS SCALE";
        }
        Some(match release {
            Some(version) => format!("{name} {}", version.value),
            None => name.to_owned(),
        })
    }

    /// The name of the system, by its lines, or else by a sentence.
    pub(crate) fn named(&self) -> Option<&str> {
        self.name.as_deref().or(self.stated_system.as_deref())
    }

    /// Evidence that this is a release of Unraid that binds functions by
    /// `/boot/config/vfio-pci.cfg` (Unraid 6.9 release notes, vfio-pci.cfg; since 2021).
    #[must_use]
    pub(crate) fn reads_vfio_pci_cfg(&self) -> Option<&Evidence> {
        let hypervisor = self.hypervisor.as_ref()?;
        let version = self.hypervisor_version.as_ref()?;
        let since = hypervisor.value == Target::Unraid && numbers(&version.value)? >= (6, 9);
        since.then_some(&version.evidence)
    }

    /// Evidence that simpledrm uses the boot framebuffer, so that options of the older framebuffer
    /// drivers have no effect.
    ///
    /// By the kernel's configuration; if that is not in the input, by the release: the kernels of
    /// Proxmox VE 7.2 and later use simpledrm (Proxmox VE wiki, PCI Passthrough).
    #[must_use]
    pub(crate) fn boots_with_simpledrm(&self) -> Option<&Evidence> {
        if let Some(framebuffer) = &self.kernel.boot_framebuffer {
            let simple = framebuffer.value == BootFramebuffer::Simple;
            return simple.then_some(&framebuffer.evidence);
        }
        let version = self.hypervisor_version.as_ref()?;
        let is_proxmox = self.hypervisor.as_ref()?.value == Target::Proxmox;
        (is_proxmox && numbers(&version.value)? >= (7, 2)).then_some(&version.evidence)
    }
}

/// Whether the target is a distribution of Linux, with marks of its own in the kernel's release or
/// in os-release.
pub(super) const fn is_distribution(target: Target) -> bool {
    let is_linux = matches!(target.system(), HostSystem::Linux);
    matches!(target, Target::NixOs) || target.is_own_system() && is_linux
}

/// The hypervisors that a tree shows.
struct Hypervisors {
    seen: Vec<(Standing, Fact<Target>)>,
    /// The version of the last one that a program prints.
    version: Option<Fact<String>>,
}

/// The hypervisors that the tree shows, and the version of the last one that a program prints.
fn hypervisors(tree: &dyn HostTree) -> Hypervisors {
    let mut seen = Vec::new();
    let mut version = None;
    for text in tree.texts() {
        for (number, line) in numbered_lines(&text.text) {
            let Some((target, release)) = printed_hypervisor(line) else {
                continue;
            };
            let evidence = Evidence::new(&*text.command, number, line.trim());
            version = Some(Fact::new(release.to_owned(), evidence.clone()));
            seen.push((Standing::Program, Fact::new(target, evidence)));
        }
        if text.command.starts_with("pvesh ") {
            let evidence = Evidence::at(&*text.command, &text.text, 1);
            let evidence = evidence.saying("pvesh is a command of Proxmox VE");
            let target = Fact::new(Target::Proxmox, evidence);
            // A release that is printed names more than a command does.
            if seen.is_empty() {
                seen.push((Standing::Program, target));
            }
        }
    }
    if !seen.is_empty() {
        return Hypervisors { seen, version };
    }
    // `version="6.12.10"`
    let unraid = tree.read_text(UNRAID_VERSION).found();
    if let Some((number, line)) = unraid.as_deref().and_then(|text| {
        numbered_lines(text).find(|(_, line)| line.trim_start().starts_with("version="))
    }) {
        let evidence = Evidence::new(UNRAID_VERSION, number, line);
        let release = line.trim().trim_start_matches("version=");
        let release = release.trim_matches(['"', '\'']).to_owned();
        seen.push((
            Standing::Kernel,
            Fact::new(Target::Unraid, evidence.clone()),
        ));
        let version = Some(Fact::new(release, evidence));
        return Hypervisors { seen, version };
    }
    let shown_by = |target: Target| target.shown_by().iter().map(move |path| (*path, target));
    // A system of its own has libvirt's directory too.
    let (own, others): (Vec<Target>, Vec<Target>) = Target::ALL
        .into_iter()
        .partition(|target| target.is_own_system());
    let mut paths = own.into_iter().chain(others).flat_map(shown_by);
    let found = paths.find_map(|(path, target)| Some((presence(tree, path)?, target)));
    seen.extend(found.map(|(evidence, target)| (Standing::Trace, Fact::new(target, evidence))));
    Hypervisors {
        seen,
        version: None,
    }
}

/// The release of TrueNAS: `24.10.1`, before 22.12 `TrueNAS-SCALE-22.02.4`.
fn truenas_version(tree: &dyn HostTree) -> Option<Fact<String>> {
    let path = "/etc/version";
    let text = tree.read_text(path).found()?;
    let line = text.lines().next()?.trim();
    let mut words = line.split(['-', ' ']);
    let release = words.find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    numbers(release)?;
    Some(Fact::new(release.to_owned(), Evidence::new(path, 1, line)))
}

/// The hypervisor and the release that a program of it prints.
fn printed_hypervisor(line: &str) -> Option<(Target, &str)> {
    // `pveversion`, and its table of packages with -v.
    for mark in ["pve-manager/", "pve-manager: "] {
        if let Some((_, rest)) = line.split_once(mark) {
            let is_part = |c: char| c.is_ascii_alphanumeric() || ".-~+".contains(c);
            let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
            let release = rest.get(..end)?.trim_end_matches(['.', '-']);
            let is_release = release.starts_with(|c: char| c.is_ascii_digit());
            return is_release.then_some((Target::Proxmox, release));
        }
    }
    // `virsh version`
    if let Some(rest) = line.trim().strip_prefix("Using library: libvirt ") {
        return Some((Target::Libvirt, rest.trim()));
    }
    // `vmware -v`; the name within a sentence is not evidence.
    let (before, rest) = line.split_once("VMware ESXi ")?;
    let is_release = rest.starts_with(|c: char| c.is_ascii_digit())
        && (!before.contains(' ') || rest.contains(" build-"));
    is_release.then(|| (Target::Esxi, rest.split(' ').next().unwrap_or(rest)))
}

impl System {
    /// The version of a Proxmox VE that starts with version 2 of control groups alone (Proxmox VE,
    /// upgrade from 6.x to 7.0).
    pub(crate) fn proxmox_with_cgroup_2(&self) -> Option<&Evidence> {
        let version = self.hypervisor_version.as_ref()?;
        let is_proxmox = self.hypervisor.as_ref()?.value == Target::Proxmox;
        (is_proxmox && numbers(&version.value)? >= (7, 0)).then_some(&version.evidence)
    }

    /// Whether the host is an ESXi before 7.0; `None` if its release is not in the input.
    #[must_use]
    pub(crate) fn is_esxi_before_7(&self) -> Option<bool> {
        let hypervisor = self.hypervisor.as_ref()?;
        let release = self.hypervisor_version.as_ref()?;
        let (major, _) = numbers(&release.value)?;
        (hypervisor.value == Target::Esxi).then_some(major < 7)
    }
}

/// The result of a reader, as a fact.
fn fact<T>((value, evidence): (T, Evidence)) -> Fact<T> {
    Fact::new(value, evidence)
}

/// Major and minor number of a release: `8.4.0` is (8, 4), `12` is (12, 0).
fn numbers(release: &str) -> Option<(u32, u32)> {
    let mut numbers = release.split(|c: char| !c.is_ascii_digit());
    let major = numbers.next()?.parse().ok()?;
    Some((
        major,
        numbers
            .next()
            .and_then(|minor| minor.parse().ok())
            .unwrap_or(0),
    ))
}

/// The oldest kernel that a release boots: that of the newest row which is not
/// newer than the release.
fn oldest_kernel(system: &str, release: &str) -> Option<(u32, u32)> {
    let found = numbers(release)?;
    include_str!("../../../data/releases.tsv")
        .lines()
        .filter_map(|line| {
            let mut columns = line.split('\t');
            let named = columns.next()?;
            let row = numbers(columns.next()?)?;
            let kernel = numbers(columns.next()?)?;
            (named == system && row.0 == found.0 && row <= found).then_some((row, kernel))
        })
        .max()
        .map(|(_, kernel)| kernel)
}

#[cfg(test)]
mod tests;
