//! The code of a module of WebAssembly with its parts apart: xz leaves a fourteenth less of the
//! instructions, their operands and their addresses where each are together, and PPMd an eighth less
//! than xz of the instructions and some operands.
//!
//! Form of the parts for xz: the length of the bytes before the functions, and that of each stream, as
//! 32-bit numbers of little endian; these bytes; the first [`OF_XZ`] streams. Those for PPMd are the other
//! streams.

/// The parts of code, each a stream of its own.
#[derive(Clone, Copy)]
enum Stream {
    /// Called functions.
    Call,
    /// Constants.
    Constant,
    /// Local variables of instructions.
    Local,
    /// Lengths of functions.
    Length,
    /// Other numbers.
    Other,
    /// Instructions, and the types of blocks: the first of those for PPMd.
    Instruction,
    /// Alignments of loads and stores, as the difference from the usual one.
    Alignment,
    /// Offsets of loads and stores.
    Offset,
    /// Numbers and types of local variables.
    Locals,
    /// Targets of branches.
    Label,
}

const STREAMS: usize = 10;

/// So many streams are for xz, the others for PPMd.
const OF_XZ: usize = Stream::Instruction as usize;

/// The parts of a module's code.
pub(crate) struct Parts {
    pub(crate) of_xz: Vec<u8>,
    pub(crate) of_ppmd: Vec<u8>,
}

/// Bytes that go from the one form to the other.
trait Moves {
    /// Moves a byte, which differs by the mask in its stream.
    fn masked(&mut self, stream: Stream, mask: u8) -> Option<u8>;

    /// The place in the code.
    fn at(&self) -> usize;

    fn byte(&mut self, stream: Stream) -> Option<u8> {
        self.masked(stream, 0)
    }

    fn bytes(&mut self, stream: Stream, count: usize) -> Option<()> {
        (0..count).try_for_each(|_| self.byte(stream).map(drop))
    }

    /// Moves a number (WebAssembly Core Specification 2.0, 5.2.2, LEB128).
    fn number(&mut self, stream: Stream) -> Option<usize> {
        let mut value = 0;
        for shift in (0..70).step_by(7) {
            let byte = self.byte(stream)?;
            let bits = usize::from(byte & 0x7f);
            value |= bits.checked_shl(shift).unwrap_or(0);
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }
}

/// The code in whole form, up to the place that was read.
#[cfg(not(target_family = "wasm"))]
struct Apart<'a> {
    code: &'a [u8],
    at: usize,
    streams: [Vec<u8>; STREAMS],
}

#[cfg(not(target_family = "wasm"))]
impl Moves for Apart<'_> {
    fn masked(&mut self, stream: Stream, mask: u8) -> Option<u8> {
        let byte = *self.code.get(self.at)?;
        self.at += 1;
        self.streams.get_mut(stream as usize)?.push(byte ^ mask);
        Some(byte)
    }

    fn at(&self) -> usize {
        self.at
    }
}

/// The streams, each from the place that was read, and the code so far.
struct Joined<'a> {
    streams: [&'a [u8]; STREAMS],
    code: Vec<u8>,
}

impl Moves for Joined<'_> {
    fn masked(&mut self, stream: Stream, mask: u8) -> Option<u8> {
        let rest = self.streams.get_mut(stream as usize)?;
        let (first, after) = rest.split_first()?;
        *rest = after;
        let byte = first ^ mask;
        self.code.push(byte);
        Some(byte)
    }

    fn at(&self) -> usize {
        self.code.len()
    }
}

/// Moves all functions.
fn functions(code: &mut impl Moves) -> Option<()> {
    for _ in 0..code.number(Stream::Other)? {
        let length = code.number(Stream::Length)?;
        let end = code.at() + length;
        for _ in 0..code.number(Stream::Locals)? {
            code.number(Stream::Locals)?;
            code.byte(Stream::Locals)?;
        }
        while code.at() < end {
            instruction(code)?;
        }
        if code.at() != end {
            return None;
        }
    }
    Some(())
}

/// The usual alignment of a load or store, from 0x28 to 0x3e, as the power of two of its size.
const ALIGNMENTS: [u8; 23] = [
    2, 3, 2, 3, 0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 2, 3, 2, 3, 0, 1, 0, 1, 2,
];

/// Moves an instruction with its operands (WebAssembly Core Specification 2.0, 5.4).
fn instruction(code: &mut impl Moves) -> Option<()> {
    let code_of = code.byte(Stream::Instruction)?;
    match code_of {
        // block, loop, if
        0x02..=0x04 => {
            let kind = code.byte(Stream::Instruction)?;
            // The number of a type goes on.
            if kind >= 0x80 {
                code.number(Stream::Other)?;
            }
        }
        // br, br_if
        0x0c | 0x0d => drop(code.number(Stream::Label)?),
        // br_table
        0x0e => {
            for _ in 0..=code.number(Stream::Label)? {
                code.number(Stream::Label)?;
            }
        }
        0x10 => drop(code.number(Stream::Call)?),
        // call_indirect
        0x11 => {
            code.number(Stream::Other)?;
            code.number(Stream::Other)?;
        }
        0x20..=0x22 => drop(code.number(Stream::Local)?),
        // Globals, tables, references.
        0x23..=0x26 | 0xd0 | 0xd2 => drop(code.number(Stream::Other)?),
        0x28..=0x3e => {
            let usual = ALIGNMENTS.get(usize::from(code_of) - 0x28)?;
            code.masked(Stream::Alignment, *usual)?;
            code.number(Stream::Offset)?;
        }
        // memory.size, memory.grow
        0x3f | 0x40 => drop(code.byte(Stream::Other)?),
        // i32.const, i64.const
        0x41 | 0x42 => drop(code.number(Stream::Constant)?),
        0x43 => code.bytes(Stream::Other, 4)?,
        0x44 => code.bytes(Stream::Other, 8)?,
        0xfc => match code.number(Stream::Instruction)? {
            0..=7 => {}
            // memory.copy, memory.fill
            10 => code.bytes(Stream::Other, 2)?,
            11 => code.bytes(Stream::Other, 1)?,
            _ => return None,
        },
        // Without operands.
        0x00 | 0x01 | 0x05 | 0x0b | 0x0f | 0x1a | 0x1b | 0x45..=0xc4 => {}
        _ => return None,
    }
    Some(())
}

