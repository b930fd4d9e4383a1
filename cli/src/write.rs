//! Creates and replaces files. No other module of the program does.
//!
//! A regular file is replaced: the new text is written to a temporary file in the same folder, synced, and renamed. The file
//! is therefore never incomplete, and mode and owner stay. If the path is a symbolic link, its target is replaced. Devices,
//! FIFOs and descriptors (`/dev/stdout`) are written directly. A file that cannot be replaced (a single file mounted into a
//! container, a folder without write permission, an owner that cannot be kept) is written in place.
//!
//! The other names of a hard link keep the old text, as with `sed -i`.

use super::exit::Exit;
use super::identity::{Identity, folder, followed, is_descriptor, stdin_file, stdout_file};
use super::interrupt::hold;
use super::terminal::say;
use std::fs::{File, Metadata, OpenOptions, Permissions};
use std::io::{Error, ErrorKind, Result, Write};
use std::path::{Path, PathBuf};

/// A file that a command will write. It is known to be writable.
#[derive(Debug)]
pub(super) struct Destination {
    /// The path on the command line.
    name: PathBuf,
    kind: DestinationKind,
}

#[derive(Debug)]
enum DestinationKind {
    /// A device, a FIFO, or an open descriptor: written directly.
    Stream,
    /// A regular file, or one that does not exist yet; the path with links followed.
    File(PathBuf),
}

impl Destination {
    /// Checks that the path can be written. Changes nothing.
    pub(super) fn new(name: &Path) -> Result<Destination> {
        if name == Path::new("-") {
            let help = "for standard output name `/dev/stdout`, for a file of this name `./-`";
            return Err(unwritable(name, Error::new(ErrorKind::InvalidInput, help)));
        }
        if name.as_os_str().as_encoded_bytes().ends_with(b"/") {
            return Err(unwritable(
                name,
                Error::new(ErrorKind::IsADirectory, "the path names a folder, not a file"),
            ));
        }
        let kind = kind(name).map_err(|error| unwritable(name, error))?;
        Ok(Destination { name: name.to_owned(), kind })
    }

    /// The regular file, with symbolic links followed; `None` for devices, FIFOs and descriptors.
    pub(super) fn file(&self) -> Option<&Path> {
        match &self.kind {
            DestinationKind::Stream => None,
            DestinationKind::File(path) => Some(path),
        }
    }

    /// Writes the whole file.
    pub(super) fn write(&self, bytes: impl AsRef<[u8]>) -> Result<()> {
        self.put(bytes.as_ref(), None)
    }

    /// Writes the whole file. It is an error if the file no longer has the text `read`.
    fn put(&self, bytes: &[u8], read: Option<&[u8]>) -> Result<()> {
        let written = match &self.kind {
            DestinationKind::Stream if read.is_some() => {
                Err(Error::other("only a regular file can be rewritten"))
            }
            DestinationKind::Stream => {
                let mut stream = self.stream()?;
                return stream.write_all(bytes).and_then(|()| stream.flush());
            }
            DestinationKind::File(path) => replace(path, bytes, read),
        };
        written.map_err(|error| unwritable(&self.name, error))
    }

    /// Opens a device, a FIFO or a descriptor. Waits until a FIFO has a reader.
    pub(super) fn stream(&self) -> Result<Stream> {
        let opened = self.opened().map_err(|error| unwritable(&self.name, error))?;
        Ok(Stream { name: self.name.clone(), opened })
    }

