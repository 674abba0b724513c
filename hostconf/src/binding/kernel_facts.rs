//! Facts of a host's kernel build: whether vfio-pci is a module, and the kernel configuration.
//!
//! Read from `/lib/modules/VERSION` and the kernel's configuration; a kernel's
//! version alone is the last resort, for distributions build the same version
//! in different ways.

use core::fmt;
use core::str::FromStr;

use host_tree::{Evidence, HostTree, Lookup};

use super::modprobe::same_module;
use crate::error::{Cause, Error};

/// A kernel's release, as `uname -r` prints it, and the version in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Release {
    text: String,
    /// Major and minor number.
    pub version: (u32, u32),
}

impl FromStr for Release {
    type Err = Error;

    /// Parses `6.8.12-1-pve`. It becomes part of paths, so it contains no `/`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let error = || {
            Error::from(Cause::Release {
                found: text.to_owned(),
            })
        };
        let allowed = |c: char| c.is_ascii_alphanumeric() || "._+~-".contains(c);
        if !text.chars().all(allowed) {
            return Err(error());
        }
        let (major, rest) = text.split_once('.').ok_or_else(error)?;
        let minor = rest
            .split(|c: char| !c.is_ascii_digit())
            .next()
            .unwrap_or_default();
        let number = |digits: &str| digits.parse::<u32>().map_err(|_| error());
        Ok(Self {
            text: text.to_owned(),
            version: (number(major)?, number(minor)?),
        })
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Presence of a driver in a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Presence {
    /// Built in: configured by kernel options, not by `modprobe.d`.
    BuiltIn,
    /// A module.
    Module,
    /// Neither.
    Missing,
}

/// The kernel that is examined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Which {
    /// The running kernel.
    Running,
    /// The newest that is installed, which the next boot starts.
    Newest,
}

/// The release of the running kernel, from `/proc/sys/kernel/osrelease` or
/// `/proc/version`; or of the newest under `/lib/modules`, when all are shown.
#[must_use]
pub fn release(tree: &dyn HostTree, which: Which) -> Option<(Release, Evidence)> {
    match which {
        Which::Running => {
            for (path, word) in [("/proc/sys/kernel/osrelease", 0), ("/proc/version", 2)] {
                let Lookup::Found(text) = tree.read_text(path) else {
                    continue;
                };
                let line = text.lines().next().unwrap_or_default();
                let found = line.split_whitespace().nth(word).map(str::parse);
                if let Some(Ok(release)) = found {
                    return Some((release, Evidence::new(path, 1, line)));
                }
            }
            None
        }
        Which::Newest => {
            let path = "/lib/modules";
            let listing = tree.list(path).shown(path, |_| "");
            let (listing, evidence) = listing.found().filter(|(listing, _)| listing.complete)?;
            let parsed = listing
                .names
                .iter()
                .filter_map(|name| name.parse::<Release>().ok());
            let newest = parsed.max_by(|a, b| numbers(&a.text).cmp(numbers(&b.text)))?;
            let evidence = evidence.saying(newest.to_string());
            Some((newest, evidence))
        }
    }
}

/// The numbers in a release, in order: 6.8.12-10 is later than 6.8.12-9.
fn numbers(release: &str) -> impl Iterator<Item = u64> + '_ {
    release
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
}

/// Presence of `module` in the kernel `release`; `None` if it is not in the tree.
///
/// ```
/// use hostconf::binding::{kernel_facts::Presence, kernel_facts::presence};
/// use host_tree::MemoryTree;
/// let release = "6.8.0-45-generic".parse().unwrap();
/// let mut tree = MemoryTree::partial();
/// assert!(presence(&tree, &release, "vfio-pci").is_none());
/// tree.insert_file(
///     "/lib/modules/6.8.0-45-generic/modules.builtin",
///     "kernel/drivers/vfio/pci/vfio-pci.ko\n",
/// );
/// let (found, evidence) = presence(&tree, &release, "vfio-pci").unwrap();
/// assert_eq!(found, Presence::BuiltIn);
/// assert_eq!(evidence.line, Some(1));
/// ```
#[must_use]
pub fn presence(
    tree: &dyn HostTree,
    release: &Release,
    module: &str,
) -> Option<(Presence, Evidence)> {
    Modules::read(tree, release).presence(module)
}

/// Presence of modules in a kernel: its `modules.builtin` and `modules.dep`
/// (`Documentation/kbuild/kbuild.rst` of Linux; modules.dep(5)), read once for many modules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modules {
    built_in: Option<(String, Evidence)>,
    dep: Option<(String, Evidence)>,
}

impl Modules {
    /// Reads the lists of the kernel `release`.
    #[must_use]
    pub fn read(tree: &dyn HostTree, release: &Release) -> Self {
        let read = |name: &str| {
            let path = format!("/lib/modules/{release}/{name}");
            tree.read_text(&path).shown(&path, |_| "").found()
        };
        Self {
            built_in: read("modules.builtin"),
            dep: read("modules.dep"),
        }
    }

