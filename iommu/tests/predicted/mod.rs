//! The groups that we predict are those that kernels formed: captures of booted
//! machines in `captures/`, made by `lab/boot`.

mod acs2025;
pub(crate) mod capture;
mod formed;
mod hardware;
mod isolation;
mod several;
mod smmu;
mod text;
