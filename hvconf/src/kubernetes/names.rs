//! Names of Kubernetes' objects.

use core::fmt;
use core::str::FromStr;

use crate::description::VmName;
use crate::error::{Cause, Error};

/// The name of a node: labels of small letters, digits and `-` with `.` between,
/// 253 bytes at most (Kubernetes, "DNS Subdomain Names"; RFC 1123, section 2.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeName(String);

impl NodeName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for NodeName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let label = |label: &str| {
            let plain =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            !label.is_empty()
                && label.bytes().all(plain)
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        if text.len() > 253 || !text.split('.').all(label) {
            return Err(Cause::NodeName.into());
        }
        Ok(Self(text.to_owned()))
    }
}

/// The name as Kubernetes accepts it.
pub(super) fn object_name<'a>(name: &'a VmName, target: &'static str) -> Result<&'a str, Error> {
    let name = name.as_str();
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(Cause::Unsupported {
            target,
            what: format!("the name {name}: small letters only"),
        }
        .into());
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_a_dns_name() {
        assert!("node-1.example.org".parse::<NodeName>().is_ok());
        for bad in [
            "",
            "Node",
            "a_b",
            "-a",
            "a-",
            "a..b",
            "a b",
            "a\n",
            "a,b",
            "$(a)",
            &"a".repeat(254),
        ] {
            assert!(bad.parse::<NodeName>().is_err(), "{bad}");
        }
    }
}
