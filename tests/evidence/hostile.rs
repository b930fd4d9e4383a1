//! Bombs, nesting without an end, and archives that lie.

use super::packed::{gzip, tar, zip, zstd};
use super::{STOPPED, expected, input, scan};
use cwfilter::limits::{ARCHIVE_NESTING, CONTAINER_NESTING, PAYLOAD_BYTES};

fn said(text: &[u8]) -> String {
    let (_, scanned) = scan("", text);
    scanned.messages().collect::<Vec<_>>().join("\n")
}

#[test]
fn nesting_has_a_bound() {
    let notification = |message: &str| {
        let message = serde_json::to_string(message).unwrap();
        format!(r#"{{"Type":"Notification","TopicArn":"t","Message":{message}}}"#)
    };
    let wrapped = |depth: usize| (0..depth).fold(expected()[0].clone(), |inner, _| notification(&inner));
    let (hits, scanned) = scan(STOPPED, wrapped(CONTAINER_NESTING).as_bytes());
    assert_eq!((hits.len(), scanned.damages), (1, 0), "{:?}", scanned.errors);
    assert!(said(wrapped(CONTAINER_NESTING + 1).as_bytes()).contains("containers inside each other"));
    let archive = |depth: usize| (0..depth).fold(input("delivery.json"), |inner, _| tar("inner", &inner));
    assert_eq!(scan(STOPPED, &archive(ARCHIVE_NESTING)).0.len(), 1);
    assert!(said(&archive(ARCHIVE_NESTING + 1)).contains("archives inside each other"));
    // brackets alone fill no stack
    let deep = "[".repeat(200_000);
    let object = format!("{{\"Events\":{deep}");
    assert!(!said(deep.as_bytes()).is_empty() && !said(object.as_bytes()).is_empty());
}

#[test]
fn what_is_small_as_it_is_stored_does_not_become_endless() {
    let zeros = vec![b' '; PAYLOAD_BYTES + (1 << 20)];
    let bomb = gzip(&zeros);
    assert!(bomb.len() < 1 << 20);
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &bomb);
    let error = said(format!(r#"{{"awslogs":{{"data":"{base64}"}}}}"#).as_bytes());
    assert!(error.contains("a payload of more than 64 MiB"), "{error}");
    // a record that is read after it is not lost
    let two = format!("{{\"awslogs\":{{\"data\":\"{base64}\"}}}}\n{}\n", expected()[0]);
    let (hits, _) = scan(STOPPED, two.as_bytes());
    assert_eq!(hits.len(), 1);
}

#[test]
fn damaged_transports_are_errors() {
    let text = input("delivery.json");
    let flip = |mut bytes: Vec<u8>, at: usize| {
        bytes[at] ^= 0x55;
        bytes
    };
    let (zipped, tarred, zstandard) = (zip("f", &text), tar("f", &text), zstd(&text));
    let mut cases = vec![
        ("zip without its list", zipped[..zipped.len() / 2].to_vec()),
        ("tar that is cut", tarred[..700].to_vec()),
        ("tar whose header is damaged", flip(tarred.clone(), 130)),
        ("Zstandard that is cut", zstandard[..zstandard.len() - 5].to_vec()),
    ];
    cases.extend((0..60).map(|at| ("zip", flip(zipped.clone(), 40 + at * (zipped.len() - 120) / 60))));
    for (name, bytes) in cases {
        let (hits, scanned) = scan("", &bytes);
        assert!(scanned.damages > 0, "{name}: {} hits", hits.len());
    }
}

#[test]
fn an_answer_larger_than_memory_allows_for_one_record_is_streamed() {
    // 20 MB in one object: each element is read alone
    let record = serde_json::to_string(&expected()[0]).unwrap();
    let element = format!(r#"{{"EventId":"x","CloudTrailEvent":{record}}}"#);
    let count = (20 << 20) / element.len();
    let text = format!("{{\"Events\":[{}]}}", vec![element; count].join(","));
    let (hits, scanned) = scan(STOPPED, text.as_bytes());
    assert_eq!((hits.len(), scanned.damages), (count, 0), "{:?}", scanned.errors.first());
}
