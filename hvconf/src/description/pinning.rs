//! Processors of the host that a guest's processors run on.

use core::fmt;
use core::num::NonZeroU16;
use core::ops::RangeInclusive;

use crate::emitted::{Feature, NotConverted};

/// Above every processor of a host: Linux on x86-64 supports 8192 (`CONFIG_NR_CPUS`).
const MOST: usize = 8192;

/// The longest list that is read.
const LONGEST: usize = 4096;

/// Processors of the host, by their numbers: at least one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HostCpus {
    /// In order, with gaps between.
    ranges: Vec<RangeInclusive<u16>>,
}

impl HostCpus {
    /// The set in a list as `0-7,^3,12`; `None` if it is another text, or empty.
    ///
    /// ```
    /// use hvconf::description::HostCpus;
    /// let set = |text| HostCpus::from_list(text).map(|set| set.to_string());
    /// assert_eq!(set("6,4-5,^5").as_deref(), Some("4,6"));
    /// assert_eq!(set("0,1,2,8").as_deref(), Some("0-2,8"));
    /// assert_eq!(set("nodes:0"), None);
    /// assert_eq!(set("2,^2"), None);
    /// ```
    #[must_use]
    pub fn from_list(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let mut has = vec![false; MOST];
        for part in text.split(',').map(str::trim) {
            let (part, is_in) = match part.strip_prefix('^') {
                Some(part) => (part, false),
                None => (part, true),
            };
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
            let range = Some(first..=last).filter(|range| !range.is_empty())?;
            has.get_mut(range)?.fill(is_in);
        }
        Self::of(&has)
    }

    /// The processors whose place is `true`.
    fn of(has: &[bool]) -> Option<Self> {
        let mut ranges: Vec<RangeInclusive<u16>> = Vec::new();
        for (number, _) in (0..=u16::MAX).zip(has).filter(|(_, has)| **has) {
            match ranges.last_mut() {
                Some(last) if last.end().checked_add(1) == Some(number) => {
                    *last = *last.start()..=number;
                }
                _ => ranges.push(number..=number),
            }
        }
        (!ranges.is_empty()).then_some(Self { ranges })
    }

    /// One processor.
    #[must_use]
    pub fn one(number: u16) -> Self {
        let ranges = vec![number..=number];
        Self { ranges }
    }

    /// The only processor, if it is one.
    pub(crate) fn only(&self) -> Option<u16> {
        match self.ranges.as_slice() {
            [one] if one.start() == one.end() => Some(*one.start()),
            _ => None,
        }
    }

    /// The numbers, in order.
    pub fn numbers(&self) -> impl Iterator<Item = u16> {
        self.ranges.iter().cloned().flatten()
    }
}

impl fmt::Display for HostCpus {
    /// `0-3,8`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, range) in self.ranges.iter().enumerate() {
            let before = if at == 0 { "" } else { "," };
            let (first, last) = (range.start(), range.end());
            if first == last {
                write!(f, "{before}{first}")?;
            } else {
                write!(f, "{before}{first}-{last}")?;
            }
        }
        Ok(())
    }
}

/// The host's processors that a guest's processors run on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Pinning {
    /// All of them on these.
    Together(HostCpus),
    /// Each on its own, in order of their numbers.
    Each(Vec<HostCpus>),
}

impl Pinning {
    /// That of `count` processors, each with a set; `None` if one has none.
    pub(crate) fn each(
        count: Option<NonZeroU16>,
        of: impl Fn(u16) -> Option<HostCpus>,
    ) -> Option<Self> {
        let all: Option<Vec<HostCpus>> = (0..count?.get()).map(of).collect();
        let all = all?;
        let first = all.first()?;
        Some(match all.iter().all(|one| one == first) {
            true => Self::Together(first.clone()),
            false => Self::Each(all),
        })
    }

    /// The set of the processor with this number.
    pub(crate) fn of_one(&self, number: usize) -> Option<&HostCpus> {
        match self {
            Self::Together(set) => Some(set),
            Self::Each(sets) => sets.get(number),
        }
    }

    /// That each processor has its own, which is lost where `target` pins the whole guest.
    pub(crate) fn each_lost(&self, target: &str) -> Option<NotConverted> {
        let Self::Each(_) = self else {
            return None;
        };
        let why = format!("{target} pins the guest as a whole, to {}", self.all());
        Some(NotConverted::new("pinning of each processor", why).of(Feature::Pinning))
    }

    /// All processors of the host that the guest uses.
    #[must_use]
    pub fn all(&self) -> HostCpus {
        match self {
            Self::Together(set) => set.clone(),
            Self::Each(sets) => {
                let mut has = vec![false; usize::from(u16::MAX) + 1];
                for range in sets.iter().flat_map(|set| &set.ranges) {
                    let range = usize::from(*range.start())..=usize::from(*range.end());
                    if let Some(part) = has.get_mut(range) {
                        part.fill(true);
                    }
                }
                HostCpus::of(&has).unwrap_or_else(|| HostCpus::one(0))
            }
        }
    }
}