    fn opened(&self) -> Result<Box<dyn Write>> {
        if is_descriptor(&self.name) {
            // the standard streams are shared: a second handle would overwrite the output of the first
            #[cfg(unix)]
            {
                let opened = Identity::of(&self.name);
                let is = |stream: std::os::fd::BorrowedFd<'_>| {
                    let file = stream.try_clone_to_owned().map(File::from).and_then(|file| file.metadata());
                    file.is_ok_and(|metadata| Some(Identity::of_metadata(&metadata)) == opened)
                };
                use std::os::fd::AsFd;
                if is(std::io::stdout().as_fd()) {
                    return Ok(Box::new(std::io::stdout()));
                }
                if is(std::io::stderr().as_fd()) {
                    return Ok(Box::new(std::io::stderr()));
                }
            }
            return Ok(Box::new(OpenOptions::new().append(true).open(&self.name)?));
        }
        Ok(Box::new(OpenOptions::new().write(true).open(&self.name)?))
    }
}

/// An open device, FIFO or descriptor. Errors name it.
pub(super) struct Stream {
    name: PathBuf,
    opened: Box<dyn Write>,
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.opened.write(bytes).map_err(|error| unwritable(&self.name, error))
    }

    fn flush(&mut self) -> Result<()> {
        self.opened.flush().map_err(|error| unwritable(&self.name, error))
    }
}

fn kind(name: &Path) -> Result<DestinationKind> {
    match std::fs::metadata(name) {
        Ok(metadata) if metadata.is_dir() => Err(ErrorKind::IsADirectory.into()),
        Ok(metadata) if !metadata.is_file() || is_descriptor(name) => {
            // opening a FIFO would wait for its reader
            if !is_fifo(&metadata) && !is_descriptor(name) {
                OpenOptions::new().write(true).open(name)?;
            }
            Ok(DestinationKind::Stream)
        }
        Ok(_) => {
            let path = std::fs::canonicalize(name)?;
            OpenOptions::new().write(true).open(&path)?;
            Ok(DestinationKind::File(path))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let path = followed(name)?;
            // checks that a file can be created in the folder
            Temporary::new(&path, None)?;
            Ok(DestinationKind::File(path))
        }
        Err(error) => Err(error),
    }
}

fn is_fifo(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    let is = std::os::unix::fs::FileTypeExt::is_fifo(&metadata.file_type());
    #[cfg(not(unix))]
    let is = false;
    is
}

/// Replaces a file that was read. It is an error if the file has changed since.
pub(super) fn rewrite(path: &Path, read: &str, text: &str) -> Result<()> {
    Destination::new(path)?.put(text.as_bytes(), Some(read.as_bytes()))
}

/// Creates a folder and those above it.
pub(super) fn create_folder(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).map_err(|error| unwritable(path, error))
}

/// Writes a new file of a temporary folder, with the folders above it. It is neither synced nor replaced.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    create_folder(path.parent().unwrap_or(path))?;
    std::fs::write(path, bytes).map_err(|error| unwritable(path, error))
}

/// Refuses an output that is also an input, standard input, standard output or another output. `companions` are further files that the
/// command writes. Devices may be named several times.
pub(super) fn check_distinct<'i, 'o>(
    inputs: impl IntoIterator<Item = &'i Path>,
    companions: &[PathBuf],
    outputs: impl IntoIterator<Item = &'o Destination>,
) -> std::result::Result<(), Refused> {
    let mut taken: Vec<(Identity, String)> = Vec::new();
    taken.extend(stdout_file().map(|file| (file, "standard output".to_owned())));
    let named = outputs.into_iter().filter_map(|it| Some((it.file()?, it.name.as_path())));
    let named = named.chain(companions.iter().map(|path| (path.as_path(), path.as_path())));
    let files: Vec<(Identity, &Path)> =
        named.filter_map(|(file, name)| Some((Identity::of(file)?, name))).collect();
    let standard_input = stdin_file().map(|file| (file, "standard input".to_owned()));
    // if no output is a file, there is no need to look up thousands of inputs
    if !files.is_empty() || !taken.is_empty() {
        let known = |path: &'i Path| Some((Identity::of(path)?, format!("the input {}", path.display())));
        for (input, what) in inputs.into_iter().filter_map(known).chain(standard_input) {
            if let Some((_, name)) = files.iter().find(|(file, _)| *file == input) {
                return Err(same(name, &what));
            }
            if taken.iter().any(|(file, _)| *file == input) {
                return Err(same(Path::new("standard output"), &what));
            }
        }
    }
    for (file, name) in files {
        if let Some((_, what)) = taken.iter().find(|(other, _)| *other == file) {
            return Err(same(name, what));
        }
        taken.push((file, format!("the output {}", name.display())));
    }
    Ok(())
}

