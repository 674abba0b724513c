//! The host's running kernel, as far as known.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use host_tree::{Evidence, HostTree, numbered_lines};
use hostconf::binding::kernel_facts;
use hostconf::binding::kernel_facts::{
    BootFramebuffer, IntelIommuDefault, Presence, Release, Which,
};
use hostconf::binding::modprobe::same_module;
use hostconf::boot::running;

use super::fields;
use crate::host::fact::Fact;
use crate::host::model::whole_host;
use crate::host::model::whole_host::{Standing, settle};
use crate::host::words::lines_with::{finder, lines_with};
use crate::prompt::Prompt;

/// The modules whose presence in the kernel changes an answer.
const MODULES: [&str; 2] = ["vfio-pci", "vfio_virqfd"];

/// Known facts of the kernel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Kernel {
    /// The running kernel's release, `6.2.0-31-generic`.
    pub release: Option<Fact<Release>>,
    /// The oldest kernel, major and minor number, that it can be, where only the
    /// system's release or its installed kernels are shown.
    pub at_least: Option<Fact<(u32, u32)>>,
    /// The kernel whose modules are examined: the running one, or the newest.
    of_modules: Option<Fact<Release>>,
    /// Presence of modules in the kernel, by name.
    pub modules: BTreeMap<String, Fact<Presence>>,
    /// Intel's IOMMU without options, from the kernel's configuration.
    pub intel_iommu_default: Option<Fact<IntelIommuDefault>>,
    /// The driver of the boot framebuffer, from the kernel's configuration.
    pub boot_framebuffer: Option<Fact<BootFramebuffer>>,
}

impl Kernel {
    /// Reads the running kernel; if it is not in the input, the newest installed one.
    #[must_use]
    pub fn read(tree: &dyn HostTree) -> Self {
        let mut kernel = Self::default();
        let fact = |(release, evidence)| Fact::new(release, evidence);
        let running = kernel_facts::release(tree, Which::Running).map(fact);
        let mut seen: Vec<(Standing, Fact<Release>)> = Vec::new();
        seen.extend(running.map(|fact| (Standing::Kernel, fact)));
        for text in tree.texts() {
            seen.extend(in_text(&text.command, &text.text));
            if kernel.at_least.is_none() {
                kernel.at_least = oldest_installed(&text.command, &text.text);
            }
        }
        seen.extend(loaded(tree).map(|fact| (Standing::Trace, fact)));
        kernel.release = settle(whole_host::Field::Release, &seen).fact;
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

    /// Reads the presence of modules in the kernel.
    pub(in crate::host) fn see<'a>(
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

    /// Presence of a module in the kernel, if it was read; `-` and `_` in its name are equal.
    #[must_use]
    pub fn module(&self, name: &str) -> Option<&Fact<Presence>> {
        let found = self.modules.iter();
        let mut found = found.filter(|(known, _)| same_module(known, name));
        found.next().map(|(_, fact)| fact)
    }

    /// Whether the kernel is `major.minor` or newer, and the line that proves it; `None` if not in
    /// the input.
    #[must_use]
    pub(crate) fn is_at_least(&self, major: u32, minor: u32) -> Option<(bool, &Evidence)> {
        if let Some(release) = &self.release {
            return Some((release.value.version >= (major, minor), &release.evidence));
        }
        match &self.at_least {
            Some(oldest) if oldest.value >= (major, minor) => Some((true, &oldest.evidence)),
            _ => None,
        }
    }
}

/// The releases in a text, each with how directly the line shows it.
fn in_text(source: &str, text: &str) -> Vec<(Standing, Fact<Release>)> {
    let mut found = in_sentences(source, text);
    if let Some((number, line)) = printed_release(text)
        && let Ok(release) = line.parse()
    {
        let fact = Fact::new(release, Evidence::new(source, number, line));
        found.push((Standing::Program, fact));
    }
    found
}

/// The line that `uname -r` printed: after its prompt, or alone in the text.
pub(crate) fn printed_release(text: &str) -> Option<(u32, &str)> {
    // Three numbers, and the suffix of the builder.
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
    let is_typed = text.contains("uname -r");
    let is_command = |line: &str| {
        // A prompt may be left out.
        let typed = Prompt::read(line).map_or(line, |prompt| prompt.command.trim());
        typed == "uname -r"
    };
    let mut behind = lines().skip_while(|(_, line)| !is_typed || !is_command(line));
    let mut alone = lines().filter(|(_, line)| !line.is_empty());
    let found = behind.nth(1).or_else(|| {
        let first = alone.next();
        first.filter(|(_, line)| line.contains('-') && alone.next().is_none())
    });
    found.filter(|(_, line)| is_release(line))
}

/// Whether the line is one of a form: `Kernel version: 6.8.0-48-generic`.
pub(crate) fn has_release(line: &str) -> bool {
    let mut forms = ["Kernel: ", "Kernel version: ", "Kernel Version: "].iter();
    forms.any(|form| line.contains(form)) && in_sentence(line).is_some()
}

/// Words in lines with a release.
fn words() -> Option<&'static AhoCorasick> {
    static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        finder([
            "Linux version ",
            "running kernel: ",
            " SMP ",
            "Kernel: ",
            "ernel ",
            "ernel**",
            "ernel:**",
            "insmod /lib/modules/",
            "uname -",
        ])
    });
    WORDS.as_ref()
}

