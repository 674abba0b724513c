//! What became of a call.

use passthru::FailureCode;

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
    /// The host is not as it must be for a plan; nothing was changed.
    Refused = 11,
    /// Another passthru is at work on the host.
    Busy = 12,
    /// A transaction waits to be finished, or there is none.
    Transaction = 13,
    /// The system refused something.
    System = 14,
    /// A command of a plan failed.
    Command = 15,
    /// The input does not show what was asked.
    NotShown = 16,
    /// Nothing is known of what was asked.
    NoEntry = 17,
    /// The target cannot express the machine.
    Unsupported = 18,
}

/// Each status with the library's own code.
const CODES: [(Status, FailureCode); 18] = [
    (Status::Internal, FailureCode::Internal),
    (Status::BadArgument, FailureCode::BadArgument),
    (Status::NotUtf8, FailureCode::NotUtf8),
    (Status::CannotOpen, FailureCode::CannotOpen),
    (Status::BadText, FailureCode::BadText),
    (Status::BadDevice, FailureCode::BadDevice),
    (Status::UnknownTarget, FailureCode::UnknownTarget),
    (Status::BadRequest, FailureCode::BadRequest),
    (Status::NoPlan, FailureCode::NoPlan),
    (Status::NoPrediction, FailureCode::NoPrediction),
    (Status::Refused, FailureCode::Refused),
    (Status::Busy, FailureCode::Busy),
    (Status::Transaction, FailureCode::Transaction),
    (Status::System, FailureCode::System),
    (Status::Command, FailureCode::Command),
    (Status::NotShown, FailureCode::NotShown),
    (Status::NoEntry, FailureCode::NoEntry),
    (Status::Unsupported, FailureCode::Unsupported),
];

impl Status {
    /// The library's code for it; that of a fault in the library for `Ok`, which no failure
    /// has.
    pub(crate) fn code(self) -> FailureCode {
        let found = CODES.iter().find(|(status, _)| *status == self);
        found.map_or(FailureCode::Internal, |(_, code)| *code)
    }
}

impl From<FailureCode> for Status {
    fn from(code: FailureCode) -> Self {
        let found = CODES.iter().find(|(_, known)| *known == code);
        found.map_or(Self::Internal, |(status, _)| *status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_of_the_library_has_a_status() {
        for (number, code) in (1..).zip(FailureCode::ALL) {
            let status = Status::from(code);
            assert_eq!((status as u32, status.code()), (number, code));
        }
    }
}
