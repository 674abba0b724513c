//! All files of `modprobe.d` together: the settings in effect, and the line of each.

use std::collections::BTreeMap;

use host_tree::{Evidence, HostTree, Lookup};
use pci_core::modules::matches;

use super::directive::{BadLine, Directive, Entry, same_module};
use super::document::Document;
use crate::boot::CommandLine;

/// Where kmod reads files, the first place first: a file hides those of the
/// same name in later places (modprobe.d(5)).
pub const DIRECTORIES: [&str; 5] = [
    "/etc/modprobe.d",
    "/run/modprobe.d",
    "/usr/local/lib/modprobe.d",
    "/usr/lib/modprobe.d",
    "/lib/modprobe.d",
];

/// A directive and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Located {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// The line's text, with its continuations.
    pub text: String,
    /// The directive.
    pub directive: Directive,
}

impl Located {
    /// The line as evidence.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        Evidence::new(self.path.clone(), self.line, self.text.clone())
    }
}

/// A file that is not read, because another place has one of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Masked {
    /// The file that is not read.
    pub path: String,
    /// The file that is read in its stead.
    pub by: String,
}

/// The value that an option of a module gets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Setting<'a> {
    /// The value; `None` when the option has no `=`.
    pub value: Option<String>,
    /// The line that sets it.
    pub by: &'a Located,
}

/// The directives of all files, in the order in which kmod reads them.
///
/// ```
/// use hostconf::binding::modprobe::Config;
/// let config = Config::merge([
///     ("/etc/modprobe.d/vfio.conf", "options vfio-pci ids=10de:2d04\n"),
///     ("/etc/modprobe.d/a.conf", "options vfio_pci ids=1002:ab28\n"),
/// ]);
/// let ids = config.option("vfio-pci", "ids").unwrap();
/// assert_eq!(ids.value.as_deref(), Some("10de:2d04"));
/// assert_eq!(ids.by.evidence().place(), "/etc/modprobe.d/vfio.conf:1");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    directives: Vec<Located>,
    bad: Vec<(Evidence, BadLine)>,
    masked: Vec<Masked>,
    unseen: Vec<(String, String)>,
}

