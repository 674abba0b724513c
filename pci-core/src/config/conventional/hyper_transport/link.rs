//! Registers of one link.

use crate::config::field::{code, flags, register};

flags! {
    /// The single bits of a Link Control register.
    LinkControlFlags: u16 {
        /// Errors of the checksum flood the link (`CFlE` in lspci).
        CRC_FLOOD_ENABLE = 1;
        /// A test of the checksum begins (`CST`).
        CRC_START_TEST = 2;
        /// An error of the checksum is sent on purpose (`CFE`).
        CRC_FORCE_ERROR = 3;
        /// The link failed (`<LkFail`).
        LINK_FAILURE = 4;
        /// The link is initialized (`Init`).
        INITIALIZATION_COMPLETE = 5;
        /// The chain ends here (`EOC`).
        END_OF_CHAIN = 6;
        /// The transmitter is off (`TXO`).
        TRANSMITTER_OFF = 7;
        /// Isochronous traffic has its own flow control (`IsocEn`).
        ISOCHRONOUS_FLOW_CONTROL_ENABLE = 12;
        /// The link lets go of its wires when it stops (`LSEn`).
        LDTSTOP_TRISTATE_ENABLE = 13;
        /// The CTL signal is held longer (`ExtCTL`).
        EXTENDED_CTL_TIME = 14;
        /// Addresses have 64 bits (`64b`).
        ADDRESSING_64_BIT_ENABLE = 15;
    }
}

register! {
    /// A Link Control register.
    LinkControl: u16 {
        /// On which byte lanes the checksum was wrong: a bit each (`<CRCErr` in
        /// lspci).
        crc_error: u8 = 11:8,
        ; /// The single bits.
        flags: LinkControlFlags
    }
}

code! {
    /// How wide a link is.
    LinkWidth: u8 {
        /// 8 bits.
        BITS_8 = 0, "8bit";
        /// 16 bits.
        BITS_16 = 1, "16bit";
        /// 32 bits.
        BITS_32 = 3, "32bit";
        /// 2 bits.
        BITS_2 = 4, "2bit";
        /// 4 bits.
        BITS_4 = 5, "4bit";
        /// There is no link.
        NOT_CONNECTED = 7, "N/C";
    }
}

flags! {
    /// The single bits of a Link Configuration register.
    LinkConfigurationFlags: u16 {
        /// Flow control by doublewords can come in (`DwFcIn` in lspci).
        DOUBLEWORD_FLOW_CONTROL_IN = 3;
        /// Flow control by doublewords can go out (`DwFcOut`).
        DOUBLEWORD_FLOW_CONTROL_OUT = 7;
        /// Flow control by doublewords comes in (`DwFcInEn`).
        DOUBLEWORD_FLOW_CONTROL_IN_ENABLE = 11;
        /// Flow control by doublewords goes out (`DwFcOutEn`).
        DOUBLEWORD_FLOW_CONTROL_OUT_ENABLE = 15;
    }
}

register! {
    /// A Link Configuration register.
    LinkConfiguration: u16 {
        /// How wide the way in can be (`MLWI` in lspci).
        max_width_in: LinkWidth = 2:0,
        /// How wide the way out can be (`MLWO`).
        max_width_out: LinkWidth = 6:4,
        /// How wide the way in is (`LWI`).
        width_in: LinkWidth = 10:8,
        /// How wide the way out is (`LWO`).
        width_out: LinkWidth = 14:12,
        ; /// The single bits.
        flags: LinkConfigurationFlags
    }
}

register! {
    /// The Revision ID register: which revision of the specification it follows.
    HyperTransportRevision: u8 {
        /// What is behind the dot.
        minor: u8 = 4:0,
        /// What is before it.
        major: u8 = 7:5,
        ; /// The bits that are in no field: none.
        reserved: u8
    }
}

code! {
    /// How fast a link is clocked.
    LinkFrequency: u8 {
        /// 200 MHz.
        MHZ_200 = 0, "200MHz";
        /// 300 MHz.
        MHZ_300 = 1, "300MHz";
        /// 400 MHz.
        MHZ_400 = 2, "400MHz";
        /// 500 MHz.
        MHZ_500 = 3, "500MHz";
        /// 600 MHz.
        MHZ_600 = 4, "600MHz";
        /// 800 MHz.
        MHZ_800 = 5, "800MHz";
        /// 1 GHz.
        MHZ_1000 = 6, "1.0GHz";
        /// 1.2 GHz.
        MHZ_1200 = 7, "1.2GHz";
        /// 1.4 GHz.
        MHZ_1400 = 8, "1.4GHz";
        /// 1.6 GHz.
        MHZ_1600 = 9, "1.6GHz";
        /// What the vendor chose.
        VENDOR = 15, "Vend";
    }
}

