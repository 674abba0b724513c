//! The tests are in `suite/`; here the examples of the crates' READMEs, as doc tests.

/// Compiles and runs the examples of a crate's README.
#[cfg(doctest)]
macro_rules! readme {
    ($($module:ident $path:literal)*) => {$(
        #[doc = include_str!($path)]
        mod $module {}
    )*};
}

#[cfg(doctest)]
readme! {
    list_order "../list-order/README.md"
    host_tree "../host-tree/README.md"
    shell_text "../shell-text/README.md"
    pci_core "../pci-core/README.md"
    iommu "../iommu/README.md"
    vbios "../vbios/README.md"
    hostconf "../hostconf/README.md"
    hvconf "../hvconf/README.md"
    passthru_translations "../passthru-translations/README.md"
    passthru "../passthru/README.md"
}
