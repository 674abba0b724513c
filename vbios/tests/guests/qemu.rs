//! QEMU with a ROM for each of its devices.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use testkit::Scratch;

use crate::guests::candidates::Candidate;

/// A running guest, which ends with the test.
pub(crate) struct Guest {
    process: Child,
    pub(crate) scratch: Scratch,
}

impl Drop for Guest {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Where the firmware's debug port goes, and where the guest's console.
pub(crate) const DEBUG: &str = "debug.log";
pub(crate) const CONSOLE: &str = "console.log";
/// The first device's slot; the others follow.
pub(crate) const FIRST_SLOT: usize = 4;

impl Guest {
    /// Starts a guest on `machine`, with a device for each candidate in its order.
    pub(crate) fn start(
        scratch: Scratch,
        machine: &str,
        candidates: &[Candidate],
        more: &[String],
    ) -> Self {
        let mut command = Command::new("qemu-system-x86_64");
        command
            .args(["-machine", machine, "-accel", "tcg", "-m", "256"])
            .args(["-display", "none", "-nodefaults", "-no-reboot"])
            // A ROM of QEMU's own for 32-bit Windows is in the way.
            .args(["-global", "apic-common.vapic=off"])
            .args([
                "-chardev",
                &format!("file,id=debug,path={}", scratch.word(DEBUG)),
            ])
            .args(["-device", "isa-debugcon,iobase=0x402,chardev=debug"])
            .args(["-serial", &format!("file:{}", scratch.word(CONSOLE))])
            .args(more);
        for (number, candidate) in candidates.iter().enumerate() {
            let file = scratch.word(&format!("{}.rom", candidate.word));
            fs::write(&file, &candidate.bytes).unwrap();
            let slot = FIRST_SLOT + number;
            let device = format!("pci-testdev,addr={slot:#x},romfile={file}");
            command.args(["-device", &device]);
        }
        let process = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        Self { process, scratch }
    }

    fn text_of(&self, file: &str) -> String {
        let bytes = fs::read(self.scratch.path().join(file)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The text of `file` once it contains `word`; panics after a time limit.
    pub(crate) fn wait(&mut self, file: &str, word: &str) -> String {
        let start = Instant::now();
        loop {
            let text_of = self.text_of(file);
            if text_of.contains(word) {
                return text_of;
            }
            let ended = self.process.try_wait().unwrap();
            assert!(ended.is_none(), "QEMU ended: {ended:?}\n{text_of}");
            // Without KVM, on a machine with much else to do.
            assert!(
                start.elapsed() < Duration::from_secs(300),
                "no \"{word}\" in {:?}:\n{text_of}",
                start.elapsed()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
