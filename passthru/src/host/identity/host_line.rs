//! The parts of the host in one line: the system, the kernel, the processor and the machine; and the
//! names in the text.

use super::platform::Platform;
use super::processor::Processor;
use super::system::{System, is_distribution};
use super::virtual_hardware::maker;
use crate::host::Host;
use crate::host::named::Named;
use crate::target::{HostSystem, Target};
use crate::text::{Text, text};

/// Programs that are parts of the distributions for virtual machines.
const BUNDLED: [&str; 3] = ["QEMU", "KVM", "libvirt"];

impl Host {
    /// The system, its kernel, its processor and its machine, as far as they are known.
    #[must_use]
    pub(crate) fn parts(&self) -> Vec<Text> {
        let system = &self.system;
        let mut parts = system.system_parts();
        parts.extend(system.kernel_text());
        // Of a listing the names of functions have the generation.
        let is_listed = !self.words.statements.is_post || self.named.is_processor_listed;
        let listed = self.named.processor.clone().filter(|_| is_listed);
        parts.extend(system.processor_text(listed));
        let board = self.board.as_ref().map(|board| of_firmware(&board.value));
        parts.extend(board.filter(|board| !board.is_empty()).map(Text::value));
        parts
    }

    /// The names in the sentences of a post that are no parts of the host: programs and systems first,
    /// cards and kinds of assignment last. Nothing proves whose they are.
    #[must_use]
    pub(crate) fn stated_names(&self) -> Vec<Text> {
        if !self.words.statements.is_post {
            return Vec::new();
        }
        let parts: Vec<String> = self.parts().into_iter().map(String::from).collect();
        let target = self.system.hypervisor.as_ref().map(|found| found.value);
        let is_bundled = |name: &str| {
            target.is_some_and(|target| is_distribution(target) && target != Target::NixOs)
                && BUNDLED.contains(&name)
        };
        let is_part = |name: &str| {
            let mut parts = parts.iter();
            parts.any(|part| part.contains(name) || name.contains(part.as_str()))
        };
        // `Proxmox VE 8.2` beside the part `Proxmox VE`: the release is new.
        let is_new = |name: &&String| {
            let has_release = parts.iter().any(|part| {
                let rest = name.strip_prefix(part.as_str());
                rest.is_some_and(|rest| !rest.is_empty())
            });
            has_release || !is_part(name) && !is_bundled(name)
        };
        // The cards of a listing have lines of their own.
        let is_shown = self.devices.is_empty() || self.named.is_card_stated;
        let cards = self.named.cards.iter().filter(|_| is_shown);
        let Named {
            programs,
            systems,
            processor,
            assignments,
            ..
        } = &self.named;
        let names = programs.iter().chain(systems).chain(processor);
        let names = names.chain(cards).chain(assignments);
        let names = names.filter(is_new);
        let names = names.map(|name| Text::value(name.clone()));
        let is_of_kind = self.named.cards.is_empty() && self.devices.is_empty();
        let kind = self.words.device_kind.filter(|_| is_of_kind);
        names.chain(kind.map(Text::of_table)).collect()
    }

    /// Whether lines show a Linux kernel, and a sentence names a hypervisor that does not run on Linux:
    /// nothing decides whether they are of a guest of it.
    pub(crate) fn has_lines_of_two_systems(&self) -> bool {
        let named = self.words.named_hypervisor();
        let targets = || {
            Target::ALL
                .iter()
                .filter(|target| Some(target.name()) == named)
        };
        let is_foreign = named == Some(Platform::Windows.name())
            || targets().any(|target| target.system() != HostSystem::Linux);
        let system = &self.system;
        let is_linux = system.kernel.release.is_some() || system.has_linux;
        is_foreign && is_linux && system.platform.is_none() && system.hypervisor.is_none()
    }

    /// The distribution and the kernel of the guest whose text this is.
    pub(crate) fn own_guest(&self) -> Option<String> {
        self.of_guest.as_ref()?;
        let name = self.system.name.clone().filter(|name| name != "Linux");
        let kernel = self.system.kernel_text().map(String::from);
        let parts: Vec<String> = name.into_iter().chain(kernel).collect();
        Some(parts.join(", ")).filter(|parts| !parts.is_empty())
    }

    /// The hypervisor of the guest whose text this is: by a sentence, or by its virtual hardware.
    pub(crate) fn hypervisor_of_guest(&self) -> Option<String> {
        let windows = Platform::Windows.name();
        let hyper_v = Target::HyperV.name();
        let named = self
            .words
            .named_hypervisor()
            .map(|name| if name == windows { hyper_v } else { name });
        let shown = self.of_guest.as_ref().and_then(|line| maker(&line.text));
        let shown = shown.map(str::to_owned);
        named.map(|named| self.system.with_release(named)).or(shown)
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

    /// The distribution and the hypervisor.
    pub(in crate::host) fn system_parts(&self) -> Vec<Text> {
        let platform = self.platform.as_ref().map(|found| found.value);
        let target = self.hypervisor.as_ref().map(|found| found.value);
        let hypervisor = match (target, platform) {
            (None, Some(Platform::Xen)) if self.is_distribution_of_xen() => None,
            // Its bhyve is not FreeBSD's.
            (Some(Target::Bhyve), _) if self.name.as_deref() == Some("illumos") => None,
            _ => self.hypervisor_text(),
        };
        // A hypervisor that is a program of the distribution.
        let is_program = platform == Some(Platform::Windows)
            || target.is_some_and(|target| {
                target.system() == HostSystem::Linux && !is_distribution(target)
            });
        let name = self.name.clone();
        let name = name.filter(|name| (hypervisor.is_none() || is_program) && name != "Xen");
        let shown = hypervisor.or_else(|| self.manager.map(str::to_owned));
        let stated = self.stated_system.clone();
        let shown = shown.or_else(|| stated.filter(|_| platform.is_none()));
        let is_qemu = self.has_qemu && shown.is_none() && platform.is_none();
        let shown = shown.or_else(|| is_qemu.then(|| Target::Qemu.name().to_owned()));
        let is_named = name.is_some() || shown.is_some() || platform.is_some();
        let is_linux = self.has_linux && !is_named && self.kernel.release.is_none();
        let linux = is_linux.then(|| "Linux".to_owned());
        let parts = name.or(linux).into_iter().chain(shown);
        parts.map(Text::value).collect()
    }

    fn kernel_text(&self) -> Option<Text> {
        let release = self.kernel.release.as_ref()?.value.to_string();
        Some(text!("Linux {release}", release))
    }

    fn processor_text(&self, listed: Option<String>) -> Option<Text> {
        let maker = self.processor.as_ref().map(|found| found.value);
        let is_of = |name: &String| match maker {
            Some(Processor::Intel) => name.starts_with("Intel"),
            Some(Processor::Amd) => name.starts_with("AMD"),
            None => true,
        };
        let model = self.processor_model.clone();
        let model = model.or_else(|| listed.filter(is_of));
        model.map(Text::value).or_else(|| {
            Some(match maker? {
                Processor::Intel => text!("Intel processor"),
                Processor::Amd => text!("AMD processor"),
            })
        })
    }
}

#[cfg(test)]
mod tests;
