//! What is wished of a guest's machine, as typed.

use clap::Args;
use hvconf::assigned::RomFile;
use hvconf::description::{
    Chipset, CpuHiding, Firmware, HugePageSize, HypervVendorId, KvmSignature, LookingGlassSize,
    Pages,
};
use hvconf::guest::UserName;

use super::guest::looking_glass;
use crate::plan::{self, LookingGlass, Screen, Window, Wishes};

/// What the guest's machine is to have beside the functions.
#[derive(Debug, Args)]
pub(super) struct WishArgs {
    /// Hide the hypervisor from the guest, for NVIDIA's drivers before 465.89; ID is what
    /// Hyper-V's name becomes, of at most 12 letters and digits
    #[arg(
        long,
        value_name = "ID",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = plan::HIDDEN_AS
    )]
    hide: Option<HypervVendorId>,
    /// Back the guest's memory with huge pages: 2M, 1G, or the host's default
    #[arg(long, value_name = "SIZE", value_parser = pages)]
    huge_pages: Option<HugePageSize>,
    /// Shared memory for Looking Glass, by the guest's screen: 2560x1440, or
    /// 2560x1440,hdr
    #[arg(long, value_name = "SCREEN", value_parser = looking_glass)]
    looking_glass: Option<LookingGlassSize>,
    /// Who runs Looking Glass on the host
    #[arg(
        long,
        value_name = "NAME",
        default_value = "root",
        requires = "looking_glass"
    )]
    user: UserName,
    /// The file with the graphics card's ROM, in the hypervisor's directory for them
    #[arg(long, value_name = "NAME")]
    rom: Option<RomFile>,
    /// The graphics card is the guest's first screen
    #[arg(long)]
    primary: bool,
    /// The guest's firmware: ovmf or seabios. Without the option an existing guest keeps its
    /// own, and a new one has ovmf
    #[arg(long, value_name = "NAME", value_parser = firmware)]
    firmware: Option<Firmware>,
    /// The guest's machine type: q35 or i440fx. Without the option an existing guest keeps
    /// its own, and a new one has q35
    #[arg(long, value_name = "NAME", value_parser = machine_type)]
    machine_type: Option<Chipset>,
    /// The guest's room for BARs above 4 GiB: a power of two such as 64G; without a size
    /// what the devices' BARs need. Without the option it is set where a guest of the
    /// target is known to have too little by itself (docs/targets.md)
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

impl From<WishArgs> for Wishes {
    fn from(args: WishArgs) -> Self {
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
