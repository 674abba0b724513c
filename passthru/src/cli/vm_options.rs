//! VM options on the command line.

use clap::Args;
use hvconf::assigned::RomFile;
use hvconf::description::{
    Chipset, CpuHiding, Firmware, HugePageSize, HypervVendorId, KvmSignature, LookingGlassSize,
    Pages,
};
use hvconf::guest::UserName;

use super::guest::looking_glass;
use crate::plan::{self, LookingGlass, Screen, VmOptions, Window};

// Options of the VM beside the functions.
#[derive(Debug, Args)]
pub(super) struct VmOptionArgs {
    /// Hide the hypervisor from the guest, for NVIDIA drivers before 465.89; ID is the
    /// Hyper-V vendor ID, of at most 12 letters and digits
    #[arg(
        long,
        value_name = "ID",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = plan::HIDDEN_AS
    )]
    hide: Option<HypervVendorId>,
    /// Back the guest's memory with huge pages: 2M, 1G or default
    #[arg(long, value_name = "SIZE", value_parser = pages)]
    huge_pages: Option<HugePageSize>,
    /// Add shared memory for Looking Glass, for the guest's screen size: 2560x1440, or
    /// 2560x1440,hdr
    #[arg(long, value_name = "SCREEN", value_parser = looking_glass)]
    looking_glass: Option<LookingGlassSize>,
    /// Set the host account that runs Looking Glass
    #[arg(
        long,
        value_name = "NAME",
        default_value = "root",
        requires = "looking_glass"
    )]
    user: UserName,
    /// Use this GPU ROM file of the hypervisor's ROM directory
    #[arg(long, value_name = "NAME")]
    rom: Option<RomFile>,
    /// Make the GPU the guest's primary display
    #[arg(long)]
    primary: bool,
    /// Set the guest's firmware: ovmf or seabios; the default is an existing guest's, or
    /// ovmf for a new guest
    #[arg(long, value_name = "NAME", value_parser = firmware)]
    firmware: Option<Firmware>,
    /// Set the guest's machine type: q35 or i440fx; the default is an existing guest's, or
    /// q35 for a new guest
    #[arg(long, value_name = "NAME", value_parser = machine_type)]
    machine_type: Option<Chipset>,
    /// Set the guest's 64-bit MMIO window: a power of two such as 64G; without a size, as
    /// the devices' BARs need. By default it is set if the target's own window is known to
    /// be too small
    #[arg(
        long,
        value_name = "SIZE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "needed",
        value_parser = window
    )]
    mmio_window: Option<Window>,
}

fn firmware(text: &str) -> Result<Firmware, String> {
    plan::firmware(text).map_err(|expected| format!("expected {expected}"))
}

fn machine_type(text: &str) -> Result<Chipset, String> {
    plan::machine_type(text).map_err(|expected| format!("expected {expected}"))
}

fn window(text: &str) -> Result<Window, String> {
    plan::window(text).map_err(|expected| format!("expected {expected}"))
}

fn pages(text: &str) -> Result<HugePageSize, String> {
    plan::huge_pages(text).map_err(|expected| format!("expected {expected}"))
}

impl From<VmOptionArgs> for VmOptions {
    fn from(args: VmOptionArgs) -> Self {
        let hiding = match args.hide {
            Some(id) => CpuHiding {
                kvm: KvmSignature::Hidden,
                hyperv_vendor_id: Some(id),
            },
            None => CpuHiding::default(),
        };
        let user = args.user;
        Self {
            hiding,
            pages: args.huge_pages.map_or(Pages::Ordinary, Pages::Huge),
            looking_glass: args.looking_glass.map(|size| LookingGlass { size, user }),
            rom_file: args.rom,
            firmware: args.firmware,
            machine: args.machine_type,
            window: args.mmio_window,
            screen: if args.primary {
                Screen::OnTheCard
            } else {
                Screen::AsItIs
            },
        }
    }
}
