//! Parsing speed of long `lspci` texts: `cargo bench -p pci-core --bench lspci`. Plain `Instant`,
//! the best of some rounds.
#![allow(clippy::print_stdout, reason = "a benchmark prints its result")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use pci_core::lspci::parse;

const DEVICES: usize = 4000;
const ROUNDS: usize = 20;

/// The lines of `-k`.
const KERNEL: &str = "\tSubsystem: Micro-Star International Co., Ltd. [MSI] Device [1462:3602]\n\
    \tKernel driver in use: vfio-pci\n\tKernel modules: nvidiafb, nouveau\n";

/// Lines of `-vvv`, as those of a graphics card.
const VERBOSE: &str = "\tSubsystem: Micro-Star International Co., Ltd. [MSI] Device [1462:3602]
\tControl: I/O+ Mem+ BusMaster+ SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx+
\tStatus: Cap+ 66MHz- UDF- FastB2B- ParErr- DEVSEL=fast >TAbort- <TAbort- <MAbort- >SERR- <PERR- INTx-
\tLatency: 0, Cache Line Size: 64 bytes
\tInterrupt: pin A routed to IRQ 16
\tIOMMU group: 17
\tRegion 0: Memory at 84000000 (32-bit, non-prefetchable) [size=16M]
\tRegion 1: Memory at 6000000000 (64-bit, prefetchable) [size=256M]
\tRegion 3: Memory at 6010000000 (64-bit, prefetchable) [size=32M]
\tRegion 5: I/O ports at 4000 [size=128]
\tExpansion ROM at 85000000 [virtual] [disabled] [size=512K]
\tCapabilities: [60] Power Management version 3
\t\tFlags: PMEClk- DSI- D1- D2- AuxCurrent=0mA PME(D0+,D1-,D2-,D3hot+,D3cold-)
\t\tStatus: D0 NoSoftRst+ PME-Enable- DSel=0 DScale=0 PME-
\tCapabilities: [68] MSI: Enable- Count=1/1 Maskable- 64bit+
\t\tAddress: 0000000000000000  Data: 0000
\tCapabilities: [78] Express (v2) Legacy Endpoint, IntMsgNum 0
\t\tDevCap:\tMaxPayload 256 bytes, PhantFunc 0, Latency L0s unlimited, L1 <64us
\t\t\tExtTag+ AttnBtn- AttnInd- PwrInd- RBE+ FLReset- TEE-IO-
\t\tDevCtl:\tCorrErr- NonFatalErr- FatalErr- UnsupReq-
\t\t\tRlxdOrd+ ExtTag+ PhantFunc- AuxPwr- NoSnoop+
\t\t\tMaxPayload 256 bytes, MaxReadReq 512 bytes
\t\tDevSta:\tCorrErr- NonFatalErr- FatalErr- UnsupReq- AuxPwr- TransPend-
\t\tLnkCap:\tPort #0, Speed 8GT/s, Width x16, ASPM L0s L1, Exit Latency L0s <512ns, L1 <16us
\t\t\tClockPM+ Surprise- LLActRep- BwNot- ASPMOptComp+
\t\tLnkCtl:\tASPM Disabled; RCB 64 bytes, LnkDisable- CommClk+
\t\t\tExtSynch- ClockPM+ AutWidDis- BWInt- AutBWInt- FltModeDis-
\t\tLnkSta:\tSpeed 2.5GT/s (downgraded), Width x16
\t\t\tTrErr- Train- SlotClk+ DLActive- BWMgmt- ABWMgmt-
\tCapabilities: [100 v1] Virtual Channel
\t\tCaps:\tLPEVC=0 RefClk=100ns PATEntryBits=1
\tCapabilities: [250 v1] Latency Tolerance Reporting
\tCapabilities: [258 v1] L1 PM Substates
\t\tL1SubCap: PCI-PM_L1.2+ PCI-PM_L1.1+ ASPM_L1.2+ ASPM_L1.1+ L1_PM_Substates+
\tCapabilities: [420 v2] Advanced Error Reporting
\t\tUESta:\tDLP- SDES- TLP- FCP- CmpltTO- CmpltAbrt- UnxCmplt- RxOF- MalfTLP-
\t\t\tECRC- UnsupReq- ACSViol- UncorrIntErr- BlockedTLP- AtomicOpBlocked- TLPBlockedErr-
\tKernel driver in use: vfio-pci
\tKernel modules: nvidiafb, nouveau

";

fn text(lines: &str) -> String {
    let record = |at: usize| {
        let (bus, device) = (at / 32, at % 32);
        format!(
            "{bus:02x}:{device:02x}.0 VGA compatible controller [0300]: NVIDIA Corporation GP102 \
             [GeForce GTX 1080 Ti] [10de:1b06] (rev a1)\n{lines}"
        )
    };
    (0..DEVICES).map(record).collect()
}

fn measure(name: &str, text: &str, read: impl Fn(&str) -> usize) {
    let best = (0..ROUNDS)
        .map(|_| {
            let began = Instant::now();
            let count = read(black_box(text));
            let spent = began.elapsed();
            assert_eq!(count, DEVICES);
            spent
        })
        .min()
        .unwrap_or(Duration::ZERO);
    let nanoseconds = best.as_nanos().max(1);
    println!(
        "{name}: {} bytes in {best:?}, {} ns a device, {} MB/s",
        text.len(),
        nanoseconds / 4000,
        text.len() as u128 * 1000 / nanoseconds,
    );
}

fn main() {
    let kernel = text(KERNEL);
    let verbose = text(VERBOSE);
    let joined: String = kernel.lines().map(str::trim_start).collect();
    let owned = |text: &str| black_box(parse(text)).records.len();
    measure("-nnk, listing", &kernel, owned);
    measure("-nnk without line breaks, listing", &joined, owned);
    measure("-nnvvv, listing with all registers", &verbose, owned);
}
