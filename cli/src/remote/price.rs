//! What it costs to read a bucket.

/// Prices in US dollars. AWS: "Amazon S3 pricing", S3 Standard in us-east-1, list of November 2026: 1,000 LIST requests, 1,000 GET requests, and a GB to the internet in the first
/// 10 TB of a month. The first 100 GB of a month, which are free for all services of an account together, are not taken off. Other
/// storage classes also cost for each GB that is read.
const LISTS: f64 = 0.005;
const GETS: f64 = 0.0004;
const GB_OUT: f64 = 0.09;

/// Dollars for these requests.
pub(crate) fn requests(lists: u64, gets: u64) -> f64 {
    let thousands = |count: u64| count as f64 / 1000.0;
    thousands(lists) * LISTS + thousands(gets) * GETS
}

/// Dollars for a transfer to the internet. Within the region there is no charge.
pub(crate) fn transfer(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 30) * GB_OUT
}
