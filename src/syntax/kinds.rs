//! The names of everything that a pattern can be made of. A test counts them in the patterns of a random generator, and fails if
//! the generator never makes one. Each name is a row of a `match` without a wildcard: a new variant of the AST does not compile
//! here until it has a row, and then the test asks for it.

use super::ast::{Equality, Expr, Field, Order, Pattern, Predicate, Selector, Step, TermMode, Value};

/// Defines a function from a variant to its name, and the list of all names.
macro_rules! names {
    ($function:ident, $all:ident, $type:ty { $($variant:pat => $name:literal),+ $(,)? }) => {
        const $all: &[&str] = &[$($name),+];
        fn $function(item: &$type) -> &'static str {
            match item { $($variant => $name),+ }
        }
    };
}

names!(of_pattern, PATTERNS, Pattern {
    Pattern::Everything => "everything",
    Pattern::Terms(_) => "terms",
    Pattern::Regex(_) => "regex",
    Pattern::Json(_) => "json",
    Pattern::Space(_) => "space",
});

names!(of_mode, MODES, TermMode {
    TermMode::Required => "required",
    TermMode::Optional => "optional",
    TermMode::Excluded => "excluded",
});

names!(of_step, STEPS, Step {
    Step::Key(_) => "key",
    Step::QuotedKey(_) => "quoted key",
    Step::AnyKey => ".*",
    Step::Index(_) => "index",
    Step::AnyIndex => "[*]",
});

names!(of_field, FIELDS, Field {
    Field::Unnamed => "unnamed",
    Field::Ellipsis => "ellipsis",
    Field::Named(_) => "named",
    Field::Conditioned { .. } => "conditioned",
});

names!(of_equality, EQUALITIES, Equality {
    Equality::Equal => "=",
    Equality::NotEqual => "!=",
});

names!(of_order, ORDERS, Order {
    Order::Less => "<",
    Order::LessOrEqual => "<=",
    Order::Greater => ">",
    Order::GreaterOrEqual => ">=",
});

names!(of_value, VALUES, Value {
    Value::Regex(_) => "regex",
    Value::Quoted(_) => "quoted",
    Value::Number(_) => "number",
    Value::Bare(_) => "bare",
});

names!(of_predicate, PREDICATES, Predicate {
    Predicate::Compare(..) => "comparison",
    Predicate::Order(..) => "order",
    Predicate::IsNull => "IS NULL",
    Predicate::IsTrue => "IS TRUE",
    Predicate::IsFalse => "IS FALSE",
    Predicate::NotExists => "NOT EXISTS",
});

names!(of_expr, EXPRESSIONS, Expr<()> {
    Expr::Or(_) => "||",
    Expr::And(_) => "&&",
    Expr::Group(_) => "( )",
    Expr::Condition(()) => "condition",
});

/// All names. A column has no predicates but comparisons.
#[must_use]
pub fn all() -> Vec<String> {
    let named = |prefix: &str, names: &[&str]| names.iter().map(|name| format!("{prefix} {name}")).collect();
    let mut all: Vec<Vec<String>> = vec![
        named("pattern", PATTERNS),
        named("term", MODES),
        named("step", STEPS),
        named("column is", FIELDS),
        named("field", PREDICATES),
        named("column", &["comparison", "order"]),
    ];
    for place in ["field", "column"] {
        all.push(named(place, EXPRESSIONS));
        all.push(named(place, ORDERS));
        all.extend(EQUALITIES.iter().map(|equality| named(&format!("{place} {equality}"), VALUES)));
    }
    all.concat()
}

/// The names of what a pattern is made of, with repetitions.
#[must_use]
pub fn of(pattern: &Pattern) -> Vec<String> {
    let mut found = vec![format!("pattern {}", of_pattern(pattern))];
    match pattern {
        Pattern::Everything | Pattern::Regex(_) => {}
        Pattern::Terms(terms) => {
            found.extend(terms.iter().map(|term| format!("term {}", of_mode(&term.item.mode))));
        }
        Pattern::Json(expr) => {
            expressions(&expr.item, "field", &mut found);
            expr.item.for_each(&mut |condition| {
                steps(&condition.selector.item, &mut found);
                predicate(&condition.predicate.item, "field", &mut found);
            });
        }
        Pattern::Space(fields) => {
            for field in fields {
                found.push(format!("column is {}", of_field(&field.item)));
                if let Field::Conditioned { condition, .. } = &field.item {
                    expressions(&condition.item, "column", &mut found);
                    condition.item.for_each(&mut |condition| {
                        predicate(&condition.predicate.item, "column", &mut found);
                    });
                }
            }
        }
    }
    found
}

fn steps(selector: &Selector, found: &mut Vec<String>) {
    found.extend(selector.steps.iter().map(|step| format!("step {}", of_step(step))));
}

fn expressions<C>(expr: &Expr<C>, place: &str, found: &mut Vec<String>) {
    let shape = match expr {
        Expr::Or(parts) | Expr::And(parts) => {
            parts.iter().for_each(|part| expressions(&part.item, place, found));
            if matches!(expr, Expr::Or(_)) { Expr::Or(Vec::new()) } else { Expr::And(Vec::new()) }
        }
        Expr::Group(inner) => {
            expressions(&inner.item, place, found);
            Expr::Group(Box::new(super::ast::Node::new(inner.span, Expr::Condition(()))))
        }
        Expr::Condition(_) => Expr::Condition(()),
    };
    found.push(format!("{place} {}", of_expr(&shape)));
}

fn predicate(predicate: &Predicate, place: &str, found: &mut Vec<String>) {
    found.push(format!("{place} {}", of_predicate(predicate)));
    match predicate {
        Predicate::Compare(equality, value) => {
            found.push(format!("{place} {} {}", of_equality(equality), of_value(&value.item)));
        }
        Predicate::Order(order, _) => found.push(format!("{place} {}", of_order(order))),
        Predicate::IsNull | Predicate::IsTrue | Predicate::IsFalse | Predicate::NotExists => {}
    }
}
