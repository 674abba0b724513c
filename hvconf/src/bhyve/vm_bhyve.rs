//! vm-bhyve's configuration of a guest: `passthru0="1/0/0=6:0"`.

use core::num::NonZeroU16;

use pci_core::spelling::PassthruDevice;

use super::assignments::Assignments;
use super::emit::place;
use crate::description::{Firmware, MemorySize, SecureBoot};
use crate::emitted::{EmitError, Found, ReadBack, ReadError};
use crate::passed::PassedSlot;

/// Why a configuration is not edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VmBhyveError {
    /// bhyve cannot express it.
    #[error(transparent)]
    Emit(#[from] EmitError),
}

/// `passthru3` as 3.
fn number(key: &str) -> Option<u32> {
    let digits = key.strip_prefix("passthru")?;
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

fn device(value: &str) -> Option<PassthruDevice> {
    value.split('=').next()?.trim().parse().ok()
}

/// Puts the functions into a guest's configuration. What it passes already stays as
/// it is written.
///
/// # Errors
/// When a function is not in domain 0.
pub fn pass(text: &str, slots: &[PassedSlot]) -> Result<String, VmBhyveError> {
    let mut file = Assignments::parse(text);
    for placed in place(slots)? {
        let mut numbers = Vec::new();
        let mut there = false;
        for line in file.lines() {
            let Some(number) = number(&line.key) else {
                continue;
            };
            numbers.push(number);
            there |= device(&line.value) == Some(placed.device);
        }
        if there {
            continue;
        }
        // vm-bhyve counts up from 0 and stops at the first number that is missing.
        let next = (0u32..)
            .find(|number| !numbers.contains(number))
            .unwrap_or(u32::MAX);
        // A slot that is asked for, or where bhyve finds a free one.
        let asked = slots
            .iter()
            .find(|slot| slot.slot() == placed.device.address().slot() && slot.guest.is_some());
        let value = match asked {
            Some(_) => format!("{}={}:{}", placed.device, placed.slot, placed.function),
            None => placed.device.to_string(),
        };
        file.set(&format!("passthru{next}"), &value);
    }
    Ok(file.to_string())
}

/// What a guest's configuration passes.
///
/// # Errors
/// When an entry is no function, or nothing is passed.
pub fn read(text: &str) -> Result<ReadBack, ReadError> {
    let file = Assignments::parse(text);
    let mut found = Found::default();
    let mut entries: Vec<_> = file
        .lines()
        .iter()
        .filter_map(|line| Some((number(&line.key)?, line)))
        .collect();
    entries.sort_by_key(|(number, _)| *number);
    for (_, line) in entries {
        let device = device(&line.value).ok_or_else(|| ReadError::Refused {
            line: line.line,
            reason: format!(
                "expected bus/slot/function in decimal, found {:?}",
                line.value
            ),
        })?;
        found.function(device.address());
    }
    let mut description = found.describe(None)?;
    let value = |key: &str| file.get(key).map(|line| line.value.as_str());
    description.firmware = match value("loader") {
        Some("uefi") => Firmware::Ovmf(SecureBoot::Off),
        _ => Firmware::SeaBios,
    };
    description.processors =
        value("cpu").and_then(|count| count.parse().ok().and_then(NonZeroU16::new));
    description.memory.size = value("memory").and_then(memory);
    Ok(ReadBack {
        description,
        lost: found.lost,
    })
}

/// `8G`, `512M` (`-m` of bhyve(8); without a letter in MiB when below 1 MiB).
fn memory(text: &str) -> Option<MemorySize> {
    let lower = text.to_ascii_lowercase();
    let end = lower
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(lower.len());
    let (digits, unit) = lower.split_at_checked(end)?;
    let number: u64 = digits.parse().ok()?;
    let factor = match unit {
        "k" | "kb" => 1 << 10,
        "m" | "mb" => 1 << 20,
        "g" | "gb" => 1 << 30,
        "t" | "tb" => 1 << 40,
        "" if number < 1 << 20 => 1 << 20,
        "" => 1,
        _ => return None,
    };
    MemorySize::from_bytes(number.checked_mul(factor)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::Description;
    use crate::passed::{Coverage, Passed, PassedFunction};

    #[test]
    fn a_configuration_gets_what_it_lacks() {
        let functions: Vec<PassedFunction> = ["0a:00.0", "0a:00.1"]
            .iter()
            .map(|text| PassedFunction::at(text.parse().unwrap()))
            .collect();
        let slot = PassedSlot::new(functions, Coverage::ListedFunctions).unwrap();
        let before = "loader=\"uefi\"\ncpu=4\nmemory=8G\npassthru0=\"10/0/1\"\n";
        let slots = [slot];
        let after = pass(before, &slots).unwrap();
        assert_eq!(after, format!("{before}passthru1=\"10/0/0\"\n"));
        assert_eq!(pass(&after, &slots).unwrap(), after);
        let back = read(&after).unwrap().description;
        let [slot] = slots;
        assert_eq!(back.passed, Passed::new(vec![slot]).unwrap());
        assert_eq!(back.memory.size.unwrap().mebibytes(), 8192);
        assert_eq!(back.processors.unwrap().get(), 4);

        let vm = Description::new("a".parse().unwrap(), back.passed);
        let words = super::super::arguments(&vm).unwrap();
        assert_eq!(
            words.join(" "),
            "-S -s 6:0,passthru,10/0/0 -s 6:1,passthru,10/0/1"
        );
        assert_eq!(
            super::super::read_arguments(&words)
                .unwrap()
                .description
                .passed,
            vm.passed
        );
        let emitted = super::super::emit(&vm).unwrap();
        assert_eq!(
            read(&emitted.files[0].to_string())
                .unwrap()
                .description
                .passed,
            vm.passed
        );
        assert!(read("passthru0=\"0a:00.0\"\n").is_err());
    }
}
