#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| cwfilter_fuzz::check("emit_never_panics", input));