/// The release in `Linux version 6.2.0-31-generic (…` of the log, `Linux host
/// 6.2.0-31-generic #31… SMP` of uname, pveversion's `(running kernel: 6.8.12-9-pve)`, and
/// `Kernel: 6.8.12-9-pve` of neofetch and inxi, `Kernel Version: 6.8.0-48-generic` of `kubectl
/// describe node` and of the forms of issue trackers, `* kernel 3.19.0-21-generic` of lists.
fn in_sentences(source: &str, text: &str) -> Vec<(Standing, Fact<Release>)> {
    let mut found = Vec::new();
    let Some(words) = words() else { return found };
    for (number, line) in lines_with(words, text) {
        let Some((standing, release)) = in_sentence(line) else {
            continue;
        };
        // A log and its copies repeat one release.
        let is_known =
            |(known, fact): &(Standing, Fact<Release>)| *known == standing && fact.value == release;
        if !found.last().is_some_and(is_known) {
            let evidence = Evidence::new(source, number, line.trim());
            found.push((standing, Fact::new(release, evidence)));
        }
    }
    found
}

fn in_sentence(line: &str) -> Option<(Standing, Release)> {
    let (standing, rest) = if let Some((_, rest)) = line.split_once("Linux version ") {
        (Standing::Log, rest)
    } else if let Some((_, rest)) = line.split_once("running kernel: ") {
        (Standing::Program, rest)
    } else if let Some((before, rest)) = line.split_once("Kernel: ") {
        let is_start = before.trim_start_matches(['>', ' ', '\t', '*', '-', '•']);
        // inxi has the host's name before.
        let is_form = is_start.is_empty() || is_start == "Linux ";
        if !(is_form || is_start.starts_with("Host: ")) {
            return None;
        }
        (
            Standing::Summary,
            rest.strip_prefix("Linux ").unwrap_or(rest),
        )
    } else if let Some((before, rest)) = line
        .split_once("Kernel version: ")
        .or_else(|| line.split_once("Kernel Version: "))
    {
        let is_start = before.trim_matches(['>', ' ', '\t', '*', '-', '#', '•', '`']);
        if !is_start.is_empty() {
            return None;
        }
        (Standing::Summary, rest.trim_matches([' ', '`', '*']))
    } else if let Some((standing, value)) = in_form(line) {
        (standing, value)
    } else if let Some((_, rest)) = line.split_once("insmod /lib/modules/") {
        // `modprobe -v` loads modules of the running kernel.
        (Standing::Program, rest.split('/').next()?)
    } else if let Some(answer) = answered(line) {
        (Standing::Program, answer)
    } else if let Some(alone) = alone_in_list(line) {
        (Standing::Summary, alone)
    } else {
        let line = line.trim_start_matches(['>', ' ', '\t', '*', '-', '•']);
        let line = line.strip_prefix("OS: ").unwrap_or(line);
        let rest = line.strip_prefix("Linux ")?;
        let rest = rest.split_once(' ').filter(|_| line.contains(" SMP "))?;
        (Standing::Program, rest.1)
    };
    let release = rest.trim_start().split([' ', ')', '`']).next()?;
    // AMD builds `5.19.0-rc6-snp-guest-…` for guests.
    if release.contains("-guest") {
        return None;
    }
    Some((standing, release.parse().ok()?))
}

