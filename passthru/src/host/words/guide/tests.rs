use host_tree::CommandText;

use super::*;

#[test]
fn a_guide_is_one_unless_its_writer_seeks_help() {
    let is = |text: &str| {
        let text = CommandText::new("t", text);
        read(&Posts::read(&[text]), false).is_some()
    };
    for guide in [
        "This guide covers the passthrough of a GPU on Proxmox.\n",
        "In this article we bind a GPU to vfio-pci for the passthrough.\n",
        "本文将介绍 PVE 显卡直通的配置步骤。\n",
        "Dieser Leitfaden führt durch den Passthrough einer Grafikkarte mit Proxmox.\n",
    ] {
        assert!(is(guide), "{guide}");
        assert!(!is(&format!("{guide}Any ideas?\n")), "{guide}");
    }
    for none in [
        "I followed this guide for GPU passthrough, and the VM does not start.\n",
        "The guide says that the GPU needs vfio-pci. The passthrough fails.\n",
        "请问显卡直通后虚拟机黑屏怎么办？本文将不胜感激。\n",
    ] {
        assert!(!is(none), "{none}");
    }
}
