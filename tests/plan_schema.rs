//! What `plan`, `apply` and `destroy` print as JSON is what `docs/schemas/output/plan.json` says. The account is in memory.

mod account;
#[path = "support/schema_members.rs"]
mod schema_members;

use account::{Group, Memory, State};
use cwfilter::plan_report;
use cwfilter::provision::{
    self, Action, Kind, Options, Plan, Purpose, Stack, apply, desired, destruction, identify, observe,
};
use cwfilter::rules::RuleFile;
use schema_members::hold;
use serde_json::{Value, json};
use std::path::Path;

const STACK: &str = "name = \"s\"\nregion = \"us-east-1\"\nrules = [\"rules.toml\"]\nlog_group = { name = \"trail\" }\n\
    [topic]\nname = \"alerts\"\nsubscription = [{ protocol = \"email\", endpoint = \"security@example.com\" }]\n";

fn rules(threshold: u32) -> Vec<RuleFile> {
    let text = format!(
        "[[rule]]\nid = \"stopped\"\npattern = '{{ $.eventName = \"StopLogging\" }}'\nmetric = {{ namespace = \"S\", name = \"stopped\", value = \"1\" }}\n\
         alarm = {{ statistic = \"Sum\", period = \"5m\", threshold = {threshold} }}\n"
    );
    vec![cwfilter::rules::parse(Path::new("rules.toml"), text).unwrap()]
}

struct Bench {
    memory: Memory,
    stack: Stack,
}

impl Bench {
    fn new() -> Self {
        let mut state = State::default();
        state.groups.insert("trail".to_owned(), Group::default());
        Bench { memory: Memory::with(state), stack: Stack::parse(Path::new("cwfilter.toml"), STACK).unwrap() }
    }

    fn plan(&self, files: &[RuleFile], purpose: Purpose, options: &Options) -> Plan {
        let target = identify(&self.memory, &self.stack).unwrap();
        let wanted = desired(&self.stack, files, &target).unwrap();
        let observed = observe(&self.memory, &self.stack, &wanted, &target, purpose).unwrap();
        match purpose {
            Purpose::Destroy => destruction(&self.stack, &wanted, &observed, &[Kind::Topic]),
            _ => provision::plan(&self.stack, &wanted, &observed, options),
        }
    }

    /// The plan with the outcome of its steps, as `apply --json` prints it.
    fn applied(&self, plan: &Plan) -> Value {
        let reports = apply(&self.memory, plan, |_| ());
        let mut value = object(plan);
        value["reports"] = json!(reports);
        value["differs"] = json!([]);
        value
    }
}

fn object(plan: &Plan) -> Value {
    serde_json::from_str(&plan_report::json(plan)).unwrap()
}

#[test]
fn plans_are_what_their_schema_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schemas/output/plan.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();

    let bench = Bench::new();
    let none = Options::default();
    let adopting = bench.plan(&rules(1), Purpose::Plan, &Options::default().adopt(["x".to_owned()]));
    let create = bench.plan(&rules(1), Purpose::Plan, &none);
    *bench.memory.refuses.borrow_mut() = Some(("CreateTopic", "AuthorizationErrorException"));
    let failed = bench.applied(&create);
    *bench.memory.refuses.borrow_mut() = None;
    let repaired = bench.applied(&bench.plan(&rules(1), Purpose::Plan, &none));
    let update = bench.plan(&rules(2), Purpose::Plan, &none);
    assert!(update.steps.iter().any(|step| step.action == Action::Update), "{update}");
    let delete = bench.applied(&bench.plan(&rules(1), Purpose::Destroy, &none));

    // the program adds these members; `cli/tests/provision` holds them against the schema, too
    let mut stale = object(&update);
    stale["errors"] =
        json!([{ "message": "the account or the rules have changed", "help": "review the plan" }]);
    let place = json!({ "path": "rules.toml", "line": 5, "message": "the test fails", "help": null });
    let gate = json!({ "version": provision::VERSION, "gate": [place] });
    let refused =
        json!({ "version": provision::VERSION, "errors": [place, { "message": "no credentials" }] });

    let plans =
        [object(&adopting), object(&create), failed, repaired, object(&update), delete, stale, gate, refused];
    let validator = hold(&schema, plans);
    assert!(!validator.is_valid(&json!({ "version": 2 })), "the schema refuses what is no plan");
}
