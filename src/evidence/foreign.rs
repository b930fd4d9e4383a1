//! Formats that are known and not read.

/// Formats that are known and not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Foreign {
    Utf16,
    Parquet,
    Avro,
    Orc,
    Xz,
    Bzip2,
    SevenZip,
    Rar,
    Lz4,
    Snappy,
    Encrypted,
    Binary,
    /// Records of OCSF, or a table of them.
    Ocsf,
    /// A table with columns of CloudTrail, but without a column of whole records.
    Columns,
    /// Events of CloudTrail under other names, as tools for search write them.
    Renamed,
    /// Lines of CEF or LEEF, as SIEM systems exchange them.
    Siem,
    /// Bytes in hexadecimal or octal digits.
    Dump,
    /// JSON with the colours of a terminal.
    Coloured,
    /// Lines in base32.
    Base32,
    /// A file in uuencode.
    Uuencode,
}

impl Foreign {
    /// What compressed or packed the bytes, if something did.
    pub(super) fn packer(self) -> Option<&'static str> {
        match self {
            Foreign::Xz => Some("xz"),
            Foreign::Bzip2 => Some("bzip2"),
            Foreign::SevenZip => Some("7z"),
            Foreign::Rar => Some("RAR"),
            Foreign::Lz4 => Some("lz4"),
            Foreign::Snappy => Some("Snappy"),
            _ => None,
        }
    }

    /// The name of the format, and how the user can convert the file.
    pub(super) fn texts(self) -> (&'static str, &'static str) {
        match self {
            Foreign::Utf16 => ("text in UTF-16", "convert it: `iconv -f UTF-16 -t UTF-8 FILE > NEW`"),
            Foreign::Parquet => (
                "a Parquet file",
                "read the delivery files that it was made of, or write the records as JSON lines: \
                 `duckdb -c \"COPY (FROM 'FILE') TO 'NEW.json'\"`",
            ),
            Foreign::Avro => {
                ("an Avro file", "write the records as JSON lines: `avro-tools tojson FILE > NEW`")
            }
            Foreign::Orc => ("an ORC file", "write the records as JSON lines: `orc-contents FILE > NEW`"),
            Foreign::Xz => ("an xz file", "decompress it: `xz -dk FILE`"),
            Foreign::Bzip2 => ("a bzip2 file", "decompress it: `bzip2 -dk FILE`"),
            Foreign::SevenZip => ("a 7z archive", "unpack it: `7z x FILE`"),
            Foreign::Rar => ("a RAR archive", "unpack it: `7z x FILE`"),
            Foreign::Lz4 => ("an lz4 file", "decompress it: `lz4 -dk FILE`"),
            Foreign::Snappy => ("a Snappy file", "decompress it: `snzip -dk FILE`"),
            Foreign::Encrypted => ("an encrypted file", "decrypt it, and pass the result"),
            Foreign::Binary => ("binary data", "expected JSON, text lines, CSV, or one of these compressed"),
            Foreign::Ocsf => (
                "a record of OCSF, as Security Lake writes it",
                "filter patterns for CloudTrail read CloudTrail's own form: take the delivery files of the trail",
            ),
            Foreign::Columns => (
                "a table without a column of whole records",
                "read the delivery files, or select `eventJson` in CloudTrail Lake",
            ),
            Foreign::Renamed => (
                "an event of CloudTrail in another form",
                "filter patterns read CloudTrail's own form: take the delivery files, or export the original record; of `lookup-events` the member `CloudTrailEvent`",
            ),
            Foreign::Siem => {
                ("a line of CEF or LEEF", "JSON patterns read the original records: take the delivery files")
            }
            Foreign::Coloured => {
                ("JSON with the colours of a terminal", "print it without colours, such as with `jq -M`")
            }
            Foreign::Base32 => {
                ("a payload in base32", "decode it, such as with `base32 -d FILE > NEW`, and pass the result")
            }
            Foreign::Uuencode => {
                ("a file in uuencode", "decode it: `uudecode -o NEW FILE`, and pass the result")
            }
            Foreign::Dump => (
                "a dump of bytes as digits",
                "turn it back into bytes, such as with `xxd -r FILE > NEW` or `xxd -r -p FILE > NEW`, and pass the result",
            ),
        }
    }
}

/// A name without capitals, dots, blanks and hyphens: `Event name`, `event_name` and `eventName` are one.
pub(super) fn fold(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}
