//! The extended capabilities: the lines `Capabilities: [100 v1] …` of `-v`.

mod capability;
mod list;
mod titles;

pub(super) use list::write;
