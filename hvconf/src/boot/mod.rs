//! How the host boots: kernel options, and the boot loaders' files that hold
//! them.

pub mod command_line;
pub mod grub;
pub mod grub_edit;
pub mod grub_files;
pub mod kernel_cmdline;
pub mod loader;
pub mod option_edit;
pub mod parameter;
pub mod running;
mod shell;
mod shell_word;

pub use command_line::CommandLine;
pub use parameter::Parameter;
