//! Encrypted files, by their first bytes.

/// Whether a file that begins with these bytes is encrypted: by OpenSSL's `enc`, age, GnuPG (to keys or with a passphrase), also as text.
pub(super) fn is_encrypted(start: &[u8]) -> bool {
    TEXTS.iter().any(|text| start.starts_with(text)) || is_of_gnupg(start)
}

const TEXTS: [&[u8]; 8] = [
    b"Salted__",
    b"U2FsdGVkX1",
    b"age-encryption.org/",
    b"-----BEGIN AGE ENCRYPTED FILE-----",
    b"-----BEGIN PGP MESSAGE-----",
    b"-----BEGIN PKCS7-----",
    b"-----BEGIN CMS-----",
    b"$ANSIBLE_VAULT;",
];

/// Whether a packet with an encrypted key of a session begins: its tag, its length, and version 3 or 6 for a key, 4 to 6 for a passphrase.
fn is_of_gnupg(start: &[u8]) -> bool {
    let version = match *start {
        [0x84 | 0x8c, _, version, ..] => version,
        [0x85 | 0x8d, _, _, version, ..] => version,
        [0xc1 | 0xc3, length, version, ..] if length < 0xc0 => version,
        [0xc1 | 0xc3, 0xc0..=0xdf, _, version, ..] => version,
        _ => return false,
    };
    matches!((start.first(), version), (Some(0x84 | 0x85 | 0xc1), 3 | 6) | (Some(0x8c | 0x8d | 0xc3), 4..=6))
}
