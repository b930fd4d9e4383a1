//! Guesses the author's mistake from a refusal and the text around it, and says what to write instead. The mistakes are from public
//! issue threads and repository histories, which the lint catalogue lists.

use super::correct;
use super::error::{ErrorKind, Refusal};
use super::suggest::{quoted, whole_text};

/// The help line: what is wrong, and what to write instead.
pub(super) fn help_for(pattern: &str, refusal: &Refusal) -> String {
    if let Some(help) = correct::help(pattern, refusal) {
        return help;
    }
    match &refusal.kind {
        ErrorKind::TooLong { .. } => {
            "split the alternatives into several metric filters on one metric".to_owned()
        }
        ErrorKind::Unclosed { close, .. } => unclosed(pattern, *close),
        ErrorKind::InvalidCharacters { term } => invalid_characters(pattern, term, refusal.span.start),
        ErrorKind::MisplacedWord { term } => misplaced(term),
        ErrorKind::Grammar { found, .. } => grammar(pattern, found, refusal.span.start),
        ErrorKind::RegexCompile { .. } => {
            "the operators are ^ $ ? [ ] { } | \\ * + . and there are no groups".to_owned()
        }
        ErrorKind::TooManyRegexes => "join alternatives inside one expression: %a|b%".to_owned(),
        ErrorKind::TooManyWildcards => "name the elements, or split the pattern into two filters".to_owned(),
        ErrorKind::TooManyWildcardsInSelector => {
            "name all levels but one: `$.items[*].id` instead of `$.items[*].*`".to_owned()
        }
        ErrorKind::DuplicateField { name } if name == "..." => {
            "keep one `...` and name or count the columns on its other side".to_owned()
        }
        ErrorKind::DuplicateField { name } => {
            format!(
                "give each column its own name; one field may hold both conditions: `{name} = 4* || {name} = 5*`"
            )
        }
    }
}

fn unclosed(pattern: &str, close: char) -> String {
    if pattern.ends_with(char::is_whitespace) {
        return format!("nothing may follow the last `{close}`, not even a blank or a newline");
    }
    if pattern.contains(close) && close == ']' {
        return "nothing may follow the last `]`; as text, quote the brackets: \"[ERROR]\"".to_owned();
    }
    if pattern.contains(close) {
        return format!("nothing may follow the last `{close}`");
    }
    format!("close it with `{close}`; on a command line, quote the whole pattern for the shell")
}

fn invalid_characters(pattern: &str, term: &str, start: usize) -> String {
    let first = term.chars().next().unwrap_or_default();
    let last = term.chars().next_back().unwrap_or_default();
    let text = match first {
        '%' => return regex(pattern, term, last, start),
        '“' | '”' | '„' => "these are typographic quotes: write \"…\"",
        '‘' | '’' => "these are typographic quotes: write \"…\"",
        '"' if term == "\"\"" => "an empty phrase is refused: leave the pattern empty to match every event",
        '"' => "the closing quote is missing; a quote inside a text is written \\\"",
        _ => match pattern.chars().next() {
            Some('{') => return json_character(pattern, term, start),
            Some('[') => return space_character(pattern, term, first, start),
            _ => return terms_character(pattern, first, start),
        },
    };
    text.to_owned()
}

fn regex(pattern: &str, term: &str, last: char, start: usize) -> String {
    match last {
        '(' | ')' => "regular expressions have no groups: list whole alternatives with |, or write \\x28 and \\x29 for the characters".to_owned(),
        _ if term == "%" || super::lex::is_regex_character(last) => {
            let text = whole_text(pattern, start).unwrap_or("%");
            format!("a regular expression ends with a second %; as text, quote it: {}", quoted(text))
        }
        '%' => "an empty regular expression is refused".to_owned(),
        c if c.is_ascii() => format!("`{c}` is not allowed in a regular expression: write \\x{:02x}", u32::from(c)),
        c => format!("`{c}` is not allowed in a regular expression: only ASCII is, write . in its place"),
    }
}

