//! A cursor over a short text of fields: what every spelling is read with.

/// What a text should have had at a byte: becomes the error of what was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) offset: usize,
    pub(crate) expected: &'static str,
}

/// A place in a text, up to which all was as expected.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self {
            bytes: text.as_bytes(),
            offset: 0,
        }
    }

    pub(crate) const fn offset(&self) -> usize {
        self.offset
    }

    pub(crate) fn at_end(&self) -> bool {
        self.offset >= self.bytes.len()
    }

    pub(crate) fn wrong<T>(&self, expected: &'static str) -> Result<T, Expected> {
        wrong(self.offset, expected)
    }

    /// How many hex digits stand here.
    pub(crate) fn hex_digits(&self) -> usize {
        let rest = self.bytes.get(self.offset..).unwrap_or_default();
        rest.iter()
            .take_while(|byte| byte.is_ascii_hexdigit())
            .count()
    }

    /// A number of `least` to `most` hex digits; `most` is 8 at most.
    pub(crate) fn hex(
        &mut self,
        least: usize,
        most: usize,
        expected: &'static str,
    ) -> Result<u32, Expected> {
        let start = self.offset;
        let mut value: u32 = 0;
        while let Some(digit) = self
            .bytes
            .get(self.offset)
            .and_then(|byte| char::from(*byte).to_digit(16))
            .filter(|_| self.offset - start < most)
        {
            value = value << 4 | digit;
            self.offset += 1;
        }
        if self.offset - start < least {
            return self.wrong(expected);
        }
        Ok(value)
    }

    /// Goes behind `literal` where it stands here, letters in either case.
    pub(crate) fn eat(&mut self, literal: &str) -> bool {
        let end = self.offset + literal.len();
        let found = self
            .bytes
            .get(self.offset..end)
            .is_some_and(|here| here.eq_ignore_ascii_case(literal.as_bytes()));
        if found {
            self.offset = end;
        }
        found
    }

    /// Goes behind `literal`, which must stand here.
    pub(crate) fn take(&mut self, literal: &str, expected: &'static str) -> Result<(), Expected> {
        if self.eat(literal) {
            Ok(())
        } else {
            self.wrong(expected)
        }
    }

    /// The text must end here.
    pub(crate) fn end(&self, expected: &'static str) -> Result<(), Expected> {
        if self.at_end() {
            Ok(())
        } else {
            self.wrong(expected)
        }
    }
}

/// `expected` was not to be found at byte `offset`.
pub(crate) const fn wrong<T>(offset: usize, expected: &'static str) -> Result<T, Expected> {
    Err(Expected { offset, expected })
}
