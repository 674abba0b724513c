//! Configuration space, put together from structures.

/// The bytes of a function: a header, and lists of capabilities in the order in which
/// they were added.
pub(crate) struct Builder {
    bytes: Vec<u8>,
    next: usize,
    last: Option<usize>,
    next_extended: usize,
    last_extended: Option<usize>,
}

impl Builder {
    /// A device without capabilities.
    pub(crate) fn device() -> Self {
        let mut bytes = vec![0; 4096];
        bytes[..4].copy_from_slice(&[0xf4, 0x1a, 0x41, 0x10]);
        bytes[8..12].copy_from_slice(&[0x01, 0x00, 0x00, 0x02]);
        Self {
            bytes,
            next: 0x40,
            last: None,
            next_extended: 0x100,
            last_extended: None,
        }
    }

    /// A PCI-to-PCI bridge without capabilities, from bus 0 to bus 1.
    pub(crate) fn bridge() -> Self {
        let mut made = Self::device();
        made.bytes[0x0a..0x0c].copy_from_slice(&[0x04, 0x06]);
        made.bytes[0x0e] = 1;
        made.bytes[0x18..0x1b].copy_from_slice(&[0, 1, 1]);
        made
    }

    /// Puts `bytes` at `offset`.
    pub(crate) fn set(mut self, offset: usize, bytes: &[u8]) -> Self {
        self.bytes[offset..offset + bytes.len()].copy_from_slice(bytes);
        self
    }

    /// Adds a capability: `body` follows ID and pointer.
    pub(crate) fn capability(mut self, id: u8, body: &[u8]) -> Self {
        let at = self.next;
        let pointer = self.last.map_or(0x34, |last| last + 1);
        self.bytes[6] |= 0x10;
        self.bytes[pointer] = u8::try_from(at).unwrap();
        self.bytes[at] = id;
        self.bytes[at + 2..][..body.len()].copy_from_slice(body);
        self.last = Some(at);
        self.next = (at + 2 + body.len()).next_multiple_of(4);
        assert!(self.next <= 0x100, "room for capabilities");
        self
    }

    /// Adds PCI Express of this type, version 2, with a link of 16 lanes.
    pub(crate) fn express(self, device_type: u8) -> Self {
        let mut body = [0; 0x3a];
        body[0] = 2 | device_type << 4;
        body[0x0a..0x0e].copy_from_slice(&0x0000_0104_u32.to_le_bytes());
        self.capability(0x10, &body)
    }

    /// Adds an extended capability: `words` follow the header.
    pub(crate) fn extended(mut self, id: u16, version: u8, words: &[u32]) -> Self {
        let at = self.next_extended;
        if let Some(last) = self.last_extended {
            let next = u16::try_from(at << 4).unwrap() | u16::from(self.bytes[last + 2] & 0xf);
            self.bytes[last + 2..last + 4].copy_from_slice(&next.to_le_bytes());
        }
        let header = u32::from(id) | u32::from(version) << 16;
        for (place, word) in [header].iter().chain(words).enumerate() {
            self.bytes[at + 4 * place..][..4].copy_from_slice(&word.to_le_bytes());
        }
        self.last_extended = Some(at);
        self.next_extended = at + 4 + 4 * words.len();
        self
    }

    /// The bytes, 4096 of them.
    pub(crate) fn build(self) -> Vec<u8> {
        self.bytes
    }
}
