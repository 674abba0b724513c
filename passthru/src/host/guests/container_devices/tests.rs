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
