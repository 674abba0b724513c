//! The objects that C holds, each with a tag in front of it that says what it is.

use crate::apply::{ApplyCheck, ApplyOptions, Transaction};
use crate::context::Context;
use crate::conversion::Conversion;
use crate::diff::Diff;
use crate::document::Document;
use crate::error::Error;
use crate::explanation::Explanation;
use crate::groups::Groups;
use crate::host::Host;
use crate::input::Input;
use crate::listing::Listing;
use crate::names::NameDatabase;
use crate::plan::Plan;
use crate::prediction::Prediction;
use crate::report::Report;
use crate::request::PlanRequest;
use crate::rom::{Rom, RomDiff, RomEdit, RomParts, RomReport, RomSsdt};
use crate::verification::Verification;

/// What C may hold. That it may be used from any thread is what the header says of all
/// objects.
pub(crate) trait Object: Send + Sync {
    /// What it is called in messages.
    const NAME: &'static str;
    /// A number that tells it from others.
    const TAG: u64;
}

macro_rules! objects {
    ($($kind:ty: $name:literal,)*) => {
        $(impl Object for $kind {
            const NAME: &'static str = $name;
            const TAG: u64 = tag($name);
        })*

        #[cfg(test)]
        const ALL: &[(&str, u64)] = &[$(($name, <$kind as Object>::TAG),)*];
    };
}

objects! {
    ApplyCheck: "check",
    ApplyOptions: "options",
    Context: "context",
    Conversion: "conversion",
    Diff: "diff",
    Document: "document",
    Error: "error",
    Explanation: "explanation",
    Groups: "groups",
    Host: "host",
    Input: "input",
    Listing: "listing",
    NameDatabase: "names",
    Plan: "plan",
    PlanRequest: "request",
    Prediction: "prediction",
    Report: "report",
    Rom: "ROM",
    RomDiff: "ROM diff",
    RomEdit: "ROM edit",
    RomParts: "ROM parts",
    RomReport: "ROM report",
    RomSsdt: "ROM table",
    Transaction: "transaction",
    Verification: "verification",
}

/// FNV-1a, which spreads short names well.
const fn tag(name: &str) -> u64 {
    let mut rest = name.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    while let [byte, after @ ..] = rest {
        hash = (hash ^ *byte as u64).wrapping_mul(0x100_0000_01b3);
        rest = after;
    }
    hash
}

/// An object as C holds it. A pointer to one is given to C as a pointer to `T`, which C
/// cannot look into.
#[repr(C)]
pub(crate) struct Tagged<T> {
    tag: u64,
    pub(crate) value: T,
}

impl<T: Object> Tagged<T> {
    /// The pointer for C.
    pub(crate) fn give(value: T) -> *mut T {
        Box::into_raw(Box::new(Self { tag: T::TAG, value })).cast()
    }

    /// The object behind C's pointer; `None` for NULL, for another kind of object, and as
    /// a rule for one that was freed.
    ///
    /// # Safety
    ///
    /// `object` is NULL or what [`Tagged::give`] gave, and nobody takes it while `'a` lasts.
    pub(crate) unsafe fn find<'a>(object: *const T) -> Option<&'a T> {
        let tagged: *const Self = object.cast();
        if tagged.is_null() || !tagged.is_aligned() {
            return None;
        }
        // SAFETY: not NULL, and all that `give` gives begins with a tag. It is read
        // volatile since the compiler must not conclude anything from it: a caller that
        // breaks its promise is to be told.
        let tag = unsafe { tagged.cast::<u64>().read_volatile() };
        if tag != T::TAG {
            return None;
        }
        // SAFETY: the tag says that it is such an object, and the caller promises that
        // it lives; objects that C holds are not changed through plain references.
        Some(unsafe { &(*tagged).value })
    }

    /// Takes an object back from C; `None` as for [`Tagged::find`].
    ///
    /// # Safety
    ///
    /// `object` is NULL or what [`Tagged::give`] gave and was not taken, and nobody uses it.
    pub(crate) unsafe fn take(object: *mut T) -> Option<Box<Self>> {
        // SAFETY: the caller promises more than that.
        unsafe { Self::find(object) }?;
        let tagged: *mut Self = object.cast();
        // SAFETY: `find` saw its tag; volatile, since nothing reads what is written but
        // a caller that frees twice.
        unsafe { tagged.cast::<u64>().write_volatile(0) };
        // SAFETY: `give` made it by `Box::into_raw`, and the tag says that it was not
        // taken.
        Some(unsafe { Box::from_raw(tagged) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_a_tag_of_its_own() {
        let mut tags: Vec<u64> = ALL.iter().map(|(_, tag)| *tag).collect();
        tags.sort_unstable();
        tags.dedup();
        assert_eq!(tags.len(), ALL.len());
        assert!(!tags.contains(&0));
    }
}