fn same(output: &Path, other: &str) -> Refused {
    Refused::usage(format!("{} is the same file as {other}: write to another one", output.display()))
}

/// The reason why a command does not begin its work.
#[derive(Debug)]
pub(super) struct Refused {
    exit: Exit,
    why: String,
}

impl Refused {
    /// An error in the command line.
    pub(super) fn usage(why: impl Into<String>) -> Refused {
        Refused { exit: Exit::Usage, why: why.into() }
    }

    /// Prints the reason and gives the exit code.
    pub(super) fn print(&self) -> Exit {
        say!("error: {}", self.why);
        self.exit
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Refused {
        use ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        let is_full = matches!(error.kind(), FileTooLarge | QuotaExceeded | StorageFull);
        Refused { exit: if is_full { Exit::Input } else { Exit::Usage }, why: error.to_string() }
    }
}

/// Names the file in an error.
pub(super) fn unwritable(path: &Path, error: Error) -> Error {
    Error::new(error.kind(), format!("{}: cannot write: {error}", path.display()))
}

/// A file with an unpredictable name beside the one that it replaces. It is deleted on drop and on an interrupt.
struct Temporary {
    /// `None` after the file was renamed.
    file: Option<tempfile::NamedTempFile>,
    path: PathBuf,
}

impl Temporary {
    fn new(beside: &Path, old: Option<&Metadata>) -> Result<Temporary> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".cwfilter-").suffix(".tmp");
        let mode = old.map_or_else(new_permissions, |old| Some(old.permissions()));
        if let Some(mode) = mode {
            builder.permissions(mode);
        }
        let mut held = hold();
        let file = builder.tempfile_in(folder(beside))?;
        held.add(file.path());
        Ok(Temporary { path: file.path().to_owned(), file: Some(file) })
    }

    fn rename(mut self, path: &Path) -> Result<()> {
        let mut held = hold();
        if let Some(file) = self.file.take() {
            // an error drops the file, which deletes it
            file.persist(path).map_err(|error| error.error)?;
        }
        held.remove(&self.path);
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            let mut held = hold();
            drop(file);
            held.remove(&self.path);
        }
    }
}

/// The permissions of a new file, before the umask of the process.
fn new_permissions() -> Option<Permissions> {
    #[cfg(unix)]
    return Some(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    #[cfg(not(unix))]
    None
}

/// Replaces or creates a regular file.
fn replace(path: &Path, bytes: &[u8], read: Option<&[u8]>) -> Result<()> {
    let old = std::fs::metadata(path).ok();
    let temporary = match (Temporary::new(path, old.as_ref()), &old) {
        (Ok(temporary), _) => temporary,
        (Err(error), Some(_)) if is_place_fixed(&error) => return write_in_place(path, bytes, read),
        (Err(error), _) => return Err(error),
    };
    if let Some(file) = &temporary.file {
        let mut file = file.as_file();
        if let Some(old) = &old {
            if keep_owner(file, old).is_err() {
                drop(temporary);
                return write_in_place(path, bytes, read);
            }
            // restores the bits that the umask or the change of owner removed
            file.set_permissions(old.permissions())?;
        }
        file.write_all(bytes)?;
        file.sync_all()?;
    }
    check_unchanged(path, read, bytes)?;
    match temporary.rename(path) {
        Err(error) if old.is_some() && is_place_fixed(&error) => write_in_place(path, bytes, read),
        renamed => renamed.map(|()| sync_folder(path)),
    }
}

/// Makes the new name durable. Ignores errors, because some folders cannot be synced.
fn sync_folder(path: &Path) {
    #[cfg(unix)]
    let _ = File::open(folder(path)).and_then(|folder| folder.sync_all());
    #[cfg(not(unix))]
    let _ = path;
}

/// Whether the error means that the file cannot be replaced: a mount point, or a folder that cannot be written.
fn is_place_fixed(error: &Error) -> bool {
    use ErrorKind::{CrossesDevices, PermissionDenied, ReadOnlyFilesystem, ResourceBusy};
    matches!(error.kind(), CrossesDevices | PermissionDenied | ReadOnlyFilesystem | ResourceBusy)
}

fn keep_owner(file: &File, old: &Metadata) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let new = file.metadata()?;
        if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
            fchown(file, Some(old.uid()), Some(old.gid()))?;
        }
    }
    #[cfg(not(unix))]
    let _ = (file, old);
    Ok(())
}