flags! {
    /// The single bits of a Link Frequency/Error register.
    LinkFrequencyErrorFlags: u8 {
        /// A packet was wrong (`<Prot` in lspci).
        PROTOCOL_ERROR = 4;
        /// A buffer was too small (`<Ovfl`).
        OVERFLOW_ERROR = 5;
        /// A packet went beyond the end of the chain (`<EOC`).
        END_OF_CHAIN_ERROR = 6;
        /// The CTL signal was low for too long (`CTLTm`).
        CTL_TIMEOUT = 7;
    }
}

register! {
    /// A Link Frequency/Error register.
    LinkFrequencyError: u8 {
        /// How fast the transmitter is clocked.
        frequency: LinkFrequency = 3:0,
        ; /// The errors.
        flags: LinkFrequencyErrorFlags
    }
}

flags! {
    /// A Link Frequency Capability register: bit n for the frequency with code n.
    LinkFrequencies: u16 {
        /// 200 MHz.
        MHZ_200 = 0;
        /// 300 MHz.
        MHZ_300 = 1;
        /// 400 MHz.
        MHZ_400 = 2;
        /// 500 MHz.
        MHZ_500 = 3;
        /// 600 MHz.
        MHZ_600 = 4;
        /// 800 MHz.
        MHZ_800 = 5;
        /// 1 GHz.
        MHZ_1000 = 6;
        /// 1.2 GHz.
        MHZ_1200 = 7;
        /// 1.4 GHz.
        MHZ_1400 = 8;
        /// 1.6 GHz.
        MHZ_1600 = 9;
        /// What the vendor chose.
        VENDOR = 15;
    }
}

flags! {
    /// The Feature register. A slave has its low 8 bits only.
    HyperTransportFeatures: u16 {
        /// Isochronous traffic can have its own flow control (`IsocFC` in lspci).
        ISOCHRONOUS_FLOW_CONTROL = 0;
        /// It obeys LDTSTOP# (`LDTSTOP`).
        LDTSTOP = 1;
        /// It can test the checksum (`CRCTM`).
        CRC_TEST_MODE = 2;
        /// It needs the CTL signal held longer (`ECTLT`).
        EXTENDED_CTL_TIME_REQUIRED = 3;
        /// It knows addresses of 64 bits (`64bA`).
        ADDRESSING_64_BIT = 4;
        /// It does not let units pass each other (`UIDRD`).
        UNIT_ID_REORDER_DISABLE = 5;
        /// There are more registers (`ExtRS`).
        EXTENDED_REGISTER_SET = 8;
        /// Configuration requests may go up (`UCnfE`).
        UPSTREAM_CONFIGURATION_ENABLE = 9;
    }
}

flags! {
    /// The Error Handling register.
    HyperTransportErrors: u16 {
        /// Protocol errors flood the link (`PFlE` in lspci).
        PROTOCOL_ERROR_FLOOD_ENABLE = 0;
        /// Overflow errors flood the link (`OFlE`).
        OVERFLOW_ERROR_FLOOD_ENABLE = 1;
        /// Protocol errors are fatal (`PFE`).
        PROTOCOL_ERROR_FATAL_ENABLE = 2;
        /// Overflow errors are fatal (`OFE`).
        OVERFLOW_ERROR_FATAL_ENABLE = 3;
        /// Errors of the end of the chain are fatal (`EOCFE`).
        END_OF_CHAIN_ERROR_FATAL_ENABLE = 4;
        /// Errors of responses are fatal (`RFE`).
        RESPONSE_ERROR_FATAL_ENABLE = 5;
        /// Errors of the checksum are fatal (`CRCFE`).
        CRC_ERROR_FATAL_ENABLE = 6;
        /// System errors are fatal (`SERRFE`).
        SYSTEM_ERROR_FATAL_ENABLE = 7;
        /// The chain failed (`CF`).
        CHAIN_FAIL = 8;
        /// A response was wrong (`RE`).
        RESPONSE_ERROR = 9;
        /// Protocol errors are told (`PNFE`).
        PROTOCOL_ERROR_NONFATAL_ENABLE = 10;
        /// Overflow errors are told (`ONFE`).
        OVERFLOW_ERROR_NONFATAL_ENABLE = 11;
        /// Errors of the end of the chain are told (`EOCNFE`).
        END_OF_CHAIN_ERROR_NONFATAL_ENABLE = 12;
        /// Errors of responses are told (`RNFE`).
        RESPONSE_ERROR_NONFATAL_ENABLE = 13;
        /// Errors of the checksum are told (`CRCNFE`).
        CRC_ERROR_NONFATAL_ENABLE = 14;
        /// System errors are told (`SERRNFE`).
        SYSTEM_ERROR_NONFATAL_ENABLE = 15;
    }
}
