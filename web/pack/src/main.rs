//! Packs the module of the page, and unpacks it in the browser.
//!
//! `page-pack CODE APART TEXTS PACKED` writes the parts of the module's code that xz packs, and the
//! packed bytes of the other ones and of its texts: a length, as a 32-bit number of little endian, the
//! parts of code of that length, and the texts. `web/build.js` runs it. Compiled to WebAssembly, it writes
//! the module of the files `apart` and `packed` as `module`; the page's worker runs that once, at its
//! start. No message is in that form, which the page carries along.

mod apart;

use std::process::ExitCode;
use std::{fs, io};

use apart::Parts;
use ppmd_rust::RestoreMethod;

/// The length of the longest context, in bytes: on the page's texts and instructions the best of 4 to 16,
/// within 2 kB.
const ORDER: u32 = 12;

/// The memory for contexts, in bytes. More gains nothing.
const MEMORY: u32 = 64 << 20;

/// When the memory is full, all contexts are forgotten. To forget the rarest alone gains nothing, and needs
/// five times the time.
const RESTORE: RestoreMethod = RestoreMethod::Restart;

/// The unpacked bytes.
fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut decoder = ppmd_rust::Ppmd8Decoder::new(packed, ORDER, MEMORY, RESTORE).ok()?;
    io::Read::read_to_end(&mut decoder, &mut bytes).ok()?;
    Some(bytes)
}

#[cfg(target_family = "wasm")]
fn main() -> ExitCode {
    match module().map(|bytes| fs::write("module", bytes)) {
        Some(Ok(())) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

#[cfg(target_family = "wasm")]
fn module() -> Option<Vec<u8>> {
    let packed = fs::read("packed").ok()?;
    let (length, rest) = packed.split_first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let (code, texts) = rest.split_at_checked(length)?;
    let parts = Parts {
        of_xz: fs::read("apart").ok()?,
        of_ppmd: unpacked(code)?,
    };
    let mut module = apart::joined(&parts)?;
    module.extend(unpacked(texts)?);
    Some(module)
}

#[cfg(not(target_family = "wasm"))]
fn main() -> io::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [code, apart, texts, packed] = arguments.as_slice() else {
        return Err(io::Error::other("usage: page-pack CODE APART TEXTS PACKED"));
    };
    // With other bytes the page would not start.
    let equal = |is_equal: bool| match is_equal {
        true => Ok(()),
        false => Err(io::Error::other(
            "the packed bytes do not unpack to the file",
        )),
    };
    let bytes = fs::read(code)?;
    let parts = apart::apart(&bytes);
    let parts = parts.ok_or_else(|| io::Error::other("the code has an unknown instruction"))?;
    equal(apart::joined(&parts).as_ref() == Some(&bytes))?;
    let Parts { of_xz, of_ppmd } = parts;
    fs::write(apart, of_xz)?;
    let mut both = Vec::new();
    for bytes in [of_ppmd, fs::read(texts)?] {
        let small = self::packed(&bytes)?;
        equal(unpacked(&small).as_ref() == Some(&bytes))?;
        both.push(small);
    }
    let length = both.first().map_or(0, Vec::len);
    let length = u32::try_from(length).map_err(io::Error::other)?;
    fs::write(
        packed,
        [&length.to_le_bytes(), both.concat().as_slice()].concat(),
    )?;
    Ok(ExitCode::SUCCESS)
}

/// The packed bytes, with a mark at their end.
#[cfg(not(target_family = "wasm"))]
fn packed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let encoder = ppmd_rust::Ppmd8Encoder::new(Vec::new(), ORDER, MEMORY, RESTORE);
    let mut encoder = encoder.map_err(io::Error::other)?;
    io::Write::write_all(&mut encoder, bytes)?;
    encoder.finish(true)
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests {
    use super::{packed, unpacked};

    #[test]
    fn packed_bytes_unpack() {
        let sentence = "the group is not viable; the group is whole\n".repeat(500);
        let short = packed(sentence.as_bytes()).unwrap();
        assert!(short.len() < sentence.len() / 20, "{}", short.len());
        assert_eq!(unpacked(&short).as_deref(), Some(sentence.as_bytes()));
        assert_ne!(
            unpacked(&short[..short.len() / 2]).as_deref(),
            Some(sentence.as_bytes())
        );
    }
}
