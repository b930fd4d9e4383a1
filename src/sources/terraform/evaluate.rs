//! Expressions to values.
//!
//! `hcl-rs` has an evaluator. Its values have no places, and one reference that is not known makes the whole expression an error; here a
//! finding has to point at the literal that a value is from, and a map with one unknown member still has the others.

use super::kinds::{entries, key_text, number, plain, truth, unknown_of};
use super::scope::{Evaluator, Scope};
use super::syntax::{Expr, ExprKind, span_of};
use crate::limits::{EVALUATION_DEPTH, EVALUATION_STEPS, EXPANDED_VALUES};
use crate::metric_settings::without_key;
use crate::sources::align::Escapes;
use crate::sources::document::{Content, DocumentNode, ScalarForm};
use crate::sources::literal::LiteralSyntax;
use crate::sources::value::{Data, FileId, Literal, Place, Text, Value, same};
use crate::span::Span;
use hcl_edit::Span as _;
use hcl_edit::expr::{
    BinaryOp, BinaryOperator, Expression, ForExpr, FuncCall, ObjectKey, Traversal, TraversalOperator,
    UnaryOp, UnaryOperator,
};
use std::collections::BTreeMap;

impl Evaluator<'_> {
    /// The value of an expression. It is not known if a reference is not, or if a bound is reached.
    pub(super) fn value(&self, expr: &Expr, scope: &Scope) -> Value {
        match &expr.kind {
            ExprKind::Hcl(expression) => self.expression(expression, expr.file, scope),
            ExprKind::Json(node) => self.json(node, expr.file, scope),
        }
    }

    pub(super) fn expression(&self, expression: &Expression, file: FileId, scope: &Scope) -> Value {
        let at = Place::new(file, span_of(expression.span()));
        let (depth, steps) = (self.depth.get() + 1, self.steps.get() + 1);
        if depth > EVALUATION_DEPTH {
            return Value::unknown(format!("it is nested more than {EVALUATION_DEPTH} deep"), at);
        }
        if steps > EVALUATION_STEPS {
            return Value::unknown(format!("evaluating takes more than {EVALUATION_STEPS} steps"), at);
        }
        self.depth.set(depth);
        self.steps.set(steps);
        let value = self.evaluated(expression, at, scope);
        self.depth.set(depth - 1);
        value
    }

    fn evaluated(&self, expression: &Expression, at: Place, scope: &Scope) -> Value {
        let (file, value) = (at.file, |expression| self.expression(expression, at.file, scope));
        match expression {
            Expression::Null(_) => Value::new(Data::Null, at),
            Expression::Bool(it) => Value::new(Data::Bool(*it.value()), at),
            Expression::Number(it) => match it.value().as_f64() {
                Some(number) => Value::new(Data::Number(number), at),
                None => Value::unknown("a number that is too large", at),
            },
            Expression::String(text) => Value::text(quoted(at, text.value()), at),
            Expression::StringTemplate(it) => self.template(it.iter(), at, scope),
            Expression::HeredocTemplate(it) => self.heredoc(it, at, scope),
            Expression::Parenthesis(inner) => value(inner.inner()),
            Expression::Array(array) => Value::list(array.iter().map(value).collect(), at),
            Expression::Object(object) => {
                let mut map = BTreeMap::new();
                for (key, item) in object {
                    let item = value(item.expr());
                    match key {
                        ObjectKey::Ident(name) => drop(map.insert(name.as_str().to_owned(), item)),
                        ObjectKey::Expression(Expression::Variable(name)) => {
                            map.insert(name.as_str().to_owned(), item);
                        }
                        ObjectKey::Expression(key) => {
                            let key = value(key);
                            match key.to_string() {
                                Some(key) => drop(map.insert(key, item)),
                                None => return unknown_of(&key, "a key of the map", at),
                            }
                        }
                    }
                }
                Value::map(map, at)
            }
            Expression::Variable(name) => self.reference(name.as_str(), &[], at, scope).0,
            Expression::Traversal(it) => self.traversal(it, at, scope),
            Expression::Conditional(it) => {
                let condition = value(&it.cond_expr);
                match truth(&condition) {
                    Some(true) => value(&it.true_expr),
                    Some(false) => value(&it.false_expr),
                    None => {
                        let (a, b) = (value(&it.true_expr), value(&it.false_expr));
                        if same(&a, &b) == Some(true) {
                            a
                        } else {
                            unknown_of(&condition, "the condition", at)
                        }
                    }
                }
            }
            Expression::FuncCall(call) => self.call(call, at, scope),
            Expression::UnaryOp(it) => self.unary(it, at, scope),
            Expression::BinaryOp(it) => self.binary(it, at, scope),
            Expression::ForExpr(it) => self.for_expression(it, file, at, scope),
        }
    }

    /// A value of Terraform's JSON syntax: texts are templates.
    fn json(&self, node: &DocumentNode, file: FileId, scope: &Scope) -> Value {
        let at = Place::new(file, node.span);
        match &node.content {
            Content::Scalar(text, ScalarForm::Plain) => plain(text, at),
            Content::Scalar(text, _) if text.contains("${") || text.contains("%{") => {
                match hcl_edit::parser::parse_template(text) {
                    Ok(parsed) => {
                        let inside = Place::new(self.files.inside(at, text), Span::new(0, text.len()));
                        self.template(parsed.iter(), inside, scope)
                    }
                    Err(_) => Value::unknown("a template that cannot be read", at),
                }
            }
            Content::Scalar(..) => match self.files.scalar(file, node) {
                Some(text) => Value::text(text, at),
                None => Value::unknown("a text that cannot be read", at),
            },
            Content::Sequence(list) => {
                Value::list(list.iter().map(|item| self.json(item, file, scope)).collect(), at)
            }
            Content::Mapping(map) => {
                let entries = map.iter().filter_map(|(key, value)| {
                    Some((key.as_text()?.to_owned(), self.json(value, file, scope)))
                });
                Value::map(entries.collect(), at)
            }
            Content::Alias(_) => Value::unknown("an alias", at),
        }
    }

    fn call(&self, call: &FuncCall, at: Place, scope: &Scope) -> Value {
        let name = call.name.name.as_str();
        if call.name.is_namespaced() && !call.name.namespace.iter().all(|part| part.as_str() == "core") {
            return Value::unknown(format!("the provider's function `{name}` is not evaluated"), at);
        }
        let mut arguments: Vec<Value> =
            call.args.iter().map(|argument| self.expression(argument, at.file, scope)).collect();
        if call.args.expand_final()
            && let Some(last) = arguments.pop()
        {
            match last.as_list() {
                Some(list) => arguments.extend(list.iter().cloned()),
                None => return unknown_of(&last, "the last argument", at),
            }
        }
        self.function(name, arguments, at, scope)
    }

    fn unary(&self, it: &UnaryOp, at: Place, scope: &Scope) -> Value {
        let operand = self.expression(&it.expr, at.file, scope);
        let data = match it.operator.value() {
            UnaryOperator::Neg => number(&operand).map(|it| Data::Number(-it)),
            UnaryOperator::Not => truth(&operand).map(|it| Data::Bool(!it)),
        };
        data.map_or_else(|| unknown_of(&operand, "an operand", at), |data| Value::new(data, at))
    }

    fn binary(&self, it: &BinaryOp, at: Place, scope: &Scope) -> Value {
        let a = self.expression(&it.lhs_expr, at.file, scope);
        let b = self.expression(&it.rhs_expr, at.file, scope);
        let arithmetic =
            |operation: fn(f64, f64) -> f64| Some(Data::Number(operation(number(&a)?, number(&b)?)));
        let comparison =
            |operation: fn(&f64, &f64) -> bool| Some(Data::Bool(operation(&number(&a)?, &number(&b)?)));
        let data = match it.operator.value() {
            BinaryOperator::Eq => same(&a, &b).map(Data::Bool),
            BinaryOperator::NotEq => same(&a, &b).map(|it| Data::Bool(!it)),
            BinaryOperator::And => match (truth(&a), truth(&b)) {
                (Some(false), _) | (_, Some(false)) => Some(Data::Bool(false)),
                (Some(true), Some(true)) => Some(Data::Bool(true)),
                (None, _) | (_, None) => None,
            },
            BinaryOperator::Or => match (truth(&a), truth(&b)) {
                (Some(true), _) | (_, Some(true)) => Some(Data::Bool(true)),
                (Some(false), Some(false)) => Some(Data::Bool(false)),
                (None, _) | (_, None) => None,
            },
            BinaryOperator::Greater => comparison(f64::gt),
            BinaryOperator::GreaterEq => comparison(f64::ge),
            BinaryOperator::Less => comparison(f64::lt),
            BinaryOperator::LessEq => comparison(f64::le),
            BinaryOperator::Plus => arithmetic(|a, b| a + b),
            BinaryOperator::Minus => arithmetic(|a, b| a - b),
            BinaryOperator::Mul => arithmetic(|a, b| a * b),
            BinaryOperator::Div => arithmetic(|a, b| a / b),
            BinaryOperator::Mod => arithmetic(|a, b| a % b),
        };
        let is_finite = |data: &Data| !matches!(data, Data::Number(number) if !number.is_finite());
        match data.filter(is_finite) {
            Some(data) => Value::new(data, at),
            None if a.any_unknown().is_some() => unknown_of(&a, "an operand", at),
            None => unknown_of(&b, "an operand", at),
        }
    }

    fn for_expression(&self, it: &ForExpr, file: FileId, at: Place, scope: &Scope) -> Value {
        let collection = self.expression(&it.intro.collection_expr, file, scope);
        let Some(entries) = entries(&collection) else {
            return unknown_of(&collection, "the collection", at);
        };
        let (mut list, mut map) = (Vec::new(), BTreeMap::<String, Value>::new());
        for (key, item) in entries {
            if list.len() + map.len() >= EXPANDED_VALUES {
                return Value::unknown(format!("it has more than {EXPANDED_VALUES} values"), at);
            }
            let mut inner = scope.clone();
            if let Some(name) = &it.intro.key_var {
                inner.names.push((name.as_str().to_owned(), key));
            }
            inner.names.push((it.intro.value_var.as_str().to_owned(), item));
            if let Some(condition) = &it.cond {
                let condition = self.expression(&condition.expr, file, &inner);
                match truth(&condition) {
                    Some(true) => {}
                    Some(false) => continue,
                    None => return unknown_of(&condition, "the condition", at),
                }
            }
            let value = self.expression(&it.value_expr, file, &inner);
            let Some(key) = &it.key_expr else {
                list.push(value);
                continue;
            };
            let key = self.expression(key, file, &inner);
            let Some(text) = key.to_string() else { return unknown_of(&key, "a key of the map", at) };
            if it.grouping {
                let mut group = map.get(&text).and_then(Value::as_list).unwrap_or_default().to_vec();
                group.push(value);
                map.insert(text, Value::list(group, at));
            } else {
                map.insert(text, value);
            }
        }
        if it.key_expr.is_some() { Value::map(map, at) } else { Value::list(list, at) }
    }

    fn traversal(&self, it: &Traversal, at: Place, scope: &Scope) -> Value {
        let operators: Vec<&TraversalOperator> =
            it.operators.iter().map(|operator| operator.value()).collect();
        let (value, rest) = match &it.expr {
            Expression::Variable(name) => {
                let (value, used) = self.reference(name.as_str(), &operators, at, scope);
                (value, operators.get(used..).unwrap_or_default())
            }
            other => (self.expression(other, at.file, scope), operators.as_slice()),
        };
        self.steps_of(value, rest, at, scope)
    }

    /// Follows `.name`, `[index]` and `[*]`.
    fn steps_of(
        &self,
        mut value: Value,
        operators: &[&TraversalOperator],
        at: Place,
        scope: &Scope,
    ) -> Value {
        for (position, operator) in operators.iter().enumerate() {
            if matches!(value.data, Data::Unknown(_)) {
                return value;
            }
            value = match operator {
                TraversalOperator::GetAttr(name) => member(&value, name.as_str(), at),
                TraversalOperator::LegacyIndex(index) => member(&value, &index.value().to_string(), at),
                TraversalOperator::Index(index) => {
                    let index = self.expression(index, at.file, scope);
                    match key_text(&index) {
                        Some(key) => member(&value, &key, at),
                        None => unknown_of(&index, "the index", at),
                    }
                }
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => {
                    let rest = operators.get(position + 1..).unwrap_or_default();
                    let one = [value.clone()];
                    let items = match &value.data {
                        Data::List(list) => list.as_slice(),
                        Data::Null => &[],
                        _ => &one,
                    };
                    let items = items.iter().map(|item| self.steps_of(item.clone(), rest, at, scope));
                    return Value::list(items.collect(), value.at);
                }
            };
        }
        value
    }
}

