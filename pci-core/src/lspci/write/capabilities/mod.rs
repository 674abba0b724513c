//! The conventional capabilities: the lines `Capabilities: [40] …` of `-v`.

mod advanced_features;
mod capability;
mod express;
mod interrupts;
mod list;
mod power_management;

pub(super) use list::{first, write};
