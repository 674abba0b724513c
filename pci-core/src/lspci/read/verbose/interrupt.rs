//! The interrupt line of a function.

use super::encoding;

/// `Interrupt: pin A routed to IRQ 16`, or the `IRQ 16` of `Flags:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Interrupt {
    /// Interrupt pin, `A` to `D`; `None` if missing, or printed as `?`, and for a line that starts
    /// with `Interrupts:`: pciutils 3.15.0 prints the next letter there, and a fixed release need
    /// not change the word.
    pub pin: Option<char>,
    /// IRQ number of the operating system.
    pub irq: Option<u32>,
}

/// Parses either form.
pub(super) fn interrupt(value: &str) -> Option<Interrupt> {
    // As in -vv.
    let plain = value
        .strip_prefix("Interrupt: pin ")
        .and_then(|rest| Some((rest.chars().next()?, rest.get(1..)?)))
        .and_then(|(pin, rest)| Some((pin, rest.strip_prefix(" routed to IRQ ")?)));
    if let Some((pin, irq)) = plain {
        if let (true, Some((irq, _))) = (('A'..='D').contains(&pin), encoding::decimal(irq)) {
            return Some(Interrupt {
                pin: Some(pin),
                irq: u32::try_from(irq).ok(),
            });
        }
    }
    let after = |word: &str| value.find(word).and_then(|at| value.get(at + word.len()..));
    let pin = after("pin ").and_then(|rest| rest.chars().next());
    let irq = after("IRQ ").and_then(|rest| {
        let count = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest.get(..count)?.parse().ok()
    });
    let is_sure = !value.starts_with("Interrupts:");
    let pin = pin.filter(|pin| is_sure && ('A'..='D').contains(pin));
    (pin.is_some() || irq.is_some()).then_some(Interrupt { pin, irq })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_that_may_be_off_by_one_is_not_used() {
        let old = interrupt("Interrupt: pin A routed to IRQ 16").unwrap();
        assert_eq!((old.pin, old.irq), (Some('A'), Some(16)));
        let new = interrupt("Interrupts: pin B routed to IRQ 16").unwrap();
        assert_eq!((new.pin, new.irq), (None, Some(16)));
    }
}
