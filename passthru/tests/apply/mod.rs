//! Plans that are applied, interrupted and undone.

mod attributes;
mod bound;
mod confirmed;
mod faults;
mod flushed;
mod hostile;
mod killed;
pub(crate) mod place;
mod power_loss;
mod refused;
mod rendered;
mod targets;
mod undone;
mod verified;
