//! Tables as data: TSV files in which `-` is an empty cell and `#` begins a comment.

use serde::Deserialize;
use serde::de::IntoDeserializer;

/// The rows of a table.
pub(crate) fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let cell = |cell| if cell == "-" { "" } else { cell };
    lines.filter_map(move |line| line.split('\t').map(cell).collect::<Vec<_>>().try_into().ok())
}

/// A word of a table as a variant of an enum.
pub(crate) fn variant<T: for<'a> Deserialize<'a>>(word: &str) -> Option<T> {
    let word: serde::de::value::StrDeserializer<'_, serde::de::value::Error> = word.into_deserializer();
    T::deserialize(word).ok()
}
