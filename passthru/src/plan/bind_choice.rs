//! The way in which a plan binds functions.

use hostconf::binding::method::Method;

use super::document::Binding;

/// How a plan binds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    /// By what.
    pub(super) how: Binding,
    /// The way; `None` where the hypervisor binds by means of its own.
    pub(super) method: Option<Method>,
}

impl Choice {
    /// Whether the choice is this way.
    pub(super) fn is(self, method: Method) -> bool {
        self.method == Some(method)
    }
}
