use super::*;

fn groups(text: &str) -> Vec<u32> {
    let texts = [CommandText::new("t", text)];
    read(&texts).into_iter().map(|fact| fact.value).collect()
}

#[test]
fn the_folder_of_vfio_is_distinguished_from_others() {
    let rows = "total 0\ncrw------- 1 root root 241,   0 Jun  4 07:27 17\n\
                    crw-rw-rw- 1 root root  10, 196 Jun  4 07:27 vfio\n";
    assert_eq!(
        groups(&format!("root@pve:~# ls -l /dev/vfio/\n{rows}")),
        [17]
    );
    assert_eq!(groups(&format!("/dev/vfio:\n{rows}")), [17]);
    let texts = |text: &str| [CommandText::new("t", text)];
    let alone = "$ ls -fl /dev/vfio/\ntotal 0\ndrwxr-xr-x  2 root    root         60 Mar 16 13:33 .\n\
                     crw-rw-rw-  1 me me 10, 196 Mar 16 13:33 vfio\n";
    assert!(without_groups(&texts(alone)).is_some());
    assert_eq!(without_groups(&texts(&format!("/dev/vfio:\n{rows}"))), None);
    assert_eq!(without_groups(&texts(rows)), None);
    let terminals = "crw--w---- 1 user tty 136, 3 Jun  4 07:27 3\n";
    let both = format!("$ ls -l /dev/vfio\n{rows}$ ls -l /dev/pts\n{terminals}");
    assert_eq!(groups(&both), [17]);
    assert!(groups(terminals).is_empty());
    // Without a heading: by the container's file, or by the path.
    assert_eq!(groups(rows), [17]);
    assert!(groups(&format!("{terminals}vfio\n")).is_empty());
    let path = "crw-rw---- 1 root kvm 241, 0 Aug 14 18:43 /dev/vfio/25\n";
    assert_eq!(groups(path), [25]);
}

#[test]
fn names_alone_are_read_below_their_command() {
    assert_eq!(
        groups("$ ls /dev/vfio/\n2  vfio\n14\n$ uname\n15\n"),
        [2, 14]
    );
    assert_eq!(
        groups("$ ls /dev/vfio/*\n/dev/vfio/2  /dev/vfio/vfio\n"),
        [2]
    );
    assert!(groups("$ ls /dev/vfio\nvfio\n2 of them\n").is_empty());
    assert!(groups("$ ls /dev/vfio\nnoiommu-0  vfio\n").is_empty());
    assert!(groups("2  vfio\n").is_empty());
}
