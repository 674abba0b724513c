//! The parts of the host in one line: the system, its programs for guests, the kernel, the
//! processor, the machine and the card.

use super::platform::Platform;
use super::processor::Processor;
use super::system::{System, is_distribution};
use super::virtual_hardware::maker;
use crate::host::Host;
use crate::host::named::Named;
use crate::order::Order as _;
use crate::target::{HostSystem, Target};
use crate::text::{Text, text};

/// Programs that are parts of the distributions for virtual machines.
const BUNDLED: [&str; 3] = ["QEMU", "KVM", "libvirt"];

impl Host {
    /// The system, its kernel, the maker of its processor and its cards, as far as they are known.
    #[must_use]
    pub(crate) fn parts(&self) -> Vec<Text> {
        let system = &self.system;
        let named = &self.named;
        let mut parts = system.system_parts(named);
        parts.extend(system.kernel_text(named));
        parts.extend(system.processor_text(named));
        let board = self.board.as_ref().map(|board| of_firmware(&board.value));
        let machines = named.machines.iter().cloned();
        let board = board.filter(|board| named.machines.is_empty() && !board.is_empty());
        parts.extend(machines.chain(board).map(Text::value));
        parts
    }

    /// The cards that the text names, with the kind of their assignment.
    #[must_use]
    pub(crate) fn cards_text(&self) -> Option<Text> {
        let Named {
            cards, assignments, ..
        } = &self.named;
        let kinds = assignments.join(", ");
        let names = cards.join(", ");
        match (cards.len(), assignments.is_empty()) {
            (0, true) => {
                let kind = self.device_kind?;
                let name = Text::of_table(kind);
                Some(text!("device: {name}", name))
            }
            (0, false) => Some(text!("assignment: {kinds}", kinds)),
            (1, true) => Some(text!("card: {names}", names)),
            (1, false) => Some(text!("card: {names}; assignment: {kinds}", names, kinds)),
            (_, true) => Some(text!("cards: {names}", names)),
            (_, false) => Some(text!("cards: {names}; assignment: {kinds}", names, kinds)),
        }
    }
}

/// The most guests that are shown.
const MOST_GUESTS: usize = 2;

impl Host {
    /// The systems of the guests that the text names.
    #[must_use]
    pub(crate) fn named_guests(&self) -> Vec<String> {
        let parts: Vec<String> = self.parts().into_iter().map(String::from).collect();
        let platform = self.system.platform.as_ref().map(|found| found.value);
        let first = |name: &str| name.split(' ').next().map(str::to_owned);
        let guests = self.named.guests.iter().filter(|(name, is_stated)| {
            let is_hosts = parts
                .iter()
                .any(|part| part.starts_with(&**name) || !is_stated && first(part) == first(name));
            let is_of_windows = platform == Some(Platform::Windows) && name.starts_with("Windows");
            !is_hosts && (*is_stated || !is_of_windows)
        });
        let guests = guests.map(|(name, _)| name.clone());
        guests.take(MOST_GUESTS).collect()
    }

    /// The distribution and the kernel of the guest whose text this is.
    fn own_guest(&self) -> Option<String> {
        self.guest.as_ref()?;
        let name = self.system.name.clone().filter(|name| name != "Linux");
        let system = name.or_else(|| self.named.distribution.clone());
        let kernel = self.system.kernel_text(&self.named).map(String::from);
        let parts: Vec<String> = system.into_iter().chain(kernel).collect();
        Some(parts.join(", ")).filter(|parts| !parts.is_empty())
    }

    /// The hypervisor of the guest whose text this is: by a sentence, or by its virtual hardware.
    pub(crate) fn hypervisor_of_guest(&self) -> Option<String> {
        let windows = Platform::Windows.name();
        let hyper_v = Target::HyperV.name();
        let named = self
            .named_hypervisor
            .map(|name| if name == windows { hyper_v } else { name });
        let shown = self.guest.as_ref().and_then(|line| maker(&line.text));
        let shown = shown.map(str::to_owned);
        named.map(|named| self.system.with_release(named)).or(shown)
    }

    /// The systems of the guests in words.
    #[must_use]
    pub(crate) fn guests_text(&self) -> Option<Text> {
        let mut guests = self.named_guests();
        if guests.is_empty() {
            guests.extend(self.own_guest());
        }
        let names = guests.join(", ");
        match guests.len() {
            0 => None,
            1 => Some(text!("guest: {names}", names)),
            _ => Some(text!("guests: {names}", names)),
        }
    }
}

