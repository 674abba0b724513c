//! NVIDIA's generations, and which kernel modules drive them on Linux.

use core::fmt;

/// The table: one row a generation, see its header.
const TABLE: &str = include_str!("../../data/nvidia-generations.tsv");

/// A generation of NVIDIA's graphics processors.
///
/// ```
/// use hvconf::guest::NvidiaGeneration;
/// let found = NvidiaGeneration::from_chip("GB206 [GeForce RTX 5060 Ti]");
/// assert_eq!(found.map(|found| found.to_string()).as_deref(), Some("Blackwell"));
/// assert_eq!(NvidiaGeneration::from_chip("Navi 31"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NvidiaGeneration {
    name: &'static str,
    first_branch: Option<u16>,
    last_branch: Option<u16>,
    open_from: Option<u16>,
    flavors: Flavors,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Flavors {
    Proprietary,
    Both,
    Open,
}

impl NvidiaGeneration {
    /// The generation of the chip at the start of a name in pci.ids: `AD106` in `AD106 [GeForce RTX
    /// 4060 Ti]`. `None` if it is not in the table.
    #[must_use]
    pub fn from_chip(name: &str) -> Option<Self> {
        let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
        rows.filter_map(row)
            .find(|(prefix, _)| {
                name.strip_prefix(prefix)
                    .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            })
            .map(|(_, generation)| generation)
    }

    /// The last branch of the driver for Linux that drives it; `None` while the
    /// newest does.
    #[must_use]
    pub(crate) const fn last_branch(self) -> Option<u16> {
        self.last_branch
    }

    /// The first branch with open kernel modules for it; `None` where there are none.
    #[must_use]
    pub(crate) const fn open_from(self) -> Option<u16> {
        self.open_from
    }
}

fn row(line: &'static str) -> Option<(&'static str, NvidiaGeneration)> {
    let mut fields = line.split('\t');
    let prefix = fields.next().filter(|prefix| !prefix.is_empty())?;
    let name = fields.next()?;
    let first_branch = fields.next()?.parse().ok();
    let last_branch = fields.next()?.parse().ok();
    let open_from = fields.next()?.parse().ok();
    let flavors = match fields.next()? {
        "proprietary" => Flavors::Proprietary,
        "both" => Flavors::Both,
        _ => Flavors::Open,
    };
    Some((
        prefix,
        NvidiaGeneration {
            name,
            first_branch,
            last_branch,
            open_from,
            flavors,
        },
    ))
}

impl fmt::Display for NvidiaGeneration {
    /// `Turing`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The flavor of the kernel modules to install.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NvidiaModules {
    /// The open ones.
    Open,
    /// The proprietary ones.
    Proprietary,
    /// The branch does not drive the card any more; the last that does is named.
    TooNew {
        /// The last branch that drives it.
        last: u16,
    },
    /// The branch is older than the card.
    TooOld {
        /// The first branch that drives it.
        first: u16,
    },
    /// Open modules were requested, and the branch has none for the card.
    NoOpen {
        /// The first branch that has; `None` if no branch does.
        first: Option<u16>,
    },
}

/// The requested flavor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum NvidiaFlavor {
    /// The default of NVIDIA's installer.
    #[default]
    Recommended,
    /// The open one where the generation and the branch have it: proprietary ones
    /// have failed with `RmInitAdapter failed` on cards that ESXi passes through.
    Open,
}

/// The first branch whose installer uses the open modules by default (NVIDIA Driver Installation
/// Guide, "Kernel Modules").
const OPEN_BY_DEFAULT: u16 = 560;

/// The flavor for `generation` with the driver's `branch`, such as 550: open where there is not
/// other, NVIDIA's default, or requested; else proprietary.
#[must_use]
pub fn modules(
    generation: NvidiaGeneration,
    branch: u16,
    requested: NvidiaFlavor,
) -> NvidiaModules {
    if let Some(last) = generation.last_branch.filter(|last| branch > *last) {
        return NvidiaModules::TooNew { last };
    }
    if let Some(first) = generation.first_branch.filter(|first| branch < *first) {
        return NvidiaModules::TooOld { first };
    }
    let open = generation.open_from.filter(|from| branch >= *from);
    match (generation.flavors, open) {
        (Flavors::Both | Flavors::Proprietary, None) if requested == NvidiaFlavor::Open => {
            NvidiaModules::NoOpen {
                first: generation.open_from,
            }
        }
        (Flavors::Open, None) => NvidiaModules::TooOld {
            first: generation.open_from.unwrap_or(OPEN_BY_DEFAULT),
        },
        (Flavors::Open, Some(_)) => NvidiaModules::Open,
        (Flavors::Both, Some(_))
            if branch >= OPEN_BY_DEFAULT || requested == NvidiaFlavor::Open =>
        {
            NvidiaModules::Open
        }
        _ => NvidiaModules::Proprietary,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        let rows: Vec<_> = TABLE
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect();
        assert!(rows.len() >= 9);
        for line in rows {
            let (prefix, _) = row(line).expect(line);
            assert_eq!(line.split('\t').count(), 7, "{line}");
            assert!(NvidiaGeneration::from_chip(&format!("{prefix}104 [x]")).is_some());
        }
    }

    #[test]
    fn flavors_by_generation_and_branch() {
        let of = |chip: &str, branch| {
            let generation = NvidiaGeneration::from_chip(chip).unwrap();
            modules(generation, branch, NvidiaFlavor::Recommended)
        };
        assert_eq!(
            of("GK106 [GeForce GTX 650]", 470),
            NvidiaModules::Proprietary
        );
        assert_eq!(of("GK106", 550), NvidiaModules::TooNew { last: 470 });
        assert_eq!(
            of("GP102 [GeForce GTX 1080 Ti]", 580),
            NvidiaModules::Proprietary
        );
        assert_eq!(of("GP102", 590), NvidiaModules::TooNew { last: 580 });
        assert_eq!(
            of("AD106 [GeForce RTX 4060 Ti]", 550),
            NvidiaModules::Proprietary
        );
        assert_eq!(of("AD106", 560), NvidiaModules::Open);
        assert_eq!(of("GB206", 570), NvidiaModules::Open);
        assert_eq!(of("GB206", 550), NvidiaModules::TooOld { first: 570 });
        assert_eq!(of("AD106", 515), NvidiaModules::TooOld { first: 520 });
        assert_eq!(of("AD106", 520), NvidiaModules::Proprietary);
        assert_eq!(of("GA106", 470), NvidiaModules::Proprietary);
    }

    #[test]
    fn open_modules_are_not_replaced_without_saying_so() {
        let of = |chip: &str, branch| {
            let generation = NvidiaGeneration::from_chip(chip).unwrap();
            modules(generation, branch, NvidiaFlavor::Open)
        };
        assert_eq!(of("TU106", 470), NvidiaModules::NoOpen { first: Some(515) });
        assert_eq!(of("GP102", 550), NvidiaModules::NoOpen { first: None });
        assert_eq!(of("TU106", 515), NvidiaModules::Open);
        assert_eq!(of("AD106", 470), NvidiaModules::TooOld { first: 520 });
    }
}
