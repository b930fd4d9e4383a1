//! Rule packs in a stack: the plan and the exports say before anything is written that all packs are more than a log group takes.

use cwfilter::limits::{METRIC_FILTERS_PER_LOG_GROUP, REGEX_FILTERS_PER_LOG_GROUP};
use cwfilter::provision::{Observed, Options, Plan, Stack, Target, desired, over_quotas, plan};
use cwfilter::rules::{RuleFile, load, packs, parse};

fn stack(rules: &str) -> Stack {
    let text = format!(
        "name = \"s\"\nregion = \"us-east-1\"\nrules = [{rules}]\nlog_group = {{ name = \"trail\", create = true }}\ntopic = {{ name = \"alerts\" }}\n"
    );
    Stack::parse("cwfilter.toml".as_ref(), &text).unwrap()
}

fn planned(rules: &str, files: &[RuleFile]) -> Plan {
    let stack = stack(rules);
    let target = Target::new("123456789012", "us-east-1");
    let wanted = desired(&stack, files, &target).unwrap_or_else(|errors| panic!("{errors:?}"));
    plan(&stack, &wanted, &Observed::nothing(&stack, target), &Options::default())
}

#[test]
fn all_packs_are_refused_with_the_quotas_and_each_pack_is_planned() {
    let mut all = Vec::new();
    for pack in packs() {
        let name = format!("pack:{}", pack.name);
        let files = load(&[&name]).unwrap_or_else(|errors| panic!("{errors:?}"));
        let plan = planned(&format!("\"{name}\""), &files);
        assert_eq!(plan.refusals, Vec::<String>::new(), "{name}");
        assert_eq!(over_quotas(&files), Vec::<String>::new(), "{name}");
        let (filters, alarms) = (count(&plan, "MetricFilter"), count(&plan, "Alarm"));
        let rules: usize = files.iter().map(|file| file.rules.len()).sum();
        assert_eq!((filters, alarms), (rules, rules), "{name}");
        all.push(name);
    }
    let files = load(&all).unwrap_or_else(|errors| panic!("{errors:?}"));
    let rules: usize = files.iter().map(|file| file.rules.len()).sum();
    let plan = planned("\"pack:cis-aws\"", &files);
    let filters = format!(
        "the log group would have {rules} metric filters, and AWS allows {METRIC_FILTERS_PER_LOG_GROUP}"
    );
    assert!(plan.refusals.iter().any(|it| it.starts_with(&filters)), "{:?}", plan.refusals);
    let over = format!("the stack has {rules} metric filters, and a log group takes 100");
    assert_eq!(over_quotas(&files), [over]);
}

#[test]
fn six_regular_expressions_are_over_the_quota() {
    let rules = |count: usize| {
        let rule = |at| format!("[[rule]]\nid = \"r{at}\"\npattern = \"{{ $.a = %x+{at}% }}\"\n");
        let text: String = (0..count).map(rule).collect();
        [parse("rules.toml".as_ref(), text).unwrap_or_else(|errors| panic!("{errors:?}"))]
    };
    assert_eq!(over_quotas(&rules(REGEX_FILTERS_PER_LOG_GROUP)), Vec::<String>::new());
    let over = ["the stack has 6 metric filters with a regular expression, and a log group takes 5"];
    assert_eq!(over_quotas(&rules(REGEX_FILTERS_PER_LOG_GROUP + 1)), over);
}

fn count(plan: &Plan, kind: &str) -> usize {
    plan.steps.iter().filter(|step| format!("{:?}", step.resource.kind) == kind).count()
}
