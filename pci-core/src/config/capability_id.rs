//! What the structures of the two capability lists are called.

use super::field::code;

code! {
    /// The id of a capability in the first 256 bytes of configuration space (PCI
    /// Code and ID Assignment Specification 1.16, section 2).
    ///
    /// ```
    /// use pci_core::config::CapabilityId;
    /// assert_eq!(CapabilityId::MSI_X.to_string(), "MSI-X");
    /// assert_eq!(CapabilityId(0x42).to_string(), "0x42");
    /// ```
    CapabilityId: u8 {
        /// Nothing: a structure that was taken out.
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
        /// Whatever the vendor chose.
        #[doc(alias = "PCI_CAP_ID_VNDR")]
        VENDOR_SPECIFIC = 0x09, "Vendor Specific";
        /// The debug port of a USB 2.0 controller.
        #[doc(alias = "PCI_CAP_ID_DBG")]
        DEBUG_PORT = 0x0a, "Debug port";
        /// CompactPCI central resource control.
        #[doc(alias = "PCI_CAP_ID_CCRC")]
        COMPACT_PCI_CENTRAL_RESOURCE_CONTROL = 0x0b, "CompactPCI central resource control";
        /// The standard hot-plug controller of a bridge.
        #[doc(alias = "PCI_CAP_ID_SHPC")]
        PCI_HOT_PLUG = 0x0c, "PCI Hot-Plug";
        /// The subsystem ids of a bridge.
        #[doc(alias = "PCI_CAP_ID_SSVID")]
        BRIDGE_SUBSYSTEM_ID = 0x0d, "PCI Bridge Subsystem Vendor ID";
        /// AGP 8x of a bridge.
        #[doc(alias = "PCI_CAP_ID_AGP3")]
        AGP_8X = 0x0e, "AGP 8x";
        /// Secure device: the IOMMU of AMD is one.
        #[doc(alias = "PCI_CAP_ID_SECDEV")]
        SECURE_DEVICE = 0x0f, "Secure Device";
        /// PCI Express.
        #[doc(alias = "PCI_CAP_ID_EXP")]
        PCI_EXPRESS = 0x10, "PCI Express";
        /// MSI-X.
        #[doc(alias = "PCI_CAP_ID_MSIX")]
        MSI_X = 0x11, "MSI-X";
        /// Where a SATA controller has its index and data registers.
        #[doc(alias = "PCI_CAP_ID_SATA")]
        SATA = 0x12, "Serial ATA Data/Index Configuration";
        /// Function Level Reset of a conventional function.
        #[doc(alias = "PCI_CAP_ID_AF")]
        ADVANCED_FEATURES = 0x13, "Advanced Features (AF)";
        /// Address ranges that do not move.
        #[doc(alias = "PCI_CAP_ID_EA")]
        ENHANCED_ALLOCATION = 0x14, "Enhanced Allocation (EA)";
        /// Flattening Portal Bridge.
        FLATTENING_PORTAL_BRIDGE = 0x15, "Flattening Portal Bridge (FPB)";
    }
}

