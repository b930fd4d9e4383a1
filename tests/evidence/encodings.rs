//! Payloads in an encoding are read, or are an error that names the format: no payload is a line of text in silence.

use super::packed::{gzip, zip};
use super::{STOPPED, input, scan};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

fn record() -> String {
    String::from_utf8(input("lines.ndjson")).unwrap().lines().next().unwrap().to_owned()
}

/// Bytes that begin as a format does, long enough for a log event.
fn begun(magic: &[u8]) -> Vec<u8> {
    [magic, &[0x5a; 60]].concat()
}

fn zlib(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(level));
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

/// A pattern that reads records of CloudTrail and events of an application.
const EITHER: &str = r#"{ $.eventName = "StopLogging" || $.order = "cancelled" }"#;

fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    let value = |bits: &[u8]| bits.iter().fold(0, |value, bit| value << 1 | bit) << (5 - bits.len());
    bits.chunks(5).map(|bits| char::from(ALPHABET[usize::from(value(bits))])).collect()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn base64_of_what_is_not_read_is_named() {
    let all: Vec<u8> = (0..=255).collect();
    let utf16: Vec<u8> = record().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let table: &[(&str, Vec<u8>, &str)] = &[
        ("bzip2", begun(b"BZh91AY&SY"), "a bzip2 file"),
        ("bzip2 of level 1", begun(b"BZh11AY&SY"), "a bzip2 file"),
        ("xz", begun(b"\xfd7zXZ\0"), "an xz file"),
        ("7z", begun(b"7z\xbc\xaf\x27\x1c"), "a 7z archive"),
        ("lz4", begun(b"\x04\x22\x4d\x18"), "an lz4 file"),
        ("zlib", zlib(&all, 6), "binary data"),
        ("zlib, best", zlib(&all, 9), "binary data"),
        ("UTF-16", utf16.clone(), "text in UTF-16"),
        ("UTF-16 with a mark", [&b"\xff\xfe"[..], &utf16].concat(), "text in UTF-16"),
    ];
    for (name, bytes, said) in table {
        for encoded in [BASE64_STANDARD.encode(bytes), BASE64_URL_SAFE_NO_PAD.encode(bytes)] {
            let texts = [
                encoded.clone(),
                format!("{encoded}\n"),
                format!("INFO started\n{encoded}\nINFO ended\n"),
                format!("{}\n{encoded}\n", "x".repeat(5000)),
            ];
            for text in texts {
                let (_, scanned) = scan(STOPPED, text.as_bytes());
                let messages = scanned.messages().collect::<Vec<_>>().concat();
                assert!(messages.contains(said), "{name}: {text:.80}: {messages}");
            }
        }
    }
}

#[test]
fn base64_of_what_is_read_is_read() {
    let record = record();
    let once = BASE64_STANDARD.encode(&record);
    let table = [
        ("a zip archive", BASE64_STANDARD.encode(zip("a.json", record.as_bytes()))),
        ("base64 of base64", BASE64_STANDARD.encode(&once)),
        ("base64 of base64 of gzip", BASE64_STANDARD.encode(BASE64_STANDARD.encode(gzip(record.as_bytes())))),
    ];
    for (name, encoded) in table {
        for text in [format!("{encoded}\n"), format!("INFO started\n{encoded}\n")] {
            let (hits, scanned) = scan(STOPPED, text.as_bytes());
            assert_eq!((hits.len(), scanned.damages), (1, 0), "{name}: {:?}", scanned.errors);
        }
    }
}

