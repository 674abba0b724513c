//! How fast a long `lspci -nnk` text is read: `cargo bench -p pci-core --bench
//! lspci`. Plain `Instant`, the best of some rounds.
#![allow(clippy::print_stdout, reason = "a benchmark prints its result")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use pci_core::lspci::parse;

const DEVICES: usize = 4000;
const ROUNDS: usize = 20;

fn main() {
    let intact: String = (0..DEVICES)
        .map(|at| {
            let (bus, device) = (at / 32, at % 32);
            format!(
                "{bus:02x}:{device:02x}.0 VGA compatible controller [0300]: NVIDIA Corporation \
                 GP102 [GeForce GTX 1080 Ti] [10de:1b06] (rev a1)\n\
                 \tSubsystem: Micro-Star International Co., Ltd. [MSI] Device [1462:3602]\n\
                 \tKernel driver in use: vfio-pci\n\tKernel modules: nvidiafb, nouveau\n"
            )
        })
        .collect();
    let joined: String = intact.lines().map(str::trim_start).collect();
    for (name, text) in [("intact", &intact), ("without line breaks", &joined)] {
        let best = (0..ROUNDS)
            .map(|_| {
                let began = Instant::now();
                let listing = parse(black_box(text));
                let spent = began.elapsed();
                assert_eq!(black_box(listing).records.len(), DEVICES);
                spent
            })
            .min()
            .unwrap_or(Duration::ZERO);
        let each = best.as_nanos() / 4000;
        println!(
            "lspci -nnk, {name}: {} bytes in {best:?}, {each} ns a device",
            text.len()
        );
    }
}
