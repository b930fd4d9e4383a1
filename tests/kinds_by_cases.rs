//! Proofs about a JSON pattern and a pattern of another kind: the alternatives of the JSON pattern are asked about one by one.

use cwfilter::FilterPattern;
use cwfilter::analysis::{Bounds, Relation, compare_within};

#[test]
fn each_alternative_is_a_case() {
    use Relation::{Implies, Incomparable};
    for (a, b, expected) in [
        ("{ $.x.key3.key1 >= 1e0 || ($.x.1.b IS NULL) || $.any.b.x IS FALSE }", "%[0-9]%", Incomparable),
        ("{ $.x.key3.key1 >= 1e0 || ($.x.1.b IS NULL) || $.any.b.x IS FALSE }", "1", Incomparable),
        ("{ $.key1.a = %x|y% || $.key3 = x* }", "%[0-9]%", Implies),
        ("{ ($.key3.x = %xy?x% && ($.['a b'].b != *)) || $.x.any IS NULL }", "%[0-9]%", Incomparable),
        ("{ ($.a1 = x || $.b2 = x) && ($.c3 = x || $.d = x) }", "%[0-9]%", Implies),
    ] {
        let (first, second): (FilterPattern, FilterPattern) = (a.parse().unwrap(), b.parse().unwrap());
        let found = compare_within(&first, &second, &Bounds::default());
        assert_eq!(found.relation, expected, "{a}    {b}: {:?}", found.exists);
    }
}
