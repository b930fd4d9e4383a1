//! Fields that a person may have meant instead of another one.

use crate::cloudtrail::catalogue::{Field, FieldKind, field, fields};
use crate::syntax::ast::{Condition, Expr, Selector, Step};

/// The fields of a pattern.
pub(super) struct Siblings {
    selectors: Vec<Selector>,
}

impl Siblings {
    pub(super) fn of(expr: &Expr<Condition>) -> Self {
        let mut selectors: Vec<Selector> = Vec::new();
        expr.for_each(&mut |condition| {
            if !selectors.contains(&condition.selector.item) {
                selectors.push(condition.selector.item.clone());
            }
        });
        Siblings { selectors }
    }

    /// The next field of the pattern in the same object; the next field of CloudTrail in the same object and of the same type; and the
    /// first field of CloudTrail with the same last key in another object.
    pub(super) fn beside(&self, selector: &Selector) -> Vec<Selector> {
        let Some((last, parents)) = selector.steps.split_last() else { return Vec::new() };
        let Some(key) = last.key() else { return Vec::new() };
        let in_pattern = after(&self.selectors, |it| it == selector).find(|it| {
            let other = it.steps.split_last();
            *it != selector && other.is_some_and(|(last, of)| of == parents && last.key().is_some())
        });
        let path = path(&selector.steps);
        let known = path.as_deref().and_then(field).filter(is_plain);
        let parent = |path: &'static str| path.rsplit_once('.').map_or("", |(parent, _)| parent);
        let in_object = known.and_then(|known| {
            let is_like = |it: &&Field| {
                it.path != known.path && parent(it.path) == parent(known.path) && it.kind == known.kind
            };
            after(fields(), |it| it.path == known.path).find(is_like)
        });
        let elsewhere = known.and_then(|known| {
            let has_key = |it: &&Field| it.path.rsplit('.').next() == Some(key) && it.path != known.path;
            fields().iter().filter(|it| is_plain(it)).find(has_key)
        });
        let catalogued = [in_object, elsewhere]
            .into_iter()
            .flatten()
            .map(|it| Selector { steps: it.path.split('.').map(|key| Step::Key(key.to_owned())).collect() });
        in_pattern.cloned().into_iter().chain(catalogued).collect()
    }
}

/// The items after the one that is meant, then those before it.
fn after<T>(items: &[T], is_it: impl Fn(&T) -> bool) -> impl Iterator<Item = &T> {
    let at = items.iter().position(is_it).map_or(0, |at| at + 1);
    items.iter().cycle().skip(at).take(items.len())
}

fn is_plain(field: &Field) -> bool {
    let is_value = matches!(field.kind, FieldKind::String | FieldKind::Number | FieldKind::Boolean);
    is_value && !in_array(field.path)
}

/// Whether a parent of the field is an array.
fn in_array(path: &str) -> bool {
    let dots = path.match_indices('.').map(|(at, _)| path.get(..at).unwrap_or_default());
    dots.filter_map(field).any(|parent| parent.kind == FieldKind::Array)
}

fn path(steps: &[Step]) -> Option<String> {
    let keys: Option<Vec<&str>> = steps.iter().map(Step::key).collect();
    Some(keys?.join("."))
}
