#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| cwfilter_fuzz::check("scanner_equals_serde_json", input));
