//! Options of the kernel, of modules and of guests, each line alone.

pub(super) mod force_probe;
pub(super) mod module_names;
pub(super) mod option_values;
pub(super) mod quoted_options;
pub(super) mod setting_lines;
pub(super) mod settings;
pub(super) mod settings_right;
pub(super) mod spelling;
pub(super) mod without_module;
