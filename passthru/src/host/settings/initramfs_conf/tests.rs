use host_tree::MemoryTree;

use super::*;

const DEBIAN: &str = ".\nbin\ninit\nusr/lib/modules/6.1.0-50-amd64/kernel/drivers/net/ethernet/intel/e1000e/e1000e.ko\n";

#[test]
fn listings_of_each_program_are_read() {
    let dracut = "Image: /boot/initramfs.img: 40M\n\
            lrwxrwxrwx   1 root     root           23 Jan  1  2025 init -> usr/lib/systemd/systemd\n\
            -rw-r--r--   1 root     root        92345 Jan  1  2025 usr/lib/modules/6.12.1/kernel/drivers/net/ethernet/intel/e1000e/e1000e.ko.xz\n";
    for text in [DEBIAN, dracut] {
        let mut tree = MemoryTree::partial();
        tree.insert_text("image.txt", text);
        let conf = InitramfsConf::read(&tree);
        assert_eq!(conf.is_without(&"e1000e".parse().unwrap()), Some(false));
        assert_eq!(conf.is_without(&"nouveau".parse().unwrap()), Some(true));
    }
    // A list of a folder of modules is not an image.
    assert!(!is_image_list("lib/modules/6.1/kernel/a.ko\n"));
    let none = InitramfsConf::read(&MemoryTree::partial());
    assert_eq!(none.is_without(&"nouveau".parse().unwrap()), None);
}

#[test]
fn files_are_read_in_the_order_in_which_they_count() {
    let mut tree = MemoryTree::complete();
    tree.insert_file("/etc/dracut.conf", "a=1\n");
    tree.insert_file("/etc/dracut.conf.d/20-b.conf", "b=1\n");
    tree.insert_file("/usr/lib/dracut/dracut.conf.d/20-b.conf", "hidden=1\n");
    tree.insert_file("/usr/lib/dracut/dracut.conf.d/01-dist.conf", "c=1\n");
    tree.insert_file("/etc/mkinitcpio.conf.d/x.conf", "MODULES=(a)\n");
    tree.insert_file("/etc/mkinitcpio.conf.d/y.conf", "COMPRESSION=zstd\n");
    let conf = InitramfsConf::read(&tree);
    let paths: Vec<&str> = conf.dracut.iter().map(|file| &*file.path).collect();
    assert_eq!(
        paths,
        [
            "/etc/dracut.conf",
            "/usr/lib/dracut/dracut.conf.d/01-dist.conf",
            "/etc/dracut.conf.d/20-b.conf"
        ]
    );
    assert_eq!(conf.mkinitcpio_drop_ins.len(), 1);
    let preset = "#ALL_config=x\nALL_config=\"/etc/mkinitcpio.conf\"\n";
    tree.insert_file("/etc/mkinitcpio.d/linux.preset", preset);
    assert!(InitramfsConf::read(&tree).mkinitcpio_drop_ins.is_empty());
}
