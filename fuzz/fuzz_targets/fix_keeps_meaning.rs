#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| cwfilter_fuzz::check("fix_keeps_meaning", input));
