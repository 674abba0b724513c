//! `-device`.

use core::fmt;

use super::host::QemuVersion;
use super::option::{OptionValue, Options};
use crate::emitted::Versions;
use crate::error::{Cause, Error};

/// Syntax of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Syntax {
    /// A JSON object: typed, and nothing to escape but what JSON escapes; since
    /// QEMU 6.2.
    Json,
    /// An option string, commas doubled; all versions.
    Options,
}

impl Syntax {
    /// The syntax for `version`.
    #[must_use]
    pub fn of(version: QemuVersion) -> Self {
        if version >= QemuVersion::JSON_DEVICES {
            Self::Json
        } else {
            Self::Options
        }
    }

    pub(super) const fn versions(self) -> Option<Versions> {
        match self {
            Self::Json => Some(Versions::from("QEMU", "6.2")),
            Self::Options => None,
        }
    }
}

/// A device: its driver and properties.
///
/// ```
/// use hvconf::qemu::{QemuDevice, Syntax};
/// let device = QemuDevice::new("vfio-pci").with("host", "0000:01:00.0").with("rombar", 0u64);
/// assert_eq!(device.write(Syntax::Json), r#"{"driver":"vfio-pci","host":"0000:01:00.0","rombar":0}"#);
/// assert_eq!(device.write(Syntax::Options), "driver=vfio-pci,host=0000:01:00.0,rombar=0");
/// assert_eq!(QemuDevice::parse(&device.write(Syntax::Json))?, device);
/// # Ok::<(), hvconf::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QemuDevice {
    /// The driver.
    pub driver: String,
    /// The other properties.
    pub properties: Options,
}

impl QemuDevice {
    /// A device without properties.
    #[must_use]
    pub fn new(driver: &str) -> Self {
        Self {
            driver: driver.to_owned(),
            properties: Options::new(),
        }
    }

    /// The same with a property more.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<OptionValue>) -> Self {
        self.properties.push(key, value);
        self
    }

    /// Reads either form.
    ///
    /// # Errors
    /// When it is neither, or names no driver.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let all = if text.trim_start().starts_with('{') {
            Options::parse_json(text).ok_or(Cause::NotJson)?
        } else {
            Options::parse(text, "driver")
        };
        let driver = all.text("driver").ok_or(Cause::NoDriver)?;
        let mut properties = Options::new();
        for (key, value) in all.parts() {
            if key != "driver" {
                properties.push(key.clone(), value.clone());
            }
        }
        Ok(Self { driver, properties })
    }

    /// The text after `-device`.
    #[must_use]
    pub fn write(&self, syntax: Syntax) -> String {
        let mut all = Options::new().with("driver", self.driver.as_str());
        for (key, value) in self.properties.parts() {
            all.push(key.clone(), value.clone());
        }
        match syntax {
            Syntax::Json => all.to_json(),
            Syntax::Options => all.to_string(),
        }
    }
}

impl fmt::Display for QemuDevice {
    /// As an option string.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.write(Syntax::Options))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn words_without_a_device_are_refused() {
        assert_eq!(
            QemuDevice::parse("{\"a\":1").unwrap_err().kind(),
            ErrorKind::QemuDevice
        );
        assert_eq!(
            QemuDevice::parse("{}").unwrap_err().kind(),
            ErrorKind::QemuDevice
        );
        assert_eq!(
            QemuDevice::parse("").unwrap_err().kind(),
            ErrorKind::QemuDevice
        );
        assert_eq!(
            QemuDevice::parse("vfio-pci,host=1").unwrap().driver,
            "vfio-pci"
        );
    }
}
