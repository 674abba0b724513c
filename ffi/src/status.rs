//! What became of a call.

/// What became of a call. New values may be added: treat one that you do not know
/// as a failure.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It was done.
    Ok = 0,
    /// A fault in the library itself; please report it with the error's message.
    Internal = 1,
    /// An argument is NULL that must not be, or a count cannot be one.
    BadArgument = 2,
    /// A string is not UTF-8.
    NotUtf8 = 3,
    /// The host's directory cannot be opened.
    CannotOpen = 4,
    /// A text is empty, binary, a damaged snapshot, or of no known kind.
    BadText = 5,
    /// A word chooses no device, or more than one card.
    BadDevice = 6,
    /// There is no such target.
    UnknownTarget = 7,
    /// No plan can be made of what was asked: no device or target is given, the
    /// target has no plans, or the guest's name cannot be one.
    BadRequest = 8,
    /// No plan can be made for this host, or the input does not show enough of it.
    NoPlan = 9,
    /// The groups cannot be predicted: the input does not show enough of the host's
    /// functions.
    NoPrediction = 10,
}
