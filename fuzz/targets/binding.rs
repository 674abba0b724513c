//! Files of modprobe.d and module lists are lossless.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    use hvconf::binding::modprobe::{Config, Document, ModuleOption};
    use hvconf::binding::modules::{ListKind, ModuleList};
    let mut file = Document::parse(text);
    assert_eq!(file.to_string(), text);
    let ids = ModuleOption::new("ids", Some("10de:2d04")).unwrap();
    if file.set_option(&"vfio-pci".parse().unwrap(), &ids).is_ok() {
        let once = file.to_string();
        let mut again = Document::parse(&once);
        assert!(again.set_option(&"vfio-pci".parse().unwrap(), &ids).is_ok());
        assert_eq!(again.to_string(), once);
    }
    let _ = Config::merge([("/etc/modprobe.d/a.conf", text)]);
    let list = ModuleList::parse(text, ListKind::ModulesLoad);
    assert_eq!(list.to_string(), text);
    let _ = hvconf::binding::initramfs_tools::read_script("a", text);
});
