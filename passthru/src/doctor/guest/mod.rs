//! Configurations of guests.

pub(super) mod address_space;
pub(super) mod cluster;
pub(super) mod containers;
pub(super) mod first_display;
pub(super) mod glass_memory;
pub(super) mod guest_config;
pub(super) mod guest_drivers;
pub(super) mod guest_memory;
pub(super) mod guest_right;
pub(super) mod guest_side;
pub(super) mod guest_window;
pub(super) mod hook_scripts;
pub(super) mod of_guest;
pub(super) mod pair_of_devices;
pub(super) mod rom_files;
pub(super) mod rom_parser;
pub(super) mod several_guests;
pub(super) mod usb_paths;
pub(super) mod usb_ports;
pub(super) mod virtual_machine;