fn json_character(pattern: &str, term: &str, start: usize) -> String {
    let first = term.chars().next().unwrap_or_default();
    let last = term.chars().next_back().unwrap_or_default();
    let text = match (first, last) {
        ('\'', _) => "strings take double quotes: write \"…\"",
        ('!', _) => "there is no negation of a group: invert the operators inside it",
        ('&', _) => "write `&&`",
        ('|', _) => "write `||`",
        ('~', _) => "there is no `=~`: write `= %regex%`",
        ('$', '.') => "there is no recursive descent: name each level; `.*` selects exactly one",
        ('$', _) if term.starts_with("$.") => {
            "a key with other characters than letters, digits, `_` and `-` is written `.['key']`"
        }
        ('$', _) => "a selector begins with `$.` and a key: `$.field`, `$.['any key']`",
        ('[', '-') => "an index counts from 0 from the front; `[*]` selects any element",
        ('[', ':') => "there are no slices: use `[0]` or `[*]`",
        ('[', '\'' | '"') => "a key in brackets is written `.['key']`, with the dot",
        ('[', _) => "an index is `[0]` or `[*]`",
        (',', _) => "join conditions with `&&` or `||`",
        (':', _) if pattern.trim_start_matches(['{', ' ', '\n', '\t']).starts_with('"') => {
            "this looks like an EventBridge pattern: write `{ $.field = \"value\" }`"
        }
        ('{' | '}', _) => "braces enclose only the whole pattern; group with parentheses",
        (c, _) => return quote_it(c, whole_text(pattern, start)),
    };
    text.to_owned()
}

fn space_character(pattern: &str, term: &str, first: char, start: usize) -> String {
    let text = match first {
        '\'' => "strings take double quotes: write \"…\"",
        '!' => "there is no negation of a group: invert the operators inside it",
        '&' => "write `&&`",
        '|' => "write `||`",
        '[' | ']' => "brackets enclose only the whole pattern; as text, quote them",
        '$' => "a column is named without `$`",
        '.' => "an ellipsis has no name: write `...` alone, then a comma",
        _ if term.len() > first.len_utf8() => {
            "a column's name is made of letters, digits and `_`; blanks and commas separate columns"
        }
        c => return quote_it(c, whole_text(pattern, start)),
    };
    text.to_owned()
}

fn terms_character(pattern: &str, first: char, start: usize) -> String {
    let whole = whole_text(pattern, start);
    let text = match first {
        // inside a word, as in `it's`, it is no quote
        '\'' | '`' if whole.is_some_and(|text| !text.starts_with(first)) => return quote_it(first, whole),
        '\'' | '`' => "phrases take double quotes: \"…\"",
        '*' => "remove the `*`: a term matches anywhere in the message",
        '|' | '&' => "there are no operators between terms: `?a ?b` is either, `a b` is both",
        '(' | ')' => {
            let text = whole.map_or("\"(\"".to_owned(), quoted);
            return format!("there is no grouping of terms; as text, quote it: {text}");
        }
        '@' if pattern.contains("like") || pattern.starts_with("fields") => {
            "this looks like a Logs Insights query; a filter pattern has only terms, `{ … }` and `[ … ]`"
        }
        '$' => "a condition on a JSON field is written in braces: `{ $.field = \"value\" }`",
        '=' if pattern.contains("$.") => {
            "a condition on a JSON field is written in braces: `{ $.field = \"value\" }`"
        }
        '\\' if escapes_a_sign(pattern, start) => {
            let text = whole.map_or("\"…\"".to_owned(), |text| quoted(&text.replace('\\', "")));
            return format!(
                "outside quotes there are no escapes: remove the backslash and quote the text: {text}"
            );
        }
        '^' | '\\' => {
            let text = whole.map_or("\"…\"".to_owned(), quoted);
            return format!(
                "a regular expression is written between percent signs: `%…%`; as text, quote it: {text}"
            );
        }
        _ => return quote_it(first, whole),
    };
    text.to_owned()
}

/// Whether the backslash at `start` is before a sign that regular expressions do not need to escape.
fn escapes_a_sign(pattern: &str, start: usize) -> bool {
    let next = pattern.get(start..).and_then(|rest| rest.chars().nth(1));
    next.is_some_and(|next| {
        matches!(next, '\'' | '"' | ':' | ';' | ',' | '!' | '#' | '@' | '=' | '/' | '-' | ' ')
    })
}

fn quote_it(character: char, text: Option<&str>) -> String {
    let text = text.map_or("\"…\"".to_owned(), quoted);
    format!("`{character}` is allowed only inside double quotes: write {text}")
}

fn misplaced(term: &str) -> String {
    match term {
        "NOT" => "there is no `IS NOT`: a present string or number is `$.field = *`".to_owned(),
        _ if term.starts_with('"') => {
            "an order comparison takes an unquoted number; texts have no order".to_owned()
        }
        _ if ["NULL", "TRUE", "FALSE"].iter().any(|word| term.eq_ignore_ascii_case(word)) => {
            format!("keywords are written in upper case: `{}`", term.to_ascii_uppercase())
        }
        _ => "only `IS NULL`, `IS TRUE` and `IS FALSE` exist, and an order comparison takes a number"
            .to_owned(),
    }
}

