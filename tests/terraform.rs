//! Filters that are read from Terraform's configurations are those that `terraform plan` would make: same patterns, values and
//! dimensions. `tests/terraform` has a module for each feature of the language. Where Terraform or its AWS provider is missing, the
//! comparison is left out with a message, and `tests/terraform.tsv` says what was planned once.

use cwfilter::lint::LocatedTransformation;
use cwfilter::sources::{HostedPattern, ReadFiles, read, read_all};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[path = "support/terraform.rs"]
mod support;

use support::{configure, is_here, terraform};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terraform")
}

/// Files below a folder.
struct Below(PathBuf);

impl ReadFiles for Below {
    fn text(&self, path: &Path) -> Result<String, String> {
        let real = path.canonicalize().map_err(|error| error.to_string())?;
        if !real.starts_with(&self.0) {
            return Err("outside".to_owned());
        }
        std::fs::read_to_string(real).map_err(|error| error.to_string())
    }

    fn files_in(&self, folder: &Path) -> Vec<PathBuf> {
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
    }
}

/// One filter: address, and pattern, namespace, name, value, unit and dimensions on one line.
type Filters = BTreeMap<String, String>;

fn line(pattern: &str, metric: [&str; 4], dimensions: &BTreeMap<String, String>) -> String {
    let blanks = pattern.trim().escape_debug();
    format!("{blanks}\t{}\t{dimensions:?}", metric.join("\t"))
}

/// What is read from the configuration; a text that is not known is `?`.
fn found(root: &Path) -> Filters {
    let paths: Vec<PathBuf> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    let is_configuration = |path: &&PathBuf| {
        path.to_string_lossy().ends_with(".tf") || path.to_string_lossy().ends_with(".tf.json")
    };
    let named = paths
        .iter()
        .filter(is_configuration)
        .map(|path| (path.clone(), std::fs::read_to_string(path).unwrap()));
    let sources = read_all(named.collect::<Vec<_>>(), &Below(root.canonicalize().unwrap()));
    assert!(sources.errors.is_empty(), "{:?}", sources.errors);
    let mut filters: BTreeMap<String, (Option<String>, Option<LocatedTransformation>)> = BTreeMap::new();
    for hosted in sources.files.iter().flat_map(|file| &file.patterns).filter(|it| !it.is_absent()) {
        let entry = filters.entry(hosted.name.clone()).or_default();
        let text = |it: &HostedPattern| it.text.clone().ok();
        entry.0 = entry.0.take().or_else(|| text(hosted));
        entry.1 = entry.1.take().or_else(|| hosted.transformation.clone());
    }
    let shown = |(pattern, metric): (Option<String>, Option<LocatedTransformation>)| {
        let metric = metric.unwrap_or_default();
        let text =
            |it: &Option<cwfilter::lint::Located>| it.as_ref().map_or_else(String::new, |it| it.text.clone());
        let texts = [text(&metric.namespace), text(&metric.name), text(&metric.value), text(&metric.unit)];
        let dimensions =
            metric.dimensions.iter().map(|(name, value)| (name.text.clone(), text(value))).collect();
        line(pattern.as_deref().unwrap_or("?"), texts.each_ref().map(String::as_str), &dimensions)
    };
    filters.into_iter().map(|(name, filter)| (name, shown(filter))).collect()
}

/// What Terraform plans.
fn planned(plan: &Value) -> Filters {
    let mut filters = Filters::new();
    let mut modules = vec![&plan["planned_values"]["root_module"]];
    while let Some(module) = modules.pop() {
        modules.extend(module["child_modules"].as_array().into_iter().flatten());
        for resource in module["resources"].as_array().into_iter().flatten() {
            let values = &resource["values"];
            let pattern = match resource["type"].as_str().unwrap() {
                "aws_cloudwatch_log_metric_filter" => values["pattern"].as_str().map(str::to_owned),
                "aws_cloudwatch_log_subscription_filter" => {
                    values["filter_pattern"].as_str().map(str::to_owned)
                }
                "aws_cloudwatch_log_account_policy" => {
                    let document: Value =
                        serde_json::from_str(values["policy_document"].as_str().unwrap()).unwrap();
                    document["FilterPattern"].as_str().map(str::to_owned)
                }
                _ => continue,
            };
            let metric = &values["metric_transformation"][0];
            let text = |name: &str| metric[name].as_str().unwrap_or_default();
            // the provider writes its own default
            let unit = if text("unit") == "None" { "" } else { text("unit") };
            let dimensions = metric["dimensions"].as_object().into_iter().flatten();
            let dimensions =
                dimensions.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect();
            let kind = format!("{}.", resource["type"].as_str().unwrap());
            let address = resource["address"].as_str().unwrap().replacen(&kind, "", 1);
            let metric = [text("namespace"), text("name"), text("value"), unit];
            filters.insert(address, line(pattern.as_deref().unwrap_or("?"), metric, &dimensions));
        }
    }
    filters
}

