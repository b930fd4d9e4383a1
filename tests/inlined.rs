//! Everything that a kernel does has to be inlined into the function that carries the instruction set (src/engine/simd/mod.rs). Else
//! each primitive is a call, results stay right, and the engine is several times slower. This reads the compiled code for such
//! calls:
//!
//! ```text
//! cargo test --release --test inlined -- --ignored
//! ```
//!
//! It needs `objdump` and builds the release example `throughput`, so it is ignored by default; `.ci/run` runs it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

/// Functions that kernels may call: rare paths, and the rules' own work. None of them uses the instruction set.
const ALLOWED: [&str; 12] = [
    // a candidate's value is looked up
    "cwfilter::engine::prefilter::needle::is_hit_at",
    "cwfilter::engine::json::structural_pass::key",
    "cwfilter::engine::json::structural_pass::far_key",
    "cwfilter::engine::json::scalar::escapes",
    "cwfilter::engine::json::scalar::is_scalar",
    "cwfilter::engine::json::scalar::number_length",
    "cwfilter::engine::json::text::skip_blanks",
    "cwfilter::engine::compile::key_trie::Trie::child",
    // of the standard library and for memory
    "core::str::converts::from_utf8",
    "alloc::",
    "core::panicking::",
    "core::slice::",
];

/// Names of the vector layers: a function of these is a primitive, or an algorithm over primitives.
const MUST_BE_INLINED: [&str; 8] = [
    "core::core_arch::",
    "cwfilter::engine::simd::",
    "as cwfilter::engine::simd::",
    "cwfilter::engine::json::blocks::",
    "cwfilter::engine::json::nesting::",
    "cwfilter::engine::json::validate_minified::",
    "cwfilter::engine::prefilter::line_search::",
    "as core::ops::function::Fn",
];
