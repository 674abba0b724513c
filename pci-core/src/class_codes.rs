//! Named sub-classes.
//!
//! PCI Code and ID Assignment Specification 1.16, section 1. The pci.ids database names two more,
//! 0x0005 and 0x0899, that vendors use without an assignment.

use crate::ClassCode;

macro_rules! sub_classes {
    ($($code:literal $name:ident $words:literal)*) => {
        /// The assigned sub-classes. Each is a class without a programming interface, for
        /// [`is_a`](ClassCode::is_a).
        impl ClassCode {
            $(
                #[doc = concat!($words, " (", stringify!($code), ").")]
                pub const $name: Self = Self::new(
                    ($code as u16).to_be_bytes()[0],
                    ($code as u16).to_be_bytes()[1],
                    None,
                );
            )*

            /// All sub-classes with a constant, by code.
            pub const SUB_CLASSES: &'static [Self] = &[$(Self::$name),*];
        }
    };
}

sub_classes! {
    0x0000 NON_VGA_UNCLASSIFIED "An unclassified device, not VGA-compatible"
    0x0001 VGA_UNCLASSIFIED "An unclassified VGA-compatible device"
    0x0100 SCSI_CONTROLLER "A SCSI controller"
    0x0101 IDE_CONTROLLER "An IDE controller"
    0x0102 FLOPPY_DISK_CONTROLLER "A floppy disk controller"
    0x0103 IPI_BUS_CONTROLLER "An IPI bus controller"
    0x0104 RAID_CONTROLLER "A RAID controller; Intel's VMD controllers are of this class"
    0x0105 ATA_CONTROLLER "An ATA controller with an ADMA interface"
    0x0106 SATA_CONTROLLER "A Serial ATA controller"
    0x0107 SAS_CONTROLLER "A Serial Attached SCSI controller"
    0x0108 NON_VOLATILE_MEMORY_CONTROLLER "A non-volatile memory subsystem, such as an NVM Express drive"
    0x0109 UFS_CONTROLLER "A Universal Flash Storage controller"
    0x0180 OTHER_MASS_STORAGE_CONTROLLER "Another mass storage controller"
    0x0200 ETHERNET_CONTROLLER "An Ethernet controller"
    0x0201 TOKEN_RING_CONTROLLER "A Token Ring controller"
    0x0202 FDDI_CONTROLLER "An FDDI controller"
    0x0203 ATM_CONTROLLER "An ATM controller"
    0x0204 ISDN_CONTROLLER "An ISDN controller"
    0x0205 WORLDFIP_CONTROLLER "A WorldFip controller"
    0x0206 PICMG_CONTROLLER "A PICMG 2.14 Multi Computing controller"
    0x0207 INFINIBAND_NETWORK_CONTROLLER "An InfiniBand controller"
    0x0208 FABRIC_CONTROLLER "A host fabric controller"
    0x0280 OTHER_NETWORK_CONTROLLER "Another network controller: Wi-Fi cards are of this class"
    0x0300 VGA_CONTROLLER "A VGA-compatible controller"
    0x0301 XGA_CONTROLLER "An XGA controller"
    0x0302 THREE_D_CONTROLLER "A 3D controller: graphics without a VGA-compatible part, as in laptops with two GPUs and in data centers"
    0x0380 OTHER_DISPLAY_CONTROLLER "Another display controller: graphics that need not be VGA-compatible"
    0x0400 VIDEO_DEVICE "A video device: capture cards and TV tuners"
    0x0401 AUDIO_DEVICE "An audio device that is not HD Audio"
    0x0402 TELEPHONY_DEVICE "A computer telephony device"
    0x0403 HD_AUDIO "A High Definition Audio device: the audio function of a graphics card is one"
    0x0480 OTHER_MULTIMEDIA_DEVICE "Another multimedia device"
    0x0500 RAM_CONTROLLER "A RAM controller"
    0x0501 FLASH_CONTROLLER "A flash memory controller"
    0x0502 CXL_MEMORY_DEVICE "A CXL memory device"
    0x0580 OTHER_MEMORY_CONTROLLER "Another memory controller"
    0x0600 HOST_BRIDGE "A host bridge"
    0x0601 ISA_BRIDGE "An ISA bridge: the LPC or eSPI controller of a chipset"
    0x0602 EISA_BRIDGE "An EISA bridge"
    0x0603 MCA_BRIDGE "A MicroChannel bridge"
    0x0604 PCI_BRIDGE "A PCI-to-PCI bridge: root ports and switch ports are of this class"
    0x0605 PCMCIA_BRIDGE "A PCMCIA bridge"
    0x0606 NUBUS_BRIDGE "A NuBus bridge"
    0x0607 CARDBUS_BRIDGE "A CardBus bridge"
    0x0608 RACEWAY_BRIDGE "A RACEway bridge"
    0x0609 SEMI_TRANSPARENT_PCI_BRIDGE "A semi-transparent PCI-to-PCI bridge"
    0x060a INFINIBAND_BRIDGE "An InfiniBand-to-PCI host bridge"
    0x060b ADVANCED_SWITCHING_BRIDGE "An Advanced Switching to PCI host bridge"
    0x0680 OTHER_BRIDGE "Another bridge"
    0x0700 SERIAL_CONTROLLER "A serial controller: a UART"
    0x0701 PARALLEL_PORT "A parallel port"
    0x0702 MULTIPORT_SERIAL_CONTROLLER "A multiport serial controller"
    0x0703 MODEM "A modem"
    0x0704 GPIB_CONTROLLER "A GPIB (IEEE 488) controller"
    0x0705 SMART_CARD_CONTROLLER "A smart card controller"
    0x0780 OTHER_COMMUNICATION_DEVICE "Another communication device"
    0x0800 INTERRUPT_CONTROLLER "A programmable interrupt controller: an I/O APIC"
    0x0801 DMA_CONTROLLER "A DMA controller"
    0x0802 TIMER "A system timer"
    0x0803 REAL_TIME_CLOCK "A real-time clock"
    0x0804 HOT_PLUG_CONTROLLER "A PCI hot-plug controller"
    0x0805 SD_HOST_CONTROLLER "An SD host controller"
    0x0806 IOMMU "An IOMMU, such as AMD's"
    0x0807 ROOT_COMPLEX_EVENT_COLLECTOR "A Root Complex Event Collector"
    0x0880 OTHER_SYSTEM_PERIPHERAL "Another system peripheral"
    0x0900 KEYBOARD_CONTROLLER "A keyboard controller"
    0x0901 DIGITIZER "A digitizer (pen)"
    0x0902 MOUSE_CONTROLLER "A mouse controller"
    0x0903 SCANNER_CONTROLLER "A scanner controller"
    0x0904 GAMEPORT_CONTROLLER "A gameport controller"
    0x0980 OTHER_INPUT_CONTROLLER "Another input controller"
    0x0a00 DOCKING_STATION "A docking station"
    0x0a80 OTHER_DOCKING_STATION "Another docking station"
    0x0b00 PROCESSOR_386 "A 386 processor"
    0x0b01 PROCESSOR_486 "A 486 processor"
    0x0b02 PROCESSOR_PENTIUM "A Pentium processor"
    0x0b10 PROCESSOR_ALPHA "An Alpha processor"
    0x0b20 PROCESSOR_POWERPC "A PowerPC processor"
    0x0b30 PROCESSOR_MIPS "A MIPS processor"
    0x0b40 CO_PROCESSOR "A co-processor"
    0x0c00 FIREWIRE_CONTROLLER "An IEEE 1394 (FireWire) controller"
    0x0c01 ACCESS_BUS_CONTROLLER "An ACCESS.bus controller"
    0x0c02 SSA_CONTROLLER "An SSA controller"
    0x0c03 USB_CONTROLLER "A Universal Serial Bus controller; the programming interface identifies the type"
    0x0c04 FIBRE_CHANNEL_CONTROLLER "A Fibre Channel controller"
    0x0c05 SMBUS_CONTROLLER "An SMBus controller"
    0x0c06 INFINIBAND_CONTROLLER "An InfiniBand controller; deprecated by 0x0207"
    0x0c07 IPMI_INTERFACE "An IPMI interface"
    0x0c08 SERCOS_INTERFACE "A SERCOS interface"
    0x0c09 CAN_BUS_CONTROLLER "A CAN bus controller"
    0x0c0a MIPI_I3C_CONTROLLER "A MIPI I3C host controller"
    0x0c80 OTHER_SERIAL_BUS_CONTROLLER "Another serial bus controller"
    0x0d00 IRDA_CONTROLLER "An iRDA compatible controller"
    0x0d01 CONSUMER_IR_CONTROLLER "A consumer infrared controller"
    0x0d10 RF_CONTROLLER "A radio controller"
    0x0d11 BLUETOOTH_CONTROLLER "A Bluetooth controller"
    0x0d12 BROADBAND_CONTROLLER "A broadband controller"
    0x0d20 WIRELESS_802_11A_CONTROLLER "An Ethernet controller for 802.11a (5 GHz)"
    0x0d21 WIRELESS_802_11B_CONTROLLER "An Ethernet controller for 802.11b (2.4 GHz)"
    0x0d40 CELLULAR_CONTROLLER "A cellular controller or modem"
    0x0d41 CELLULAR_ETHERNET_CONTROLLER "A cellular controller or modem with Ethernet (802.11)"
    0x0d80 OTHER_WIRELESS_CONTROLLER "Another wireless controller"
    0x0e00 I2O_CONTROLLER "An intelligent I/O (I2O) controller"
    0x0f01 SATELLITE_TV_CONTROLLER "A satellite TV controller"
    0x0f02 SATELLITE_AUDIO_CONTROLLER "A satellite audio controller"
    0x0f03 SATELLITE_VOICE_CONTROLLER "A satellite voice controller"
    0x0f04 SATELLITE_DATA_CONTROLLER "A satellite data controller"
    0x1000 NETWORK_ENCRYPTION_CONTROLLER "A network and computing encryption controller"
    0x1010 ENTERTAINMENT_ENCRYPTION_CONTROLLER "An entertainment encryption controller"
    0x1080 OTHER_ENCRYPTION_CONTROLLER "Another encryption controller"
    0x1100 DPIO_MODULE "A DPIO module"
    0x1101 PERFORMANCE_COUNTERS "Performance counters"
    0x1110 COMMUNICATION_SYNCHRONIZER "A communications synchronizer with time and frequency test and measurement"
    0x1120 SIGNAL_PROCESSING_MANAGEMENT_CARD "A management card of a signal processing system"
    0x1180 OTHER_SIGNAL_PROCESSING_CONTROLLER "Another signal processing controller"
    0x1200 PROCESSING_ACCELERATOR "A processing accelerator"
    0x1201 SDXI_CONTROLLER "An SNIA Smart Data Accelerator Interface (SDXI) controller"
    0x1300 NON_ESSENTIAL_INSTRUMENTATION "A non-essential instrumentation function"
    0x4000 CO_PROCESSOR_40 "A co-processor of base class 0x40"
}

