#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| cwfilter_fuzz::check("print_parse_roundtrip", input));
