//! What programs other than `lspci` print of a machine's PCI functions, as people
//! paste it: a module for each program.
//!
//! Each reader takes text and gives rows with the lines that prove them. What is
//! no row is passed over, so that prompts, prose and other output may stand
//! around; what was cut is not shown rather than wrong. No text makes a reader
//! fail, and the time is linear in the text's length.

pub mod nvidia_smi;
pub mod pvesh;
