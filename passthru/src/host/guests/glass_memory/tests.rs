use super::*;

fn of(text: &str) -> (Option<u16>, Option<(u16, u16)>) {
    let found = read(&[CommandText::new("a.txt", text)]);
    let size = found.mebibytes.map(|fact| fact.value);
    (size, found.screen.map(|fact| fact.value))
}

#[test]
fn sizes_are_of_looking_glass() {
    let xml = "looking glass at 1920x1080, then 3840x2160\n<shmem name='looking-glass'>\n  \
                   <size unit='M'>32</size>\n";
    assert_eq!(of(xml), (Some(32), Some((3840, 2160))));
    let log = "Looking Glass: [I] ivshmem.c | IVSHMEM Size     : 64 MiB, at 0x00a1x0900";
    assert_eq!(of(log), (Some(64), None));
    let module = "options kvmfr static_size_mb=128 # looking-glass";
    assert_eq!(of(module), (Some(128), None));
    assert_eq!(
        of("the screen is 3840x2160, <size unit='M'>32</size>"),
        (None, None)
    );
}
