//! URIs of files, and their paths.

use lsp_types::Uri;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use std::path::{Path, PathBuf};

/// Characters that a path of a URI has as escapes.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b']')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The path of a file's URI. `None` for another scheme.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.as_str().strip_prefix("file://")?;
    let rest = rest.get(rest.find('/')?..)?;
    let path = percent_decode_str(rest).decode_utf8().ok()?;
    // `file:///C:/a` is `C:/a`
    let is_drive = path.as_bytes().get(2) == Some(&b':');
    Some(PathBuf::from(if is_drive { path.get(1..)? } else { &path }))
}

/// The name of a document that is not a file, such as an unsaved one.
pub(super) fn name(uri: &Uri) -> String {
    let last = uri.as_str().rsplit(['/', ':']).next().unwrap_or_default();
    percent_decode_str(last).decode_utf8_lossy().into_owned()
}

/// The URI of a file. `None` if the path cannot be one.
pub(super) fn of(path: &Path) -> Option<Uri> {
    let path = std::path::absolute(path).ok()?;
    let text = path.to_str()?.replace('\\', "/");
    let slash = if text.starts_with('/') { "" } else { "/" };
    format!("file://{slash}{}", utf8_percent_encode(&text, ESCAPED)).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_comes_back_from_its_uri() {
        for text in ["/a b/c#d?e/%41.tf", "/\u{e4}\u{1f600}/[x]{y}.toml"] {
            assert_eq!(path(&of(Path::new(text)).unwrap()), Some(PathBuf::from(text)));
        }
        assert_eq!(
            path(&"file:///C%3A/rules/a.toml".parse().unwrap()),
            Some(PathBuf::from("C:/rules/a.toml"))
        );
        assert_eq!(path(&"untitled:Untitled-1".parse().unwrap()), None);
        assert_eq!(name(&"untitled:rules.toml".parse().unwrap()), "rules.toml");
    }
}
