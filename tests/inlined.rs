//! Everything that a kernel does is inlined into the function that carries the instruction set (src/engine/simd/mod.rs).
//!
//! Otherwise each primitive is a call: results stay right, and the engine is several times slower. So this reads the symbols of its
//! own optimized program, which holds the whole engine. A function that was inlined everywhere has no symbol.
//!
//! Some linkers remove all symbols from a release build (mold does), so they have to be kept:
//!
//! ```text
//! CARGO_PROFILE_RELEASE_STRIP=none cargo test --release --test inlined
//! ```
//!
//! With `#[inline(never)]` in the place of every `#[inline(always)]` of `engine`, this test lists every function on x86-64 except
//! `Avx512::bits`, which does nothing. If only the attribute is removed, LLVM may inline a small function on its own; then no symbol
//! is left, and the code is right.

use cwfilter::{FilterPattern, PatternSet};
use std::process::Command;

/// Modules whose functions run for each block.
const KERNELS: [&str; 4] = [
    "cwfilter::engine::simd::",
    "cwfilter::engine::json::",
    "cwfilter::engine::prefilter::",
    // the primitives themselves: `_mm256_cmpeq_epi8` and the like
    "core::core_arch::",
];

/// What may stay a function: it is called once for a text, or seldom.
const MAY_BE_CALLED: [&str; 35] = [
    // the functions that carry an instruction set, and the detection
    "simd::x86::run_avx2",
    "simd::x86::has_slow_pext",
    "simd::x86::has_fast_avx512",
    "simd::x86::searches_slowly_on_avx512",
    "simd::x86::amd_family",
    "simd::x86::run_avx512",
    "simd::arm::run_neon",
    "simd::instruction_set::InstructionSet::",
    "core_arch::x86::xsave::",
    "core_arch::x86::cpuid::",
    // once for a set
    "simd::pair_tables::PairTables::new",
    "prefilter::needle_set::",
    "prefilter::needle::choose_needle",
    "prefilter::needle::only_text",
    "prefilter::needle::distance",
    "prefilter::needle::rarest_pair",
    "prefilter::needle::rarity",
    "prefilter::needle::quoted",
    // once for a text, a candidate, or a key that is not read by its last bytes
    "prefilter::needle::is_hit_at",
    "json::value_offsets::ValueOffsets::begin",
    "json::structural_pass::scan",
    "json::walk::child_before",
    "json::walk::Walk::note",
    "json::walk::Walk::read_key",
    // the first and the last block of a text
    "json::walk::Walk::first_block",
    "json::walk::Walk::padded_block",
    // a block with a backslash
    "json::walk::Walk::block_near_backslash",
    "json::structural_pass::walk_slowly",
    "json::validate::is_json_object",
    // once for a value, without masks
    "json::text::",
    "json::scalar::",
    // of `records.rs`, everything except the kernels
    "json::records::split_records",
    "json::records::envelope_end",
    "json::records::damage",
    "json::records::SplitError::",
];

/// Runs every kernel, so that the linker keeps all of them.
fn run_every_kernel() -> u64 {
    let pattern: FilterPattern = "{ $.eventName = StopLogging }".parse().unwrap();
    let mut matcher = PatternSet::builder().add("stopped", pattern).build().unwrap().matcher();
    let mut records = 0;
    for file in
        [r#"{"Records":[{"eventName":"StopLogging"}]}"#, r#"{ "Records" : [ { "eventName" : "x" } ] }"#]
    {
        records += matcher.scan_records(file.as_bytes(), |_, _, _| {}).unwrap();
    }
    records + matcher.scan_ndjson(b"{\"eventName\":\"StopLogging\"}\n{ }\n", |_, _| {})
}

#[test]
fn no_kernel_calls_what_has_to_be_inlined() {
    assert_eq!(run_every_kernel(), 4);
    if cfg!(debug_assertions) {
        eprintln!("SKIPPED: nothing is inlined without optimization; cargo test --release --test inlined");
        return;
    }
    let program = std::env::current_exe().unwrap();
    let Ok(listed) = Command::new("nm").arg("--demangle").arg(&program).output() else {
        eprintln!("SKIPPED: `nm` of binutils is not installed");
        return;
    };
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    // address, type, name
    let functions: Vec<&str> = listed
        .lines()
        .filter_map(|line| {
            let mut parts = line.splitn(3, ' ');
            let (_, kind, name) = (parts.next()?, parts.next()?, parts.next()?);
            kind.eq_ignore_ascii_case("t").then_some(name)
        })
        .filter(|name| !name.starts_with("core::ptr::drop_in_place") && !name.contains(" as core::fmt::"))
        .collect();
    assert!(
        functions.iter().any(|name| name.contains("cwfilter::engine::")),
        "the program has no symbols; set CARGO_PROFILE_RELEASE_STRIP=none"
    );
    if cfg!(target_arch = "x86_64") {
        // a kernel without `PEXT` has equal functions for both sets, and the compiler keeps one of the two
        let count = |end| functions.iter().filter(|name| name.ends_with(end)).count();
        let kernels = count("x86::run_avx2").max(count("x86::run_avx2_without_pext"));
        assert!(kernels >= 4, "every kernel is compiled for AVX2: {kernels}");
    }
    let called: Vec<&&str> = functions
        .iter()
        .filter(|name| KERNELS.iter().any(|module| name.contains(module)))
        .filter(|name| !MAY_BE_CALLED.iter().any(|function| name.contains(function)))
        .collect();
    assert!(called.is_empty(), "these functions run for each block and were not inlined: {called:#?}");
}