/// Checks that the file still has the text that was read. A file that was named twice may already have its new text.
fn check_unchanged(path: &Path, read: Option<&[u8]>, bytes: &[u8]) -> Result<()> {
    let Some(read) = read else { return Ok(()) };
    let now = std::fs::read(path)?;
    if now == read || now == bytes {
        return Ok(());
    }
    Err(Error::other("the file has changed since it was read, and was not written; run the command again"))
}

fn write_in_place(path: &Path, bytes: &[u8], read: Option<&[u8]>) -> Result<()> {
    check_unchanged(path, read, bytes)?;
    let mut file = OpenOptions::new().write(true).open(path)?;
    let mut write = || {
        file.write_all(bytes)?;
        file.set_len(bytes.len() as u64)?;
        file.sync_all()
    };
    write().map_err(|error| {
        Error::new(
            error.kind(),
            format!("{error}; the file could only be written in place, and is incomplete now"),
        )
    })
}

/// Opens a file beside an output, with a name that a later run knows. A new file gets the mode of the output. A path that is not a
/// regular file, for example a symbolic link, is refused.
pub(super) fn open_regular(path: &Path, output: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    let opened = match std::fs::symlink_metadata(path) {
        Ok(metadata) if !metadata.is_file() => Err(Error::other("the path is not a regular file")),
        Ok(_) => options.open(path),
        Err(error) if error.kind() == ErrorKind::NotFound => create(&mut options, path, output),
        Err(error) => Err(error),
    };
    let file = opened.map_err(|error| unwritable(path, error))?;
    match names(path, &file) {
        true => Ok(file),
        // the same error kind as for a file that was deleted before it was opened
        false => Err(unwritable(
            path,
            Error::new(ErrorKind::NotFound, "the file was replaced while it was opened"),
        )),
    }
}

fn create(options: &mut OpenOptions, path: &Path, output: &Path) -> Result<File> {
    let old = std::fs::metadata(output).ok();
    #[cfg(unix)]
    if let Some(old) = &old {
        use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
        options.mode(old.mode() & 0o777);
    }
    let file = options.create_new(true).open(path)?;
    let Some(old) = old else { return Ok(file) };
    let kept = keep_owner(&file, &old).and_then(|()| file.set_permissions(old.permissions()));
    if kept.is_err() {
        let _ = std::fs::remove_file(path);
    }
    kept.map(|()| file)
}

/// Whether the path still names this open file, and is not a symbolic link.
pub(super) fn names(path: &Path, file: &File) -> bool {
    match (std::fs::symlink_metadata(path), file.metadata()) {
        #[cfg(unix)]
        (Ok(named), Ok(open)) => Identity::of_metadata(&named) == Identity::of_metadata(&open),
        #[cfg(not(unix))]
        (Ok(_), Ok(_)) => true,
        _ => false,
    }
}

/// Gives a finished file its final name.
pub(super) fn rename(from: &Path, to: &Path) -> Result<()> {
    std::fs::rename(from, to)?;
    sync_folder(to);
    Ok(())
}
