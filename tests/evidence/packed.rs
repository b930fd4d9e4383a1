//! The same text in every transport.

use std::io::Write;

/// Transports, and two of them inside each other.
pub(crate) const TRANSPORTS: [&str; 9] =
    ["nothing", "gzip", "gzip members", "gzip twice", "zstd", "zip", "tar", "tar.gz", "gzip in zip"];

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn tar(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    builder.append_data(&mut header, name, bytes).unwrap();
    builder.into_inner().unwrap()
}

pub(crate) fn zip(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut out);
    let (mut entry, config) =
        archive.new_file(name).compression_method(rawzip::CompressionMethod::DEFLATE).start().unwrap();
    let encoder = flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::default());
    let mut writer = config.wrap(encoder);
    writer.write_all(bytes).unwrap();
    let (encoder, descriptor) = writer.finish().unwrap();
    encoder.finish().unwrap();
    entry.finish(descriptor).unwrap();
    archive.finish().unwrap();
    out
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

pub(crate) fn packed(transport: &str, bytes: &[u8]) -> Vec<u8> {
    match transport {
        "nothing" => bytes.to_vec(),
        "gzip" => gzip(bytes),
        "gzip members" => {
            let (first, second) = bytes.split_at(bytes.len() / 2);
            [gzip(first), gzip(second)].concat()
        }
        "gzip twice" => gzip(&gzip(bytes)),
        "zstd" => {
            let (first, second) = bytes.split_at(bytes.len() / 3);
            // two frames, and one between that is skipped
            [zstd(first), b"\x50\x2a\x4d\x18\x03\0\0\0xyz".to_vec(), zstd(second)].concat()
        }
        "zip" => zip("folder/file", bytes),
        "tar" => tar("folder/file", bytes),
        "tar.gz" => gzip(&tar(&"long/".repeat(60), bytes)),
        "gzip in zip" => zip("file.gz", &gzip(bytes)),
        other => panic!("{other}"),
    }
}