    /// Presence of the module in the kernel, and its evidence; `None` if it is not in the lists.
    #[must_use]
    pub fn presence(&self, module: &str) -> Option<(Presence, Evidence)> {
        for (list, is) in [
            (&self.built_in, Presence::BuiltIn),
            (&self.dep, Presence::Module),
        ] {
            let Some((text, file)) = list else { continue };
            let line = host_tree::numbered_lines(text).find(|(_, line)| names(line, module));
            if let Some((number, line)) = line {
                // A line of modules.dep continues with the module's dependencies.
                let line = line.split(':').next().unwrap_or(line);
                return Some((is, Evidence::new(&*file.source, number, line)));
            }
        }
        let ((_, file), _) = self.dep.as_ref().zip(self.built_in.as_ref())?;
        let evidence = file.clone().saying(format!("has no {module}"));
        Some((Presence::Missing, evidence))
    }
}

/// Whether a line of `modules.builtin` or `modules.dep` is that of `module`.
fn names(line: &str, module: &str) -> bool {
    let path = line.split(':').next().unwrap_or_default();
    let file = path.rsplit('/').next().unwrap_or_default();
    let name = file.split(".ko").next().unwrap_or_default();
    same_module(name, module)
}

/// The configuration of a kernel.
struct Configuration {
    path: String,
    text: String,
}

impl Configuration {
    /// That of the kernel `release`, if the tree has it.
    ///
    /// Debian and derivatives have the file in `/boot`, Fedora and derivatives next to the modules.
    fn read(tree: &dyn HostTree, release: &Release) -> Option<Self> {
        let places = [
            format!("/boot/config-{release}"),
            format!("/lib/modules/{release}/config"),
            format!("/usr/lib/modules/{release}/config"),
        ];
        let read = |path: String| {
            let text = tree.read_text(&path).found()?;
            Some(Self { path, text })
        };
        places.into_iter().find_map(read)
    }

    /// The value of an option (`CONFIG_VFIO_PCI`): `y`, `m`, a text; `n` for a line "is not set".
    fn value(&self, option: &str) -> Option<(&str, Evidence)> {
        host_tree::numbered_lines(&self.text).find_map(|(number, line)| {
            let unset = line
                .strip_prefix("# ")
                .and_then(|line| line.strip_suffix(" is not set"));
            let value = match line.split_once('=') {
                Some((name, value)) if name == option => value.trim_matches('"'),
                _ if unset == Some(option) => "n",
                _ => return None,
            };
            Some((value, Evidence::new(self.path.clone(), number, line)))
        })
    }
}

/// The functions for which the kernel uses Intel's IOMMU by default (`drivers/iommu/intel/Kconfig`
/// of Linux).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IntelIommuDefault {
    /// `CONFIG_INTEL_IOMMU_DEFAULT_ON`: for all.
    On,
    /// `CONFIG_INTEL_IOMMU_DEFAULT_ON_INTGPU_OFF`: all but the integrated graphics.
    OnExceptGraphics,
    /// `CONFIG_INTEL_IOMMU_DEFAULT_OFF`: none, unless the firmware requests it.
    Off,
}

/// Intel's IOMMU in the kernel `release` without options; `None` when its
/// configuration is not shown.
///
/// ```
/// use hostconf::binding::{kernel_facts::IntelIommuDefault, kernel_facts::intel_iommu_default};
/// use host_tree::MemoryTree;
/// let mut tree = MemoryTree::partial();
/// let text = "# CONFIG_INTEL_IOMMU_DEFAULT_ON is not set\nCONFIG_INTEL_IOMMU_DEFAULT_ON_INTGPU_OFF=y\n";
/// tree.insert_file("/boot/config-6.1.0-50-amd64", text);
/// let found = intel_iommu_default(&tree, &"6.1.0-50-amd64".parse().unwrap()).unwrap();
/// assert_eq!(found.0, IntelIommuDefault::OnExceptGraphics);
/// ```
#[must_use]
pub fn intel_iommu_default(
    tree: &dyn HostTree,
    release: &Release,
) -> Option<(IntelIommuDefault, Evidence)> {
    let configuration = Configuration::read(tree, release)?;
    let set = |option: &str| {
        let value = configuration.value(option);
        value.filter(|(value, _)| *value == "y")
    };
    if let Some((_, evidence)) = set("CONFIG_INTEL_IOMMU_DEFAULT_ON") {
        return Some((IntelIommuDefault::On, evidence));
    }
    if let Some((_, evidence)) = set("CONFIG_INTEL_IOMMU_DEFAULT_ON_INTGPU_OFF") {
        return Some((IntelIommuDefault::OnExceptGraphics, evidence));
    }
    let off = set("CONFIG_INTEL_IOMMU_DEFAULT_OFF")
        .or_else(|| configuration.value("CONFIG_INTEL_IOMMU_DEFAULT_ON"))?;
    Some((IntelIommuDefault::Off, off.1))
}

