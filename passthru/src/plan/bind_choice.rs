//! The binding method of a plan.

use hostconf::binding::method::Method;

use super::document::Binding;

/// The binding of a plan.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    /// The criterion.
    pub(super) how: Binding,
    /// The method; `None` if the hypervisor binds.
    pub(super) method: Option<Method>,
}

impl Choice {
    /// Whether the choice is this method.
    pub(super) fn is(self, method: Method) -> bool {
        self.method == Some(method)
    }
}