/// The name of the system with the release that the text has beside it: `VirtualBox 7.1.4 with KVM`.
fn with_release(shown: String, named: &Named) -> String {
    let has_number = shown.bytes().any(|byte| byte.is_ascii_digit());
    let mut programs = named
        .programs
        .iter()
        .filter(|program| program.name != program.bare);
    let own = programs.find(|program| shown.starts_with(&*program.bare));
    match own.filter(|_| !has_number) {
        Some(program) => shown.replacen(&*program.bare, &program.name, 1),
        None => shown,
    }
}

/// The name of the machine in `DMI: MAKER PRODUCT/BOARD`: the board where the product has none.
fn of_firmware(board: &str) -> String {
    const EMPTY: [&str; 4] = [
        "System Product Name",
        "To Be Filled",
        "Default string",
        "System manufacturer",
    ];
    let named = match board.split_once('/') {
        Some((product, board)) if EMPTY.iter().any(|empty| product.contains(empty)) => board,
        Some((product, _)) => product,
        None => board,
    };
    let named = named.split(" (").next().unwrap_or(named).trim();
    let is_empty = EMPTY.iter().any(|empty| named.contains(empty));
    if is_empty {
        String::new()
    } else {
        named.to_owned()
    }
}

impl System {
    /// The name of a hypervisor, with its release if that is known.
    #[must_use]
    pub(crate) fn with_release(&self, name: &str) -> String {
        let known = self
            .hypervisor_text()
            .or_else(|| self.stated_system.clone());
        let known = known.filter(|known| known.starts_with(name));
        known.unwrap_or_else(|| name.to_owned())
    }

    /// The distribution, the hypervisor and the programs for guests.
    pub(in crate::host) fn system_parts(&self, named: &Named) -> Vec<Text> {
        let platform = self.platform.as_ref().map(|found| found.value);
        let target = self.hypervisor.as_ref().map(|found| found.value);
        let hypervisor = match (target, platform) {
            (None, Some(Platform::Xen)) if self.is_distribution_of_xen() => None,
            _ => self.hypervisor_text(),
        };
        // A hypervisor that is a program of the distribution.
        let is_program = platform == Some(Platform::Windows)
            || target.is_some_and(|target| {
                target.system() == HostSystem::Linux && !is_distribution(target)
            });
        let name = self.name.clone();
        let name = name.filter(|_| hypervisor.is_none() || is_program);
        let manager = self.manager.map(str::to_owned);
        let shown = hypervisor.or(manager);
        let stated = self
            .stated_system
            .clone()
            .filter(|_| shown.is_none() && platform.is_none());
        let is_stated = stated.is_some();
        let shown = shown.or(stated).map(|shown| with_release(shown, named));
        let on = self.host_of_programs(shown.as_deref(), is_stated);
        let mut programs: Vec<(usize, String)> = Vec::new();
        for program in &named.programs {
            let is_bundled = target.is_some_and(is_distribution)
                && target != Some(Target::NixOs)
                && program.name == program.bare
                && BUNDLED.contains(&&*program.bare);
            // Of the platform's own name the release.
            let is_known = shown.iter().chain(&name).any(|known| {
                known.starts_with(&*program.bare)
                    && (known.len() > program.bare.len() || program.name == program.bare)
            });
            // `Qubes OS, Xen 4.17.2`, and no `XCP-ng, Xen`.
            let is_of_platform = program.bare == "Xen" && program.name == program.bare;
            if on.contains(&program.on) && !(is_bundled || is_known || is_of_platform) {
                programs.push((program.rank, program.name.clone()));
            }
        }
        let is_qemu = self.has_qemu && shown.is_none() && platform.is_none();
        let qemu = Target::Qemu.name();
        if is_qemu && !programs.iter().any(|(_, name)| name.starts_with(qemu)) {
            programs.insert(0, (0, qemu.to_owned()));
        }
        // A name with its release stands for the name.
        let shown =
            shown.filter(|shown| !programs.iter().any(|(_, name)| name.starts_with(&**shown)));
        // Libvirt is one of the programs.
        let is_libvirt = target == Some(Target::Libvirt);
        let rank = if is_libvirt {
            self.rank_of_libvirt(named)
        } else {
            0
        };
        if let Some(shown) = shown {
            programs.push((rank, shown));
        }
        programs.order_by_key(|(rank, _)| *rank);
        let is_linux = platform.is_none() || platform == Some(Platform::Xen);
        let may_have = is_linux
            && !is_stated
            && !self.is_distribution_of_xen()
            && target.is_none_or(|_| is_program);
        let distribution = named.distribution.clone().filter(|_| may_have);
        let name = match name.filter(|name| name != "Xen") {
            // `Ubuntu`, with the release that another line has.
            Some(name) => {
                let mut full = named.distributions.iter();
                let full = full.find(|full| full.starts_with(&name));
                Some(full.cloned().unwrap_or(name))
            }
            None => distribution,
        };
        let is_named = name.is_some() || platform.is_some() || is_stated;
        let is_named = is_named || target.is_some() || self.manager.is_some();
        let has_kernel = self.kernel_text(named).is_some();
        let linux = (self.has_linux && !(is_named || has_kernel)).then(|| "Linux".to_owned());
        let programs = programs.into_iter().map(|(_, name)| name);
        // `Windows 10`, where a sentence names the release of the host.
        let is_bare = |name: &String| name.as_str() == Platform::Windows.name();
        // bhyve is also a program of illumos.
        let is_illumos = name.as_deref() == Some("illumos");
        let programs = programs.filter(|name| !(is_illumos && name == "FreeBSD"));
        let parts = name.or(linux).into_iter().chain(programs);
        let parts = parts.map(|name| match &named.windows {
            Some(windows) if is_bare(&name) => windows.clone(),
            _ => name,
        });
        parts.map(Text::value).collect()
    }

