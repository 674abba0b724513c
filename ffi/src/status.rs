//! The result of a call.

use passthru::ErrorKind;

/// The result of a call. New values may be added: treat one that you do not know
/// as a failure.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Success.
    Ok = 0,
    /// A bug in the library; please report it with the message of the error.
    Internal = 1,
    /// An argument is NULL and must not be, or a count is invalid.
    BadArgument = 2,
    /// A string is not UTF-8.
    NotUtf8 = 3,
    /// The host's directory cannot be opened.
    CannotOpen = 4,
    /// A text is empty, binary, a damaged snapshot, or of an unknown kind.
    BadText = 5,
    /// A word matches no device, or more than one card.
    BadDevice = 6,
    /// The target is unknown.
    UnknownTarget = 7,
    /// The request is invalid: it has no device or target, the target has no plans, or the name of
    /// the guest is invalid.
    BadRequest = 8,
    /// No plan can be made for this host, or the input does not show enough of it.
    NoPlan = 9,
    /// The groups cannot be predicted: the configuration space of functions is not in the input.
    NoPrediction = 10,
    /// The host is not in the state that the plan needs; nothing was changed.
    Refused = 11,
    /// Another passthru process works on the host.
    Busy = 12,
    /// A transaction is unfinished, or there is none.
    Transaction = 13,
    /// An operating system call failed.
    System = 14,
    /// A command of a plan failed.
    Command = 15,
    /// The requested fact is not in the input.
    NotShown = 16,
    /// There is no entry for the query.
    NoEntry = 17,
    /// The target has no such feature.
    Unsupported = 18,
}

/// Each status with the library's own code.
const CODES: [(Status, ErrorKind); 18] = [
    (Status::Internal, ErrorKind::Internal),
    (Status::BadArgument, ErrorKind::BadArgument),
    (Status::NotUtf8, ErrorKind::NotUtf8),
    (Status::CannotOpen, ErrorKind::CannotOpen),
    (Status::BadText, ErrorKind::BadText),
    (Status::BadDevice, ErrorKind::BadDevice),
    (Status::UnknownTarget, ErrorKind::UnknownTarget),
    (Status::BadRequest, ErrorKind::BadRequest),
    (Status::NoPlan, ErrorKind::NoPlan),
    (Status::NoPrediction, ErrorKind::NoPrediction),
    (Status::Refused, ErrorKind::Refused),
    (Status::Busy, ErrorKind::Busy),
    (Status::Transaction, ErrorKind::Transaction),
    (Status::System, ErrorKind::System),
    (Status::Command, ErrorKind::Command),
    (Status::NotShown, ErrorKind::NotShown),
    (Status::NoEntry, ErrorKind::NoEntry),
    (Status::Unsupported, ErrorKind::Unsupported),
];

impl Status {
    /// The library's code for it; that of a fault in the library for `Ok`, which no failure
    /// has.
    pub(crate) fn code(self) -> ErrorKind {
        let found = CODES.iter().find(|(status, _)| *status == self);
        found.map_or(ErrorKind::Internal, |(_, code)| *code)
    }
}

impl From<ErrorKind> for Status {
    fn from(code: ErrorKind) -> Self {
        let found = CODES.iter().find(|(_, known)| *known == code);
        found.map_or(Self::Internal, |(status, _)| *status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_of_the_library_has_a_status() {
        for (number, code) in (1..).zip(ErrorKind::ALL) {
            let status = Status::from(code);
            assert_eq!((status as u32, status.code()), (number, code));
        }
    }
}
