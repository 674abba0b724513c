//! Capability IDs and their names.

use super::field::code;

code! {
    /// ID of a capability in the first 256 bytes of configuration space (PCI Code and ID Assignment
    /// Specification 1.16, section 2).
    ///
    /// ```
    /// use pci_core::config::CapabilityId;
    /// assert_eq!(CapabilityId::MSI_X.to_string(), "MSI-X");
    /// assert_eq!(CapabilityId(0x42).to_string(), "0x42");
    /// ```
    CapabilityId: u8 {
        /// Null capability: a removed structure.
        NULL = 0x00, "Null";
        /// PCI Power Management.
        #[doc(alias = "PCI_CAP_ID_PM")]
        POWER_MANAGEMENT = 0x01, "Power Management";
        /// Accelerated Graphics Port.
        #[doc(alias = "PCI_CAP_ID_AGP")]
        AGP = 0x02, "AGP";
        /// Vital Product Data.
        #[doc(alias = "PCI_CAP_ID_VPD")]
        VITAL_PRODUCT_DATA = 0x03, "Vital Product Data";
        /// Slot numbering of a bridge.
        #[doc(alias = "PCI_CAP_ID_SLOTID")]
        SLOT_IDENTIFICATION = 0x04, "Slot Identification";
        /// Message Signaled Interrupts.
        #[doc(alias = "PCI_CAP_ID_MSI")]
        MSI = 0x05, "MSI";
        /// CompactPCI Hot Swap.
        #[doc(alias = "PCI_CAP_ID_CHSWP")]
        COMPACT_PCI_HOT_SWAP = 0x06, "CompactPCI Hot Swap";
        /// PCI-X.
        #[doc(alias = "PCI_CAP_ID_PCIX")]
        PCI_X = 0x07, "PCI-X";
        /// HyperTransport.
        #[doc(alias = "PCI_CAP_ID_HT")]
        HYPER_TRANSPORT = 0x08, "HyperTransport";
        /// Vendor-specific.
        #[doc(alias = "PCI_CAP_ID_VNDR")]
        VENDOR_SPECIFIC = 0x09, "Vendor Specific";
        /// Debug port of a USB 2.0 controller.
        #[doc(alias = "PCI_CAP_ID_DBG")]
        DEBUG_PORT = 0x0a, "Debug port";
        /// CompactPCI central resource control.
        #[doc(alias = "PCI_CAP_ID_CCRC")]
        COMPACT_PCI_CENTRAL_RESOURCE_CONTROL = 0x0b, "CompactPCI central resource control";
        /// Standard hot-plug controller of a bridge.
        #[doc(alias = "PCI_CAP_ID_SHPC")]
        PCI_HOT_PLUG = 0x0c, "PCI Hot-Plug";
        /// Subsystem IDs of a bridge.
        #[doc(alias = "PCI_CAP_ID_SSVID")]
        BRIDGE_SUBSYSTEM_ID = 0x0d, "PCI Bridge Subsystem Vendor ID";
        /// AGP 8x of a bridge.
        #[doc(alias = "PCI_CAP_ID_AGP3")]
        AGP_8X = 0x0e, "AGP 8x";
        /// Secure device, such as AMD's IOMMU.
        #[doc(alias = "PCI_CAP_ID_SECDEV")]
        SECURE_DEVICE = 0x0f, "Secure Device";
        /// PCI Express.
        #[doc(alias = "PCI_CAP_ID_EXP")]
        PCI_EXPRESS = 0x10, "PCI Express";
        /// MSI-X.
        #[doc(alias = "PCI_CAP_ID_MSIX")]
        MSI_X = 0x11, "MSI-X";
        /// Index and data registers of a SATA controller.
        #[doc(alias = "PCI_CAP_ID_SATA")]
        SATA = 0x12, "Serial ATA Data/Index Configuration";
        /// Function Level Reset of a conventional function.
        #[doc(alias = "PCI_CAP_ID_AF")]
        ADVANCED_FEATURES = 0x13, "Advanced Features (AF)";
        /// Fixed address ranges.
        #[doc(alias = "PCI_CAP_ID_EA")]
        ENHANCED_ALLOCATION = 0x14, "Enhanced Allocation (EA)";
        /// Flattening Portal Bridge.
        FLATTENING_PORTAL_BRIDGE = 0x15, "Flattening Portal Bridge (FPB)";
    }
}

