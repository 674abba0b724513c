//! The interrupt line of a function.

use super::encoding;

/// `Interrupt: pin A routed to IRQ 16`, or the `IRQ 16` of `Flags:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Interrupt {
    /// The pin as it is printed, `A` to `D`; `None` where it is not shown, or shown as
    /// `?`. pciutils 3.15.0 prints the letter that follows the right one.
    pub pin: Option<char>,
    /// The number that the operating system gives the interrupt.
    pub irq: Option<u32>,
}

/// Reads either form.
pub(super) fn interrupt(value: &str) -> Option<Interrupt> {
    // As -vv prints it.
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
    let behind = |word: &str| value.find(word).and_then(|at| value.get(at + word.len()..));
    let pin = behind("pin ").and_then(|rest| rest.chars().next());
    let irq = behind("IRQ ").and_then(|rest| {
        let count = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest.get(..count)?.parse().ok()
    });
    let pin = pin.filter(|pin| ('A'..='D').contains(pin));
    (pin.is_some() || irq.is_some()).then_some(Interrupt { pin, irq })
}
