//! The files of a git revision, written to a temporary folder so that they are read as the files of the working tree are.

use super::side::{Names, Side, SideKind};
use crate::exit::Exit;
use crate::ignores::Ignores;
use crate::terminal::say;
use crate::write::{create_folder, write_new};
use cwfilter::limits::{REVISION_FILE_BYTES, REVISION_TEXT_BYTES, SOURCE_BYTES};
use cwfilter::sources::is_source;
use std::collections::HashSet;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

/// Both sides: the revision and the working tree. Errors are printed.
pub(super) fn sides(revision: &str, paths: &[String]) -> Result<(Side, Side), Exit> {
    let tree = Tree::of(revision).map_err(|why| {
        say!("error: git: {why}");
        Exit::Input
    })?;
    let here = [".".to_owned()];
    let paths = if paths.is_empty() { &here[..] } else { paths };
    let root = tree.folder.path().join(&tree.prefix);
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for path in paths {
        let below = below(path)?;
        let (is_old, is_new) = (root.join(&below).exists(), Path::new(path).exists());
        if !is_old && !is_new {
            say!("error: {path}: neither the working tree nor {revision} has it");
            return Err(Exit::Input);
        }
        old.extend(is_old.then(|| root.join(&below)));
        new.extend(is_new.then(|| PathBuf::from(path)));
    }
    let (mut a, mut b) = (Side::new(SideKind::Folder), Side::new(SideKind::Folder));
    let all = paths.join(", ");
    let folder = (tree.folder.path().to_owned(), format!("{revision}:"));
    let names = Names { side: format!("{all} of {revision}"), folder: Some(folder) };
    a.read(&old, &names, |file| file.strip_prefix(&root).unwrap_or(file).to_owned())?;
    let names = Names { side: all.clone(), folder: None };
    b.read(&new, &names, |file| plain(file).unwrap_or_else(|| file.to_owned()))?;
    // annotations name a file by its path in the repository
    for entry in &mut b.entries {
        if let Some(below) = plain(&entry.file) {
            entry.file = tree.prefix.join(below);
        }
    }
    if [&a, &b]
        .iter()
        .all(|side| side.entries.is_empty() && side.unread.is_empty() && side.parts_elsewhere.is_empty())
    {
        say!("error: neither the working tree nor {revision} has a pattern in {all}");
        return Err(Exit::Input);
    }
    Ok((a, b))
}

/// A named path below the working directory. Errors are printed.
fn below(path: &str) -> Result<PathBuf, Exit> {
    let Some(below) = plain(Path::new(path)) else {
        say!("error: {path}: with --git, a path has to be below the working directory");
        return Err(Exit::Usage);
    };
    if let Some(link) = link(&below) {
        say!(
            "error: {path}: {} is a symbolic link; name the folder or file that it leads to",
            link.display()
        );
        return Err(Exit::Usage);
    }
    Ok(below)
}

/// The first part of a path that is a symbolic link. Git has the link, and not what it leads to.
fn link(path: &Path) -> Option<PathBuf> {
    let is_link = |part: &&Path| part.symlink_metadata().is_ok_and(|facts| facts.is_symlink());
    path.ancestors().filter(is_link).last().map(Path::to_owned)
}

/// A relative path without `.`. `None` if it leaves the working directory.
fn plain(path: &Path) -> Option<PathBuf> {
    let mut all = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(name) => all.push(name),
            Component::Prefix(_) | Component::RootDir | Component::ParentDir => return None,
        }
    }
    Some(all)
}

/// How a message begins if git is not there.
const NO_GIT: &str = "cannot run git";

struct Tree {
    folder: Files,
    /// The working directory below the root of the repository.
    prefix: PathBuf,
}

/// A temporary folder, and the one in it that has the files.
struct Files(tempfile::TempDir, PathBuf);

impl Files {
    fn path(&self) -> &Path {
        &self.1
    }
}

