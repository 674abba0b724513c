//! How the host boots: kernel options, and the boot loaders' files that hold
//! them.

pub mod bls;
mod by_tool;
pub mod change;
pub mod command_line;
pub mod configured;
mod configured_options;
pub mod efi_variables;
pub mod entries;
mod entry_options;
pub mod fragments;
pub mod grub;
pub mod grub_edit;
pub mod grub_files;
pub mod grub_layout;
mod grub_steps;
pub mod grubenv;
mod image_files;
mod json;
pub mod kernel_cmdline;
mod kernel_install;
pub mod kernelstub;
pub mod known_options;
pub mod limine;
pub mod limine_entry_tool;
pub mod loader;
mod loaders;
mod menu;
pub mod nix;
pub mod nixos;
pub mod option_edit;
pub mod parameter;
mod place;
pub mod refind;
pub mod running;
pub mod step;
pub mod steps;
mod string_list;
mod syslinux;
pub mod talos;
mod variable_file;

pub use command_line::CommandLine;
pub use loaders::kargs_toml;
pub use parameter::Parameter;
