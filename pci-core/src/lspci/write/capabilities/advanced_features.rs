//! Advanced Features.

use core::fmt::{self, Write};

use crate::config::conventional::{
    AdvancedFeatures, AdvancedFeaturesCapabilities, AdvancedFeaturesControl, AdvancedFeaturesStatus,
};
use crate::lspci::write::sign::Sign;

/// Writes the lines below the title.
pub(super) fn write(features: &AdvancedFeatures, out: &mut dyn Write) -> fmt::Result {
    let capabilities = features.capabilities;
    let is = |flag| Sign(capabilities.contains(flag));
    writeln!(
        out,
        "\t\tAFCap: TP{} FLR{}",
        is(AdvancedFeaturesCapabilities::TRANSACTIONS_PENDING),
        is(AdvancedFeaturesCapabilities::FUNCTION_LEVEL_RESET),
    )?;
    let reset = features
        .control
        .contains(AdvancedFeaturesControl::INITIATE_FLR);
    let pending = features
        .status
        .contains(AdvancedFeaturesStatus::TRANSACTIONS_PENDING);
    writeln!(
        out,
        "\t\tAFCtrl: FLR{}\n\t\tAFStatus: TP{}",
        Sign(reset),
        Sign(pending)
    )
}