/// Where they are within a text or a member, and in other encodings: an error for JSON patterns, and a text for others.
#[test]
fn payloads_within_a_text_are_named() {
    let record = record();
    let compressed = [&b"BZh91AY&SY"[..], b"\xfd7zXZ\0", b"PK\x03\x04", b"\x28\xb5\x2f\xfd"];
    let mut cases: Vec<(String, &str)> = Vec::new();
    for magic in compressed {
        let encoded = BASE64_STANDARD.encode(begun(magic));
        cases.push((format!("INFO payload={encoded} sent\n"), "a compressed payload in base64"));
        cases.push((
            format!("{{\"level\":\"INFO\",\"payload\":\"{encoded}\"}}\n"),
            "a compressed payload in base64",
        ));
    }
    let gzipped = gzip(record.as_bytes());
    for bytes in [record.as_bytes(), &gzipped, &begun(b"BZh9"), &begun(b"\xfd7zXZ\0"), &begun(b"PK\x03\x04")]
    {
        cases.push((format!("INFO started\n{}\n", base32(bytes)), "a payload in base32"));
        cases.push((format!("{}\n", base32(bytes)), "a payload in base32"));
        let line = format!("{}\n", hexadecimal(bytes));
        cases.push((line.clone(), "a dump of bytes"));
        cases.push((format!("{}\n{line}", "x".repeat(5000)), "a dump of bytes"));
    }
    cases.push(("INFO started\nbegin 644 trail.json\nM>R)E\n`\nend\n".to_owned(), "a file in uuencode"));
    cases.push(("begin-base64 644 trail.json\neyJ\n====\n".to_owned(), "a file in uuencode"));
    for (text, said) in &cases {
        let (_, scanned) = scan(STOPPED, text.as_bytes());
        let messages = scanned.messages().collect::<Vec<_>>().concat();
        assert!(messages.contains(said), "{text:.120}: {messages}");
    }
}

#[test]
fn words_and_checksums_are_text() {
    let lines = [
        "begin transaction 644",
        "begin",
        "7b22c3d4e5f60718293a4b5c6d7e8f9001122334455667788990aabbccddeeff",
        "5b0a9c3d4e5f60718293a4b5c6d7e8f9001122334455667788990aabbccddeef",
        "PMRLIST",
        "eJwordofthreeletters",
        "UEsDB is how base64 of zip begins",
        "BCJNG",
        "IJNG AND OTHERS",
        "QlpoOTFBWSZTWQ",
    ];
    for line in lines {
        let (_, scanned) = scan(STOPPED, format!("INFO started\n{line}\n").as_bytes());
        assert_eq!((scanned.damages, scanned.texts), (0, 2), "{line}: {:?}", scanned.errors);
    }
}

/// What zlib compressed has the same answer everywhere: it is read where payloads are, and is an error where gzip is one.
#[test]
fn base64_of_zlib_is_read_or_loud() {
    use serde_json::json;
    use std::io::Write;
    let record = record();
    for level in [0, 1, 6, 9] {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(level));
        encoder.write_all(record.as_bytes()).unwrap();
        let data = BASE64_STANDARD.encode(encoder.finish().unwrap());
        let read = [
            format!("{data}\n"),
            format!("INFO started\n{data}\n"),
            json!({"Type": "Notification", "TopicArn": "t", "Message": data}).to_string(),
            json!({"Messages": [{"MessageId": "1", "Body": data}]}).to_string(),
            json!({"Records": [{"Data": data, "SequenceNumber": "1"}]}).to_string(),
            json!({"awslogs": {"data": data}}).to_string(),
            json!([data]).to_string(),
            json!({"QueryStatus": "FINISHED", "QueryResultRows": [[{"eventJson": data}]]}).to_string(),
            format!("eventTime,eventJson\nx,{data}\n"),
            format!("@timestamp,@message\nx,{data}\n"),
        ];
        for text in read {
            let (hits, scanned) = scan(STOPPED, text.as_bytes());
            assert_eq!((hits.len(), scanned.damages), (1, 0), "{text:.80}: {:?}", scanned.errors);
        }
        let loud = [
            json!({"messageType": "DATA_MESSAGE", "logEvents": [{"id": "1", "timestamp": 1, "message": data}]}),
            json!({"events": [{"timestamp": 1, "message": data}]}),
            json!({"@timestamp": "x", "@message": data}),
            json!({"level": "info", "payload": data}),
            json!({"level": "info", "a": [{"b": data}]}),
            json!({"Type": "Notification", "TopicArn": "t", "Message": "x", "MessageAttributes": {"e": {"Value": data}}}),
        ];
        for text in loud {
            let (hits, scanned) = scan(STOPPED, text.to_string().as_bytes());
            let messages = scanned.messages().collect::<Vec<_>>().concat();
            assert!(hits.is_empty() && messages.contains(" in base64"), "{text:.80}: {messages}");
        }
    }
}

