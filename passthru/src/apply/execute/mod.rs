//! Execution of a transaction on a Linux host, or in a directory with one.

mod bind;
mod check;
mod confirm;
mod file;
mod file_state;
mod forward;
mod place;
mod replace;
mod run;
mod store;
mod undo;

pub use bind::check_now;
pub use check::check;
pub use confirm::confirmed_within;
pub use store::Store;
pub use undo::Undone;
