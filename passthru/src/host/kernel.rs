//! Which kernel the host runs, as far as the input tells.

use std::collections::BTreeMap;

use hvconf::binding::kernel_facts::{
    self, BootFramebuffer, IntelIommuDefault, Presence, Release, Which,
};
use hvconf::binding::modprobe::same_module;
use pci_core::Evidence;
use pci_core::numbered_lines;
use pci_core::tree::HostTree;

use super::fact::Fact;
use crate::prompt::Prompt;

/// The modules whose presence in the kernel decides something.
const MODULES: [&str; 2] = ["vfio-pci", "vfio_virqfd"];

/// What is known of the kernel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kernel {
    /// The running kernel's release, `6.2.0-31-generic`.
    pub release: Option<Fact<Release>>,
    /// The oldest kernel, major and minor number, that it can be, where only the
    /// system's release or its installed kernels are shown.
    pub at_least: Option<Fact<(u32, u32)>>,
    /// The kernel whose modules are looked at: the one that runs, or the newest.
    of_modules: Option<Fact<Release>>,
    /// How modules are part of the kernel, by name.
    pub modules: BTreeMap<String, Fact<Presence>>,
    /// Intel's IOMMU without options, from the kernel's configuration.
    pub intel_iommu_default: Option<Fact<IntelIommuDefault>>,
    /// Who gets the boot framebuffer, from the kernel's configuration.
    pub boot_framebuffer: Option<Fact<BootFramebuffer>>,
}

impl Kernel {
    /// Reads what the tree shows of the running kernel; where it shows none, of
    /// the newest that is installed.
    #[must_use]
    pub fn read(tree: &dyn HostTree) -> Self {
        let mut kernel = Self::default();
        let fact = |(release, evidence)| Fact::new(release, evidence);
        kernel.release = kernel_facts::release(tree, Which::Running).map(fact);
        for text in tree.texts() {
            if kernel.release.is_none() {
                kernel.release = in_text(&text.command, &text.text);
            }
            if kernel.at_least.is_none() {
                kernel.at_least = oldest_installed(&text.command, &text.text);
            }
        }
        let newest = || kernel_facts::release(tree, Which::Newest).map(fact);
        kernel.of_modules = kernel.release.clone().or_else(newest);
        kernel.see(tree, MODULES);
        if let Some(release) = &kernel.of_modules {
            kernel.intel_iommu_default = kernel_facts::intel_iommu_default(tree, &release.value)
                .map(|(default, evidence)| Fact::new(default, evidence));
            kernel.boot_framebuffer = kernel_facts::boot_framebuffer(tree, &release.value)
                .map(|(framebuffer, evidence)| Fact::new(framebuffer, evidence));
        }
        kernel
    }

    /// Looks how modules are part of the kernel.
    pub(super) fn see<'a>(
        &mut self,
        tree: &dyn HostTree,
        modules: impl IntoIterator<Item = &'a str>,
    ) {
        let Some(release) = &self.of_modules else {
            return;
        };
        let lists = kernel_facts::Modules::read(tree, &release.value);
        for module in modules {
            if self.modules.contains_key(module) {
                continue;
            }
            if let Some((presence, evidence)) = lists.presence(module) {
                let fact = Fact::new(presence, evidence);
                self.modules.insert(module.to_owned(), fact);
            }
        }
    }

    /// How a module is part of the kernel, where that was looked at; `-` and `_` in its
    /// name mean the same.
    #[must_use]
    pub fn module(&self, name: &str) -> Option<&Fact<Presence>> {
        let found = self.modules.iter();
        let mut found = found.filter(|(known, _)| same_module(known, name));
        found.next().map(|(_, fact)| fact)
    }

    /// Whether the kernel is `major.minor` or newer, and the line that shows it;
    /// `None` when the input does not tell.
    #[must_use]
    pub fn is_at_least(&self, major: u32, minor: u32) -> Option<(bool, &Evidence)> {
        if let Some(release) = &self.release {
            return Some((release.value.version >= (major, minor), &release.evidence));
        }
        match &self.at_least {
            Some(oldest) if oldest.value >= (major, minor) => Some((true, &oldest.evidence)),
            _ => None,
        }
    }
}

/// The release in `Linux version 6.2.0-31-generic (…`, `Linux host 6.2.0-31-generic #31…`
/// or pveversion's `(running kernel: 6.8.12-9-pve)`.
fn in_text(source: &str, text: &str) -> Option<Fact<Release>> {
    let spoken = in_sentence(source, text);
    spoken.or_else(|| {
        let (number, line) = printed_release(text)?;
        let release = line.parse().ok()?;
        Some(Fact::new(release, Evidence::new(source, number, line)))
    })
}