/// The start of the functions: the content of the section of code, the last one.
#[cfg(not(target_family = "wasm"))]
fn start_of_functions(module: &[u8]) -> Option<usize> {
    let mut sections = Apart {
        code: module,
        at: 8,
        streams: Default::default(),
    };
    loop {
        let kind = sections.byte(Stream::Other)?;
        let length = sections.number(Stream::Other)?;
        if kind == 10 {
            return (sections.at + length == module.len()).then_some(sections.at);
        }
        sections.at += length;
    }
}

/// The parts of a module whose last section is its code.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn apart(module: &[u8]) -> Option<Parts> {
    let start = start_of_functions(module)?;
    let mut code = Apart {
        code: module,
        at: start,
        streams: Default::default(),
    };
    functions(&mut code)?;
    let lengths = [start].into_iter();
    let lengths = lengths.chain(code.streams.iter().map(Vec::len));
    let mut of_xz = Vec::new();
    for length in lengths {
        of_xz.extend(u32::try_from(length).ok()?.to_le_bytes());
    }
    of_xz.extend(module.get(..start)?);
    let (first, others) = code.streams.split_at(OF_XZ);
    of_xz.extend(first.iter().flatten());
    let of_ppmd = others.concat();
    Some(Parts { of_xz, of_ppmd })
}

/// The module of these parts.
pub(crate) fn joined(parts: &Parts) -> Option<Vec<u8>> {
    let mut lengths = [0; STREAMS + 1];
    let mut rest = parts.of_xz.as_slice();
    for length in &mut lengths {
        let (number, after) = rest.split_first_chunk()?;
        *length = usize::try_from(u32::from_le_bytes(*number)).ok()?;
        rest = after;
    }
    let [start, lengths @ ..] = lengths;
    let (head, mut of_xz) = rest.split_at_checked(start)?;
    let mut of_ppmd = parts.of_ppmd.as_slice();
    let mut streams: [&[u8]; STREAMS] = [&[]; STREAMS];
    for (at, (stream, length)) in streams.iter_mut().zip(lengths).enumerate() {
        let rest = if at < OF_XZ { &mut of_xz } else { &mut of_ppmd };
        (*stream, *rest) = rest.split_at_checked(length)?;
    }
    let mut code = Joined {
        streams,
        code: head.to_vec(),
    };
    functions(&mut code)?;
    Some(code.code)
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests {
    use super::{Parts, apart, joined};

    /// A module with one function of these instructions.
    fn module(instructions: &[u8]) -> Vec<u8> {
        let body = [&[1, 2, 0x7f], instructions, &[0x0b]].concat();
        let length = u8::try_from(body.len()).unwrap_or_default();
        let code = [&[1, length], body.as_slice()].concat();
        let head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 3, 2, 1, 0, 10, length + 2];
        [head.as_slice(), &code].concat()
    }

    #[test]
    fn parts_join_to_the_module() {
        for instructions in [
            [].as_slice(),
            // A block with a branch, a load, a constant of two bytes, a call, a copy of memory.
            &[
                0x02, 0x40, 0x0c, 0, 0x0b, 0x20, 1, 0x28, 2, 0x10, 0x41, 0xff, 1, 0x10, 0x83, 2,
                0xfc, 10, 0, 0, 0x44, 1, 2, 3, 4, 5, 6, 7, 8, 0x0e, 1, 0, 0,
            ],
        ] {
            let whole = module(instructions);
            let parts = apart(&whole).unwrap();
            assert_eq!(joined(&parts), Some(whole));
            let cut = |bytes: &[u8], end: usize| bytes[..end].to_vec();
            let (of_xz, of_ppmd) = (parts.of_xz, parts.of_ppmd);
            for end in 0..of_xz.len() {
                let of_xz = cut(&of_xz, end);
                let of_ppmd = of_ppmd.clone();
                assert_eq!(joined(&Parts { of_xz, of_ppmd }), None);
            }
            for end in 0..of_ppmd.len() {
                let of_ppmd = cut(&of_ppmd, end);
                let of_xz = of_xz.clone();
                assert_eq!(joined(&Parts { of_xz, of_ppmd }), None);
            }
        }
    }

    #[test]
    fn an_unknown_instruction_is_refused() {
        assert!(apart(&module(&[0xfd, 0])).is_none());
        assert!(apart(&[]).is_none());
    }
}