/// A copy of modules in which Terraform can plan offline.
fn copied(name: &str, modules: &[PathBuf], root: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("terraform-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    configure(&folder);
    std::fs::write(folder.join("root.tf"), root).unwrap();
    for module in modules {
        copy(module, &folder.join(module.file_name().unwrap()));
    }
    folder
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

const PROVIDER: &str = r#"provider "aws" {
  region                      = "us-east-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}
"#;

fn modules() -> Vec<PathBuf> {
    let mut modules: Vec<PathBuf> =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    modules.retain(|path| path.is_dir());
    modules.sort();
    modules
}

/// A root module that calls all modules, and one that has a file of values.
fn configurations(name: &str) -> [PathBuf; 2] {
    let (with_values, called): (Vec<PathBuf>, Vec<PathBuf>) =
        modules().into_iter().partition(|module| module.join("terraform.tfvars").exists());
    let calls: String = called
        .iter()
        .map(|module| module.file_name().unwrap().to_str().unwrap())
        .map(|name| format!("module \"m{name}\" {{\n  source = \"./{name}\"\n}}\n"))
        .collect();
    let all = copied(&format!("{name}-all"), &called, &format!("{PROVIDER}{calls}"));
    let [with_values] = with_values.as_slice() else { panic!("one module with values: {with_values:?}") };
    let alone = copied(&format!("{name}-alone"), &[], PROVIDER);
    for entry in std::fs::read_dir(with_values).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, alone.join(path.file_name().unwrap())).unwrap();
    }
    [all, alone]
}

fn table(filters: &[Filters]) -> String {
    filters.iter().flatten().map(|(address, rest)| format!("{address}\t{rest}\n")).collect()
}

/// What Terraform planned once is in the table, so that it holds on every machine.
#[test]
fn filters_are_those_that_terraform_planned_once() {
    let path = folder().with_extension("tsv");
    let read = table(&configurations("once").map(|root| found(&root)));
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let differences: Vec<String> = difference(&expected, &read);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert!(modules().len() >= 20 && expected.lines().count() > 40, "{}", expected.lines().count());
}

fn difference(expected: &str, read: &str) -> Vec<String> {
    let (a, b): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), read.lines().collect());
    let missing = a.iter().filter(|line| !b.contains(line)).map(|line| format!("planned  {line}"));
    let extra = b.iter().filter(|line| !a.contains(line)).map(|line| format!("read     {line}"));
    missing.chain(extra).collect()
}

#[test]
fn terraform_plans_the_filters_that_are_read() {
    if !is_here() {
        return;
    }
    let mut plans = Vec::new();
    for root in configurations("plan") {
        for arguments in [&["init", "-no-color"][..], &["plan", "-no-color", "-input=false", "-out=plan"]] {
            let output = terraform(&root, arguments);
            let said = [output.stdout, output.stderr].concat();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
        }
        let shown = terraform(&root, &["show", "-json", "plan"]).stdout;
        let plan: Value = serde_json::from_slice(&shown).unwrap();
        let planned = planned(&plan);
        let differences = difference(&table(std::slice::from_ref(&planned)), &table(&[found(&root)]));
        assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
        // the plan itself is a source, too
        let of_plan = read(Path::new("plan.json"), std::str::from_utf8(&shown).unwrap()).unwrap();
        assert_eq!(of_plan.len(), planned.len());
        plans.push(planned);
    }
    let path = folder().with_extension("tsv");
    if std::env::var_os("CWFILTER_BLESS").is_some() {
        std::fs::write(&path, table(&plans)).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), table(&plans), "CWFILTER_BLESS=1 writes it anew");
}
