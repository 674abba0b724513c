//! Hyper-V in conversions.

use super::{TARGET, emit};
use crate::convert::Declaration;

pub(crate) const FORMAT: Declaration = Declaration::machine("hyper-v", TARGET, |vm, _| emit(vm));