impl Tree {
    /// Writes the files of a revision that may hold patterns.
    fn of(revision: &str) -> Result<Tree, String> {
        if revision.starts_with('-') {
            return Err(format!("`{revision}` is not a revision"));
        }
        let commit = text(
            git(
                &["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{commit}}")],
                None,
            )
            .map_err(|why| match why.starts_with(NO_GIT) {
                true => why,
                false => format!("`{revision}` is not a revision of a repository here"),
            })?,
        )?;
        let prefix = PathBuf::from(text(git(&["rev-parse", "--show-prefix"], None)?)?);
        let root = PathBuf::from(text(git(&["rev-parse", "--show-toplevel"], None)?)?);
        let listed = git(&["ls-tree", "-r", "-z", "-l", "--full-tree", &commit], None)?;
        let ignores = Ignores::new()?;
        let folder = tempfile::Builder::new()
            .prefix("cwfilter-")
            .tempdir()
            .map(|folder| {
                let files = folder.path().join("files");
                Files(folder, files)
            })
            .map_err(|error| format!("a temporary folder: {error}"))?;
        let (mut sources, mut others) = (Vec::new(), Vec::new());
        for entry in listed.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
            let entry = String::from_utf8_lossy(entry);
            let Some((facts, path)) = entry.split_once('\t') else { continue };
            let facts: Vec<&str> = facts.split_whitespace().collect();
            let [mode, kind, id, size] = facts[..] else { continue };
            let path = PathBuf::from(path);
            // a link is not read in the working tree either
            let is_file =
                kind == "blob" && mode != "120000" && plain(&path).is_some_and(|plain| plain == path);
            let size: u64 = size.parse().unwrap_or(u64::MAX);
            if !is_file || ignores.reason(&root.join(&path), false).is_some() {
                continue;
            }
            if !is_source(&path) {
                others.push((path, id.to_owned(), size));
                continue;
            }
            if size > SOURCE_BYTES {
                return Err(format!("{} of {revision} is larger than {SOURCE_BYTES} bytes", path.display()));
            }
            sources.push((path, id.to_owned()));
        }
        sources.extend(read_by_terraform(&sources, others));
        let wanted: String = sources.iter().map(|(_, id)| format!("{id}\n")).collect();
        let contents = git(&["cat-file", "--batch"], Some(&wanted))?;
        let mut rest = contents.as_slice();
        for (path, _) in sources {
            let content;
            (content, rest) = object(rest).ok_or_else(|| format!("{} cannot be read", path.display()))?;
            let path = folder.path().join(path);
            write_new(&path, content).map_err(|error| error.to_string())?;
        }
        // what a configuration names is read from the whole repository, as in the working tree
        create_folder(&folder.0.path().join(".git")).map_err(|error| error.to_string())?;
        // a working directory that the revision does not have
        create_folder(&folder.path().join(&prefix)).map_err(|error| error.to_string())?;
        Ok(Tree { folder, prefix })
    }
}

/// The files that a Terraform configuration may read beside its own: values of variables, and what `file` and `templatefile` name. Those
/// are below a folder with a configuration, and small. A file that is left out makes a pattern unknown, and never another one.
fn read_by_terraform(
    sources: &[(PathBuf, String)],
    others: Vec<(PathBuf, String, u64)>,
) -> Vec<(PathBuf, String)> {
    let is_configuration = |path: &Path| path.extension().is_some_and(|it| it == "tf" || it == "tofu");
    let configurations = sources.iter().filter(|(path, _)| is_configuration(path));
    let folders: HashSet<&Path> = configurations.filter_map(|(path, _)| path.parent()).collect();
    let mut left = REVISION_TEXT_BYTES;
    let mut found = Vec::new();
    for (path, id, size) in others {
        let is_near = path.ancestors().skip(1).any(|folder| folders.contains(folder));
        if is_near && size <= REVISION_FILE_BYTES && size <= left {
            left -= size;
            found.push((path, id));
        }
    }
    found
}

/// The first object of the output of `git cat-file --batch`, `ID TYPE SIZE`, a line feed, the content, a line feed, and what follows it.
fn object(output: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = output.iter().position(|byte| *byte == b'\n')?;
    let head = std::str::from_utf8(output.get(..end)?).ok()?;
    let size: usize = head.rsplit(' ').next()?.parse().ok()?;
    let start = end + 1;
    Some((output.get(start..start + size)?, output.get(start + size + 1..)?))
}

fn text(output: Vec<u8>) -> Result<String, String> {
    String::from_utf8(output)
        .map(|text| text.trim_end_matches('\n').to_owned())
        .map_err(|_| "a path is not UTF-8".to_owned())
}

/// Runs git; its output. The input is a file, so that git cannot wait for it while its output is read.
fn git(args: &[&str], input: Option<&str>) -> Result<Vec<u8>, String> {
    let mut command = Command::new("git");
    command.args(args).stdin(Stdio::null());
    if let Some(input) = input {
        let file = tempfile::tempfile().and_then(|mut file| {
            file.write_all(input.as_bytes())?;
            file.seek(SeekFrom::Start(0))?;
            Ok(file)
        });
        command.stdin(file.map_err(|error| format!("a temporary file: {error}"))?);
    }
    let output = command.output().map_err(|error| format!("{NO_GIT}: {error}"))?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`git {}`: {}", args.first().unwrap_or(&""), why.trim()));
    }
    Ok(output.stdout)
}
