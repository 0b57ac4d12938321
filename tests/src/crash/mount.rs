//! Mounts that end with their owner, and the tools that make them.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Failed;

/// Runs a tool of the system to its end.
pub fn run_tool<S: AsRef<std::ffi::OsStr>>(
    program: &str,
    arguments: impl IntoIterator<Item = S>,
) -> Result<String, Failed> {
    let output = Command::new(program).args(arguments).output();
    let output = output.map_err(|error| Failed(format!("{program}: {error}")))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(Failed(format!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim())))
}

/// Something mounted on a folder.
#[derive(Debug)]
pub struct Mount {
    folder: PathBuf,
}

impl Mount {
    /// A file system in memory of so many KiB.
    pub fn memory(folder: &Path, kib: u64) -> Result<Self, Failed> {
        let size = format!("size={kib}k,mode=700");
        Self::on(folder, &["-t", "tmpfs", "-o", &size, "nemcon-test"])
    }

    /// The file system in an image.
    pub fn image(image: &Path, folder: &Path) -> Result<Self, Failed> {
        // No timed commit of the file system's own: what is on the disk is what was synced.
        Self::on(folder, &["-o", "loop,commit=600", &image.display().to_string()])
    }

    fn on(folder: &Path, arguments: &[&str]) -> Result<Self, Failed> {
        std::fs::create_dir_all(folder)?;
        let folder_text = folder.display().to_string();
        run_tool("mount", arguments.iter().copied().chain([folder_text.as_str()]))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Gives a file system in memory another size.
    pub fn grow(&self, kib: u64) -> Result<(), Failed> {
        let size = format!("remount,size={kib}k");
        run_tool("mount", ["-o", &size, &self.folder.display().to_string()]).map(|_| ())
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        if let Err(error) = run_tool("umount", [&self.folder]) {
            eprintln!("{error}");
        }
    }
}
