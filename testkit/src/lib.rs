//! The parts that the tests of several crates share.
//!
//! A test whose program is missing prints so and passes, unless the environment variable
//! `PASSTHRU_ORACLES` is `required`.

pub mod program;
pub mod random;
mod reader;

pub use program::Scratch;
pub use random::Random;
pub use reader::Reader;