fn grammar(pattern: &str, found: &str, start: usize) -> String {
    let word = found.trim_matches('`');
    let before = pattern.get(..start).unwrap_or_default().trim_end();
    let upper = word.to_ascii_uppercase();
    let text = match (pattern.trim_start().chars().next(), word) {
        (Some('{' | '['), "a blank before the bracket") => "remove the blank before the bracket",
        (Some('{'), "the end of the pattern") if before.ends_with('{') => {
            "`{}` is refused: leave the pattern empty to match every event"
        }
        (_, "the end of the pattern") if before.ends_with(['=', '<', '>']) => {
            "the value is missing; the empty string is `\"\"`"
        }
        (_, "the end of the pattern") if before.ends_with(['&', '|']) => {
            "a condition is missing after the operator"
        }
        (_, "the end of the pattern") if parentheses(pattern) > 0 => "a closing parenthesis is missing",
        (_, "the end of the pattern") => "the pattern is incomplete",
        (_, "=" | "!=") if before.ends_with('=') => "write a single `=`",
        (Some('{' | '['), ">") if before.ends_with('<') => "write `!=`",
        (Some('{' | '['), ">") if before.ends_with('=') => "write `>=`",
        (Some('{' | '['), "<") if before.ends_with('=') => "write `<=`",
        (Some('{'), _) if upper == "NULL" => "`null` is no value: write `IS NULL`",
        (Some('['), "null" | "SPACE") => "this word is reserved: quote it",
        (Some('{' | '['), _) if upper == "AND" => "write `&&`",
        (Some('{' | '['), _) if upper == "OR" => "write `||`",
        (Some('{'), _) if upper == "EXISTS" && before.to_ascii_uppercase().ends_with("NOT") => {
            "keywords are written in upper case: `NOT EXISTS`"
        }
        (Some('{'), _) if upper == "EXISTS" => "there is no `EXISTS`: a present string or number is `= *`",
        (Some('{'), _) if upper == "EXIST" => "write `NOT EXISTS`",
        (Some('{'), _) if upper == "NOT" && before.ends_with(['{', '(', '&', '|']) => {
            "there is no negation of a condition or a group: write `!=`, or invert the operators inside the group"
        }
        (Some('{'), _) if matches!(word, "IS" | "NOT") => {
            "after a selector, only `IS NULL`, `IS TRUE`, `IS FALSE` and `NOT EXISTS` are allowed"
        }
        (Some('{'), _) if matches!(upper.as_str(), "IS" | "NOT") => {
            "keywords are written in upper case: `IS`, `NOT EXISTS`"
        }
        (Some('{'), _) if matches!(upper.as_str(), "LIKE" | "IN" | "CONTAINS" | "MATCHES") => {
            "there are only `=` and `!=`; a `*` in the value matches any text: `= \"*part*\"`"
        }
        (_, ")") => "this parenthesis has no opening parenthesis",
        (Some('{'), "(") if before.ends_with("NOT") || before.ends_with("not") => {
            "there is no negation of a group: invert the operators inside it"
        }
        (Some('{'), _) if word.starts_with('%') && before.ends_with(['<', '>']) => {
            "an order comparison takes a number"
        }
        (Some('{'), _) if before.ends_with(['{', '(', '&', '|']) && !word.starts_with('"') => {
            return format!("a selector begins with `$.`: write `$.{}`", word.trim_start_matches('.'));
        }
        (Some('{'), _) if before.ends_with('{') => {
            "a selector is not quoted: write `$.field` or `$.['any key']`"
        }
        (Some('{'), _) if word.starts_with('$') && before.ends_with('=') => {
            "the right side is a value, fields cannot be compared with each other"
        }
        (Some('{'), _) if word.starts_with("[") => "a selector contains no blank",
        (Some('{'), _) => "conditions are joined by `&&` or `||`, a value with blanks is quoted",
        (Some('['), _) if word.starts_with('"') => "a text follows `=`: write `name = \"…\"`",
        (Some('['), _) if before.ends_with(['&', '|', '(']) => {
            "a condition can name only its own column; separate columns with `,`"
        }
        (Some('['), _) => "columns are separated by `,`, a value with blanks is quoted",
        (_, "?") => "`?` is written right before its term: `?ERROR`",
        (_, "-") => {
            let text = whole_text(pattern, start).map_or("\"-\"".to_owned(), quoted);
            return format!("as text, quote it: {text}; as a sign it is written before a term: `-ERROR`");
        }
        _ if word.starts_with('%') => {
            "a regular expression is the whole pattern: nothing may be before or after the percent signs"
        }
        _ => "separate terms by blanks, quote what holds other characters than letters, digits and `_`",
    };
    text.to_owned()
}

fn parentheses(pattern: &str) -> usize {
    pattern.matches('(').count().saturating_sub(pattern.matches(')').count())
}
