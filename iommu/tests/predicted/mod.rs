//! The groups that we predict are those that kernels formed: captures of booted
//! machines in `captures/`, made by `lab/boot`.

mod capture;
mod formed;
mod hardware;
mod isolation;
mod rework;
mod several;
mod text;
