//! How the host boots: kernel options, and the boot loaders' files that hold
//! them.

pub mod bls;
mod booted;
mod by_tool;
pub mod change;
pub mod command_line;
pub mod configured;
pub mod efi_variables;
pub mod entries;
mod entry_options;
mod entry_steps;
pub mod fragments;
pub mod grub;
pub mod grub_edit;
pub mod grub_files;
pub mod grub_layout;
mod grub_steps;
pub mod grubenv;
mod image_steps;
mod json;
pub mod kernel_cmdline;
mod kernel_install;
pub mod kernelstub;
pub mod known_options;
pub mod limine;
pub mod limine_entry_tool;
pub mod loader;
pub mod nix;
pub mod nixos;
mod nixos_steps;
pub mod option_edit;
pub mod parameter;
pub mod refind;
pub mod running;
pub mod step;
pub mod steps;
mod string_list;
mod syslinux;
pub mod talos;

pub use by_tool::kargs_toml;
pub use command_line::CommandLine;
pub use fragments::FragmentRefused;
pub use parameter::Parameter;
pub use string_list::ListRefused;