/// The line that `uname -r` printed: behind its prompt, or alone in the text.
pub(crate) fn printed_release(text: &str) -> Option<(u32, &str)> {
    // Three numbers, and what the builder put behind them.
    let is_release = |line: &str| {
        let number = |part: Option<&str>| {
            part.is_some_and(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
        };
        let (numbers, _) = line.split_once(['-', '+']).unwrap_or((line, ""));
        let mut parts = numbers.split('.');
        line.len() <= 64
            && number(parts.next())
            && number(parts.next())
            && number(parts.next())
            && parts.next().is_none()
            && line
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b".-_+~".contains(&b))
    };
    let lines = || numbered_lines(text).map(|(number, line)| (number, line.trim()));
    let mut behind = lines().skip_while(|(_, line)| {
        Prompt::read(line).is_none_or(|prompt| prompt.command.trim() != "uname -r")
    });
    let mut alone = lines().filter(|(_, line)| !line.is_empty());
    let found = behind.nth(1).or_else(|| {
        let first = alone.next();
        first.filter(|(_, line)| line.contains('-') && alone.next().is_none())
    });
    found.filter(|(_, line)| is_release(line))
}

fn in_sentence(source: &str, text: &str) -> Option<Fact<Release>> {
    numbered_lines(text).find_map(|(number, line)| {
        let rest = if let Some((_, rest)) = line.split_once("Linux version ") {
            rest
        } else if let Some((_, rest)) = line.split_once("running kernel: ") {
            rest
        } else {
            let rest = line
                .trim_start()
                .strip_prefix("Linux ")
                .filter(|_| line.contains(" SMP "))?;
            rest.split_once(' ')?.1
        };
        let release = rest.split([' ', ')']).next()?.parse().ok()?;
        Some(Fact::new(
            release,
            Evidence::new(source, number, line.trim()),
        ))
    })
}

/// The oldest kernel that update-initramfs made an initramfs for: the host boots
/// one of them.
fn oldest_installed(source: &str, text: &str) -> Option<Fact<(u32, u32)>> {
    numbered_lines(text)
        .filter_map(|(number, line)| {
            let release = line.split_once("Generating /boot/initrd.img-")?.1;
            let release: Release = release.trim().parse().ok()?;
            Some(Fact::new(
                release.version,
                Evidence::new(source, number, line.trim()),
            ))
        })
        .min_by_key(|fact| fact.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pci_core::tree::MemoryTree;

    #[test]
    fn every_form_is_read() {
        for (text, wanted) in [
            (
                "Linux version 5.4.0-90-generic (buildd@host) #101-Ubuntu SMP",
                "5.4.0-90-generic",
            ),
            (
                "pve-manager/8.4.0/abc (running kernel: 6.8.12-9-pve)",
                "6.8.12-9-pve",
            ),
            (
                "Linux pve 6.8.12-9-pve #1 SMP PREEMPT_DYNAMIC x86_64",
                "6.8.12-9-pve",
            ),
            ("6.8.12-9-pve\n", "6.8.12-9-pve"),
            (
                "root@pve:~# uname -r\n6.8.12-9-pve\nroot@pve:~# ls\n",
                "6.8.12-9-pve",
            ),
        ] {
            assert_eq!(in_text("t", text).unwrap().value.to_string(), wanted);
        }
        for text in [
            "Linux is great",
            "1.2\n",
            "10.0.0.1\n",
            "8.4.1\n",
            "root@pve:~# uname -r\n",
            "6.8.12-9-pve\nx\n",
        ] {
            assert_eq!(in_text("t", text), None, "{text}");
        }
    }

    #[test]
    fn the_oldest_installed_kernel_is_a_lower_bound() {
        let mut tree = MemoryTree::partial();
        tree.insert_text(
            "update-initramfs -u -k all",
            "update-initramfs: Generating /boot/initrd.img-6.5.0-1-generic\n\
             update-initramfs: Generating /boot/initrd.img-6.2.0-26-generic\n",
        );
        let kernel = Kernel::read(&tree);
        assert_eq!(kernel.release, None);
        assert!(kernel.is_at_least(6, 2).unwrap().0);
        assert_eq!(kernel.is_at_least(6, 5), None);
    }
}
