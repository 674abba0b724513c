//! Places of boot loaders' files.

use host_tree::{Evidence, HostTree, Lookup};

use super::step::read;

/// Where the EFI system partition or the boot partition is mounted (systemd's
/// `bootctl(1)`, "--esp-path").
pub(crate) const PARTITIONS: [&str; 3] = ["/boot", "/boot/efi", "/efi"];

/// A place of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A file.
    File(&'static str),
    /// Files of these names on each mounted partition.
    OnPartitions(&'static [&'static str]),
    /// Files of a directory whose names end with this.
    Directory(&'static str, &'static str),
}

impl Place {
    /// The paths of the files, or the answer of a directory that is not shown.
    fn paths(self, tree: &dyn HostTree) -> Result<Vec<String>, (&'static str, Lookup<String>)> {
        match self {
            Self::File(path) => Ok(vec![path.to_owned()]),
            Self::OnPartitions(names) => {
                let below =
                    |place: &&str| names.iter().map(|name| format!("{place}{name}")).collect();
                Ok(PARTITIONS
                    .iter()
                    .flat_map(|place| -> Vec<String> { below(place) })
                    .collect())
            }
            Self::Directory(place, end) => match tree.list(place) {
                Lookup::Found(listing) => {
                    let names = listing.names.iter().filter(|name| name.ends_with(end));
                    Ok(names.map(|name| format!("{place}/{name}")).collect())
                }
                closed => Err((place, closed.map(|_| String::new()))),
            },
        }
    }

    /// The files, each with its path and text; of a directory that is not shown the directory.
    pub(super) fn looked_at(self, tree: &dyn HostTree) -> Vec<(String, Lookup<String>)> {
        match self.paths(tree) {
            Ok(paths) => {
                let file = |path: String| {
                    let text = read(tree, &path);
                    (path, text)
                };
                paths.into_iter().map(file).collect()
            }
            Err((place, closed)) => vec![(place.to_owned(), closed)],
        }
    }

    /// The files that can be read as text.
    pub(super) fn found(self, tree: &dyn HostTree) -> Vec<(String, String)> {
        let paths = self.paths(tree).unwrap_or_default().into_iter();
        paths
            .filter_map(|path| {
                let text = tree.read_text(&path).found()?;
                Some((path, text))
            })
            .collect()
    }

    /// The line that shows that such a file is there.
    pub(super) fn shown(self, tree: &dyn HostTree) -> Option<Evidence> {
        let Self::Directory(place, end) = self else {
            let (path, text) = self.found(tree).into_iter().next()?;
            let line = text.lines().next().unwrap_or_default();
            return Some(Evidence::new(path, 1, line));
        };
        let (listing, evidence) = tree.list(place).shown(place, |_| "").found()?;
        let mut names = listing.names.into_iter();
        let name = names.find(|name| name.ends_with(end))?;
        Some(evidence.saying(name))
    }

    /// Whether no such file is there: a directory is empty.
    pub(super) fn is_absent(self, tree: &dyn HostTree) -> bool {
        match self {
            Self::Directory(place, _) => match tree.list(place) {
                Lookup::Found(listing) => listing.complete && listing.names.is_empty(),
                other => other.is_absent(),
            },
            place => {
                let all = place.looked_at(tree);
                all.iter().all(|(_, text)| text.is_absent())
            }
        }
    }
}
