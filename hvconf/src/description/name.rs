//! The name of a virtual machine.

use core::fmt;
use core::str::FromStr;

use crate::error::{Cause, Error};

/// A virtual machine's name: one DNS label, or several with `.` between; each of
/// 1 to 63 letters, digits and `-`, not starting or ending with `-`; 63 bytes in
/// all.
///
/// Proxmox VE accepts these as `name` (`qm.conf(5)`, format `dns-name`), and in lower case
/// Kubernetes does too. libvirt and ESXi accept more, but no format treats any of these characters
/// specially.
///
/// ```
/// use hvconf::description::VmName;
/// let name: VmName = "win11".parse()?;
/// assert_eq!(name.as_str(), "win11");
/// assert!("win 11".parse::<VmName>().is_err());
/// assert_eq!(VmName::nearest("win_11 (gaming)").map(|name| name.to_string()).as_deref(), Some("win-11-gaming"));
/// # Ok::<(), hvconf::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VmName(String);

/// Kubernetes' and DNS' bound on a label (RFC 1123, section 2.1).
const LONGEST: usize = 63;

impl VmName {
    /// `guest`: the name of a VM whose configuration names none.
    #[must_use]
    pub fn unnamed() -> Self {
        Self("guest".to_owned())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The valid name nearest to `text`: invalid characters become `-`; `None` if nothing remains.
    #[must_use]
    pub fn nearest(text: &str) -> Option<Self> {
        let mut name = String::new();
        for c in text.chars() {
            match c {
                c if c.is_ascii_alphanumeric() => name.push(c),
                '.' if !name.is_empty() && !name.ends_with(['-', '.']) => name.push('.'),
                _ if !name.is_empty() && !name.ends_with(['-', '.']) => name.push('-'),
                _ => {}
            }
            if name.len() == LONGEST {
                break;
            }
        }
        while name.ends_with(['-', '.']) {
            name.pop();
        }
        name.replace("-.", ".").parse().ok()
    }
}

impl fmt::Display for VmName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for VmName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if text.len() > LONGEST {
            return Err(Cause::VmName { offset: LONGEST }.into());
        }
        let mut offset = 0;
        for label in text.split('.') {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            if let Some(at) = label.bytes().position(|byte| !plain(byte)) {
                return Err(Cause::VmName {
                    offset: offset + at,
                }
                .into());
            }
            if label.is_empty() || label.starts_with('-') {
                return Err(Cause::VmName { offset }.into());
            }
            offset += label.len();
            if label.ends_with('-') {
                return Err(Cause::VmName { offset: offset - 1 }.into());
            }
            offset += 1;
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_could_break_out_are_refused() {
        for (text, offset) in [
            ("", 0),
            ("-a", 0),
            ("a-", 1),
            ("a..b", 2),
            ("a.-b", 2),
            (".a", 0),
            ("a\nargs: -x", 1),
            ("a\"b", 1),
            ("a'b", 1),
            ("a$(b)", 1),
            ("win_11", 3),
            ("ü", 0),
        ] {
            assert_eq!(
                text.parse::<VmName>(),
                Err(Cause::VmName { offset }.into()),
                "{text}"
            );
        }
        assert!("a".repeat(63).parse::<VmName>().is_ok());
        assert!("a".repeat(64).parse::<VmName>().is_err());
    }

    #[test]
    fn the_nearest_name_is_one() {
        let nearest = |text: &str| VmName::nearest(text).map(|name| name.0);
        assert_eq!(nearest("win_11").as_deref(), Some("win-11"));
        assert_eq!(nearest(" -.a -.b. ").as_deref(), Some("a-b"));
        assert_eq!(nearest("…"), None);
        assert_eq!(nearest(&"x".repeat(100)).unwrap().len(), 63);
        let mut text = String::new();
        let mut state = 7u32;
        for _ in 0..2000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            text.push(char::from_u32(state >> 25).unwrap());
            if text.len() > 80 {
                let _ = nearest(&text);
                text.clear();
            }
        }
    }
}
