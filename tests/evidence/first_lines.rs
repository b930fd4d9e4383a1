//! Texts that begin or go on in another way than the rest of them: another encoding, a missing beginning, encryption.

use super::scan;

/// A pattern for CloudTrail.
const TRAIL: &str = r#"{ ($.eventSource = "cloudtrail.amazonaws.com") && ($.eventName = "StopLogging") }"#;
const OTHER: &str = r#"{"eventVersion":"1.11","eventTime":"2026-03-04T10:02:30Z","eventSource":"ec2.amazonaws.com","eventName":"RunInstances","awsRegion":"us-east-1","userIdentity":{"type":"Root"},"eventID":"1"}"#;

fn said(pattern: &str, text: &[u8]) -> (u64, String) {
    let (_, scanned) = scan(pattern, text);
    (scanned.records, scanned.messages().collect::<Vec<_>>().join("\n"))
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn lines_in_utf_16_after_others_are_loud() {
    let big: Vec<u8> = OTHER.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for line in [wide(&format!("{OTHER}\r\n")), wide("ERROR x\r\n"), big] {
        let text = [&b"export\r\n"[..], &line, b"\nlast\n"].concat();
        for pattern in [TRAIL, "ERROR"] {
            let (records, messages) = said(pattern, &text);
            assert!(messages.contains("a line in UTF-16"), "{pattern}: {messages}");
            assert!(records >= 2, "{records}");
        }
    }
    for text in [&b"INFO\nERROR a\0b\n"[..], b"INFO\n\0\0\0\0\0\0\0\0\0\0\0\0ERROR x\n"] {
        assert_eq!(said("ERROR", text), (2, String::new()));
    }
}

#[test]
fn a_byte_of_latin_1_costs_its_line_only() {
    let (first, last) = (b"ERROR caf\xe9 1\nERROR two\n", b"ERROR two\nERROR caf\xe9 1\n");
    for text in [first, last] {
        let (hits, scanned) = scan("ERROR", text);
        assert_eq!((hits.len(), scanned.damages), (1, 1), "{:?}", scanned.errors);
        assert!(scanned.messages().any(|it| it.contains("not UTF-8")), "{:?}", scanned.errors);
    }
    assert!(said("ERROR", b"ERROR \xe9\x01\x02\n").1.contains("binary data"));
}

#[test]
fn the_rest_of_a_record_at_the_start_is_loud() {
    let cut = OTHER.find("\"awsRegion\"").unwrap();
    for begin in [&OTHER[cut..], &OTHER[cut + 5..], "  \"eventID\": \"2\",\n  \"readOnly\": false\n}"] {
        for rest in [format!("\n{OTHER}\n"), format!("\n2026-03-04T10:02:30.000Z {OTHER}\n"), "\n".to_owned()]
        {
            let (_, messages) = said(TRAIL, format!("{begin}{rest}").as_bytes());
            assert!(messages.contains("whose beginning is missing"), "{begin}{rest}: {messages}");
        }
    }
    for begin in ["INFO started", "INFO got {\"a\":1}", "the end }", "\"GET / HTTP/1.1\" 200"] {
        assert_eq!(said(TRAIL, format!("{begin}\n{OTHER}\n").as_bytes()).1, "", "{begin}");
    }
}

#[test]
fn escaped_names_of_calls_are_found() {
    for word in [
        r#"x \"StopLogging\" y"#,
        "x &quot;StopLogging&quot; y",
        r"x \tStopLogging\n y",
        "x cloudtrail:StopLogging y",
        "x cloudtrail.amazonaws.com/StopLogging y",
        "Action=StopLogging&Version=2013-11-01",
    ] {
        assert!(!said(TRAIL, format!("{word}\n").as_bytes()).1.is_empty(), "{word}");
    }
    for text in ["GET /UpdateProfile HTTP/1.1\n", "C:\\temp\\start\n", "the call is StopLogging: see above\n"]
    {
        assert_eq!(said(TRAIL, text.as_bytes()).1, "", "{text}");
    }
    let inner = OTHER.replace("\"eventVersion\":\"1.11\",", "").replace('"', "\\\"");
    let (_, messages) = said(TRAIL, format!("{OTHER}\n{{\"msg\":\"{inner}\"}}\n").as_bytes());
    assert!(!messages.is_empty());
}

#[test]
fn encrypted_files_are_named() {
    let files: [&[u8]; 7] = [
        b"\x85\x01\x0c\x03\xff\xfe\xfd\x80\x81\x82",
        b"\x8c\x0d\x04\x09\x03\x02\xff\xfe",
        b"\xc3\x0d\x04\x09\x03\x02\xff\xfe",
        b"Salted__\xff\xfe\xfd\x80\0\0",
        b"age-encryption.org/v1\n-> X25519 x\n",
        b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n",
        b"U2FsdGVkX1/+/f2AAAA=\n",
    ];
    for file in files {
        let (records, messages) = said(TRAIL, file);
        assert!(records == 0 && messages.contains("an encrypted file"), "{file:?}: {messages}");
    }
}
