//! The host driver of a virtual function, which starts when the function returns from a guest.

use host_tree::Evidence;

use crate::host::Host;
use crate::messages::Message;

/// Lines around a message that are of the same event.
const NEAR: u32 = 6;

/// Starts of the lines of such drivers.
const DRIVERS: [&str; 4] = ["igbvf 0000:", "ixgbevf 0000:", "iavf 0000:", "i40evf 0000:"];

/// Whether the message is a refused MAC address that the host driver of a virtual function requested: the driver
/// has a line near one of `lines`.
pub(super) fn requests(host: &Host, message: &Message, lines: &[Evidence]) -> bool {
    let is_near = |line: &Evidence| {
        lines.iter().any(|own| {
            let both = own.line.zip(line.line);
            own.source == line.source && both.is_some_and(|(own, line)| own.abs_diff(line) <= NEAR)
        })
    };
    let mut logged = host.log_messages.iter().map(|logged| &logged.evidence);
    message.code == "vf-mac-override-refused"
        && logged
            .any(|line| DRIVERS.iter().any(|driver| line.text.contains(driver)) && is_near(line))
}
