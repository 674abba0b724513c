//! Boot loader files are lossless, and an edit done twice is done once.

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    use hostconf::boot::grub::{GrubDefaults, Variable};
    use hostconf::boot::kernel_cmdline::KernelCmdline;
    use hostconf::boot::{CommandLine, Parameter};
    assert_eq!(CommandLine::parse(text).to_string(), text);
    let option: Parameter = "iommu=pt".parse().unwrap();
    let mut grub = GrubDefaults::parse(text);
    assert_eq!(grub.to_string(), text);
    if grub
        .edit(Variable::Normal, |line| line.set(&option))
        .is_ok()
    {
        let once = grub.to_string();
        let mut again = GrubDefaults::parse(&once);
        assert!(
            again
                .edit(Variable::Normal, |line| line.set(&option))
                .is_ok()
        );
        assert_eq!(again.to_string(), once);
    }
    assert_eq!(KernelCmdline::parse(text).to_string(), text);
}
