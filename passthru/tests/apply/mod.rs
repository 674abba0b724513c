//! Plans that are carried out, interrupted and taken back.

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
mod taken_back;
mod targets;
mod verified;