    /// The words of `data/named.tsv` for the programs that this host may have.
    fn host_of_programs(&self, shown: Option<&str>, is_stated: bool) -> &'static [&'static str] {
        let target = self.hypervisor.as_ref().map(|found| found.value);
        let platform = self.platform.as_ref().map(|found| found.value);
        match (platform, target) {
            (Some(Platform::Xen), _) => &["xen"],
            (Some(Platform::FreeBsd), _) => &["freebsd"],
            (Some(Platform::Windows), _) => &["windows"],
            (_, Some(Target::Esxi)) => &["esxi"],
            (_, Some(Target::Proxmox | Target::Unraid | Target::TrueNas)) => &["linux"],
            (
                _,
                Some(
                    Target::VirtualBox
                    | Target::CloudHypervisor
                    | Target::Crosvm
                    | Target::Firecracker,
                ),
            ) => &["own"],
            (_, Some(target)) if target.system() == HostSystem::Linux => &["linux", "kubernetes"],
            (_, Some(_)) => &[],
            _ if is_stated => &[],
            _ if matches!(shown, Some("mvisor" | "VirtualBox with KVM" | "illumos")) => &["own"],
            _ if shown.is_some() => &["linux", "kubernetes"],
            _ => &["linux", "kubernetes", "own"],
        }
    }

    fn rank_of_libvirt(&self, named: &Named) -> usize {
        let behind = |name: &str| matches!(name, "QEMU" | "KVM");
        let ranks = named
            .programs
            .iter()
            .filter(|program| behind(&program.bare));
        ranks.map(|program| program.rank).max().unwrap_or_default()
    }

    fn kernel_text(&self, named: &Named) -> Option<Text> {
        let is_linux = self
            .platform
            .as_ref()
            .is_none_or(|found| found.value == Platform::Xen);
        let target = self.hypervisor.as_ref().map(|found| found.value);
        let has_kernel = is_linux
            && target.is_none_or(|target| target.system() == HostSystem::Linux)
            && self.stated_system.is_none();
        let release = self.kernel.release.as_ref();
        let release = release.map(|release| release.value.to_string());
        // The kernels of these have marks of their own, and others are a guest's.
        let mark = match target {
            Some(Target::Proxmox) => "-pve",
            Some(Target::Unraid) => "-Unraid",
            Some(Target::TrueNas) => "truenas",
            Some(Target::Talos) => "-talos",
            _ => "",
        };
        let named = named.kernel.clone();
        let named = named.filter(|release| has_kernel && release.contains(mark));
        let release = release.or(named)?;
        Some(text!("Linux {release}", release))
    }

    fn processor_text(&self, named: &Named) -> Option<Text> {
        let maker = self.processor.as_ref().map(|found| found.value);
        let is_of = |name: &String| match maker {
            Some(Processor::Intel) => name.starts_with("Intel"),
            Some(Processor::Amd) => name.starts_with("AMD"),
            None => true,
        };
        let model = self.processor_model.clone();
        let model = model.or_else(|| named.processor.clone().filter(is_of));
        let architecture = named.architecture.clone().filter(|_| maker.is_none());
        let model = match (model, architecture) {
            (Some(model), Some(architecture)) => Some(format!("{model} ({architecture})")),
            (model, architecture) => model.or(architecture),
        };
        model.map(Text::value).or_else(|| {
            maker.or(named.maker).map(|maker| match maker {
                Processor::Intel => text!("Intel processor"),
                Processor::Amd => text!("AMD processor"),
            })
        })
    }
}

#[cfg(test)]
mod tests;