/// The value of a field for the host's kernel: `| **Host Kernel** | 6.8.12-4-pve |`.
fn in_form(line: &str) -> Option<(Standing, &str)> {
    const NAMES: [&str; 3] = ["kernel", "linux kernel", "kernel version"];
    let (name, value) = fields::field(line)?;
    let value = value.strip_prefix("Linux ").unwrap_or(value);
    let release = value.split([' ', ',', '`']).next()?;
    // Beside it, a field without the word may be of a guest.
    let (standing, name) = match name.strip_prefix("host ") {
        Some(name) => (Standing::Program, name),
        None => (Standing::Summary, &*name),
    };
    (NAMES.contains(&name) && release.contains('-')).then_some((standing, release))
}

/// The release after its command in one line: `uname -r: 6.8.12-9-pve`.
fn answered(line: &str) -> Option<&str> {
    let (before, after) = line
        .split_once("uname -r")
        .or_else(|| line.split_once("uname -a"))?;
    let is_mark = |c: char| c.is_whitespace() || ":=->`'\"*()：→".contains(c);
    let answer = after.trim_start_matches(is_mark);
    // Of `uname -a`, the host's name is before it.
    let answer = match answer.strip_prefix("Linux ") {
        Some(rest) => rest.split_once(' ')?.1,
        None => answer,
    };
    let release = answer.split([' ', '`', ',', ')']).next()?;
    let (numbers, suffix) = release.split_once('-')?;
    let is_release = numbers.split('.').count() == 3 && !suffix.is_empty();
    let is_typed = before.trim_matches(is_mark).is_empty() && !after.is_empty();
    (is_typed && answer.len() < after.len() && is_release).then_some(release)
}

/// The release alone in its line, after the word: `* kernel 3.19.0-21-generic`.
fn alone_in_list(line: &str) -> Option<&str> {
    let line = line.trim_matches(['>', ' ', '\t', '*', '-', '•', '`']);
    let release = line
        .strip_prefix("kernel ")
        .or_else(|| line.strip_prefix("Kernel "))?;
    // `Kernel (e.g. uname -a): 5.15.0-136-generic` of an issue's form.
    let value = release
        .strip_prefix("(e.g.")
        .and_then(|rest| rest.split_once("):"));
    let release = value.map_or(release, |(_, value)| value.trim_start());
    let is_whole = release.contains('-') && !release.contains(' ');
    let numbers = release.split('-').next()?.split('.').count();
    (is_whole && numbers == 3).then_some(release)
}

/// The release in the name of the image that the boot loader passed to the running kernel:
/// `BOOT_IMAGE=/boot/vmlinuz-6.8.12-4-pve` of GRUB.
fn loaded(tree: &dyn HostTree) -> Option<Fact<Release>> {
    let (options, evidence) = running::options(tree)?;
    let mut options = options.split_ascii_whitespace();
    let image = options.find_map(|option| option.strip_prefix("BOOT_IMAGE="))?;
    let (_, name) = image.rsplit_once("vmlinuz-")?;
    // `vmlinuz-linux` and `vmlinuz-6.8-custom` prove no release of three numbers.
    let numbers = name.split(['-', '+']).next()?.split('.').count();
    let release = name.parse().ok().filter(|_| numbers == 3)?;
    Some(Fact::new(release, evidence))
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
mod tests;
