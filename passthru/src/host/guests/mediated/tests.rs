use super::*;

#[test]
fn rows_and_types_are_read() {
    let text = "root@a:~# mdevctl types\n0000:01:00.0\n  nvidia-49\n    Available instances: 4\n\
                    \x20   Device API: vfio-pci\nroot@a:~# mdevctl list\n\
                    4a491c54-e303-4c3b-947d-8e898f392da8 0000:01:00.0 nvidia-49 manual (defined)\n\
                    5a491c54-e303-4c3b-947d-8e898f392da8 0000:01:00.0 nvidia-49 manual\n";
    let texts = [CommandText::new("t", text)];
    let found: Vec<Mediated> = read(&texts).into_iter().map(|fact| fact.value).collect();
    let function = "0000:01:00.0".parse().unwrap();
    assert_eq!(
        found,
        [
            Mediated::Type("nvidia-49".to_owned(), 4),
            Mediated::Device(function, "nvidia-49".to_owned())
        ]
    );
}
