//! `cargo xtask install`: builds libpassthru and installs it for C programs.

use std::error::Error;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The soname; `ffi/build.rs` writes it into the library.
const SONAME: &str = "libpassthru.so.1";

/// Installation options.
struct Options<'a> {
    /// Where the files will be used from.
    prefix: &'a Path,
    /// Prepended to `prefix` for writing, for packagers.
    destdir: Option<&'a Path>,
    /// The cargo profile.
    profile: &'a str,
}

/// Build results of cargo.
struct Built {
    shared: PathBuf,
    archive: PathBuf,
    /// The output folder of `ffi/build.rs`: CMake's files, and the linker options for static
    /// linking.
    out: PathBuf,
}

/// Installs what the arguments say.
pub(crate) fn run(ffi: &Path, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
    let options = options(arguments)?;
    let built = build(ffi, options.profile)?;
    let version = env!("CARGO_PKG_VERSION");
    let root = under(options.destdir, options.prefix);
    let (lib, include) = (root.join("lib"), root.join("include"));
    let pkgconfig = lib.join("pkgconfig");
    let (cmake, man) = (lib.join("cmake/passthru"), root.join("share/man/man3"));
    for folder in [&include, &pkgconfig, &cmake, &man] {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let shared = format!("libpassthru.so.{version}");
    copy(&built.shared, &lib.join(&shared))?;
    link(&shared, &lib.join(SONAME))?;
    link(SONAME, &lib.join("libpassthru.so"))?;
    copy(&built.archive, &lib.join("libpassthru.a"))?;
    for header in ["passthru.h", "passthru.hpp"] {
        copy(&ffi.join("include").join(header), &include.join(header))?;
    }
    copy(&ffi.join("man/libpassthru.3"), &man.join("libpassthru.3"))?;
    let prefix = options.prefix.to_str().ok_or("--prefix: expected UTF-8")?;
    for file in ["passthru-config.cmake", "passthru-config-version.cmake"] {
        copy(&built.out.join("cmake").join(file), &cmake.join(file))?;
    }
    let read = |path: PathBuf| {
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let text = read(ffi.join("passthru.pc.in"))?
        .replace("@prefix@", prefix)
        .replace("@version@", version)
        .replace("@private@", &read(built.out.join("native-libraries"))?);
    let place = pkgconfig.join("passthru.pc");
    fs::write(&place, text).map_err(|error| format!("{}: {error}", place.display()))?;
    Ok(format!("{}: libpassthru {version}", root.display()))
}

fn options<'a>(arguments: &[&'a str]) -> Result<Options<'a>, Box<dyn Error>> {
    let (mut prefix, mut destdir, mut profile) = (None, None, "release");
    let mut rest = arguments.iter();
    while let Some(option) = rest.next() {
        let value = rest
            .next()
            .ok_or_else(|| format!("{option}: expected a value after it"))?;
        match *option {
            "--prefix" => prefix = Some(Path::new(*value)),
            "--destdir" => destdir = Some(Path::new(*value)),
            "--profile" => profile = value,
            _ => {
                let expected = "--prefix, --destdir or --profile";
                return Err(format!("expected {expected}, found '{option}'").into());
            }
        }
    }
    let prefix = prefix.ok_or("expected --prefix DIR, such as --prefix /usr/local")?;
    // The pkg-config file is location-independent, and splits its words at blanks.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+@~".contains(&byte);
    if !prefix.is_absolute()
        || !prefix
            .as_os_str()
            .as_encoded_bytes()
            .iter()
            .copied()
            .all(plain)
    {
        let found = prefix.display();
        return Err(format!(
            "--prefix: expected an absolute path of letters, digits and /._-+@~, found '{found}'"
        )
        .into());
    }
    Ok(Options {
        prefix,
        destdir,
        profile,
    })
}

/// `prefix` below `destdir`.
fn under(destdir: Option<&Path>, prefix: &Path) -> PathBuf {
    let Some(destdir) = destdir else {
        return prefix.to_owned();
    };
    let below = prefix
        .components()
        .filter(|part| matches!(part, Component::Normal(_)));
    destdir.join(below.collect::<PathBuf>())
}

/// Builds the library with cargo and reads the results from its messages.
fn build(ffi: &Path, profile: &str) -> Result<Built, Box<dyn Error>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // What is released has the features that it needs; for tests, those of the other tests, which
    // have built the crates with them.
    let packages: &[&str] = match profile {
        "dev" => &["--workspace", "--exclude", "passthru-python"],
        _ => &["-p", "passthru-ffi"],
    };
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--lib", "--message-format=json"])
        .args(["--profile", profile])
        .args(packages)
        .current_dir(ffi)
        .stderr(Stdio::inherit())
        .output()?;
    let (mut shared, mut archive, mut out) = (None, None, None);
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        if matches!(text_at(&message, "/message/level"), "error" | "warning") {
            eprint!("{}", text_at(&message, "/message/rendered"));
        }
        if text_at(&message, "/reason") == "build-script-executed"
            && text_at(&message, "/package_id").contains("passthru-ffi@")
        {
            out = Some(PathBuf::from(text_at(&message, "/out_dir")));
        }
        if text_at(&message, "/target/name") != "passthru_c" {
            continue;
        }
        let files = message
            .get("filenames")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        for file in files.filter_map(Value::as_str).map(PathBuf::from) {
            match file.extension().and_then(|extension| extension.to_str()) {
                Some("so") => shared = Some(file),
                Some("a") => archive = Some(file),
                _ => {}
            }
        }
    }
    if !output.status.success() {
        return Err("cargo could not build passthru-ffi".into());
    }
    Ok(Built {
        shared: shared.ok_or("expected a .so of passthru-ffi, found none: is this Linux?")?,
        archive: archive.ok_or("expected a .a of passthru-ffi, found none")?,
        out: out
            .ok_or("expected the build script of passthru-ffi to run, found no output of it")?,
    })
}

/// A string in one of cargo's messages; empty where there is none.
fn text_at<'a>(message: &'a Value, place: &str) -> &'a str {
    message
        .pointer(place)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    // A program may have the old file open: a new file leaves it unchanged.
    remove(to)?;
    fs::copy(from, to).map_err(|error| format!("{}: {error}", to.display()))?;
    Ok(())
}

fn link(target: &str, at: &Path) -> Result<(), Box<dyn Error>> {
    remove(at)?;
    symlink(target, at).map_err(|error| format!("{}: {error}", at.display()).into())
}

fn remove(path: &Path) -> Result<(), Box<dyn Error>> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{}: {error}", path.display()).into())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destdir_precedes_the_prefix() {
        let below = under(Some(Path::new("/tmp/package")), Path::new("/usr/local"));
        assert_eq!(below, Path::new("/tmp/package/usr/local"));
        assert_eq!(under(None, Path::new("/usr")), Path::new("/usr"));
    }

    #[test]
    fn wrong_arguments_are_refused() {
        let error = |arguments: &[&str]| options(arguments).err().unwrap().to_string();
        assert!(error(&[]).starts_with("expected --prefix"));
        assert!(error(&["--prefix"]).contains("expected a value"));
        assert!(error(&["--prefix", "usr"]).contains("absolute"));
        assert!(error(&["--prefix", "/a b"]).contains("found '/a b'"));
        assert!(error(&["--root", "/"]).contains("found '--root'"));
        let given = options(&["--prefix", "/usr", "--profile", "dev"]).unwrap();
        assert_eq!((given.prefix, given.profile), (Path::new("/usr"), "dev"));
    }
}
