//! The form of names of Regions. AWS adds Regions, so that there is no list of them.

/// Whether a text has the form of a Region: at least two words and a number, such as `us-gov-west-1`.
pub(crate) fn is_region(text: &str) -> bool {
    let Some((words, number)) = text.rsplit_once('-') else { return false };
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number && words.contains('-') && words.split('-').all(is_word)
}

/// The last words but one of the names of Regions.
#[cfg(feature = "analysis")]
pub(crate) const COMPASS: [&str; 9] =
    ["central", "east", "north", "northeast", "northwest", "south", "southeast", "southwest", "west"];
