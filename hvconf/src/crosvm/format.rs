//! crosvm in conversions.

use super::{PROGRAM, TARGET, emit_script, read_arguments};
use crate::convert::{Declaration, Sign};

pub(crate) const FORMAT: Declaration = Declaration {
    signs: &[Sign::Program(PROGRAM)],
    read: Some(|known| read_arguments(&known.words(PROGRAM)?)),
    ..Declaration::machine("crosvm", TARGET, |vm, _| emit_script(vm))
};
