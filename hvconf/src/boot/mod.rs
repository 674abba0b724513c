//! How the host boots: kernel options, and the boot loaders' files that hold
//! them.

pub mod bls;
pub mod change;
pub mod command_line;
pub mod entries;
pub mod grub;
pub mod grub_edit;
pub mod grub_files;
pub mod grubenv;
mod json;
pub mod kernel_cmdline;
pub mod kernelstub;
pub mod known_options;
pub mod limine;
pub mod loader;
pub mod option_edit;
pub mod parameter;
pub mod refind;
pub mod running;
pub(crate) mod shell;
pub(crate) mod shell_word;
mod string_list;
mod syslinux;

pub use command_line::CommandLine;
pub use parameter::Parameter;
pub use string_list::ListRefused;
