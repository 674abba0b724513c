//! Hex digits.

/// The result of [`hex_digit`] for any other byte.
pub(crate) const NO_DIGIT: u8 = 0xff;

/// The value of each byte as a hex digit. A table avoids a branch on unpredictable digits.
const DIGITS: [u8; 256] = {
    let mut digits = [NO_DIGIT; 256];
    let mut byte = 0_u8;
    loop {
        let decimal = byte.wrapping_sub(b'0');
        let letter = (byte | 0x20).wrapping_sub(b'a');
        let value = if decimal < 10 {
            decimal
        } else if letter < 6 {
            letter + 10
        } else {
            NO_DIGIT
        };
        if let Some((_, [digit, ..])) = digits.split_at_mut_checked(byte as usize) {
            *digit = value;
        }
        if byte == u8::MAX {
            break digits;
        }
        byte += 1;
    }
};

/// The value of `byte` as a hex digit, or [`NO_DIGIT`].
pub(crate) fn hex_digit(byte: u8) -> u8 {
    DIGITS.get(usize::from(byte)).copied().unwrap_or(NO_DIGIT)
}

/// The value of two hex digits.
pub(crate) fn hex2(digits: [u8; 2]) -> Option<u8> {
    let [a, b] = digits.map(hex_digit);
    (a | b < 16).then_some(a << 4 | b)
}

/// The value of four hex digits.
pub(crate) fn hex4(digits: [u8; 4]) -> Option<u16> {
    let digits = digits.map(hex_digit);
    let [a, b, c, d] = digits.map(u16::from);
    (a | b | c | d < 16).then_some(a << 12 | b << 8 | c << 4 | d)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_library() {
        for byte in 0..=u8::MAX {
            let digit = char::from(byte).to_digit(16);
            let ours = Some(hex_digit(byte)).filter(|value| *value != NO_DIGIT);
            assert_eq!(ours.map(u32::from), digit);
            assert_eq!(hex2([b'1', byte]).map(u32::from), digit.map(|low| 16 + low));
            let four = hex4([byte, b'0', b'0', b'f']).map(u32::from);
            assert_eq!(four, digit.map(|high| high << 12 | 15));
        }
    }
}
