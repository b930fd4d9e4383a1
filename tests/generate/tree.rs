//! Random trees that the parser could have made.

use cwfilter::Span;
use cwfilter::syntax::ast::*;
use proptest::prelude::*;

fn node<T>(item: T) -> Node<T> {
    Node::new(Span::default(), item)
}

fn name() -> impl Strategy<Value = String> {
    "[A-Za-z0-9_]{1,6}"
}

fn number() -> impl Strategy<Value = Number> {
    "[+-]?[0-9]{1,3}(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,2})?".prop_map(|lexeme| Number { lexeme })
}

fn text() -> impl Strategy<Value = String> {
    "[a-zé\"\\\\* .%$]{0,6}"
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        text().prop_map(Value::Quoted),
        number().prop_map(Value::Number),
        // it starts with a character that starts no number, and is not a reserved word
        "[a-zA-Z*.][a-zA-Z0-9_.*+-]{0,6}"
            .prop_filter("reserved", |word| word != "null" && word != "SPACE")
            .prop_map(Value::Bare),
        "[a-z0-9:@ ^$.]{1,5}".prop_map(|body| Value::Regex(Regex { body })),
    ]
}

fn comparison() -> impl Strategy<Value = Predicate> {
    let equality = prop_oneof![Just(Equality::Equal), Just(Equality::NotEqual)];
    let order = prop_oneof![
        Just(Order::Less),
        Just(Order::LessOrEqual),
        Just(Order::Greater),
        Just(Order::GreaterOrEqual)
    ];
    prop_oneof![
        3 => (equality, value()).prop_map(|(equality, value)| Predicate::Compare(equality, node(value))),
        1 => (order, number()).prop_map(|(order, number)| Predicate::Order(order, node(number))),
    ]
}

fn selector() -> impl Strategy<Value = Selector> {
    let key = || "[A-Za-z0-9_-]{1,5}".prop_map(Step::Key);
    let step = prop_oneof![
        4 => key(),
        1 => "[a-z .:@\"é-]{1,5}".prop_map(Step::QuotedKey),
        1 => (0usize..100).prop_map(Step::Index),
        1 => Just(Step::AnyKey),
        1 => Just(Step::AnyIndex),
    ];
    (key(), prop::collection::vec(step, 0..4)).prop_map(|(first, rest)| {
        let mut wildcards = 0;
        let few = rest.into_iter().filter(|step| {
            wildcards += usize::from(step.is_wildcard());
            !step.is_wildcard() || wildcards <= 1
        });
        Selector { steps: std::iter::once(first).chain(few).collect() }
    })
}

fn condition() -> impl Strategy<Value = Condition> {
    let predicate = prop_oneof![
        4 => comparison(),
        1 => prop_oneof![Just(Predicate::IsNull), Just(Predicate::IsTrue), Just(Predicate::IsFalse), Just(Predicate::NotExists)],
    ];
    (selector(), predicate)
        .prop_map(|(selector, predicate)| Condition { selector: node(selector), predicate: node(predicate) })
}

/// An `&&` does not directly contain `||` or `&&`, and an `||` does not directly contain `||`: the text would parse to another tree.
fn expr<C: Clone + std::fmt::Debug + 'static>(leaf: BoxedStrategy<C>) -> BoxedStrategy<Expr<C>> {
    let leaf = leaf.prop_map(Expr::Condition).boxed();
    leaf.prop_recursive(4, 12, 3, |inner| {
        let grouped = |expr: Expr<C>| match expr {
            Expr::Condition(condition) => node(Expr::Condition(condition)),
            other => node(Expr::Group(Box::new(node(other)))),
        };
        let parts = prop::collection::vec(inner.prop_map(grouped), 2..4);
        prop_oneof![parts.clone().prop_map(Expr::And), parts.prop_map(Expr::Or)]
    })
    .boxed()
}

fn field(name: String) -> impl Strategy<Value = Field> {
    let leaf = (Just(name.clone()), comparison())
        .prop_map(|(name, predicate)| ColumnCondition { name: node(name), predicate: node(predicate) });
    prop_oneof![
        Just(Field::Unnamed),
        Just(Field::Named(name.clone())),
        expr(leaf.boxed())
            .prop_map(move |condition| Field::Conditioned { name: name.clone(), condition: node(condition) }),
    ]
}

fn term() -> impl Strategy<Value = Term> {
    let mode = prop_oneof![Just(TermMode::Required), Just(TermMode::Optional), Just(TermMode::Excluded)];
    let text = prop_oneof![
        name().prop_map(|name| (name, false)),
        "[a-z\"\\\\ :é]{1,6}".prop_map(|text| (text, true))
    ];
    (mode, any::<bool>(), text).prop_map(|(mode, gap, (text, quoted))| Term {
        mode,
        gap: gap && mode == TermMode::Excluded,
        joined: false,
        text,
        quoted,
    })
}

/// Words with dots and hyphens, which are terms of their own: `a.b-c`.
fn hyphenated() -> impl Strategy<Value = Vec<Term>> {
    let mode = prop_oneof![Just(TermMode::Required), Just(TermMode::Optional), Just(TermMode::Excluded)];
    (mode, prop::collection::vec("[.]?[A-Za-z0-9_]{1,4}[.]?", 1..4)).prop_map(|(mode, words)| {
        let joined = |at: usize| at > 0;
        let term = |(at, text)| Term {
            mode: if joined(at) { TermMode::Excluded } else { mode },
            gap: false,
            joined: joined(at),
            text,
            quoted: false,
        };
        words.into_iter().enumerate().map(term).collect()
    })
}

fn terms() -> impl Strategy<Value = Vec<Node<Term>>> {
    let item = prop_oneof![3 => term().prop_map(|term| vec![term]), 1 => hyphenated()];
    prop::collection::vec(item, 1..5).prop_map(|items| items.into_iter().flatten().map(node).collect())
}

pub(crate) fn pattern() -> impl Strategy<Value = Pattern> {
    let columns = (0usize..4, any::<bool>()).prop_flat_map(|(count, ellipsis)| {
        let fields: Vec<_> = (0..count).map(|at| field(format!("c{at}")).boxed()).collect();
        fields.prop_map(move |fields| {
            let mut fields: Vec<_> = fields.into_iter().map(node).collect();
            if ellipsis {
                fields.insert(fields.len() / 2, node(Field::Ellipsis));
            }
            fields
        })
    });
    prop_oneof![
        Just(Pattern::Everything),
        "[a-z0-9:@ ^$.]{1,8}".prop_map(|body| Pattern::Regex(node(Regex { body }))),
        terms().prop_map(Pattern::Terms),
        expr(condition().boxed()).prop_map(|expr| Pattern::Json(node(expr))),
        // the text of a single unnamed column is that of no column
        columns
            .prop_filter("unnamed", |fields| fields.len() != 1 || fields[0].item != Field::Unnamed)
            .prop_map(Pattern::Space),
    ]
}

/// Whether a pattern is within AWS's budgets, which other tests check.
pub(crate) fn is_within_budget(printed: &str) -> bool {
    printed.chars().count() <= 1024
        && printed.matches('%').count() <= 4
        && printed.matches("[*]").count() + printed.matches(".*").count() <= 3
}
