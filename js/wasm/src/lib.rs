//! The engine as a WebAssembly module without imports, for JavaScript, Go and every other host.
//!
//! The host and the module share two buffers. The host asks for room in the input ([`cwfilter_input`]), writes bytes there, and calls a
//! function with their number. A function that has more to say than a number writes JSON to the output ([`cwfilter_output`]) and
//! returns the number of its bytes. `docs/wasm.md` describes every function.
//!
//! ```text
//!  host ──bytes──▶ input ──▶ cwfilter_call(length)        one request as JSON      ──▶ output: {"ok":…} or {"error":…}
//!                        ──▶ cwfilter_matches(object, …)  one event, raw bytes     ──▶ 0, 1 or -1
//! ```
//!
//! Objects (patterns, sets, metric filters) are numbers; `{"op":"free"}` ends one. The module has one thread, no clock, and no I/O.

mod objects;
mod reply;
mod request;
mod scan;
mod spans;

use objects::{Object, Objects};
use std::cell::RefCell;

/// All that the module remembers between two calls.
#[derive(Default)]
struct State {
    input: Vec<u8>,
    output: Vec<u8>,
    objects: Objects,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// The answer to a number that is no object, or an object of another kind.
const NO_OBJECT: i32 = -1;

impl State {
    /// Calls `take` with the objects and the first `length` bytes of the input; its answer becomes the output.
    fn answer(&mut self, length: usize, take: impl FnOnce(&mut Objects, &[u8]) -> Vec<u8>) -> usize {
        let State { input, output, objects } = self;
        *output = take(objects, input.get(..length).unwrap_or(input));
        output.len()
    }
}

/// Makes room for `length` bytes of input, and returns its address. Bytes that are there already stay.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn cwfilter_input(length: usize) -> *mut u8 {
    STATE.with_borrow_mut(|state| {
        if state.input.len() < length {
            state.input.resize(length, 0);
        }
        state.input.as_mut_ptr()
    })
}

/// Gives the memory of the two buffers back, after an input that was large.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn cwfilter_shrink() {
    STATE.with_borrow_mut(|state| (state.input, state.output) = Default::default());
}

/// The address of the last output.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn cwfilter_output() -> *const u8 {
    STATE.with_borrow(|state| state.output.as_ptr())
}

/// Answers the request in the input, a JSON object whose member `op` is its name. Returns the length of the output.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn cwfilter_call(length: usize) -> usize {
    STATE.with_borrow_mut(|state| state.answer(length, request::answer))
}

/// Whether the pattern, or any pattern of the set, matches the event in the input: 1 or 0; -1 if `object` is neither.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn cwfilter_matches(object: u32, length: usize) -> i32 {
    STATE.with_borrow_mut(|state| {
        let State { input, objects, .. } = state;
        let event = input.get(..length).unwrap_or(input);
        match objects.get(object) {
            Some(Object::Pattern(pattern)) => i32::from(pattern.is_match(event)),
            Some(Object::Set(set)) => i32::from(set.matcher.is_match(event)),
            _ => NO_OBJECT,
        }
    })
}

/// The number of patterns of the set that match the event in the input; -1 if `object` is no set. The output has their indexes in the
/// set, four bytes each, the lowest byte first.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn cwfilter_set_matches(object: u32, length: usize) -> i32 {
    STATE.with_borrow_mut(|state| {
        let State { input, output, objects } = state;
        let event = input.get(..length).unwrap_or(input);
        let Some(Object::Set(set)) = objects.get(object) else { return NO_OBJECT };
        output.clear();
        for id in set.matcher.match_event(event) {
            output.extend_from_slice(&u32::try_from(id.index()).unwrap_or(u32::MAX).to_le_bytes());
        }
        i32::try_from(output.len() / 4).unwrap_or(i32::MAX)
    })
}

/// What the pattern extracts from the event in the input, as JSON: pairs of name and text, or null if the event does not match.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn cwfilter_extract(object: u32, length: usize) -> usize {
    STATE.with_borrow_mut(|state| {
        state.answer(length, |objects, event| {
            reply::of(objects.pattern(object).map(|pattern| pattern.extract(event)))
        })
    })
}

/// The explanation of the pattern's verdict on the event in the input, as JSON.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn cwfilter_explain(object: u32, length: usize) -> usize {
    STATE.with_borrow_mut(|state| {
        state.answer(length, |objects, event| {
            reply::of(objects.pattern(object).map(|pattern| request::explanation(pattern, event)))
        })
    })
}

/// The datapoint that the metric filter publishes for an event, as JSON; null if it publishes nothing. The input has the event, and
/// after its `length` bytes the system fields as JSON.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn cwfilter_emit(object: u32, length: usize, system: usize) -> usize {
    STATE.with_borrow_mut(|state| {
        state.answer(length.saturating_add(system), |objects, input| {
            let (event, system) = input.split_at_checked(length).unwrap_or((input, &[]));
            reply::of(request::emit(objects, object, event, system))
        })
    })
}

/// Reads the file of log events in the input and matches each record, as JSON. `with_events` is 1 if the hits have their events.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn cwfilter_scan(object: u32, length: usize, with_events: u32) -> usize {
    STATE.with_borrow_mut(|state| {
        state.answer(length, |objects, file| {
            reply::of(objects.set(object).map(|set| scan::scan(set, file, with_events == 1)))
        })
    })
}

/// The log events of the file in the input, as JSON, at most `limit` of them.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn cwfilter_records(length: usize, limit: usize) -> usize {
    STATE.with_borrow_mut(|state| {
        state.answer(length, |_, file| reply::of(Ok::<_, reply::Failure>(scan::records(file, limit))))
    })
}
