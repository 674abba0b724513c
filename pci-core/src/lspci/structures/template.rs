//! Lines of `lspci` with their bits in braces.
//!
//! | in braces | prints |
//! | --- | --- |
//! | `5` | `+` where bit 5 is set, else `-` |
//! | `!5` | the same of the inverted bit |
//! | `7:4` | bits 7 to 4 as a decimal number |
//! | `7:4:x`, `7:4:02x` | as a hex number, of at least so many digits |
//! | `7:4:a\|b\|c` | `a` for 0, `b` for 1, … |
//! | `7:4:a\|b\|*?#` | the same, and for other values `?` and the number |
//! | `7:4:name` | as the [unit](super::units) of that name |
//! | `#` | the index of a repeated structure |
//! | `@` | with `-vvv`, the offset of the register |
//!
//! Bits are counted from the register of the row, and may extend into the next ones.

/// A part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lspci) enum Piece {
    /// Literal text.
    Text(&'static str),
    /// Bits.
    Field(Field),
    /// The number of the structure.
    Index,
    /// The offset of the register.
    Place,
}

/// Bits in a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lspci) struct Field {
    /// The highest bit.
    pub(in crate::lspci) high: u16,
    /// The lowest bit.
    pub(in crate::lspci) low: u16,
    /// Their form.
    pub(in crate::lspci) form: Form,
}

/// Form of bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lspci) enum Form {
    /// By `+` and `-`; `true` where 0 is `+`.
    Sign(bool),
    /// As a value: the text after the second colon.
    Value(&'static str),
}

/// The parts of a template.
pub(in crate::lspci) struct Pieces {
    rest: &'static str,
}

/// The parts of `template`.
pub(in crate::lspci) const fn pieces(template: &'static str) -> Pieces {
    Pieces { rest: template }
}

impl Iterator for Pieces {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        let bytes = self.rest.as_bytes();
        if bytes.first()? != &b'{' {
            let end = memchr::memchr(b'{', bytes).unwrap_or(bytes.len());
            let (text, rest) = self.rest.split_at_checked(end)?;
            self.rest = rest;
            return Some(Piece::Text(text));
        }
        let end = memchr::memchr(b'}', bytes)?;
        let inner = self.rest.get(1..end)?;
        self.rest = self.rest.get(end + 1..)?;
        match inner {
            "#" => Some(Piece::Index),
            "@" => Some(Piece::Place),
            _ => field(inner).map(Piece::Field),
        }
    }
}

fn field(inner: &'static str) -> Option<Field> {
    let (inverted, inner) = match inner.strip_prefix('!') {
        Some(inner) => (true, inner),
        None => (false, inner),
    };
    let (high, rest) = number(inner)?;
    let Some(rest) = rest.strip_prefix(':') else {
        let form = Form::Sign(inverted);
        let low = high;
        return rest.is_empty().then_some(Field { high, low, form });
    };
    let (low, rest) = number(rest)?;
    let form = Form::Value(rest.strip_prefix(':').unwrap_or(rest));
    (low <= high).then_some(Field { high, low, form })
}

/// The decimal number at the start of `text`, and the text after it.
fn number(text: &'static str) -> Option<(u16, &'static str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit);
    let (count, value) = digits.fold((0, 0_u16), |(count, value), digit| {
        let value = value.wrapping_mul(10).wrapping_add(u16::from(digit - b'0'));
        (count + 1, value)
    });
    (count > 0).then_some((value, text.get(count..)?))
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn texts_in_braces() {
        let all: Vec<Piece> = pieces("a{5} b={7:4:02x}{!1}{#}{3:0:x|y}").collect();
        let field = |high, low, form| Piece::Field(Field { high, low, form });
        assert_eq!(
            all,
            [
                Piece::Text("a"),
                field(5, 5, Form::Sign(false)),
                Piece::Text(" b="),
                field(7, 4, Form::Value("02x")),
                field(1, 1, Form::Sign(true)),
                Piece::Index,
                field(3, 0, Form::Value("x|y")),
            ]
        );
        assert_eq!(pieces("{a}").next(), None);
        assert_eq!(pieces("{3:4}").next(), None);
    }
}
