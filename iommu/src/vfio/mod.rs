//! VFIO, by which Linux gives functions to programs: what a program that asks for one
//! is answered.

mod refusal;

pub use refusal::{Asked, Refusal, Users};
