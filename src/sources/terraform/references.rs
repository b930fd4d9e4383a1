//! References: variables, locals, outputs of modules, resources, and the names that `for` and `for_each` bring.

use super::expansion::One;
use super::kinds::shown;
use super::policy_document;
use super::scope::{Calls, Evaluator, Instance, Scope};
use super::syntax::{Block, Body, Expr};
use crate::limits::{MODULE_CALLS, MODULE_DEPTH};
use crate::sources::files::normal;
use crate::sources::value::{Data, Place, Value};
use hcl_edit::expr::TraversalOperator;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;

const CYCLE: &str = "it refers to itself";

impl Evaluator<'_> {
    /// A reference, and how many of the operators after its first name belong to it.
    pub(super) fn reference(
        &self,
        name: &str,
        operators: &[&TraversalOperator],
        at: Place,
        scope: &Scope,
    ) -> (Value, usize) {
        let attribute = |index: usize| match operators.get(index) {
            Some(TraversalOperator::GetAttr(name)) => Some(name.as_str()),
            _ => None,
        };
        if let Some((_, value)) = scope.names.iter().rev().find(|(known, _)| known == name) {
            let value = value.clone();
            // `each.value` is one step of the chain, not two
            return match (name, attribute(0), &value.data) {
                ("each" | "count", Some(part), Data::Map(map)) => {
                    (self.named(map.get(part).cloned(), name, part, at, scope), 1)
                }
                _ => (value, 0),
            };
        }
        let Some(first) = attribute(0) else {
            return (Value::unknown(format!("`{name}` is not declared"), at), operators.len());
        };
        match name {
            "var" => (self.cached(scope, name, first, at, |it| it.variable(first, at, scope)), 1),
            "local" => (self.cached(scope, name, first, at, |it| it.local(first, at, scope)), 1),
            "path" => (self.path(first, at, scope), 1),
            "module" => (self.outputs(first, at, scope), 1),
            "each" | "count" | "self" | "terraform" => (
                Value::unknown(format!("`{name}.{first}` is known only when Terraform runs"), at),
                operators.len(),
            ),
            "data" => self.data(first, attribute(1).unwrap_or_default(), operators, at, scope),
            kind => (self.resource(kind, first, at, scope), 1),
        }
    }

    /// A value that is reached through a reference: the chain of uses grows.
    fn named(&self, value: Option<Value>, name: &str, part: &str, at: Place, scope: &Scope) -> Value {
        let Some(value) = value else {
            return Value::unknown(format!("`{name}.{part}` is not declared"), at);
        };
        let _ = scope;
        let source = self.files.text(at.file);
        let what = shown(&source.text, at.span);
        let what = if what.is_empty() || what.len() > 80 { format!("{name}.{part}") } else { what };
        match &value.data {
            Data::Unknown(why) => Value::unknown(why.clone(), at),
            _ => value.used(&what, self.files.outer(at)),
        }
    }

    /// A value that is evaluated once for each instance of a module.
    fn cached(&self, scope: &Scope, kind: &str, name: &str, at: Place, of: impl Fn(&Self) -> Value) -> Value {
        let key = format!("{kind}.{name}");
        let known = scope.instance.cache.borrow().get(&key).cloned();
        let value = match known {
            Some(Some(value)) => value,
            Some(None) => return Value::unknown(format!("`{key}`: {CYCLE}"), at),
            None => {
                scope.instance.cache.borrow_mut().insert(key.clone(), None);
                let value = of(self);
                scope.instance.cache.borrow_mut().insert(key, Some(value.clone()));
                value
            }
        };
        self.named(Some(value), kind, name, at, scope)
    }

    fn local(&self, name: &str, at: Place, scope: &Scope) -> Value {
        match scope.instance.module.locals.get(name) {
            Some(expr) => self.value(expr, &Scope::of(&scope.instance)),
            None => Value::unknown(format!("`local.{name}` is not declared"), at),
        }
    }

    fn variable(&self, name: &str, at: Place, scope: &Scope) -> Value {
        let instance = &scope.instance;
        let Some(declaration) = instance.module.variables.get(name) else {
            return Value::unknown(format!("`var.{name}` is not declared"), at);
        };
        let own = Scope::of(instance);
        let default = || declaration.attribute("default").map(|expr| self.value(expr, &own));
        let given = match &instance.arguments {
            Some(arguments) => arguments.get(name).cloned(),
            None => instance.module.values.get(name).map(|expr| self.value(expr, &own)),
        };
        let is_nullable = declaration
            .attribute("nullable")
            .is_none_or(|expr| !matches!(self.value(expr, &own).data, Data::Bool(false)));
        let given = given.filter(|value| is_nullable || !value.is_null());
        let Some(value) = given.or_else(default) else {
            let missing = match instance.arguments {
                Some(_) => "the call gives no value",
                None => "no value in a .tfvars file",
            };
            return Value::unknown(format!("`var.{name}` has no default, and {missing}"), at);
        };
        self.convert(declaration.attribute("type"), value, &own)
    }

    fn path(&self, name: &str, at: Place, scope: &Scope) -> Value {
        match name {
            "module" => Value::computed(scope.instance.path.to_string_lossy(), at),
            "root" => Value::computed(".", at),
            _ => Value::unknown(format!("`path.{name}` is known only when Terraform runs"), at),
        }
    }

    /// The outputs of a call, by instance if there are several.
    fn outputs(&self, name: &str, at: Place, scope: &Scope) -> Value {
        let Some(call) = scope.instance.module.calls.iter().find(|call| call.label(0) == name) else {
            return Value::unknown(format!("`module.{name}` is not declared"), at);
        };
        let calls = match self.calls_of(call, scope) {
            Ok(calls) => calls,
            Err(why) => return Value::unknown(why, at),
        };
        let of = |instance: &Rc<Instance>| {
            let outputs = instance.module.outputs.iter().map(|(name, body)| {
                let value = match body.attribute("value") {
                    Some(expr) => self.cached(&Scope::of(instance), "output", name, expr.at(), |it| {
                        it.value(expr, &Scope::of(instance))
                    }),
                    None => Value::unknown(format!("the output `{name}` has no value"), at),
                };
                (name.clone(), value)
            });
            Value::map(outputs.collect(), at)
        };
        calls.expansion.value(calls.instances.iter().map(of).collect(), at)
    }

    /// The instances of a call of a local module, or why it is not read.
    pub(super) fn calls_of(&self, call: &Block, scope: &Scope) -> Result<Rc<Calls>, String> {
        let name = call.label(0).to_owned();
        if let Some(known) = scope.instance.children.borrow().get(&name) {
            return Ok(known.clone());
        }
        let own = Scope::of(&scope.instance);
        let source = call.body.attribute("source").map(|expr| self.value(expr, &own));
        let Some(source) = source.as_ref().and_then(Value::as_str) else {
            return Err(format!("the source of `module.{name}` is not known"));
        };
        let (folder, path) = self.place_of(source, &name, scope)?;
        let depth = scope.instance.depth + 1;
        if depth > MODULE_DEPTH {
            return Err(format!("modules call each other more than {MODULE_DEPTH} deep"));
        }
        let module = self.module(&folder);
        if module.variables.is_empty() && module.resources.is_empty() && module.calls.is_empty() {
            return Err(format!("the module `{source}` has no files that are read"));
        }
        let expansion = self.expand(&call.body, &own);
        let providers = self.given_providers(call, &scope.instance);
        let mut instances = Vec::new();
        for one in &expansion.instances {
            self.calls.set(self.calls.get() + 1);
            if self.calls.get() > MODULE_CALLS {
                return Err(format!("more than {MODULE_CALLS} modules are called"));
            }
            let mut inner = own.clone();
            inner.names.extend(one.names.iter().cloned());
            let arguments = call.body.attributes.iter();
            let arguments = arguments.map(|(name, expr)| (name.clone(), self.argument(expr, &inner)));
            instances.push(Rc::new(Instance {
                module: module.clone(),
                arguments: Some(arguments.collect()),
                address: format!("{}module.{name}{}.", scope.instance.address, one.key),
                key: format!("{}{name}.", scope.instance.key),
                made: scope.instance.made.and(expansion.made.clone()),
                root: scope.instance.root.clone(),
                path: path.clone(),
                depth,
                cache: RefCell::default(),
                children: RefCell::default(),
                providers: providers.clone(),
            }));
        }
        let calls = Rc::new(Calls { expansion, instances });
        scope.instance.children.borrow_mut().insert(name, calls.clone());
        Ok(calls)
    }

    /// The folder of a module, and how `path.module` writes it.
    fn place_of(&self, source: &str, name: &str, scope: &Scope) -> Result<(PathBuf, PathBuf), String> {
        let instance = &scope.instance;
        if source.starts_with("./") || source.starts_with("../") {
            return Ok((normal(&instance.module.folder.join(source)), normal(&instance.path.join(source))));
        }
        let downloaded = self.downloaded(&instance.root);
        match downloaded.get(&format!("{}{name}", instance.key)) {
            Some(module) if module.is_of(source) => Ok((module.folder.clone(), module.path.clone())),
            Some(_) => Err(format!(
                "another source than `{source}` was downloaded for `module.{name}`: run `terraform init`"
            )),
            None => Err(format!("the module `{source}` is not downloaded: run `terraform init`")),
        }
    }

    fn argument(&self, expr: &Expr, scope: &Scope) -> Value {
        self.value(expr, scope)
    }

    /// A data source. Terraform computes a policy from its block, and reads others from somewhere.
    fn data(
        &self,
        kind: &str,
        name: &str,
        operators: &[&TraversalOperator],
        at: Place,
        scope: &Scope,
    ) -> (Value, usize) {
        let address = format!("data.{kind}.{name}");
        let is_it = |block: &&Block| block.label(0) == kind && block.label(1) == name;
        let block = scope.instance.module.data.iter().find(is_it);
        let Some(block) = block.filter(|_| kind == policy_document::KIND) else {
            let attribute = match operators.get(2) {
                Some(TraversalOperator::GetAttr(attribute)) => attribute.as_str(),
                _ => "",
            };
            return (self.read_by_terraform(&address, block, attribute, at, scope), operators.len());
        };
        let value = self.cached(scope, &format!("data.{kind}"), name, at, |it| {
            let own = Scope::of(&scope.instance);
            let expansion = it.expand(&block.body, &own);
            let of = |one: &One| {
                let mut inner = own.clone();
                inner.names.extend(one.names.iter().cloned());
                let policy = it.policy_document(&block.body, &inner);
                policy.missing_after_apply(&format!("{}{address}", scope.instance.address))
            };
            expansion.value(expansion.instances.iter().map(of).collect(), at)
        });
        (value, 2)
    }

    /// An attribute of a data source that Terraform reads. The region is that of its provider.
    fn read_by_terraform(
        &self,
        address: &str,
        block: Option<&Block>,
        attribute: &str,
        at: Place,
        scope: &Scope,
    ) -> Value {
        if let Some(block) = block.filter(|block| block.label(0) == "aws_region")
            && matches!(attribute, "name" | "id" | "region")
            && let Some(region) = self.placement(block, &Value::map(BTreeMap::new(), at), scope).region
        {
            return Value::computed(region, at);
        }
        // what another provider reads is that of another region or account
        let provider = block.and_then(|block| block.body.attribute("provider")).map(|expr| expr.at());
        let provider = provider.map(|at| at.span.of(&self.files.text(at.file).text).trim().to_owned());
        let by = provider.map(|it| format!(" with the provider {it}")).unwrap_or_default();
        let dot = if attribute.is_empty() { "" } else { "." };
        Value::unknown(format!("`{address}{dot}{attribute}` is read when Terraform runs{by}"), at)
    }

    /// What a resource's own block says about it; the rest is known only after it is made.
    fn resource(&self, kind: &str, name: &str, at: Place, scope: &Scope) -> Value {
        let is_it = |block: &&Block| block.label(0) == kind && block.label(1) == name;
        let Some(block) = scope.instance.module.resources.iter().find(is_it) else {
            return Value::unknown(format!("`{kind}.{name}` is not declared"), at);
        };
        self.cached(scope, kind, name, at, |it| {
            let own = Scope::of(&scope.instance);
            let expansion = it.expand(&block.body, &own);
            let address = format!("{}{kind}.{name}", scope.instance.address);
            let of = |one: &One| {
                let mut inner = own.clone();
                inner.names.extend(one.names.iter().cloned());
                it.body(&block.body, &inner).missing_after_apply(&format!("{address}{}", one.key))
            };
            let values = expansion.instances.iter().map(of).collect();
            expansion.value(values, at).missing_after_apply(&address)
        })
    }

    /// A block's attributes and the blocks in it as one map; blocks of one kind are a list.
    pub(super) fn body(&self, body: &Body, scope: &Scope) -> Value {
        self.body_with(body, scope, false)
    }

    /// The same. If asked for, a block whose number is not known has the reason as its member `OPEN`.
    pub(super) fn body_with(&self, body: &Body, scope: &Scope, says_open: bool) -> Value {
        let attributes = body.attributes.iter().filter(|(name, _)| name != "dynamic");
        let mut map: BTreeMap<String, Value> =
            attributes.map(|(name, expr)| (name.clone(), self.value(expr, scope))).collect();
        let mut blocks: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for block in &body.blocks {
            if block.kind == "dynamic" {
                let values = self.dynamic(block, scope, says_open);
                blocks.entry(block.label(0)).or_default().extend(values);
            } else {
                blocks.entry(&block.kind).or_default().push(self.body_with(&block.body, scope, says_open));
            }
        }
        for (kind, list) in blocks {
            map.insert(kind.to_owned(), Value::list(list, body.at));
        }
        Value::map(map, body.at)
    }
}
