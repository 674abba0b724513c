//! Distinguished Encoding Rules (ITU-T X.690), as far as signatures need them.

/// Tags.
pub(super) mod tag {
    pub(in crate::efi) const INTEGER: u8 = 0x02;
    pub(in crate::efi) const BIT_STRING: u8 = 0x03;
    pub(in crate::efi) const OCTET_STRING: u8 = 0x04;
    pub(in crate::efi) const OBJECT_IDENTIFIER: u8 = 0x06;
    pub(in crate::efi) const SEQUENCE: u8 = 0x30;
    pub(in crate::efi) const SET: u8 = 0x31;
    /// Constructed, context-specific tag 0.
    pub(in crate::efi) const CONTEXT_0: u8 = 0xa0;
}

/// A sequence of values.
#[derive(Clone, Copy)]
pub(super) struct Values<'a>(pub(super) &'a [u8]);

/// A value: its tag, contents, and encoding.
#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) tag: u8,
    pub(super) content: &'a [u8],
    pub(super) whole: &'a [u8],
}

impl<'a> Values<'a> {
    /// The next value, which must have `tag`.
    pub(super) fn value(&mut self, tag: u8) -> Option<Value<'a>> {
        self.next().filter(|value| value.tag == tag)
    }

    /// The next value, if it has `tag`; otherwise nothing is consumed.
    pub(super) fn value_if(&mut self, tag: u8) -> Option<Value<'a>> {
        let mut ahead = *self;
        let value = ahead.value(tag)?;
        *self = ahead;
        Some(value)
    }
}

impl<'a> Value<'a> {
    /// The nested values.
    pub(super) const fn values(self) -> Values<'a> {
        Values(self.content)
    }
}

impl<'a> Iterator for Values<'a> {
    type Item = Value<'a>;

    /// The next value; `None` if none is complete.
    fn next(&mut self) -> Option<Self::Item> {
        let (tag, rest) = self.0.split_first()?;
        let (first, rest) = rest.split_first()?;
        // Above 127, the low bits are the number of length bytes.
        let (length, rest) = match first {
            0..=0x7f => (usize::from(*first), rest),
            0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                let length = bytes
                    .iter()
                    .fold(0, |length: u32, byte| length << 8 | u32::from(*byte));
                (usize::try_from(length).ok()?, rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        let whole = self.0.get(..self.0.len() - rest.len())?;
        self.0 = rest;
        let tag = *tag;
        Some(Value {
            tag,
            content,
            whole,
        })
    }
}
