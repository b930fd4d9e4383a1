//! Opens files one after the other. Files of one folder are opened relative to it: for a file of 2 KB, the walk along a long path costs as much
//! as reading.

use std::fs::File;
use std::io::Result;
use std::path::Path;

/// Opens files, and keeps the folder of the last one open, also if it is moved meanwhile.
#[derive(Debug, Default)]
pub(super) struct Opener {
    #[cfg(target_os = "linux")]
    folder: Option<Folder>,
}

#[cfg(target_os = "linux")]
#[derive(Debug)]
struct Folder {
    path: Vec<u8>,
    descriptor: std::os::fd::OwnedFd,
}

impl Opener {
    /// Opens the file to read it.
    pub(super) fn open(&mut self, path: &Path) -> Result<File> {
        #[cfg(target_os = "linux")]
        if let Some(file) = self.in_folder(path) {
            return Ok(file);
        }
        File::open(path)
    }

    /// `None` if the path has no folder, or if something fails: the error is that of the whole path.
    #[cfg(target_os = "linux")]
    fn in_folder(&mut self, path: &Path) -> Option<File> {
        use rustix::fs::{Mode, OFlags, open, openat};
        use std::os::unix::ffi::OsStrExt;
        let bytes = path.as_os_str().as_bytes();
        let slash = bytes.iter().rposition(|byte| *byte == b'/')?;
        let (folder, name) = (bytes.get(..=slash)?, bytes.get(slash + 1..)?);
        if self.folder.as_ref().is_none_or(|open| open.path != folder) {
            self.folder = None;
            let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let descriptor = open(folder, flags, Mode::empty()).ok()?;
            self.folder = Some(Folder { path: folder.to_vec(), descriptor });
        }
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        let file = openat(&self.folder.as_ref()?.descriptor, name, flags, Mode::empty()).ok()?;
        Some(file.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn text(opener: &mut Opener, path: &Path) -> Result<String> {
        let mut text = String::new();
        opener.open(path)?.read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn each_path_gives_its_file() {
        let root = tempfile::tempdir().unwrap();
        for file in ["a/1", "a/2", "b/1", "a/c/1"] {
            let path = root.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, file).unwrap();
        }
        let mut opener = Opener::default();
        for file in ["a/1", "a/2", "b/1", "a/c/1", "a/1", "a/../b/1"] {
            let found = text(&mut opener, &root.path().join(file)).unwrap();
            assert_eq!(found, file.strip_prefix("a/../").unwrap_or(file));
        }
        for missing in ["a/3", "d/1", "a/", "a/1/x"] {
            let path = root.path().join(missing);
            let (found, expected) = (text(&mut opener, &path), std::fs::read_to_string(&path));
            assert_eq!(found.unwrap_err().to_string(), expected.unwrap_err().to_string(), "{missing}");
        }
        // a path without a folder
        assert!(opener.open(Path::new("Cargo.toml")).is_ok());
        // a folder that was deleted and is there again
        let file = root.path().join("a/1");
        assert_eq!(text(&mut opener, &file).unwrap(), "a/1");
        std::fs::remove_dir_all(root.path().join("a")).unwrap();
        assert!(text(&mut opener, &file).is_err());
        std::fs::create_dir(root.path().join("a")).unwrap();
        std::fs::write(&file, "new").unwrap();
        assert_eq!(text(&mut opener, &file).unwrap(), "new");
    }
}
