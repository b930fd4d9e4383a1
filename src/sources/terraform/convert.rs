//! Terraform's conversions: the `type = …` of a variable.

use super::kinds::{as_set, number, truth};
use super::scope::{Evaluator, Scope};
use super::syntax::{Expr, ExprKind};
use crate::sources::value::{Data, Value};
use hcl_edit::expr::{Expression, FuncCall, ObjectKey};
use std::collections::BTreeMap;

impl Evaluator<'_> {
    /// A value as the declared type has it. A value of another kind is left: Terraform refuses it with its own message.
    pub(super) fn convert(&self, declared: Option<&Expr>, value: Value, scope: &Scope) -> Value {
        let parsed;
        let expression = match declared.map(|expr| &expr.kind) {
            Some(ExprKind::Hcl(expression)) => expression,
            // in JSON the type is a text
            Some(ExprKind::Json(node)) => {
                match node.as_text().and_then(|text| hcl_edit::parser::parse_expr(text).ok()) {
                    Some(expression) => {
                        parsed = expression;
                        &parsed
                    }
                    None => return value,
                }
            }
            None => return value,
        };
        let file = declared.map_or(0, |expr| expr.file);
        Conversion { evaluator: self, file, scope }.to(expression, value)
    }
}

struct Conversion<'a> {
    evaluator: &'a Evaluator<'a>,
    file: usize,
    scope: &'a Scope,
}

impl Conversion<'_> {
    fn to(&self, declared: &Expression, value: Value) -> Value {
        if matches!(value.data, Data::Unknown(_) | Data::Null) {
            return value;
        }
        match declared {
            Expression::Variable(name) => primitive(name.as_str(), value),
            Expression::FuncCall(call) => self.compound(call, value),
            Expression::Parenthesis(inner) => self.to(inner.inner(), value),
            _ => value,
        }
    }

    fn compound(&self, call: &FuncCall, value: Value) -> Value {
        let Some(argument) = call.args.iter().next() else { return value };
        match (call.name.name.as_str(), &value.data, argument) {
            ("list", Data::List(list), _) => {
                let list = list.iter().map(|item| self.to(argument, item.clone())).collect();
                Value { data: Value::list(list, value.at).data, ..value }
            }
            ("set", Data::List(list), _) => {
                let list = list.iter().map(|item| self.to(argument, item.clone())).collect();
                let data = as_set(list, &value).data;
                Value { data, ..value }
            }
            ("tuple", Data::List(list), Expression::Array(types)) => {
                let list =
                    list.iter().zip(types.iter()).map(|(item, kind)| self.to(kind, item.clone())).collect();
                Value { data: Value::list(list, value.at).data, ..value }
            }
            ("map", Data::Map(map), _) => {
                let map =
                    map.iter().map(|(key, item)| (key.clone(), self.to(argument, item.clone()))).collect();
                Value { data: Value::map(map, value.at).data, ..value }
            }
            ("object", Data::Map(map), Expression::Object(members)) => {
                let mut out = BTreeMap::new();
                for (key, kind) in members {
                    let name = match key {
                        ObjectKey::Ident(name) => name.as_str().to_owned(),
                        ObjectKey::Expression(Expression::Variable(name)) => name.as_str().to_owned(),
                        ObjectKey::Expression(key) => match key.as_str() {
                            Some(key) => key.to_owned(),
                            None => continue,
                        },
                    };
                    let member = self.member(kind.expr(), map.get(&name), &value);
                    out.insert(name, member);
                }
                Value { data: Value::map(out, value.at).data, ..value }
            }
            ("optional", _, _) => self.to(argument, value),
            _ => value,
        }
    }

    /// A member of an object, with the default of `optional(TYPE, DEFAULT)`.
    fn member(&self, kind: &Expression, given: Option<&Value>, object: &Value) -> Value {
        let Expression::FuncCall(call) = kind else {
            let missing = || Value::unknown("a required member is missing", object.at);
            return given.map_or_else(missing, |value| self.to(kind, value.clone()));
        };
        let mut arguments = call.args.iter();
        let (inner, default) = match call.name.name.as_str() {
            "optional" => (arguments.next(), arguments.next()),
            _ => (Some(kind), None),
        };
        let Some(inner) = inner else { return Value::new(Data::Null, object.at) };
        match given.filter(|value| !value.is_null()) {
            Some(value) => self.to(inner, value.clone()),
            None => match default {
                Some(default) => self.to(inner, self.evaluator.expression(default, self.file, self.scope)),
                None => Value::new(Data::Null, object.at),
            },
        }
    }
}

fn primitive(name: &str, value: Value) -> Value {
    let data = match (name, &value.data) {
        ("string", Data::Number(_) | Data::Bool(_)) => {
            value.to_text().map(|text| Value::text(text, value.at).data)
        }
        ("number", Data::Text(_)) => number(&value).map(Data::Number),
        ("bool", Data::Text(_)) => truth(&value).map(Data::Bool),
        _ => None,
    };
    match data {
        Some(data) => Value { data, ..value },
        None => value,
    }
}