code! {
    /// ID of an extended capability (PCI Code and ID Assignment Specification 1.16, section 3; from
    /// 0x0037 on: pciutils 3.14).
    ///
    /// ```
    /// use pci_core::config::ExtendedCapabilityId;
    /// assert_eq!(ExtendedCapabilityId(0x15), ExtendedCapabilityId::RESIZABLE_BAR);
    /// ```
    ExtendedCapabilityId: u16 {
        /// Null capability: a removed structure.
        NULL = 0x0000, "Null";
        /// Advanced Error Reporting.
        #[doc(alias = "PCI_EXT_CAP_ID_ERR")]
        ADVANCED_ERROR_REPORTING = 0x0001, "Advanced Error Reporting (AER)";
        /// Virtual channels of a device without MFVC.
        #[doc(alias = "PCI_EXT_CAP_ID_VC")]
        VIRTUAL_CHANNEL = 0x0002, "Virtual Channel (VC)";
        /// Device serial number.
        #[doc(alias = "PCI_EXT_CAP_ID_DSN")]
        DEVICE_SERIAL_NUMBER = 0x0003, "Device Serial Number";
        /// Power requirements.
        #[doc(alias = "PCI_EXT_CAP_ID_PWR")]
        POWER_BUDGETING = 0x0004, "Power Budgeting";
        /// Internal topology of a root complex.
        #[doc(alias = "PCI_EXT_CAP_ID_RCLD")]
        ROOT_COMPLEX_LINK_DECLARATION = 0x0005, "Root Complex Link Declaration";
        /// A link inside the root complex.
        #[doc(alias = "PCI_EXT_CAP_ID_RCILC")]
        ROOT_COMPLEX_INTERNAL_LINK_CONTROL = 0x0006, "Root Complex Internal Link Control";
        /// Endpoints of a root complex event collector.
        #[doc(alias = "PCI_EXT_CAP_ID_RCEC")]
        ROOT_COMPLEX_EVENT_COLLECTOR = 0x0007, "Root Complex Event Collector Endpoint Association";
        /// Virtual channels of all functions of a device.
        #[doc(alias = "PCI_EXT_CAP_ID_MFVC")]
        MULTI_FUNCTION_VIRTUAL_CHANNEL = 0x0008, "Multi-Function Virtual Channel (MFVC)";
        /// Virtual channels of a function of a device with MFVC.
        #[doc(alias = "PCI_EXT_CAP_ID_VC9")]
        VIRTUAL_CHANNEL_MFVC = 0x0009, "Virtual Channel (VC) with MFVC";
        /// Vendor and device ID of a root complex register block.
        #[doc(alias = "PCI_EXT_CAP_ID_RCRB")]
        RCRB_HEADER = 0x000a, "RCRB Header";
        /// Vendor-specific.
        #[doc(alias = "PCI_EXT_CAP_ID_VNDR")]
        VENDOR_SPECIFIC = 0x000b, "Vendor-Specific (VSEC)";
        /// Configuration access correlation, withdrawn.
        #[doc(alias = "PCI_EXT_CAP_ID_CAC")]
        CONFIGURATION_ACCESS_CORRELATION = 0x000c, "Configuration Access Correlation";
        /// Isolation of devices.
        #[doc(alias = "PCI_EXT_CAP_ID_ACS")]
        ACCESS_CONTROL_SERVICES = 0x000d, "Access Control Services (ACS)";
        /// More than 8 functions.
        #[doc(alias = "PCI_EXT_CAP_ID_ARI")]
        ALTERNATIVE_ROUTING_ID = 0x000e, "Alternative Routing-ID Interpretation (ARI)";
        /// Translation requests to the IOMMU.
        #[doc(alias = "PCI_EXT_CAP_ID_ATS")]
        ADDRESS_TRANSLATION_SERVICES = 0x000f, "Address Translation Services (ATS)";
        /// Virtual functions.
        #[doc(alias = "PCI_EXT_CAP_ID_SRIOV")]
        SR_IOV = 0x0010, "Single Root I/O Virtualization (SR-IOV)";
        /// Virtual functions for several hosts, withdrawn.
        #[doc(alias = "PCI_EXT_CAP_ID_MRIOV")]
        MR_IOV = 0x0011, "Multi-Root I/O Virtualization (MR-IOV)";
        /// Writes to several functions at once.
        #[doc(alias = "PCI_EXT_CAP_ID_MCAST")]
        MULTICAST = 0x0012, "Multicast";
        /// Requests for pages that are not present.
        #[doc(alias = "PCI_EXT_CAP_ID_PRI")]
        PAGE_REQUEST_INTERFACE = 0x0013, "Page Request Interface (PRI)";
        /// Reserved for AMD.
        #[doc(alias = "PCI_EXT_CAP_ID_AMD_XXX")]
        AMD = 0x0014, "AMD";
        /// BARs with several sizes.
        #[doc(alias = "PCI_EXT_CAP_ID_REBAR")]
        RESIZABLE_BAR = 0x0015, "Resizable BAR";
        /// Power allocation substates of D0.
        #[doc(alias = "PCI_EXT_CAP_ID_DPA")]
        DYNAMIC_POWER_ALLOCATION = 0x0016, "Dynamic Power Allocation (DPA)";
        /// Processing hints for data placement.
        #[doc(alias = "PCI_EXT_CAP_ID_TPH")]
        TPH_REQUESTER = 0x0017, "TPH Requester";
        /// Maximum latency that the function tolerates.
        #[doc(alias = "PCI_EXT_CAP_ID_LTR")]
        LATENCY_TOLERANCE_REPORTING = 0x0018, "Latency Tolerance Reporting (LTR)";
        /// Link at 8 GT/s.
        #[doc(alias = "PCI_EXT_CAP_ID_SECPCI")]
        SECONDARY_PCI_EXPRESS = 0x0019, "Secondary PCI Express";
        /// Other protocols on the link.
        #[doc(alias = "PCI_EXT_CAP_ID_PMUX")]
        PROTOCOL_MULTIPLEXING = 0x001a, "Protocol Multiplexing (PMUX)";
        /// Process address spaces.
        #[doc(alias = "PCI_EXT_CAP_ID_PASID")]
        PASID = 0x001b, "Process Address Space ID (PASID)";
        /// Lightweight notification, withdrawn.
        LN_REQUESTER = 0x001c, "LN Requester";
        /// Containment of uncorrectable errors.
        #[doc(alias = "PCI_EXT_CAP_ID_DPC")]
        DOWNSTREAM_PORT_CONTAINMENT = 0x001d, "Downstream Port Containment (DPC)";
        /// L1 substates of the link.
        #[doc(alias = "PCI_EXT_CAP_ID_L1SS")]
        L1_PM_SUBSTATES = 0x001e, "L1 PM Substates";
        /// Common time base.
        #[doc(alias = "PCI_EXT_CAP_ID_PTM")]
        PRECISION_TIME_MEASUREMENT = 0x001f, "Precision Time Measurement (PTM)";
        /// PCI Express over M-PHY, withdrawn.
        M_PCIE = 0x0020, "PCI Express over M-PHY (M-PCIe)";
        /// Function Readiness Status messages.
        FRS_QUEUEING = 0x0021, "FRS Queueing";
        /// Time until the function is ready.
        READINESS_TIME_REPORTING = 0x0022, "Readiness Time Reporting";
        /// Designated vendor-specific, such as CXL.
        #[doc(alias = "PCI_EXT_CAP_ID_DVSEC")]
        DESIGNATED_VENDOR_SPECIFIC = 0x0023, "Designated Vendor-Specific (DVSEC)";
        /// BARs of virtual functions with several sizes.
        #[doc(alias = "PCI_EXT_CAP_ID_VF_REBAR")]
        VF_RESIZABLE_BAR = 0x0024, "VF Resizable BAR";
        /// Features of the data link layer.
        #[doc(alias = "PCI_EXT_CAP_ID_DLF")]
        DATA_LINK_FEATURE = 0x0025, "Data Link Feature";
        /// Link at 16 GT/s.
        #[doc(alias = "PCI_EXT_CAP_ID_PL_16GT")]
        PHYSICAL_LAYER_16_GT = 0x0026, "Physical Layer 16.0 GT/s";
        /// Electrical margin of the lanes.
        LANE_MARGINING = 0x0027, "Lane Margining at the Receiver";
        /// Hierarchy of the function.
        HIERARCHY_ID = 0x0028, "Hierarchy ID";
        /// Enclosure management (drive bay indicators).
        #[doc(alias = "PCI_EXT_CAP_ID_NPEM")]
        NATIVE_PCIE_ENCLOSURE_MANAGEMENT = 0x0029, "Native PCIe Enclosure Management (NPEM)";
        /// Link at 32 GT/s.
        #[doc(alias = "PCI_EXT_CAP_ID_PL_32GT")]
        PHYSICAL_LAYER_32_GT = 0x002a, "Physical Layer 32.0 GT/s";
        /// Alternate protocols of the link.
        ALTERNATE_PROTOCOL = 0x002b, "Alternate Protocol";
        /// Firmware between a port and the operating system.
        SYSTEM_FIRMWARE_INTERMEDIARY = 0x002c, "System Firmware Intermediary (SFI)";
        /// Functions whose tags another function uses.
        SHADOW_FUNCTIONS = 0x002d, "Shadow Functions";
        /// Mailbox (DOE).
        #[doc(alias = "PCI_EXT_CAP_ID_DOE")]
        DATA_OBJECT_EXCHANGE = 0x002e, "Data Object Exchange (DOE)";
        /// Device 3 registers.
        #[doc(alias = "PCI_EXT_CAP_ID_DEV3")]
        DEVICE_3 = 0x002f, "Device 3";
        /// Link encryption (IDE).
        #[doc(alias = "PCI_EXT_CAP_ID_IDE")]
        INTEGRITY_AND_DATA_ENCRYPTION = 0x0030, "Integrity and Data Encryption (IDE)";
        /// Link at 64 GT/s.
        #[doc(alias = "PCI_EXT_CAP_ID_PL_64GT")]
        PHYSICAL_LAYER_64_GT = 0x0031, "Physical Layer 64.0 GT/s";
        /// Error log of flits.
        FLIT_LOGGING = 0x0032, "Flit Logging";
        /// Flit counters.
        FLIT_PERFORMANCE_MEASUREMENT = 0x0033, "Flit Performance Measurement";
        /// Error injection.
        FLIT_ERROR_INJECTION = 0x0034, "Flit Error Injection";
        /// Virtual channels in flit mode.
        STREAMLINED_VIRTUAL_CHANNEL = 0x0035, "Streamlined Virtual Channel (SVC)";
        /// Location of further registers in memory.
        MMIO_REGISTER_BLOCK_LOCATOR = 0x0036, "MMIO Register Block Locator (MRBL)";
        /// Contents of NOP flits.
        NOP_FLIT = 0x0037, "NOP Flit";
        /// Assignable parts of a function.
        SCALABLE_IO_VIRTUALIZATION = 0x0038, "Scalable I/O Virtualization (SIOV)";
        /// Link at 128 GT/s.
        PHYSICAL_LAYER_128_GT = 0x0039, "Physical Layer 128.0 GT/s";
        /// Captured data.
        CAPTURED_DATA = 0x003a, "Captured Data";
    }
}
