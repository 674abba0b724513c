//! Looking Glass on the host: the memory that guest and host share.

use core::fmt;
use core::str::FromStr;

use crate::description::LookingGlassSize;
use crate::emitted::{Emitted, EmittedCommand, EmittedFile, Line};
use crate::error::{Cause, Error};

/// The kind of shared memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LookingGlassMemory {
    /// A file in `/dev/shm`, which `systemd-tmpfiles` makes at boot.
    File,
    /// The device `/dev/kvmfr0` of the kernel module kvmfr: frames are imported by
    /// the graphics card without a copy.
    Kvmfr,
}

/// An account's name: a small letter or `_`, then small letters, digits, `_` and
/// `-`, 32 bytes at most (`useradd(8)`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UserName(String);

impl UserName {
    /// The account of the system.
    #[must_use]
    pub fn root() -> Self {
        Self("root".to_owned())
    }
}

impl FromStr for UserName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let first = |c: char| c.is_ascii_lowercase() || c == '_';
        let plain = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-'
        };
        if text.starts_with(first) && text.bytes().all(plain) && text.len() <= 32 {
            Ok(Self(text.to_owned()))
        } else {
            Err(Cause::UserName.into())
        }
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the host needs for memory of `size` that `user` may read
/// (<https://looking-glass.io/docs/B7/ivshmem_kvmfr/> and `ivshmem_shm/`).
#[must_use]
pub fn looking_glass_host(
    memory: LookingGlassMemory,
    size: LookingGlassSize,
    user: &UserName,
) -> Emitted {
    let mut emitted = Emitted::default();
    let mut file = |path: &str, text: String, why: &str| {
        let mut file = EmittedFile::new(path);
        file.push(Line::new(text, why));
        emitted.files.push(file);
    };
    match memory {
        LookingGlassMemory::File => {
            file(
                "/etc/tmpfiles.d/10-looking-glass.conf",
                format!("f /dev/shm/looking-glass 0660 {user} kvm -"),
                "the file is there before QEMU would make it as its own",
            );
            emitted.commands.push(EmittedCommand::new(
                [
                    "systemd-tmpfiles",
                    "--create",
                    "/etc/tmpfiles.d/10-looking-glass.conf",
                ],
                "the file is made now too",
            ));
        }
        LookingGlassMemory::Kvmfr => {
            file(
                "/etc/modprobe.d/kvmfr.conf",
                format!("options kvmfr static_size_mb={}", size.mebibytes()),
                "two frames of the guest's screen",
            );
            file(
                "/etc/modules-load.d/kvmfr.conf",
                "kvmfr".to_owned(),
                "the module is loaded at boot",
            );
            file(
                "/etc/udev/rules.d/99-kvmfr.rules",
                format!("SUBSYSTEM==\"kvmfr\", OWNER=\"{user}\", GROUP=\"kvm\", MODE=\"0660\""),
                "who may read the frames, and QEMU",
            );
            emitted.steps.push(crate::emitted::ManualStep {
                name: "cgroup-device-acl",
                text: "add \"/dev/kvmfr0\" to cgroup_device_acl in /etc/libvirt/qemu.conf, keep \
                       what is listed there by default, and restart libvirt"
                    .to_owned(),
            });
        }
    }
    emitted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_by_kind_of_memory() {
        let size = LookingGlassSize::from_mebibytes(64).unwrap();
        let user: UserName = "me".parse().unwrap();
        let kvmfr = looking_glass_host(LookingGlassMemory::Kvmfr, size, &user);
        let texts: Vec<_> = kvmfr.files.iter().map(ToString::to_string).collect();
        assert_eq!(texts[0], "options kvmfr static_size_mb=64\n");
        assert!(texts[2].contains("OWNER=\"me\""));
        let file = looking_glass_host(LookingGlassMemory::File, size, &user);
        assert_eq!(file.files.len(), 1);
        for text in ["", "a b", "A", "0a", "a\"", "a%i", "é"] {
            assert_eq!(
                text.parse::<UserName>(),
                Err(Cause::UserName.into()),
                "{text}"
            );
        }
    }
}
