//! The form of account ids. AWS adds accounts, so that there is no list of them.

const ACCOUNT_DIGITS: usize = 12;

/// Whether a text has the form of an account id: 12 digits.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == ACCOUNT_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
}