/// The driver of the framebuffer that the firmware set up, and so the option that disables it for a
/// card (`drivers/firmware/sysfb.c` of Linux).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BootFramebuffer {
    /// `CONFIG_SYSFB_SIMPLEFB`: simpledrm or simplefb; `video=efifb:off` has no effect.
    Simple,
    /// efifb or vesafb, by `sysfb_init`.
    Firmware,
    /// efifb or vesafb, which register themselves: there is no `sysfb_init`.
    Older,
}

/// Who gets the boot framebuffer in the kernel `release`; `None` when its
/// configuration is not shown.
#[must_use]
pub fn boot_framebuffer(
    tree: &dyn HostTree,
    release: &Release,
) -> Option<(BootFramebuffer, Evidence)> {
    let configuration = Configuration::read(tree, release)?;
    let option = |name: &str| configuration.value(name);
    match option("CONFIG_SYSFB_SIMPLEFB") {
        Some(("y", evidence)) => Some((BootFramebuffer::Simple, evidence)),
        Some((_, evidence)) => Some((BootFramebuffer::Firmware, evidence)),
        // Before 5.15 the options were called CONFIG_X86_SYSFB, and without it the
        // drivers found the framebuffer by themselves.
        None => match option("CONFIG_SYSFB") {
            Some(("y", evidence)) => Some((BootFramebuffer::Firmware, evidence)),
            _ => option("CONFIG_X86_SYSFB").map(|(_, evidence)| (BootFramebuffer::Older, evidence)),
        },
    }
}

const FRAMEBUFFERS: &str = include_str!("../../data/boot-framebuffers.tsv");

/// Who gets the boot framebuffer in the kernel of a distribution, by its release; `None` if it is
/// not in `data/boot-framebuffers.tsv`.
///
/// ```
/// use hostconf::binding::kernel_facts::{BootFramebuffer, boot_framebuffer_by_release};
/// let by = |release: &str| boot_framebuffer_by_release(&release.parse().unwrap());
/// assert_eq!(by("6.8.12-1-pve"), Some(BootFramebuffer::Simple));
/// assert_eq!(by("6.1.0-50-amd64"), Some(BootFramebuffer::Firmware));
/// assert_eq!(by("6.8.12"), None);
/// ```
#[must_use]
pub fn boot_framebuffer_by_release(release: &Release) -> Option<BootFramebuffer> {
    let rows = FRAMEBUFFERS.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|line| {
        let mut fields = line.split('\t');
        let (mark, without) = (fields.next()?, fields.next()?);
        let text = &release.text;
        let is_marked = match mark.strip_suffix('+') {
            Some(mark) => text
                .split_once(mark)
                .is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit())),
            None => text.ends_with(mark),
        };
        let version = |text: &str| -> Option<(u32, u32)> {
            let (major, minor) = text.split_once('.')?;
            Some((major.parse().ok()?, minor.parse().ok()?))
        };
        let (first, last) = (version(fields.next()?)?, version(fields.next()?));
        let is_in = release.version >= first && last.is_none_or(|last| release.version <= last);
        let driver = match fields.next()? {
            "simple" => BootFramebuffer::Simple,
            _ => BootFramebuffer::Firmware,
        };
        let is_other = without != "-" && text.contains(without);
        (is_marked && is_in && !is_other).then_some(driver)
    })
    .next()
}

/// A row of `data/kernel-versions.tsv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VersionFact {
    /// The fact's name, such as `vfio-virqfd-merged`.
    pub fact: &'static str,
    /// The first version, major and minor, in which it is so.
    pub since: (u32, u32),
    /// The source of the row.
    pub source: &'static str,
}

const VERSIONS: &str = include_str!("../../data/kernel-versions.tsv");

/// All rows.
pub(crate) fn version_facts() -> impl Iterator<Item = VersionFact> {
    VERSIONS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut fields = line.split('\t');
            let fact = fields.next()?;
            let (major, minor) = fields.next()?.split_once('.')?;
            Some(VersionFact {
                fact,
                since: (major.parse().ok()?, minor.parse().ok()?),
                source: fields.next()?,
            })
        })
}

/// Whether `fact` is true for an unpatched kernel of this release; `None` for a fact that is not in
/// the table.
#[must_use]
pub fn by_version(release: &Release, fact: &str) -> Option<bool> {
    let row = version_facts().find(|row| row.fact == fact)?;
    Some(release.version >= row.since)
}

#[cfg(test)]
mod tests;
