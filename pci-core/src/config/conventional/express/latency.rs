//! How long a link may take, and takes, to leave a sleep.

use crate::config::field::code;

code! {
    /// How long the function can wait for the link to leave `L0s` (PCI Express Base
    /// Specification 6.3, section 7.5.3.3).
    AcceptableL0sLatency: u8 {
        /// 64 ns at most.
        NS_64 = 0, "<64ns";
        /// 128 ns at most.
        NS_128 = 1, "<128ns";
        /// 256 ns at most.
        NS_256 = 2, "<256ns";
        /// 512 ns at most.
        NS_512 = 3, "<512ns";
        /// 1 µs at most.
        US_1 = 4, "<1us";
        /// 2 µs at most.
        US_2 = 5, "<2us";
        /// 4 µs at most.
        US_4 = 6, "<4us";
        /// As long as it takes.
        UNLIMITED = 7, "unlimited";
    }
}

code! {
    /// How long the function can wait for the link to leave L1 (PCI Express Base
    /// Specification 6.3, section 7.5.3.3).
    AcceptableL1Latency: u8 {
        /// 1 µs at most.
        US_1 = 0, "<1us";
        /// 2 µs at most.
        US_2 = 1, "<2us";
        /// 4 µs at most.
        US_4 = 2, "<4us";
        /// 8 µs at most.
        US_8 = 3, "<8us";
        /// 16 µs at most.
        US_16 = 4, "<16us";
        /// 32 µs at most.
        US_32 = 5, "<32us";
        /// 64 µs at most.
        US_64 = 6, "<64us";
        /// As long as it takes.
        UNLIMITED = 7, "unlimited";
    }
}

code! {
    /// How long the link takes to leave `L0s` (PCI Express Base Specification 6.3,
    /// section 7.5.3.6).
    L0sExitLatency: u8 {
        /// Less than 64 ns.
        NS_64 = 0, "<64ns";
        /// 64 ns to less than 128 ns.
        NS_128 = 1, "<128ns";
        /// 128 ns to less than 256 ns.
        NS_256 = 2, "<256ns";
        /// 256 ns to less than 512 ns.
        NS_512 = 3, "<512ns";
        /// 512 ns to less than 1 µs.
        US_1 = 4, "<1us";
        /// 1 µs to less than 2 µs.
        US_2 = 5, "<2us";
        /// 2 µs to 4 µs.
        US_4 = 6, "<4us";
        /// More than 4 µs.
        MORE = 7, "unlimited";
    }
}

code! {
    /// How long the link takes to leave L1 (PCI Express Base Specification 6.3,
    /// section 7.5.3.6).
    L1ExitLatency: u8 {
        /// Less than 1 µs.
        US_1 = 0, "<1us";
        /// 1 µs to less than 2 µs.
        US_2 = 1, "<2us";
        /// 2 µs to less than 4 µs.
        US_4 = 2, "<4us";
        /// 4 µs to less than 8 µs.
        US_8 = 3, "<8us";
        /// 8 µs to less than 16 µs.
        US_16 = 4, "<16us";
        /// 16 µs to less than 32 µs.
        US_32 = 5, "<32us";
        /// 32 µs to 64 µs.
        US_64 = 6, "<64us";
        /// More than 64 µs.
        MORE = 7, "unlimited";
    }
}
