//! A cursor over a short text of fields: the reader of every notation.

/// The syntax expected at a byte; becomes the error of the parsed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) offset: usize,
    pub(crate) expected: &'static str,
}

/// A position in a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    offset: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { text, offset: 0 }
    }

    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.offset..).unwrap_or_default()
    }

    /// The remaining text.
    pub(crate) fn rest(&self) -> &'a str {
        self.text.get(self.offset..).unwrap_or_default()
    }

    /// Whether `byte` is next.
    pub(crate) fn is_at(&self, byte: u8) -> bool {
        self.bytes().first() == Some(&byte)
    }

    pub(crate) const fn offset(&self) -> usize {
        self.offset
    }

    pub(crate) fn at_end(&self) -> bool {
        self.offset >= self.text.len()
    }

    pub(crate) fn wrong<T>(&self, expected: &'static str) -> Result<T, Expected> {
        wrong(self.offset, expected)
    }

    /// Number of hex digits that follow.
    pub(crate) fn hex_digits(&self) -> usize {
        self.bytes()
            .iter()
            .take_while(|byte| byte.is_ascii_hexdigit())
            .count()
    }

    /// Reads a number of `least` to `most` hex digits; `most` is at most 8.
    pub(crate) fn hex(
        &mut self,
        least: usize,
        most: usize,
        expected: &'static str,
    ) -> Result<u32, Expected> {
        let digits = self.bytes().iter().take(most);
        let digits = digits.map_while(|byte| char::from(*byte).to_digit(16));
        let (value, count) = digits.fold((0, 0), |(value, count), digit| {
            (value << 4 | digit, count + 1)
        });
        self.offset += count;
        if count < least {
            return self.wrong(expected);
        }
        Ok(value)
    }

    /// Reads a decimal number of at least one digit, at most `highest`.
    pub(crate) fn decimal(
        &mut self,
        highest: u32,
        expected: &'static str,
    ) -> Result<u32, Expected> {
        let digits = self.bytes().iter();
        let digits = digits.map_while(|byte| char::from(*byte).to_digit(10));
        let mut value = None;
        let mut count = 0;
        for digit in digits {
            value = value
                .unwrap_or(0_u32)
                .checked_mul(10)
                .and_then(|value| value.checked_add(digit))
                .filter(|value| *value <= highest);
            count += 1;
            if value.is_none() {
                break;
            }
        }
        match value {
            Some(value) => {
                self.offset += count;
                Ok(value)
            }
            None => self.wrong(expected),
        }
    }

    /// Skips `literal` if it is next, in either case; returns whether it was.
    pub(crate) fn eat(&mut self, literal: &str) -> bool {
        let found = self
            .bytes()
            .get(..literal.len())
            .is_some_and(|here| here.eq_ignore_ascii_case(literal.as_bytes()));
        if found {
            self.offset += literal.len();
        }
        found
    }

    /// Skips `count` bytes.
    pub(crate) fn skip(&mut self, count: usize) {
        self.offset = self.offset.saturating_add(count).min(self.text.len());
    }

    /// Skips `literal`, which must be next.
    pub(crate) fn take(&mut self, literal: &str, expected: &'static str) -> Result<(), Expected> {
        if self.eat(literal) {
            Ok(())
        } else {
            self.wrong(expected)
        }
    }

    /// Checks that the text ends here.
    pub(crate) fn end(&self, expected: &'static str) -> Result<(), Expected> {
        if self.at_end() {
            Ok(())
        } else {
            self.wrong(expected)
        }
    }
}

/// The error that `expected` is missing at byte `offset`.
pub(crate) const fn wrong<T>(offset: usize, expected: &'static str) -> Result<T, Expected> {
    Err(Expected { offset, expected })
}
