//! Follows all brackets of a word of tokens at once: neighbours that are a pair are taken out, until none is left.
//!
//! ```text
//! stack {    word  } , " : [ { } , { } ] , " : {
//!                  }     : [ { } , { } ]     : {    brackets, and marks: each colon, and each comma of an array
//!                  }     : [     ,     ]     : {    without the pairs { }
//!                  }     : [           ]     : {    without the marks after a bracket or mark of their kind
//!                  }     :                   : {    without the pair [ ]
//!                  }     :                     {    what is left closes brackets of the stack, marks them, and opens others
//! ```
//!
//! A mark says the kind of the innermost open bracket: that of an object has colons, that of an array has commas without a key
//! after them. So a mark or a closing bracket is of the kind of its neighbour to the left, if this one is an open bracket or a mark.

use super::nesting::Nesting;
use super::token_rules::Checked;
use crate::engine::simd::Simd64;

/// Follows the brackets of a word without a step for each, and returns true, if no token is wrong and more than `floor` brackets
/// stay open throughout; the last token may also close the last of all brackets. Otherwise nothing is changed, and the brackets
/// have to be followed one by one.
#[inline(always)]
pub(super) fn follow_together<C: Simd64>(
    simd: C,
    checked: &Checked,
    nesting: &mut Nesting<'_>,
    floor: usize,
) -> bool {
    if checked.bad != 0 {
        return false;
    }
    let (open, close) = (checked.open, checked.close);
    if !C::COMPRESSES {
        let is_plain = checked.array == 0 && (open | close) & !checked.in_object == 0;
        return is_plain && nesting.step_objects(open.count_ones(), close.count_ones(), floor);
    }
    if nesting.depth + (open | close).count_ones() as usize > Nesting::IN_WORD {
        return false;
    }
    // a token that is wrong in an object marks the token before it, which is no bracket
    let in_array = checked.array >> 1;
    let mark = checked.object | in_array;
    let kind = checked.in_object & !in_array;
    let [mut open, mut close, mut mark, mut kind] =
        simd.compress([open, close, mark, kind], open | close | mark);
    loop {
        let after = (mark | close) & (open | mark) << 1;
        if (kind ^ kind << 1) & after != 0 {
            return false;
        }
        let pairs = close & open << 1;
        let gone = mark & after | pairs | pairs >> 1;
        if gone == 0 {
            break;
        }
        [open, close, mark, kind] = simd.compress([open, close, mark, kind], !gone);
    }
    let closed = close.count_ones();
    if nesting.depth <= floor + closed as usize {
        // nothing follows the bracket that closes last: no bracket, no mark, and no other token
        let is_end = floor == 0
            && nesting.depth == closed as usize
            && (open | mark).leading_zeros() > close.leading_zeros()
            && checked.close.leading_zeros() == checked.present.leading_zeros();
        if !is_end {
            return false;
        }
    }
    // the kinds of the open brackets, the innermost one first
    let stack = nesting.innermost();
    let [kinds, marks, mark_kinds] = simd.compress([kind, mark >> 1, kind >> 1], close);
    let of_closed = (1u64 << closed) - 1;
    let wrong = ((kinds ^ stack) | marks & (mark_kinds ^ stack >> 1)) & of_closed
        | mark & (kind ^ stack) & 1
        | checked.array & stack & 1;
    if wrong != 0 {
        return false;
    }
    let [opened] = simd.compress([kind], open);
    nesting.step(closed, open.count_ones(), opened);
    true
}