/// The argument that the provider takes as the id of a resource, for the resources whose id is their name.
fn name_of(address: &str, key: &str) -> Option<&'static str> {
    let kind = without_key(address).rsplit('.').nth(1).filter(|_| key == "id")?;
    match kind {
        "aws_cloudwatch_log_metric_filter" => Some("name"),
        "aws_cloudwatch_metric_alarm" | "aws_cloudwatch_composite_alarm" => Some("alarm_name"),
        _ => None,
    }
}

/// A member of a map or list. The references that led to the whole lead to the member, too.
fn member(value: &Value, key: &str, at: Place) -> Value {
    let found = match &value.data {
        Data::Map(map) => map.get(key).or_else(|| map.get(name_of(value.address.as_deref()?, key)?)),
        Data::List(list) => key.parse().ok().and_then(|index: usize| list.get(index)),
        _ => None,
    };
    match found {
        Some(found) => {
            let mut found = found.clone();
            found.add_uses(&value.uses);
            found.fixed = found.fixed.or(value.fixed);
            // an instance of a resource, or a block in it
            found.address = found.address.or_else(|| value.address.clone());
            found
        }
        None => match &value.address {
            Some(address) => {
                Value::unknown(format!("`{address}.{key}` is known only when Terraform runs"), at)
            }
            None => Value::unknown(format!("{} has no member `{key}`", value.kind()), at),
        },
    }
}

/// The text of `"…"` without interpolation.
pub(super) fn quoted(at: Place, value: &str) -> Text {
    let (body, value) = (at.span.within(1, 1), value.to_owned());
    Text::literal(Literal { at, body, value, escapes: Escapes::Hcl, syntax: LiteralSyntax::Hcl })
}
