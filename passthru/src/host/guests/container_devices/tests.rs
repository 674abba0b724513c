use super::*;

fn found(text: &str) -> Vec<(Vec<u32>, bool)> {
    let texts = [CommandText::new("a.txt", text)];
    let found = read(&texts).into_iter();
    found
        .map(|fact| (fact.value.groups, fact.value.has_container))
        .collect()
}

#[test]
fn each_container_has_its_device_files() {
    let compose = "\
services:
  a:
    devices:
      - /dev/kvm
      - \"/dev/vfio/17:/dev/vfio/17\"
    restart: always
  b:
    devices:
    - /dev/vfio/18
    - /dev/vfio/vfio
";
    assert_eq!(found(compose), [(vec![17], false), (vec![18], true)]);
    assert_eq!(found(&format!("{compose}    privileged: true\n")), []);
    let run = "docker run -it --device=/dev/vfio/17 \\\n  --device /dev/vfio/vfio qemu\n";
    assert_eq!(found(run), [(vec![17], true)]);
    assert_eq!(
        found("podman run --device /dev/vfio/17 qemu\n"),
        [(vec![17], false)]
    );
    assert_eq!(
        found("docker run --device /dev/dri qemu\n/dev/vfio/17\n"),
        []
    );
}

#[test]
fn a_list_without_files_of_vfio_is_found() {
    let line = |text: &str| {
        let found = without_files(&[CommandText::new("a.txt", text)]);
        found.and_then(|line| line.line)
    };
    let compose = "\
services:
  windows:
    image: dockurr/windows
    environment:
      ARGUMENTS: \"-device vfio-pci,host=00:14.0\"
    devices:
      - /dev/kvm
      - /dev/net/tun
    cap_add:
      - NET_ADMIN
";
    assert_eq!(line(compose), Some(5));
    for file in ["/dev/vfio", "\"/dev/vfio/vfio:/dev/vfio/vfio\"", "/dev"] {
        let more = compose.replace("/dev/net/tun", file);
        assert_eq!(line(&more), None, "{file}");
    }
    assert_eq!(line(&format!("{compose}    privileged: true\n")), None);
    let usb = compose.replace("vfio-pci,host=00:14.0", "usb-host,vendorid=0x17ef");
    assert_eq!(line(&usb), None);
    let (cut, _) = compose.split_once("    devices").unwrap();
    assert_eq!(line(cut), None);
    let run =
        "docker run -e ARGUMENTS='-device vfio-pci,host=01:00.0' --device=/dev/kvm qemux/qemu\n";
    assert_eq!(line(run), Some(1));
    let with = run.replace("--device=/dev/kvm", "--device=/dev/kvm --device=/dev/vfio");
    assert_eq!(line(&with), None);
}
