//! Helpers shared by the tests of several crates: programs, scratch directories, random numbers,
//! archives, ROMs and sysfs trees.
//!
//! A test whose program is missing is skipped and recorded ([`skipped`]), unless the environment
//! variable `PASSTHRU_ORACLES` is `required`: then it fails.

mod archive;
mod checks;
pub mod environment;
mod files;
mod known_fact_samples;
mod message_samples;
pub mod program;
pub mod random;
mod reader;
pub mod rom;
mod scratch;
pub mod skipped;
#[path = "../../passthru/src/stanzas.rs"]
#[allow(dead_code, reason = "the program also looks up keys")]
mod stanzas;
pub mod sysfs_tree;

pub use archive::Archive;
pub use checks::checks;
pub use files::files_below;
pub use known_fact_samples::{KnownFactSamples, known_facts, uses};
pub use message_samples::{MessageSamples, message_samples};
pub use random::Random;
pub use reader::Reader;
pub use scratch::Scratch;
