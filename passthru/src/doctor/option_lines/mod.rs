//! Options of the kernel, of modules and of guests, each by its own line.

pub(super) mod option_values;
pub(super) mod quoted_options;
pub(super) mod setting_lines;
pub(super) mod settings;
pub(super) mod settings_right;
pub(super) mod spelling;
