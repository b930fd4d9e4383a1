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

/// The content decides, except of programs, documents and media: neither a suffix that somebody added nor an unknown one hides a file.
#[test]
fn a_name_does_not_hide_evidence() {
    let delivery = br#"{"Records":[{"eventVersion":"1.11","eventName":"StopLogging"}]}"#;
    let gzip = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut encoder, delivery).unwrap();
        encoder.finish().unwrap()
    };
    let text = b"EVENTS\t30\t1772619340000\ts1\t{\"eventVersion\":\"1.11\",\"eventName\":\"StopLogging\"}\t1772619330000\n";
    let yaml = b"Events:\n- CloudTrailEvent: '{\"eventVersion\":\"1.11\",\"eventName\":\"StopLogging\"}'\n";
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(delivery.iter().flat_map(|byte| [*byte, 0])).collect();
    // name, content, exit code: 0 skipped, 1 a hit, 3 an error
    let ruler = [&b"-".repeat(4200), &b"\n|| message | "[..], &delivery[12..], b" |\n"].concat();
    let cases: [(&str, &[u8], i32); 34] = [
        ("table.txt", &ruler, 3),
        ("trail.json.gz.gpg", b"\x85\x01\x0c\x03\xff\xfe\xfd\x80", 3),
        ("trail.json.enc", b"Salted__\xff\xfe\xfd\x80\0\0", 3),
        ("trail.tar.gpg", b"\x01\x02\x00\x03", 3),
        ("x.zip", b"\0\x01PK\x03\x04", 3),
        ("main.py.gpg", b"\x01\x02\x00\x03", 0),
        ("a.json.bak", delivery, 1),
        ("a.json.old", delivery, 1),
        ("a.json~", delivery, 1),
        ("a.tmp", delivery, 1),
        ("a.dat", delivery, 1),
        ("a.download", delivery, 1),
        ("a.json.gz (1)", &gzip, 1),
        ("a.json.gz.abcdEF12", &gzip, 1),
        ("a.json.gz?versionId=abc", &gzip, 1),
        ("a.txt", text, 3),
        ("a.text", text, 3),
        ("a.yaml", yaml, 3),
        ("a.xml", &utf16, 3),
        ("a.xz", b"\xfd7zXZ\0\0\x04", 3),
        ("a.bz2", b"BZh91AY&SY", 3),
        ("a.lz4", b"\x04\x22\x4d\x18\x64", 3),
        ("a.json.br", b"\x1b\x05\x00\x01", 3),
        ("a.json.Z", b"\x1f\x9d\x90\x01", 3),
        ("stream-1-2026-03-04-10-15-30.snappy", b"\x01\x02\x00\x03", 3),
        ("a.hex", b"7b225265636f726473223a5b7b2265766e74566572\n", 3),
        ("notes.md", delivery, 0),
        ("page.html", b"<p>hello</p>", 0),
        ("page.css.br", b"\x1b\x05\x00\x01", 0),
        ("main.py", b"print(1)\n", 0),
        ("a.png", b"\x89PNG\r\n\x1a\n\0", 0),
        ("a.conf", b"[main]\nkey = value\n", 0),
        ("a.db", b"SQLite format 3\0\x10\0", 0),
        ("NOTES", b"All rights reserved.\n", 0),
    ];
    for (name, bytes, expected) in cases {
        let root = folder("names-of-evidence");
        std::fs::create_dir(root.join("in")).unwrap();
        std::fs::write(root.join("in/a.ndjson"), "{\"eventName\":\"ListBuckets\"}\n").unwrap();
        std::fs::write(root.join("in").join(name), bytes).unwrap();
        let (code, said) = run(&root, &["scan", "--pattern", "{ $.eventName = StopLogging }", "in"]);
        assert_eq!(
            (code, said.contains("1 other file skipped")),
            (expected, expected == 0),
            "{name}: {said}"
        );
    }
}
