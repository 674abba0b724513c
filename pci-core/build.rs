//! Packs the names of the database, for programs whose size counts.

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "packed-names")]
    if !std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family.contains("wasm")) {
        println!("cargo::rerun-if-changed=data/pci.ids.pool");
        let out = std::env::var_os("OUT_DIR").ok_or_else(|| std::io::Error::other("no OUT_DIR"))?;
        let packed =
            miniz_oxide::deflate::compress_to_vec(&std::fs::read("data/pci.ids.pool")?, 10);
        std::fs::write(
            std::path::Path::new(&out).join("pci.ids.pool.deflate"),
            packed,
        )?;
    }
    Ok(())
}