/// Tokens that begin as base64 of what zlib compressed does, and are none.
#[test]
fn tokens_are_no_payloads() {
    use serde_json::json;
    // bytes in an order that has no pattern
    let mut state = 1u32;
    let mut byte = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    for level in [0x01, 0x5e, 0x9c, 0xda] {
        for size in [48, 64, 200, 1000] {
            let bytes: Vec<u8> = [0x78, level].into_iter().chain((2..size).map(|_| byte())).collect();
            let token = BASE64_STANDARD.encode(&bytes);
            for text in [
                json!({"level": "info", "token": token}).to_string(),
                json!({"level": "info", "a": [{"b": token}]}).to_string(),
                json!({"@timestamp": "x", "@message": token}).to_string(),
                format!("INFO started\n{token}\n"),
            ] {
                let (_, scanned) = scan(EITHER, text.as_bytes());
                assert_eq!(scanned.damages, 0, "{level} {size} {text:.80}: {:?}", scanned.errors);
            }
        }
    }
}

/// What inflates as a whole was compressed, whatever it is.
#[test]
fn a_whole_payload_of_zlib_is_loud() {
    let data = BASE64_STANDARD.encode(zlib(&(0..=255).collect::<Vec<u8>>(), 6));
    let text = serde_json::json!({"level": "info", "payload": data}).to_string();
    let (_, scanned) = scan(STOPPED, text.as_bytes());
    assert!(scanned.messages().any(|it| it.contains(" in base64")), "{:?}", scanned.errors);
}

/// What is cut off or damaged later on was compressed.
#[test]
fn a_damaged_payload_of_zlib_is_loud() {
    use serde_json::json;
    let whole = zlib(record().repeat(20).as_bytes(), 6);
    let mut damaged = whole.clone();
    damaged.iter_mut().skip(400).for_each(|byte| *byte ^= 0x55);
    for bytes in [&whole[..], &whole[..48], &whole[..60], &whole[..100], &whole[..300], &damaged] {
        let data = BASE64_STANDARD.encode(bytes);
        let url = data.replace('+', "-").replace('/', "_");
        for data in [data.as_str(), url.as_str()] {
            let text = json!({"level": "info", "payload": data}).to_string();
            let (_, scanned) = scan(STOPPED, text.as_bytes());
            let messages = scanned.messages().collect::<Vec<_>>().concat();
            assert!(messages.contains(" in base64"), "{} {text:.80}: {messages}", bytes.len());
        }
    }
}

/// A member `data` alone is that of an application, unless it is a payload.
#[test]
fn a_member_data_alone_is_read_as_what_it_is() {
    use serde_json::json;
    let record = record();
    let plain = BASE64_STANDARD.encode(&record);
    let packed = BASE64_STANDARD.encode(gzip(record.as_bytes()));
    for (data, hits) in [("hello", 0), ("", 0), ("?", 0), ("aGVsbG8=", 0), (&*plain, 1), (&*packed, 1)] {
        let event = json!({"data": data}).to_string();
        for text in [event.clone(), format!("{event}\n{event}\n"), format!("[{event}]")] {
            let (found, scanned) = scan(EITHER, text.as_bytes());
            assert!(found.len() >= hits && scanned.damages == 0, "{text:.80}: {:?}", scanned.errors);
            assert_eq!(found.is_empty(), hits == 0, "{text:.80}");
        }
        let (found, _) = scan("{ $.data = * }", event.as_bytes());
        assert_eq!(found.len(), 1 - hits, "{event:.80}");
        // records of Firehose are payloads
        let endpoint = json!({"requestId": "1", "timestamp": 1, "records": [{"data": data}]}).to_string();
        let (found, scanned) = scan(EITHER, endpoint.as_bytes());
        let is_text = data == "aGVsbG8=";
        assert_eq!((found.len(), scanned.texts), (hits, u64::from(is_text)), "{endpoint:.80}");
        assert_eq!(scanned.damages > 0, hits == 0 && !is_text, "{endpoint:.80}: {:?}", scanned.errors);
    }
}

/// The data of records of Kinesis, as `--query 'Records[].Data'` prints them.
#[test]
fn a_list_of_payloads_is_read() {
    let record = record();
    let plain = BASE64_STANDARD.encode(&record);
    let packed = BASE64_STANDARD.encode(gzip(record.as_bytes()));
    for text in [
        format!("[\"{plain}\"]"),
        format!("[\n \"{plain}\",\n \"x\"\n]"),
        format!("\"{plain}\"\n"),
        format!("[\"{packed}\"]"),
    ] {
        let (hits, scanned) = scan(STOPPED, text.as_bytes());
        assert_eq!((hits.len(), scanned.damages), (1, 0), "{text:.80}: {:?}", scanned.errors);
    }
}
