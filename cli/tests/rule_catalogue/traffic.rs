//! A month of ordinary traffic of an account, made from the rates in `traffic.tsv`, and what the alarms of the rules do with it.
//!
//! The rates are assumptions about accounts without an attack. Each row is an event with its usual number of bursts a day in each account and
//! the basis of these numbers, which `head.txt` explains. The times are drawn by a generator with a fixed seed, so that each run has the same month.

use cwfilter::PatternSet;
use cwfilter::rules::Rule;
use cwfilter::simulation::Simulation;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The kinds of accounts, in the order of the columns of the table.
pub const ACCOUNTS: [&str; 3] = ["quiet", "busy", "development"];

/// The rates that the pages of `docs/rules/` use.
pub const RATES: &str = include_str!("traffic.tsv");

/// Where a rate comes from, as `head.txt` explains it.
pub const BASES: [&str; 8] =
    ["daily", "deployment", "removal", "service", "load", "user-key", "survey", "seldom"];

pub const DAYS: usize = 30;

/// Monday, 2 March 2026.
const START: i64 = 1_772_409_600;
const DAY: i64 = 86_400;

/// What the alarms did in the month of an account.
pub struct Month {
    pub account: &'static str,
    /// by rule: the matches of each day, and the alarms of the month
    rules: BTreeMap<String, (Vec<u64>, usize)>,
}

impl Month {
    pub fn days(&self, rule: &str) -> &[u64] {
        &self.rules[rule].0
    }

    pub fn alarms(&self, rule: &str) -> usize {
        self.rules[rule].1
    }
}

/// A row of the table: an event, how often it comes in an account, and when.
struct Habit {
    event: String,
    /// the events that come within two minutes
    burst: u32,
    bursts_a_day: f64,
    is_by_people: bool,
}

/// A linear congruential generator, in the constants of Knuth's MMIX.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn is_true(&mut self, probability: f64) -> bool {
        (self.below(1_000_000) as f64) < probability * 1_000_000.0
    }
}

fn identity(actor: &str) -> Value {
    let of_role = |role: &str| {
        json!({
            "type": "AssumedRole", "accountId": "123456789012",
            "arn": format!("arn:aws:sts::123456789012:assumed-role/{role}/session"),
            "sessionContext": { "sessionIssuer": { "type": "Role", "userName": role } },
        })
    };
    match actor {
        "person" => of_role("AWSReservedSSO_Developer_0123456789abcdef"),
        "deploy" => of_role("deploy"),
        "application" => of_role("application"),
        "scanner" => of_role("posture-scanner"),
        "key" => json!({ "type": "IAMUser", "accountId": "123456789012", "userName": "ci",
            "arn": "arn:aws:iam::123456789012:user/ci", "accessKeyId": "AKIAIOSFODNN7EXAMPLE" }),
        "root" => {
            json!({ "type": "Root", "accountId": "123456789012", "arn": "arn:aws:iam::123456789012:root" })
        }
        service => {
            let mut identity = of_role("AWSServiceRole");
            identity["invokedBy"] = format!("{service}.amazonaws.com").into();
            identity
        }
    }
}

/// The rows of a table of rates, for the account with this number.
fn habits(rates: &str, account: usize) -> Vec<Habit> {
    let lines = rates.lines().skip(1).filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [actor, source, name, burst, quiet, busy, development, basis, members] = fields[..] else {
                panic!("nine fields: {line}")
            };
            assert!(BASES.contains(&basis), "{line}: the basis is not one of {BASES:?}");
            let mut event: Map<String, Value> =
                serde_json::from_str(members).unwrap_or_else(|_| panic!("{line}"));
            let defaults = [
                ("eventVersion", json!("1.11")),
                ("userIdentity", identity(actor)),
                ("eventSource", json!(format!("{source}.amazonaws.com"))),
                ("eventName", json!(name)),
                ("awsRegion", json!("us-east-1")),
                ("sourceIPAddress", json!("203.0.113.10")),
                ("userAgent", json!("aws-sdk-go-v2/1.30.3")),
                ("readOnly", json!(false)),
            ];
            for (key, value) in defaults {
                event.entry(key).or_insert(value);
            }
            Habit {
                event: Value::Object(event).to_string(),
                burst: burst.parse().unwrap(),
                bursts_a_day: [quiet, busy, development][account].parse().unwrap(),
                is_by_people: ["person", "deploy", "key", "root"].contains(&actor),
            }
        })
        .collect()
}

/// The seconds of the month in which the event of a habit comes.
fn times(habit: &Habit, random: &mut Random) -> Vec<i64> {
    let mut times = Vec::new();
    for day in 0..DAYS as i64 {
        let is_weekend = day % 7 >= 5;
        // people work less at the weekend
        let rate =
            if habit.is_by_people && is_weekend { habit.bursts_a_day / 10.0 } else { habit.bursts_a_day };
        let whole = rate.floor();
        let bursts = whole as u64 + u64::from(random.is_true(rate - whole));
        for _ in 0..bursts {
            // people work from eight to six
            let (from, hours) = if habit.is_by_people { (8, 10) } else { (0, 24) };
            let second = from * 3_600 + random.below(hours * 3_600) as i64;
            times.extend((0..habit.burst).map(|_| START + day * DAY + second + random.below(120) as i64));
        }
    }
    times
}

pub fn month(account: &'static str, rules: &[&Rule], rates: &str) -> Month {
    let number = ACCOUNTS.iter().position(|name| *name == account).unwrap();
    let habits = habits(rates, number);
    let patterns = rules.iter().map(|rule| (rule.id.clone(), rule.pattern.clone()));
    let set = PatternSet::try_from_iter(patterns).unwrap();
    let mut habits_of: Vec<Vec<usize>> = vec![Vec::new(); rules.len()];
    for (row, habit) in habits.iter().enumerate() {
        for id in set.matches(&habit.event) {
            habits_of[id.index()].push(row);
        }
    }
    // each row has its own numbers, so that a new row does not change the others
    let of_row = |row: usize| times(&habits[row], &mut Random(row as u64 * 1_000 + number as u64));
    let simulated = rules.iter().zip(&habits_of).map(|(rule, rows)| {
        // the rules of the packs share no metric, so that each is simulated alone. Events that it does not match change nothing: the
        // alarms treat missing data as `notBreaching`
        let mut simulation = Simulation::new([*rule]).unwrap();
        for row in rows {
            for time in of_row(*row) {
                simulation.add(Some(time), habits[*row].event.as_bytes(), String::new);
            }
        }
        let course = simulation.courses().remove(0);
        let day = |day: usize| {
            let from = START + day as i64 * DAY;
            course.seen_between(from, from + DAY)
        };
        (rule.id.clone(), ((0..DAYS).map(day).collect(), course.alarms()))
    });
    Month { account, rules: simulated.collect() }
}
