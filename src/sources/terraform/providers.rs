//! The region and the account that a provider configuration chooses: `provider "aws"`, `provider = aws.x` of a resource, `providers` of a
//! module call, `region` of a resource.

use super::scope::{Evaluator, Instance, Scope};
use super::syntax::{Block, Body, Expr, ExprKind};
use crate::metric_settings::Placement;
use crate::sources::value::Value;
use std::collections::HashMap;
use std::rc::Rc;

/// Arguments of a provider that choose the account.
const ACCOUNT: [&str; 7] = [
    "profile",
    "access_key",
    "token",
    "shared_config_files",
    "shared_credentials_files",
    "endpoints",
    "assume_role",
];

impl Evaluator<'_> {
    /// Where a resource is. `value` is its body, evaluated.
    pub(super) fn placement(&self, block: &Block, value: &Value, scope: &Scope) -> Placement {
        let default = block.label(0).split('_').next().unwrap_or_default();
        let name =
            block.body.attribute("provider").map_or(default.to_owned(), |expr| self.reference_text(expr));
        let mut place = self.provider(&name, &scope.instance);
        // version 6 of the provider: each resource may name its region
        if let Some(region) = value.get("region").filter(|region| !region.is_null()) {
            place.region = region.to_string();
            place.open = place.region.is_none().then(|| format!("`region` of `{}`", block.label(1)));
        }
        place
    }

    /// Where the resources of a provider configuration are, by its name in a module: `aws` or `aws.x`.
    fn provider(&self, name: &str, instance: &Rc<Instance>) -> Placement {
        let within = format!("Terraform in {}", instance.root.display());
        let is_it = |block: &&Block| self.provider_name(block) == name;
        if let Some(block) = instance.module.providers.iter().find(is_it) {
            let scope = Scope::of(instance);
            let region = block.body.attribute("region").map(|expr| self.value(expr, &scope));
            let region = region.filter(|region| !region.is_null());
            let known = region.as_ref().and_then(Value::to_string);
            let open = (region.is_some() && known.is_none()).then(|| format!("the provider `{name}`"));
            return Placement { region: known, open, account: Some(self.account(&block.body)), within };
        }
        if let Some(given) = instance.providers.get(name) {
            return given.clone();
        }
        let is_default = !name.contains('.');
        let open = (!is_default).then(|| format!("the provider `{name}`"));
        Placement { region: None, open, account: is_default.then(String::new), within }
    }

    /// The provider configurations that a call gives to a module, by their names in the module.
    pub(super) fn given_providers(&self, call: &Block, caller: &Rc<Instance>) -> HashMap<String, Placement> {
        let defaults = ["aws", "awscc"].map(|name| (name.to_owned(), self.provider(name, caller)));
        let mut given = HashMap::from(defaults);
        let Some(expr) = call.body.attribute("providers") else { return given };
        let pairs: Vec<(String, String)> = match &expr.kind {
            ExprKind::Json(node) => {
                let text = |node: &crate::sources::document::DocumentNode| node.as_text().map(str::to_owned);
                node.as_map().iter().filter_map(|(key, value)| Some((text(key)?, text(value)?))).collect()
            }
            ExprKind::Hcl(_) => {
                let text = self.written(expr);
                let lines = text.trim_matches(['{', '}', ' ', '\n']).split([',', '\n']);
                let code = lines.map(|line| line.split(['#']).next().unwrap_or_default());
                let code = code.map(|line| line.split("//").next().unwrap_or_default());
                code.filter_map(|line| line.split_once(['=', ':']))
                    .map(|(key, value)| (name_of(key), name_of(value)))
                    .collect()
            }
        };
        for (inner, outer) in pairs {
            given.insert(inner, self.provider(&outer, caller));
        }
        given
    }

    fn provider_name(&self, block: &Block) -> String {
        let alias = block.body.attribute("alias").map(|expr| name_of(&self.written(expr)));
        alias.map_or_else(|| block.label(0).to_owned(), |alias| format!("{}.{alias}", block.label(0)))
    }

    /// The settings that choose the account, as they are written.
    fn account(&self, body: &Body) -> String {
        let is_account = |name: &str| ACCOUNT.contains(&name) || name.starts_with("assume_role");
        let attributes = body.attributes.iter().filter(|(name, _)| is_account(name));
        let attributes = attributes.map(|(name, expr)| format!("{name}={}", self.written(expr)));
        let blocks = body.blocks.iter().filter(|block| is_account(&block.kind));
        let blocks = blocks.map(|block| {
            let at = block.body.at;
            at.span.of(&self.files.text(at.file).text).split_whitespace().collect::<Vec<_>>().join(" ")
        });
        let mut all: Vec<String> = attributes.chain(blocks).collect();
        all.sort();
        all.join("\n")
    }

    /// A reference such as `aws.x`, also in the quotes of old configurations.
    fn reference_text(&self, expr: &Expr) -> String {
        name_of(&self.written(expr))
    }

    fn written(&self, expr: &Expr) -> String {
        let at = expr.at();
        at.span.of(&self.files.text(at.file).text).trim().to_owned()
    }
}

fn name_of(written: &str) -> String {
    written.trim().trim_matches('"').trim_start_matches("${").trim_end_matches('}').trim().to_owned()
}
