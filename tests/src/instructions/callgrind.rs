//! Runs a path in a process of its own under callgrind.

use std::fs;
use std::process::Command;

use super::Unmeasured;
use super::paths::Path;
use super::profile::Profile;

/// The demangled name of the function at whose beginning all counts are set to zero, and at whose end
/// they are written.
const MEASURED: &str = "nemcon_tests::instructions::measured";

/// The compiler and the processor's architecture that this program was made with.
pub fn made_with() -> Result<String, Unmeasured> {
    let output = Command::new("rustc").arg("--version").output();
    let output =
        output.map_err(|cause| Unmeasured::Io { what: "rustc --version".into(), cause })?;
    let version = String::from_utf8_lossy(&output.stdout);
    let release = version.split(' ').nth(1).unwrap_or("of an unknown release");
    Ok(format!("rustc {release}, {}", std::env::consts::ARCH))
}

/// Measures one path.
///
/// # Errors
/// [`Unmeasured`].
pub fn profile_of(path: &Path) -> Result<Profile, Unmeasured> {
    let io = |what: &str, cause| Unmeasured::Io { what: what.to_owned(), cause };
    let program = std::env::current_exe().map_err(|cause| io("this program's path", cause))?;
    let folder = tempfile::tempdir().map_err(|cause| io("a temporary folder", cause))?;
    let file = folder.path().join("callgrind.out");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet", "--compress-strings=no", "--compress-pos=no"])
        // `--toggle-collect` would count calls from the program's start on.
        .args(["zero-before", "dump-after"].map(|it| format!("--{it}={MEASURED}")))
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(&program)
        .args(["--run", path.name])
        .output()
        .map_err(|cause| io("valgrind, which this check needs", cause))?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Unmeasured::Failed { path: path.name, status: output.status, told });
    }
    let written = fs::read_to_string(file.with_extension("out.1"))
        .map_err(|cause| io("callgrind's output", cause))?;
    Profile::parse(&written, &program.to_string_lossy())
        .map_err(|malformed| Unmeasured::Malformed { path: path.name, malformed })
}
