//! EFI drivers in images: header, compression and signature.
//!
//! ```
//! use vbios::efi::{Algorithm, compress, decompress};
//! let driver = b"MZ, and much that comes again, and much that comes again".repeat(9);
//! let packed = compress(&driver, Algorithm::Uefi)?;
//! assert!(packed.len() < driver.len() / 4);
//! assert_eq!(decompress(&packed, Algorithm::Uefi)?, driver);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

mod algorithm;
mod authenticode;
mod bit_reader;
mod bit_writer;
mod code_lengths;
mod compress;
mod decode_table;
mod decompress;
mod der;
mod digest;
mod driver_name;
mod executable;
mod header;
mod matches;
mod payload;
mod rsa;
mod signed_data;
mod signer;
mod stream_fault;
mod write_block;

pub use algorithm::Algorithm;
pub use authenticode::Authenticode;
pub use compress::compress;
pub use decompress::decompress;
pub use driver_name::driver_name;
pub use executable::{Executable, ExecutableForm};
pub use header::{Compression, EfiHeader, EfiMachine, Subsystem};
pub use payload::driver;
pub(crate) use payload::{decompressed_size, stored_driver};

pub use crate::efi::signer::{DigestAlgorithm, Signer};
pub(crate) use crate::efi::stream_fault::StreamFault;
