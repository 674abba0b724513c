//! Verification of a ROM for a card and a guest: which consumers accept it, and why.
//!
//! A guest's ROM (`romfile=`) is read by several programs, each with its own rules: QEMU loads the
//! file into the ROM BAR, then the guest's firmware walks through it. [`verify()`] evaluates each
//! of them.
//!
//! ```
//! use vbios::{Rom, verify, verify::{Acceptance, Consumer, Target}};
//! let file = b"not a ROM";
//! let report = verify(&Rom::parse(file), file, &Target::default());
//! let ovmf = report.answer(Consumer::Ovmf).unwrap();
//! assert_eq!(ovmf.acceptance, Acceptance::Refuses);
//! assert!(report.has_problem());
//! ```

mod amd;
mod answer;
mod card;
mod consumer;
mod decimal;
mod driver;
mod dump;
mod edited;
mod examination;
mod explain;
mod finding;
mod firmware;
mod nvidia;
mod ovmf;
mod problems;
mod remedy;
mod report;
mod run;
mod seabios;
mod shadow;
mod sysfs;
mod target;
mod unpacked;
mod verdict;

pub use answer::{Acceptance, RomAnswer};
pub use consumer::Consumer;
pub use explain::{codes, explain};
pub use finding::RomFinding;
pub use remedy::RomRemedy;
pub use report::RomReport;
pub use run::verify;
pub use target::{CardIds, Guest, Target};
pub use verdict::RomVerdict;
