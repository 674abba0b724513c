//! `modprobe.d`, as kmod reads it: one file, all files together, and edits.
//!
//! The rules are those of kmod 30 (`libkmod/libkmod-config.c`,
//! `libkmod-util.c` `getline_wrapped`) and are compared with
//! `modprobe --showconfig` in this crate's tests.

mod config;
mod directive;
mod document;
mod joined;
mod module_option;

pub use config::{Config, DIRECTORIES, Located, Masked, Setting};
pub use directive::{BadLine, Directive, Entry, glued_lists, same_module};
pub use document::Document;
pub use module_option::ModuleOption;