impl Config {
    /// Merges files, each a path and a text. Files whose names do not end in `.conf` are ignored,
    /// as in kmod.
    pub fn merge<P: AsRef<str>, T: AsRef<str>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        let mut config = Self::default();
        let mut by_name: BTreeMap<String, (usize, String, String)> = BTreeMap::new();
        for (path, text) in files {
            let path = path.as_ref();
            let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
            if !name.ends_with(".conf") || name.starts_with('.') {
                continue;
            }
            let place = DIRECTORIES.iter().position(|known| *known == directory);
            let rank = place.unwrap_or(DIRECTORIES.len());
            let new = (rank, path.to_owned(), text.as_ref().to_owned());
            match by_name.get_mut(name) {
                None => {
                    by_name.insert(name.to_owned(), new);
                }
                Some(old) => {
                    let (hidden, by) = if old.0 <= rank {
                        (new.1, old.1.clone())
                    } else {
                        let by = new.1.clone();
                        (core::mem::replace(old, new).1, by)
                    };
                    config.masked.push(Masked { path: hidden, by });
                }
            }
        }
        for (_, path, text) in by_name.into_values() {
            for entry in Document::parse(&text).entries() {
                config.push(&path, entry);
            }
        }
        config
    }

    /// Reads the files of a host.
    #[must_use]
    pub fn read(tree: &dyn HostTree) -> Self {
        let mut files = Vec::new();
        let mut unseen = Vec::new();
        for directory in DIRECTORIES {
            match tree.list(directory) {
                Lookup::Found(listing) => {
                    if !listing.complete {
                        let reason = "not all of the directory is shown".to_owned();
                        unseen.push((directory.to_owned(), reason));
                    }
                    for name in listing.names.iter().filter(|name| name.ends_with(".conf")) {
                        let path = format!("{directory}/{name}");
                        match tree.read_text(&path) {
                            Lookup::Found(text) => files.push((path, text)),
                            Lookup::Absent => {}
                            Lookup::NotShown => unseen.push((path, "not shown".to_owned())),
                            Lookup::Unreadable(reason) => unseen.push((path, reason.into())),
                        }
                    }
                }
                Lookup::Absent => {}
                Lookup::NotShown => unseen.push((directory.to_owned(), "not shown".to_owned())),
                Lookup::Unreadable(reason) => unseen.push((directory.to_owned(), reason.into())),
            }
        }
        Self {
            unseen,
            ..Self::merge(files)
        }
    }

    fn push(&mut self, path: &str, entry: &Entry) {
        match &entry.directive {
            Ok(directive) => self.directives.push(Located {
                path: path.to_owned(),
                line: entry.line,
                text: entry.text.clone(),
                directive: directive.clone(),
            }),
            Err(why) => {
                let evidence = Evidence::new(path, entry.line, entry.text.clone());
                self.bad.push((evidence, *why));
            }
        }
    }

    /// All directives, in the order in which kmod reads them.
    #[must_use]
    pub fn directives(&self) -> &[Located] {
        &self.directives
    }

    /// The lines that kmod ignores, and why.
    #[must_use]
    pub fn bad_lines(&self) -> &[(Evidence, BadLine)] {
        &self.bad
    }

    /// The files that kmod does not read.
    #[must_use]
    pub fn masked(&self) -> &[Masked] {
        &self.masked
    }

    /// Paths that may contain more, with the reason why they were not read.
    #[must_use]
    pub fn unseen(&self) -> &[(String, String)] {
        &self.unseen
    }

    /// All `options` lines of `module`, in the order in which the kernel gets
    /// them.
    pub fn options(&self, module: &str) -> impl Iterator<Item = (&Located, &str)> {
        self.directives
            .iter()
            .filter_map(move |located| match &located.directive {
                Directive::Options {
                    module: named,
                    options,
                } if same_module(named, module) => Some((located, options.as_str())),
                _ => None,
            })
    }

    /// The value of `key` of `module`. The lines of a module are joined, and of a repeated value
    /// the later one takes effect: two `ids=` are not merged.
    #[must_use]
    pub fn option(&self, module: &str, key: &str) -> Option<Setting<'_>> {
        self.options(module)
            .filter_map(|(by, options)| {
                let line = CommandLine::parse(options);
                let value = line.get(key)?.value.clone();
                Some(Setting { value, by })
            })
            .last()
    }

    /// The line that blacklists `module` by its very name.
    #[must_use]
    pub fn blacklist(&self, module: &str) -> Option<&Located> {
        self.directives
            .iter()
            .find(|located| match &located.directive {
                Directive::Blacklist { module: named } => same_module(named, module),
                _ => false,
            })
    }

    /// The command that runs instead of loading `module`: the first whose pattern matches.
    #[must_use]
    pub fn install(&self, module: &str) -> Option<&Located> {
        let module = module.replace('-', "_");
        self.directives
            .iter()
            .find(|located| match &located.directive {
                Directive::Install { pattern, .. } => matches(pattern, &module),
                _ => false,
            })
    }

    /// The `softdep` lines whose pattern matches `module`. kmod uses only the
    /// first; the others have no effect.
    pub fn softdeps(&self, module: &str) -> impl Iterator<Item = &Located> {
        let module = module.replace('-', "_");
        self.directives
            .iter()
            .filter(move |located| match &located.directive {
                Directive::Softdep { pattern, .. } => matches(pattern, &module),
                _ => false,
            })
    }

    /// The line because of which `before` is loaded before `module`.
    #[must_use]
    pub fn loads_before(&self, before: &str, module: &str) -> Option<&Located> {
        self.softdeps(module)
            .next()
            .filter(|located| match &located.directive {
                Directive::Softdep { pre, .. } => {
                    pre.iter().any(|named| same_module(named, before))
                }
                _ => false,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blacklist_is_exact_and_softdep_and_install_are_patterns() {
        let config = Config::merge([(
            "/etc/modprobe.d/a.conf",
            "blacklist nvidia*\nblacklist i2c-nvidia-gpu\nsoftdep nvidia* pre: vfio-pci\n\
             softdep nvidia pre: x\ninstall snd-hda* /bin/false\noptions nvidia* a=1\n",
        )]);
        assert!(config.blacklist("nvidia").is_none());
        assert_eq!(config.blacklist("i2c_nvidia_gpu").unwrap().line, 2);
        assert_eq!(
            config.loads_before("vfio_pci", "nvidia-drm").unwrap().line,
            3
        );
        assert!(
            config.loads_before("x", "nvidia").is_none(),
            "only the first counts"
        );
        assert_eq!(config.softdeps("nvidia").count(), 2);
        assert!(config.install("snd_hda_intel").is_some());
        assert!(config.option("nvidia", "a").is_none());
    }

    #[test]
    fn the_first_place_hides_the_others() {
        let config = Config::merge([
            ("/lib/modprobe.d/a.conf", "options a x=lib\n"),
            ("/etc/modprobe.d/a.conf", "options a x=etc\n"),
            ("/run/modprobe.d/a.conf", "options a x=run\n"),
            ("/etc/modprobe.d/README", "options a x=readme\n"),
        ]);
        let option = config.option("a", "x").unwrap();
        assert_eq!(option.value.as_deref(), Some("etc"));
        assert_eq!(config.masked().len(), 2);
        assert_eq!(config.directives().len(), 1);
        assert_eq!(config.masked()[1].by, "/etc/modprobe.d/a.conf");
    }

    #[test]
    fn bad_lines_are_reported_with_their_place() {
        let config = Config::merge([("/etc/modprobe.d/a.conf", "# x\n\noptions a\nfoo b\n # c\n")]);
        let places: Vec<_> = config
            .bad_lines()
            .iter()
            .map(|(at, why)| (at.line, *why))
            .collect();
        let keyword = BadLine::Keyword;
        assert_eq!(
            places,
            [
                (Some(3), BadLine::Incomplete),
                (Some(4), keyword),
                (Some(5), keyword)
            ]
        );
    }

    #[test]
    fn a_host_that_is_not_in_the_input_is_reported() {
        use host_tree::MemoryTree;
        let mut tree = MemoryTree::partial();
        assert_eq!(Config::read(&tree).unseen().len(), DIRECTORIES.len());
        tree.insert_directory("/etc/modprobe.d", true);
        tree.insert_file(
            "/etc/modprobe.d/vfio.conf",
            "options vfio-pci ids=10de:2d04\n",
        );
        for place in DIRECTORIES.iter().skip(1) {
            tree.insert_absent(place);
        }
        let config = Config::read(&tree);
        assert_eq!(config.unseen(), []);
        assert!(config.option("vfio_pci", "ids").is_some());
    }
}
