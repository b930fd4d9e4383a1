//! What lies after the end of an archive, before its first file, or in a member that seems to be a folder is read or is an error; and an
//! error in a file of an archive names the file.

use super::packed::{gzip, tar, zip, zstd};
use cwfilter::evidence::records;

const RECORD: &[u8] = br#"{"eventVersion":"1.11","eventName":"StopLogging"}"#;

/// A zip with a name that ends with a slash, which has a content.
fn zip_with_folder() -> Vec<u8> {
    let mut bytes = zip("a.json0", RECORD);
    while let Some(at) = bytes.windows(7).position(|it| it == b"a.json0") {
        bytes[at + 6] = b'/';
    }
    bytes
}

/// A tar of files without its end, so that more files follow.
fn open(mut tar: Vec<u8>) -> Vec<u8> {
    tar.truncate(tar.len() - 1024);
    tar
}

#[test]
fn nothing_of_an_archive_is_passed_over() {
    let one = tar("a.json", RECORD);
    let cases: [(&str, Vec<u8>, usize, &str); 17] = [
        ("one", one.clone(), 1, ""),
        ("two tars", [one.clone(), one.clone()].concat(), 2, ""),
        ("two tars in gzip members", [gzip(&one), gzip(&one)].concat(), 2, ""),
        ("two tars in frames of Zstandard", [zstd(&one), zstd(&one)].concat(), 2, ""),
        ("two tars in a zip", zip("x.tar", &[one.clone(), one.clone()].concat()), 2, ""),
        ("zeros after a tar", [one.clone(), vec![0; 10 * 512]].concat(), 1, ""),
        ("a record after a tar", [one.as_slice(), RECORD].concat(), 1, "bytes after the end of the archive"),
        (
            "gzip after a tar",
            [one.clone(), gzip(&RECORD.repeat(50))].concat(),
            1,
            "after the end of the archive",
        ),
        ("a zip after a tar", [one.clone(), zip("b", RECORD)].concat(), 1, "after the end of the archive"),
        ("a zip", zip("a.json", RECORD), 1, ""),
        (
            "a record after a zip",
            [zip("a", RECORD).as_slice(), RECORD].concat(),
            0,
            "after the end of the archive",
        ),
        (
            "a record of a zip before a zip",
            [&zip("a", RECORD)[..60], &zip("b", RECORD)].concat(),
            0,
            "before the first file",
        ),
        ("a folder of a zip with a content", zip_with_folder(), 1, ""),
        (
            "a cut gzip member",
            tar("b/x.json.gz", &gzip(&RECORD.repeat(99))[..40]),
            0,
            "`b/x.json.gz` of the archive: ",
        ),
        ("an xz member", tar("b/x", b"\xfd7zXZ\0\0\x04"), 0, "`b/x` of the archive: an xz file"),
        (
            "binary data that a name calls log events",
            tar("x.json.br", b"\x01\x02\x00\x03"),
            0,
            "`x.json.br` of the archive: binary data",
        ),
        ("a picture", tar("x.png", b"\x89PNG\x01\x02\x00\x03"), 0, ""),
    ];
    for (name, bytes, expected, error) in cases {
        let mut errors = String::new();
        let count = records(&bytes[..]).filter(|record| match record {
            Ok(_) => true,
            Err(it) => {
                errors += &it.to_string();
                false
            }
        });
        assert_eq!(count.count(), expected, "{name}: {errors}");
        assert!(errors.contains(error), "{name}: {errors}");
        assert_eq!(errors.is_empty(), error.is_empty(), "{name}: {errors}");
    }
    let next = tar("good.json", RECORD);
    let both = [open(tar("b/x.json.gz", &gzip(&RECORD.repeat(99))[..40])), next].concat();
    let count = records(&both[..]).filter(Result::is_ok).count();
    assert_eq!(count, 1, "a file after a damaged one is read");
}
