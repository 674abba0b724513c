//! NixOS in conversions.

use super::{NixBinding, TARGET, emit};
use crate::convert::Declaration;

/// By address, as the host's other functions are not known in a conversion.
pub(crate) const FORMAT: Declaration = Declaration::host_list("nixos", TARGET, |vm, _| {
    emit(vm, NixBinding::ByAddress, &[])
});
