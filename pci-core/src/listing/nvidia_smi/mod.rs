//! The table of `nvidia-smi`: the cards bound to the host's NVIDIA driver, and the processes that
//! use them. A card in use by a process cannot be unbound.
//!
//! [`parse`] never fails and skips other text.
//!
//! ```
//! use pci_core::listing::nvidia_smi;
//! use host_tree::Lookup;
//! let text = "\
//! | NVIDIA-SMI 460.91.03    Driver Version: 460.91.03    CUDA Version: 11.2     |
//! |   1  GeForce GTX 108...  Off  | 00000000:81:00.0 Off |                  N/A |
//! | Processes:                                                                  |
//! |    1   N/A  N/A     12188      C   python                            605MiB |
//! ";
//! let table = nvidia_smi::parse(text);
//! assert_eq!(table.gpus[0].value.address.to_string(), "0000:81:00.0");
//! let Lookup::Found(processes) = &table.processes else { panic!() };
//! assert_eq!((processes[0].value.gpu, processes[0].value.pid), (1, 12188));
//! ```

mod table;

pub use table::{Gpu, GpuProcess, Table, parse};
