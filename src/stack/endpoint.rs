//! Addresses of subscriptions that carry a secret: a password, a token in the path or in the query.

/// What is shown in place of a secret.
const REDACTED: &str = "***";

/// The parts of a web address.
struct Address<'a> {
    /// `https://`
    scheme: &'a str,
    /// `user:password@`, or empty
    user: &'a str,
    /// `example.com:8443`
    host: &'a str,
    /// `/path?query#fragment`, or empty
    rest: &'a str,
}

impl<'a> Address<'a> {
    /// `None` if the text does not begin as a web address.
    fn of(text: &'a str) -> Option<Self> {
        let scheme = ["https://", "http://"].into_iter().find_map(|scheme| {
            let start = text.get(..scheme.len())?;
            start.eq_ignore_ascii_case(scheme).then_some(start)
        })?;
        let after = text.get(scheme.len()..)?;
        let (authority, rest) = after.split_at(after.find(['/', '?', '#', '\\']).unwrap_or(after.len()));
        let (user, host) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
        // a password may hold `/` or `?` where it should be escaped: then the host is not what it looks like
        let is_clear = !rest.contains('@') && is_host(host);
        Some(if is_clear {
            Address { scheme, user, host, rest }
        } else {
            Address { scheme, user: after, host: "", rest: "" }
        })
    }

    fn has_secret(&self) -> bool {
        !self.user.is_empty() || !matches!(self.rest, "" | "/")
    }
}

/// A name or number of a host, and perhaps a port.
fn is_host(text: &str) -> bool {
    let end = text.rfind(']').map_or(0, |at| at + 1);
    let (name, port) = match text.get(end..).and_then(|rest| rest.find(':')) {
        Some(colon) => text.split_at(end + colon),
        None => (text, ":"),
    };
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte))
        && port.bytes().skip(1).all(|byte| byte.is_ascii_digit())
}

/// Whether an endpoint has a part that may be a secret: whatever a web address has beside scheme, host and port. The
/// path counts: chat and paging services put their token there.
pub(crate) fn has_secret(endpoint: &str) -> bool {
    Address::of(endpoint).is_some_and(|address| address.has_secret())
}

/// The endpoint as it may be shown: `https://***@example.com/***`. All others stay as they are.
#[must_use]
pub fn redacted(endpoint: &str) -> String {
    match Address::of(endpoint).filter(Address::has_secret) {
        None => endpoint.to_owned(),
        Some(Address { scheme, user, host, rest }) => {
            let user = match (user, host) {
                ("", _) => String::new(),
                (_, "") => REDACTED.to_owned(),
                _ => format!("{REDACTED}@"),
            };
            let rest = if matches!(rest, "" | "/") { rest.to_owned() } else { format!("/{REDACTED}") };
            format!("{scheme}{user}{host}{rest}")
        }
    }
}

/// Scheme, host and port alone, for names of resources in templates.
pub(crate) fn public_part(endpoint: &str) -> String {
    match Address::of(endpoint) {
        None => endpoint.to_owned(),
        Some(Address { scheme, host, .. }) => format!("{scheme}{host}"),
    }
}

/// A text of the file as an error may quote it.
pub(super) fn quoted(text: &str) -> String {
    if Address::of(text).is_some() { redacted(text) } else { masked(text) }
}

/// A file's text of the same length, in which the secret parts of all web addresses are asterisks: errors quote it.
pub(super) fn masked(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find("://") {
        let start = rest.get(..at).unwrap_or_default();
        let letters = start.len() - start.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
        let (before, address) = rest.split_at(at - letters);
        let mut before_it = ' ';
        let is_end = |c: char| {
            // an escaped quote is a part of the text
            let is_quote = matches!(c, '"' | '\'' | '`') && before_it != '\\';
            before_it = c;
            is_quote || c.is_whitespace() || matches!(c, '<' | '>')
        };
        let (address, after) = address.split_at(address.find(is_end).unwrap_or(address.len()));
        out.push_str(before);
        match Address::of(address).filter(Address::has_secret) {
            None => out.push_str(address),
            Some(Address { scheme, user, host, rest }) => {
                let parts = [scheme, &"*".repeat(user.len()), host, &"*".repeat(rest.len())];
                parts.into_iter().for_each(|part| out.push_str(part));
            }
        }
        rest = after;
    }
    out + rest
}

/// A parser's message, which may quote a value without escaping it: from the first secret to the last quote.
pub(super) fn masked_message(message: &str) -> String {
    let shown = masked(message);
    if shown == message {
        return shown;
    }
    let start = message.find("://").map_or(0, |at| at + "://".len());
    let end = message.rfind(['"', '`', '\'']).filter(|end| *end >= start).unwrap_or(message.len());
    let part = |range: Option<&str>| range.unwrap_or_default().to_owned();
    part(message.get(..start)) + REDACTED + &part(message.get(end..))
}

/// Asterisks for a literal that [`masked`] may not see the end of: with quotes or blanks inside.
pub(super) fn mask_literal(source: &mut String, span: std::ops::Range<usize>, endpoint: &str) {
    let is_plain = |c: char| !c.is_whitespace() && !matches!(c, '"' | '\'' | '`' | '<' | '>');
    if !endpoint.contains("://") || endpoint.chars().all(is_plain) {
        return;
    }
    if let Some(literal) = source.get(span.clone()) {
        let stars: String =
            literal.chars().flat_map(|c| if c == '\n' { vec![c] } else { vec!['*'; c.len_utf8()] }).collect();
        source.replace_range(span, &stars);
    }
}
