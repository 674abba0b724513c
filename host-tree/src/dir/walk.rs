//! Path resolution below a root, for kernels without `openat2`.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;

use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;

/// Opens `relative` below `root` component by component: no link and no `..` leads out of it.
pub(super) fn open(root: &OwnedFd, relative: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
    let walk = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut left: VecDeque<String> = relative.split('/').map(str::to_owned).collect();
    let mut above: Vec<OwnedFd> = Vec::new();
    let mut links = 0;
    while let Some(part) = left.pop_front() {
        if part.is_empty() || part == "." {
            continue;
        }
        if part == ".." {
            above.pop();
            continue;
        }
        let here = above.last().unwrap_or(root);
        let stat = rustix::fs::statat(here, part.as_str(), AtFlags::SYMLINK_NOFOLLOW)?;
        if FileType::from_raw_mode(stat.st_mode) == FileType::Symlink {
            links += 1;
            // The kernel's own limit (path_resolution(7)).
            if links > 40 {
                return Err(Errno::LOOP);
            }
            let target = rustix::fs::readlinkat(here, part.as_str(), Vec::new())?;
            let target = String::from_utf8_lossy(target.to_bytes()).into_owned();
            if target.starts_with('/') {
                above.clear();
            }
            for step in target.split('/').rev() {
                left.push_front(step.to_owned());
            }
        } else if left.iter().all(|step| step.is_empty() || step == ".") {
            return rustix::fs::openat(
                here,
                part.as_str(),
                flags | OFlags::NOFOLLOW,
                Mode::empty(),
            );
        } else {
            let next = rustix::fs::openat(here, part.as_str(), walk, Mode::empty())?;
            above.push(next);
        }
    }
    let here = above.last().unwrap_or(root);
    rustix::fs::openat(here, ".", flags, Mode::empty())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn no_link_leads_out() {
        let place = std::env::temp_dir().join(format!("pci-core-walk-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&place);
        std::fs::create_dir_all(place.join("a/b")).unwrap();
        std::fs::write(place.join("a/file"), "x").unwrap();
        symlink("/a/file", place.join("a/b/absolute")).unwrap();
        symlink("../../../../a/file", place.join("a/b/up")).unwrap();
        symlink("loop", place.join("loop")).unwrap();
        symlink("/etc/passwd", place.join("outside")).unwrap();
        let root =
            rustix::fs::open(&place, OFlags::PATH | OFlags::DIRECTORY, Mode::empty()).unwrap();
        for path in ["a/file", "a/b/absolute", "a/b/up", "a/./b/../file"] {
            assert!(open(&root, path, OFlags::RDONLY).is_ok(), "{path}");
        }
        assert_eq!(
            open(&root, "loop", OFlags::RDONLY).unwrap_err(),
            Errno::LOOP
        );
        assert_eq!(
            open(&root, "outside", OFlags::RDONLY).unwrap_err(),
            Errno::NOENT
        );
        assert!(open(&root, ".", OFlags::RDONLY | OFlags::DIRECTORY).is_ok());
        std::fs::remove_dir_all(&place).unwrap();
    }
}