code! {
    /// The id of a capability from 0x100 on (PCI Code and ID Assignment
    /// Specification 1.16, section 3; from 0x0037 on: pciutils 3.14).
    ///
    /// ```
    /// use pci_core::config::ExtendedCapabilityId;
    /// assert_eq!(ExtendedCapabilityId(0x15), ExtendedCapabilityId::RESIZABLE_BAR);
    /// ```
    ExtendedCapabilityId: u16 {
        /// Nothing: a structure that was taken out.
        NULL = 0x0000, "Null";
        /// Errors in detail.
        #[doc(alias = "PCI_EXT_CAP_ID_ERR")]
        ADVANCED_ERROR_REPORTING = 0x0001, "Advanced Error Reporting (AER)";
        /// Virtual channels of a device without MFVC.
        #[doc(alias = "PCI_EXT_CAP_ID_VC")]
        VIRTUAL_CHANNEL = 0x0002, "Virtual Channel (VC)";
        /// The serial number.
        #[doc(alias = "PCI_EXT_CAP_ID_DSN")]
        DEVICE_SERIAL_NUMBER = 0x0003, "Device Serial Number";
        /// How much power it may take.
        #[doc(alias = "PCI_EXT_CAP_ID_PWR")]
        POWER_BUDGETING = 0x0004, "Power Budgeting";
        /// How the root complex is wired.
        #[doc(alias = "PCI_EXT_CAP_ID_RCLD")]
        ROOT_COMPLEX_LINK_DECLARATION = 0x0005, "Root Complex Link Declaration";
        /// A link inside the root complex.
        #[doc(alias = "PCI_EXT_CAP_ID_RCILC")]
        ROOT_COMPLEX_INTERNAL_LINK_CONTROL = 0x0006, "Root Complex Internal Link Control";
        /// For which endpoints a root complex event collector stands.
        #[doc(alias = "PCI_EXT_CAP_ID_RCEC")]
        ROOT_COMPLEX_EVENT_COLLECTOR = 0x0007, "Root Complex Event Collector Endpoint Association";
        /// Virtual channels of all functions of a device together.
        #[doc(alias = "PCI_EXT_CAP_ID_MFVC")]
        MULTI_FUNCTION_VIRTUAL_CHANNEL = 0x0008, "Multi-Function Virtual Channel (MFVC)";
        /// Virtual channels of a function of a device with MFVC.
        #[doc(alias = "PCI_EXT_CAP_ID_VC9")]
        VIRTUAL_CHANNEL_MFVC = 0x0009, "Virtual Channel (VC) with MFVC";
        /// Who made a root complex register block.
        #[doc(alias = "PCI_EXT_CAP_ID_RCRB")]
        RCRB_HEADER = 0x000a, "RCRB Header";
        /// Whatever the vendor of the function chose.
        #[doc(alias = "PCI_EXT_CAP_ID_VNDR")]
        VENDOR_SPECIFIC = 0x000b, "Vendor-Specific (VSEC)";
        /// Configuration access correlation, withdrawn.
        #[doc(alias = "PCI_EXT_CAP_ID_CAC")]
        CONFIGURATION_ACCESS_CORRELATION = 0x000c, "Configuration Access Correlation";
        /// Whether devices can be kept apart.
        #[doc(alias = "PCI_EXT_CAP_ID_ACS")]
        ACCESS_CONTROL_SERVICES = 0x000d, "Access Control Services (ACS)";
        /// More functions than 8.
        #[doc(alias = "PCI_EXT_CAP_ID_ARI")]
        ALTERNATIVE_ROUTING_ID = 0x000e, "Alternative Routing-ID Interpretation (ARI)";
        /// Asking the IOMMU for translations.
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
        /// Asking for pages that are not there.
        #[doc(alias = "PCI_EXT_CAP_ID_PRI")]
        PAGE_REQUEST_INTERFACE = 0x0013, "Page Request Interface (PRI)";
        /// Reserved for AMD.
        #[doc(alias = "PCI_EXT_CAP_ID_AMD_XXX")]
        AMD = 0x0014, "AMD";
        /// Base address registers of several sizes.
        #[doc(alias = "PCI_EXT_CAP_ID_REBAR")]
        RESIZABLE_BAR = 0x0015, "Resizable BAR";
        /// Steps of power within D0.
        #[doc(alias = "PCI_EXT_CAP_ID_DPA")]
        DYNAMIC_POWER_ALLOCATION = 0x0016, "Dynamic Power Allocation (DPA)";
        /// Hints on where data will be used.
        #[doc(alias = "PCI_EXT_CAP_ID_TPH")]
        TPH_REQUESTER = 0x0017, "TPH Requester";
        /// How long the function can wait.
        #[doc(alias = "PCI_EXT_CAP_ID_LTR")]
        LATENCY_TOLERANCE_REPORTING = 0x0018, "Latency Tolerance Reporting (LTR)";
        /// The link at 8 GT/s.
        #[doc(alias = "PCI_EXT_CAP_ID_SECPCI")]
        SECONDARY_PCI_EXPRESS = 0x0019, "Secondary PCI Express";
        /// Other protocols on the link.
        #[doc(alias = "PCI_EXT_CAP_ID_PMUX")]
        PROTOCOL_MULTIPLEXING = 0x001a, "Protocol Multiplexing (PMUX)";
        /// Address spaces of several processes.
        #[doc(alias = "PCI_EXT_CAP_ID_PASID")]
        PASID = 0x001b, "Process Address Space ID (PASID)";
        /// Lightweight notification, withdrawn.
        LN_REQUESTER = 0x001c, "LN Requester";
        /// Cutting off a link after an error.
        #[doc(alias = "PCI_EXT_CAP_ID_DPC")]
        DOWNSTREAM_PORT_CONTAINMENT = 0x001d, "Downstream Port Containment (DPC)";
        /// Deeper sleep of the link.
        #[doc(alias = "PCI_EXT_CAP_ID_L1SS")]
        L1_PM_SUBSTATES = 0x001e, "L1 PM Substates";
        /// A common clock.
        #[doc(alias = "PCI_EXT_CAP_ID_PTM")]
        PRECISION_TIME_MEASUREMENT = 0x001f, "Precision Time Measurement (PTM)";
        /// PCI Express over M-PHY, withdrawn.
        M_PCIE = 0x0020, "PCI Express over M-PHY (M-PCIe)";
        /// Messages of functions that are ready.
        FRS_QUEUEING = 0x0021, "FRS Queueing";
        /// How long the function takes to be ready.
        READINESS_TIME_REPORTING = 0x0022, "Readiness Time Reporting";
        /// Whatever any vendor chose: CXL lives here.
        #[doc(alias = "PCI_EXT_CAP_ID_DVSEC")]
        DESIGNATED_VENDOR_SPECIFIC = 0x0023, "Designated Vendor-Specific (DVSEC)";
        /// Base address registers of virtual functions, of several sizes.
        #[doc(alias = "PCI_EXT_CAP_ID_VF_REBAR")]
        VF_RESIZABLE_BAR = 0x0024, "VF Resizable BAR";
        /// What the data link layer can.
        #[doc(alias = "PCI_EXT_CAP_ID_DLF")]
        DATA_LINK_FEATURE = 0x0025, "Data Link Feature";
        /// The link at 16 GT/s.
        #[doc(alias = "PCI_EXT_CAP_ID_PL_16GT")]
        PHYSICAL_LAYER_16_GT = 0x0026, "Physical Layer 16.0 GT/s";
        /// How much the lanes can stand.
        LANE_MARGINING = 0x0027, "Lane Margining at the Receiver";
        /// Which hierarchy the function is in.
        HIERARCHY_ID = 0x0028, "Hierarchy ID";
        /// The lights of a drive bay.
        #[doc(alias = "PCI_EXT_CAP_ID_NPEM")]
        NATIVE_PCIE_ENCLOSURE_MANAGEMENT = 0x0029, "Native PCIe Enclosure Management (NPEM)";
        /// The link at 32 GT/s.
        #[doc(alias = "PCI_EXT_CAP_ID_PL_32GT")]
        PHYSICAL_LAYER_32_GT = 0x002a, "Physical Layer 32.0 GT/s";
        /// Which other protocol the link may speak.
        ALTERNATE_PROTOCOL = 0x002b, "Alternate Protocol";
        /// Firmware between a port and the operating system.
        SYSTEM_FIRMWARE_INTERMEDIARY = 0x002c, "System Firmware Intermediary (SFI)";
        /// Functions that lend their tags.
        SHADOW_FUNCTIONS = 0x002d, "Shadow Functions";
        /// A mailbox.
        #[doc(alias = "PCI_EXT_CAP_ID_DOE")]
        DATA_OBJECT_EXCHANGE = 0x002e, "Data Object Exchange (DOE)";
        /// More registers of the device.
        #[doc(alias = "PCI_EXT_CAP_ID_DEV3")]
        DEVICE_3 = 0x002f, "Device 3";
        /// Encryption of the link.
        #[doc(alias = "PCI_EXT_CAP_ID_IDE")]
        INTEGRITY_AND_DATA_ENCRYPTION = 0x0030, "Integrity and Data Encryption (IDE)";
        /// The link at 64 GT/s.
        #[doc(alias = "PCI_EXT_CAP_ID_PL_64GT")]
        PHYSICAL_LAYER_64_GT = 0x0031, "Physical Layer 64.0 GT/s";
        /// Errors of flits.
        FLIT_LOGGING = 0x0032, "Flit Logging";
        /// How many flits went by.
        FLIT_PERFORMANCE_MEASUREMENT = 0x0033, "Flit Performance Measurement";
        /// Errors on purpose.
        FLIT_ERROR_INJECTION = 0x0034, "Flit Error Injection";
        /// Virtual channels in flit mode.
        STREAMLINED_VIRTUAL_CHANNEL = 0x0035, "Streamlined Virtual Channel (SVC)";
        /// Where in memory there are more registers.
        MMIO_REGISTER_BLOCK_LOCATOR = 0x0036, "MMIO Register Block Locator (MRBL)";
        /// What empty flits carry.
        NOP_FLIT = 0x0037, "NOP Flit";
        /// Parts of a function for several guests.
        SCALABLE_IO_VIRTUALIZATION = 0x0038, "Scalable I/O Virtualization (SIOV)";
        /// The link at 128 GT/s.
        PHYSICAL_LAYER_128_GT = 0x0039, "Physical Layer 128.0 GT/s";
        /// Captured data.
        CAPTURED_DATA = 0x003a, "Captured Data";
    }
}