macro_rules! programming_interfaces {
    ($($code:literal $name:ident $words:literal)*) => {
        /// Programming interfaces relevant to passthrough.
        impl ClassCode {
            $(
                #[doc = concat!($words, " (", stringify!($code), ").")]
                pub const $name: Self = Self::from_u24($code);
            )*
        }
    };
}

programming_interfaces! {
    0x010601 AHCI "A Serial ATA controller with the AHCI interface"
    0x010802 NVM_EXPRESS "An NVM Express drive"
    0x060400 PCI_BRIDGE_NORMAL_DECODE "A PCI-to-PCI bridge with normal decode"
    0x060401 PCI_BRIDGE_SUBTRACTIVE_DECODE "A PCI-to-PCI bridge with subtractive decode"
    0x0c0300 UHCI "A USB 1.1 controller with Intel's interface"
    0x0c0310 OHCI "A USB 1.1 controller with the Open interface"
    0x0c0320 EHCI "A USB 2.0 controller"
    0x0c0330 XHCI "A USB 3 controller"
    0x0c0340 USB4_HOST_INTERFACE "A USB4 host interface"
    0x0c03fe USB_DEVICE "A USB device, not a host controller"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_occurs_once_and_in_order() {
        let codes = ClassCode::SUB_CLASSES;
        assert!(codes.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(codes.iter().all(|class| class.prog_if.is_none()));
    }

    /// Every sub-class of pci.ids except two has a constant, and vice versa, except those that
    /// pci.ids lacks.
    #[cfg(feature = "names")]
    #[test]
    fn the_database_knows_the_same_sub_classes() {
        let names = crate::Names::embedded();
        let (mut unnamed, mut unlisted) = (alloc::vec::Vec::new(), alloc::vec::Vec::new());
        for code in 0..=u16::MAX {
            let [base, sub] = code.to_be_bytes();
            let class = ClassCode::new(base, sub, None);
            let here = ClassCode::SUB_CLASSES.contains(&class);
            match names.class(base, sub) {
                Some(_) if !here => unlisted.push(code),
                Some(_) => {}
                None if here => unnamed.push(code),
                None => {}
            }
        }
        assert_eq!(unnamed, [0x060b, 0x1300, 0x4000]);
        assert_eq!(unlisted, [0x0005, 0x0899]);
        for class in [
            ClassCode::AHCI,
            ClassCode::NVM_EXPRESS,
            ClassCode::PCI_BRIDGE_NORMAL_DECODE,
            ClassCode::PCI_BRIDGE_SUBTRACTIVE_DECODE,
            ClassCode::UHCI,
            ClassCode::OHCI,
            ClassCode::EHCI,
            ClassCode::XHCI,
            ClassCode::USB4_HOST_INTERFACE,
            ClassCode::USB_DEVICE,
        ] {
            assert!(names.prog_if(class).is_some(), "{class}");
        }
    }
}
