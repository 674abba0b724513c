//! PCI device IDs in the Windows registry.

use core::fmt;
use core::str::FromStr;

use crate::assigned::AssignedFunction;
use crate::error::{Cause, Error};

/// The hardware id of a function: `PCI\VEN_10DE&DEV_0FC6&SUBSYS_8A961462&REV_A1`,
/// as long as its parts are known ("Identifiers for PCI Devices", Windows driver
/// documentation). `None` when not even vendor and device are.
///
/// The subsystem has the device first, then the vendor.
#[must_use]
pub(crate) fn hardware_id(function: &AssignedFunction) -> Option<String> {
    let id = function.id?;
    let mut text = format!("PCI\\VEN_{:04X}&DEV_{:04X}", id.vendor.0, id.device.0);
    if let Some(subsystem) = function.subsystem {
        let (device, vendor) = (subsystem.device.0, subsystem.vendor.0);
        text.push_str(&format!("&SUBSYS_{device:04X}{vendor:04X}"));
        if let Some(revision) = function.revision {
            text.push_str(&format!("&REV_{revision:02X}"));
        }
    }
    Some(text)
}

/// A device in a Windows guest: its ID and the instance assigned by Windows, which is unknown in
/// advance. `Get-PnpDevice` prints it as `InstanceId`.
///
/// ```
/// use hvconf::guest::DeviceInstance;
/// let text = r"PCI\VEN_10DE&DEV_0FC6&SUBSYS_8A961462&REV_A1\4&2283F625&0&0019";
/// let instance: DeviceInstance = text.parse()?;
/// assert_eq!(instance.to_string(), text);
/// assert!(r"PCI\VEN_10DE&DEV_0FC6]\x".parse::<DeviceInstance>().is_err());
/// # Ok::<(), hvconf::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DeviceInstance(String);

impl FromStr for DeviceInstance {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut parts = text.split('\\');
        let (Some("PCI"), Some(id), Some(instance), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Cause::DeviceInstance.into());
        };
        let mut fields = id.split('&');
        for (name, digits) in [("VEN_", 4), ("DEV_", 4), ("SUBSYS_", 8), ("REV_", 2)] {
            let field = fields.next().and_then(|field| field.strip_prefix(name));
            let hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
            if !field.is_some_and(|field| field.len() == digits && hex(field)) {
                return Err(Cause::DeviceInstance.into());
            }
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'&';
        let fits = (1..=128).contains(&instance.len()) && instance.bytes().all(plain);
        if fields.next().is_some() || !fits {
            return Err(Cause::DeviceInstance.into());
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for DeviceInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_as_long_as_they_are_known() {
        let mut function = AssignedFunction::at("01:00.0".parse().unwrap());
        assert_eq!(hardware_id(&function), None);
        function.id = "10de:0fc6".parse().ok();
        assert_eq!(
            hardware_id(&function).as_deref(),
            Some("PCI\\VEN_10DE&DEV_0FC6")
        );
        function.subsystem = "1462:8a96".parse().ok();
        function.revision = Some(0xa1);
        assert_eq!(
            hardware_id(&function).as_deref(),
            Some("PCI\\VEN_10DE&DEV_0FC6&SUBSYS_8A961462&REV_A1")
        );
    }

    #[test]
    fn values_that_could_name_another_key_are_refused() {
        for text in [
            "",
            "PCI",
            r"PCI\VEN_10DE&DEV_0FC6&SUBSYS_8A961462&REV_A1",
            r"PCI\VEN_10DE&DEV_0FC6&SUBSYS_8A961462&REV_A1\",
            r"PCI\VEN_10DE&DEV_0FC6&SUBSYS_8A961462&REV_A1\a\b",
            r"PCI\VEN_10DE&DEV_0FC6&SUBSYS_8A961462&REV_A1\a]",
            "PCI\\VEN_10DE&DEV_0FC6&SUBSYS_8A961462&REV_A1\\a\n[-HKEY_LOCAL_MACHINE]",
            r"PCI\VEN_10DE&DEV_0FC6&SUBSYS_8A961462&REV_A1&X\a",
            r"PCI\VEN_10DG&DEV_0FC6&SUBSYS_8A961462&REV_A1\a",
            r"-PCI\VEN_10DE&DEV_0FC6&SUBSYS_8A961462&REV_A1\a",
            r#"PCI\VEN_10DE&DEV_0FC6&SUBSYS_8A961462&REV_A1\a"b"#,
        ] {
            assert_eq!(
                text.parse::<DeviceInstance>(),
                Err(Cause::DeviceInstance.into()),
                "{text}"
            );
        }
    }
}
