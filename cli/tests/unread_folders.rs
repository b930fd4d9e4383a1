//! Evidence in a folder that no reader knows is an error, not one of the files that are passed over.

#[path = "support/printed.rs"]
mod printed;

use printed::{folder, run};

#[test]
fn evidence_in_a_folder_that_is_not_read_is_loud() {
    let cases: [(&str, &[u8], &str); 7] = [
        ("a.json.xz", b"\xfd7zXZ\0\0\x04", "an xz file, which is not read"),
        ("trail.tar.bz2", b"BZh91AY&SY", "a bzip2 file, which is not read"),
        ("a.log.lz4", b"\x04\x22\x4d\x18\x64", "an lz4 file, which is not read"),
        ("trail.7z", b"7z\xbc\xaf\x27\x1c\0", "a 7z archive, which is not read"),
        ("part-0.parquet", b"PAR1\x15\x04", "a Parquet file, which is not read"),
        ("part-0", b"PAR1\x15\x04", "a Parquet file, which is not read"),
        ("a.avro", b"Obj\x01\x04", "an Avro file, which is not read"),
    ];
    for (name, bytes, said) in cases {
        let root = folder("unread-folders");
        std::fs::create_dir(root.join("in")).unwrap();
        std::fs::write(root.join("in/a.ndjson"), "{\"eventName\":\"ListBuckets\"}\n").unwrap();
        std::fs::write(root.join("in").join(name), bytes).unwrap();
        let (code, text) = run(&root, &["scan", "--pattern", "{ $.eventName = StopLogging }", "in"]);
        assert_eq!(code, 3, "{name}: {text}");
        assert!(text.contains(said), "{name}: {text}");
    }
}
