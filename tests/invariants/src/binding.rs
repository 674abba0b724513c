//! Files of modprobe.d, module lists and the initramfs programs' files are lossless.

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    use hostconf::binding::modprobe::{Config, Document, ModuleOption};
    use hostconf::binding::modules::{ListKind, ModuleList};
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
    let _ = hostconf::binding::initramfs_tools::read_script("a", text);
    let _ = hostconf::binding::by_address::bound(text);
    let _ = hostconf::binding::udev_rule::bound(text);
    let _ = hostconf::binding::dracut::read_conf(text, "vfio-pci");
    use hostconf::binding::assignments::AssignmentFile;
    let mut file = AssignmentFile::parse(text);
    assert_eq!(file.to_string(), text);
    if file.put_first("MODULES", &["vfio_pci", "vfio"]).is_ok() {
        let once = file.to_string();
        assert!(file.put_first("MODULES", &["vfio_pci", "vfio"]).is_ok());
        assert_eq!(file.to_string(), once);
        let _ = file.put_before("HOOKS", "passthru-vfio", &["udev"]);
    }
    use hostconf::binding::booster::BoosterConf;
    let mut conf = BoosterConf::parse(text);
    assert_eq!(conf.to_string(), text);
    if conf.force_load(&["vfio_pci".parse().unwrap()]).is_ok() {
        let once = conf.clone();
        assert!(conf.force_load(&["vfio_pci".parse().unwrap()]).is_ok());
        assert_eq!(conf, once);
    }
    let _ = hostconf::binding::driverctl::driver(text);
    use hostconf::binding::mkinitcpio;
    let _ = mkinitcpio::ConfFacts::read(text);
    if let Ok(once) = mkinitcpio::load_first(text, &["vfio_pci".parse().unwrap()]) {
        let again = mkinitcpio::load_first(&once, &["vfio_pci".parse().unwrap()]);
        assert_eq!(again, Ok(once));
    }
}
