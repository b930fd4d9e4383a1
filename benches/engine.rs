//! Criterion groups: `parse`, `compile`, `match_one`, `wildcards`, `match_set`, `unusual`, `scan`.
//!
//! ```text
//! cargo bench
//! ```
//!
//! Absolute times are hard to compare between machines: `benches/rivals` measures ratios, side by side in one run.

#[allow(dead_code)]
mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use cwfilter::{FilterPattern, PatternSet};
use std::hint::black_box;
use support::{records, rules};

const SET_SIZES: [usize; 5] = [1, 15, 100, 1_000, 10_000];
const RECORDS: usize = 2_000;

fn set(count: usize) -> PatternSet {
    let parsed =
        rules(count).into_iter().map(|rule| (rule.name.clone(), rule.pattern().parse().expect("it parses")));
    PatternSet::try_from_iter(parsed.collect::<Vec<(String, FilterPattern)>>()).expect("the names differ")
}

fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for rule in rules(15).into_iter().take(4) {
        let text = rule.pattern();
        group.throughput(Throughput::Bytes(text.len() as u64));
        group
            .bench_function(&rule.name, |bencher| bencher.iter(|| black_box(&text).parse::<FilterPattern>()));
    }
}

fn compile(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compile");
    group.sample_size(20);
    for count in SET_SIZES {
        let patterns: Vec<(String, FilterPattern)> = rules(count)
            .into_iter()
            .map(|rule| (rule.name.clone(), rule.pattern().parse().expect("it parses")))
            .collect();
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(count.to_string(), |bencher| {
            bencher.iter(|| PatternSet::try_from_iter(patterns.iter().cloned()));
        });
    }
}

fn match_one(criterion: &mut Criterion) {
    let corpus = records(1, 64);
    let events: Vec<&[u8]> = corpus.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let mut group = criterion.benchmark_group("match_one");
    group.throughput(Throughput::Elements(events.len() as u64));
    let texts = [
        ("equal", r#"{ $.eventName = "StopLogging" }"#),
        ("wildcard", r#"{ $.errorCode = "*UnauthorizedOperation" }"#),
        ("missing", "{ $.errorCode NOT EXISTS && $.eventType != \"AwsApiCall\" }"),
        ("terms", "AccessDenied -HeadBucket"),
        ("regex", "%AccessDenied|Unauthorized%"),
        ("space", "[first, ..., last = *x*]"),
    ];
    for (name, text) in texts {
        let pattern: FilterPattern = text.parse().expect("it parses");
        group.bench_function(name, |bencher| {
            bencher.iter(|| events.iter().filter(|event| pattern.is_match(black_box(event))).count());
        });
    }
}

/// Texts with stars, compared with values that have and that lack them.
fn wildcards(criterion: &mut Criterion) {
    let event = |length: usize, end: &str| format!("{{\"a\":\"{}{end}\"}}", "x".repeat(length));
    let mut group = criterion.benchmark_group("wildcards");
    for text in ["abc*", "*abc", "*abc*", "**x*abc"] {
        let pattern: FilterPattern = format!("{{ $.a = \"{text}\" }}").parse().expect("it parses");
        for length in [8, 100] {
            let events = [event(length, ""), event(length, "abc"), event(length, "abcabc")];
            group.bench_function(format!("{text} on {length} bytes"), |bencher| {
                bencher.iter(|| events.iter().filter(|event| pattern.is_match(black_box(event))).count());
            });
        }
    }
}

fn match_set(criterion: &mut Criterion) {
    let corpus = records(1, RECORDS);
    let mut group = criterion.benchmark_group("match_set");
    group.sample_size(20).throughput(Throughput::Bytes(corpus.len() as u64));
    for count in SET_SIZES {
        let mut matcher = set(count).matcher();
        group.bench_function(count.to_string(), |bencher| {
            bencher.iter(|| {
                let mut matches = 0;
                matcher.scan_ndjson(black_box(&corpus), |_, ids| matches += ids.len());
                matches
            });
        });
    }
}

/// What one unusual pattern costs a set: a key of one or two letters, all members of an object, and patterns that match every event.
fn unusual(criterion: &mut Criterion) {
    let corpus = records(1, RECORDS);
    let mut group = criterion.benchmark_group("unusual");
    group.sample_size(20).throughput(Throughput::Bytes(corpus.len() as u64));
    let matching = vec!["{ $.eventVersion = * }"; 30];
    let sets: [(&str, &[&str]); 4] = [
        ("15 rules", &[]),
        ("15 rules and a short key", &["{ $.id = x }"]),
        (
            "15 rules and four wildcards of members",
            &["{ $.* = a }", "{ $.* = b }", "{ $.* = c }", "{ $.* = d }"],
        ),
        ("15 rules and 30 that match", &matching),
    ];
    for (name, patterns) in sets {
        let added = patterns.iter().enumerate().map(|(at, text)| (at.to_string(), (*text).to_owned()));
        let all = rules(15).into_iter().map(|rule| (rule.name.clone(), rule.pattern())).chain(added);
        let parsed = all.map(|(name, text)| (name, text.parse().expect("it parses")));
        let set = PatternSet::try_from_iter(parsed.collect::<Vec<(String, FilterPattern)>>())
            .expect("the names differ");
        let mut matcher = set.matcher();
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut matched = 0;
                matcher.scan_ndjson(black_box(&corpus), |_, ids| matched += ids.len());
                matched
            });
        });
    }
}

fn scan(criterion: &mut Criterion) {
    let lines = records(1, RECORDS);
    let records: Vec<&[u8]> = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let delivery = [b"{\"Records\":[", records.join(&b","[..]).as_slice(), b"]}"].concat();
    let mut group = criterion.benchmark_group("scan");
    group.sample_size(20).throughput(Throughput::Bytes(delivery.len() as u64));
    let mut matcher = set(15).matcher();
    group.bench_function("delivery file, 15 rules", |bencher| {
        bencher.iter(|| {
            matcher.scan_records(black_box(&delivery), |_, _, ids| {
                black_box(ids);
            })
        });
    });
    group.bench_function("records(), no rules", |bencher| {
        bencher
            .iter(|| cwfilter::cloudtrail::records(black_box(&delivery[..])).filter(Result::is_ok).count());
    });
}

/// The work that an editor or a hook waits for.
fn explain(criterion: &mut Criterion) {
    let corpus = records(1, 1);
    let event = corpus.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let pattern: FilterPattern = rules(1).remove(0).pattern().parse().expect("it parses");
    criterion
        .bench_function("explain", |bencher| bencher.iter(|| pattern.explain(black_box(event)).to_string()));
}

criterion_group!(benches, parse, compile, match_one, wildcards, match_set, unusual, scan, explain);
criterion_main!(benches);
