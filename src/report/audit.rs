//! An audit as one page that an assessor reads, prints and signs. It has no script and loads nothing; it has the style of the page of hits.

use super::hits::{STYLE, STYLE_SOURCE, escaped, escaped_lines};
use crate::plural::counted;
use crate::time::rfc3339;
use std::fmt::Write;

/// A control on the page. All texts are shown as they are, escaped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditedControl {
    /// The number of the control, such as `4.5`.
    pub id: String,
    /// What the control is about.
    pub title: String,
    /// The judgement, such as `covered`.
    pub judgement: String,
    /// Whether the judgement is *covered*.
    pub is_covered: bool,
    /// The filters that cover it. Empty if none does.
    pub by: Vec<String>,
    /// The pattern of the control.
    pub text: String,
    /// Each link of the control: its name, its state and why.
    pub links: Vec<(String, String, String)>,
    /// Further facts with their names: an event that is missed, the reason of a judgement.
    pub facts: Vec<(String, String)>,
}

impl AuditedControl {
    /// A control with its judgement.
    #[must_use]
    pub fn new(id: &str, title: &str, judgement: &str, is_covered: bool) -> Self {
        let text = str::to_owned;
        AuditedControl {
            id: text(id),
            title: text(title),
            judgement: text(judgement),
            is_covered,
            ..AuditedControl::default()
        }
    }
}

/// What a page of an audit has.
///
/// ```
/// use cwfilter::report::audit::{AuditPage, AuditedControl};
/// let mut page = AuditPage::new("cis-aws-6.0", "CloudTrail records");
/// page.controls.push(AuditedControl::new("5.5", "<b>a trail changed", "not covered", false));
/// let html = page.html();
/// assert!(html.contains("&lt;b&gt;a trail changed") && !html.contains("<script"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditPage {
    /// The framework, such as `cis-aws-6.0`.
    pub framework: String,
    /// The events that the proofs are about.
    pub domain: String,
    /// The inputs as they were named.
    pub inputs: Vec<String>,
    /// Seconds since 1970 at which the page was made; not shown if `None`.
    pub made: Option<i64>,
    /// One sentence each, such as how many controls are covered.
    pub summary: Vec<String>,
    /// What was not read, or is not judged: one sentence each.
    pub limits: Vec<String>,
    /// The name of the certificate and the SHA-256 of its bytes in hexadecimal digits.
    pub certificate: Option<(String, String)>,
    /// The controls in the order of the framework.
    pub controls: Vec<AuditedControl>,
}

impl AuditPage {
    /// A page without controls.
    #[must_use]
    pub fn new(framework: &str, domain: &str) -> Self {
        AuditPage { framework: framework.to_owned(), domain: domain.to_owned(), ..AuditPage::default() }
    }

    /// The page.
    #[must_use]
    pub fn html(&self) -> String {
        let framework = escaped(&self.framework);
        let mut page = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{STYLE_SOURCE}'; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>cwfilter audit: {framework}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>Audit against {framework}</h1>\n"
        );
        self.head(&mut page);
        self.table(&mut page);
        page += "<section><h2>Controls</h2>\n";
        self.controls.iter().for_each(|it| control(it, &mut page));
        page += "</section>\n<section><h2>Signature</h2>\n\
            <dl><dt>Assessor</dt><dd>&nbsp;</dd><dt>Date</dt><dd>&nbsp;</dd><dt>Signature</dt><dd>&nbsp;</dd></dl></section>\n";
        page += "</main>\n</body>\n</html>\n";
        page
    }

    fn head(&self, page: &mut String) {
        for sentence in &self.summary {
            let _ = writeln!(page, "<p>{}.</p>", escaped(sentence));
        }
        for sentence in &self.limits {
            let _ = writeln!(page, "<p class=\"warn\">{}.</p>", escaped(sentence));
        }
        *page += "<dl>\n";
        let mut fact = |name: &str, text: String| {
            let _ = writeln!(page, "<dt>{name}</dt><dd>{text}</dd>");
        };
        let code = |text: &str| format!("<code>{}</code>", escaped(text));
        if let Some(made) = self.made {
            fact("Made", rfc3339(made));
        }
        fact("Program", concat!("cwfilter ", env!("CARGO_PKG_VERSION")).to_owned());
        fact("Proofs are about", escaped(&self.domain));
        let inputs: Vec<String> = self.inputs.iter().take(INPUTS_SHOWN).map(|it| code(it)).collect();
        let more = self.inputs.len().saturating_sub(INPUTS_SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        fact("Inputs", inputs.join(", ") + &more);
        fact(
            "Certificate",
            match &self.certificate {
                Some((name, hash)) => {
                    format!("{}, SHA-256 {}; <code>cwfilter check</code> checks it", code(name), code(hash))
                }
                None => "none was written: <code>--certificate FILE</code> writes one".to_owned(),
            },
        );
        *page += "</dl>\n";
    }

    fn table(&self, page: &mut String) {
        let count = counted(self.controls.len(), "control", "controls");
        let _ = writeln!(
            page,
            "<section><h2>{count}</h2>\n<table>\n<thead><tr><th scope=\"col\">control</th><th scope=\"col\">judgement</th>\
             <th scope=\"col\">filters</th><th scope=\"col\">links that are not met</th></tr></thead>\n<tbody>"
        );
        for it in &self.controls {
            let open = it.links.iter().filter(|(_, state, _)| state != MET);
            let open: Vec<String> =
                open.map(|(name, state, _)| format!("{} ({})", escaped(name), escaped(state))).collect();
            let _ = writeln!(
                page,
                "<tr><td>{} {}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                escaped(&it.id),
                escaped(&it.title),
                judgement(it),
                escaped(&it.by.join(", ")),
                open.join(", ")
            );
        }
        *page += "</tbody>\n</table></section>\n";
    }
}

/// The most inputs that are listed.
const INPUTS_SHOWN: usize = 20;

/// The state of a link that is met.
const MET: &str = "met";

fn judgement(it: &AuditedControl) -> String {
    let class = if it.is_covered { "low" } else { "high" };
    format!("<b class=\"{class}\">{}</b>", escaped(&it.judgement))
}

/// A control with its pattern, its links and its events.
fn control(it: &AuditedControl, page: &mut String) {
    let (id, title) = (escaped(&it.id), escaped(&it.title));
    let _ = writeln!(page, "<h3>{id} {title}: {}</h3>\n<dl>", judgement(it));
    let mut fact = |name: &str, text: &str, is_code: bool| {
        let text = escaped_lines(text);
        let text = if is_code { format!("<code>{text}</code>") } else { text };
        let _ = writeln!(page, "<dt>{}</dt><dd>{text}</dd>", escaped(name));
    };
    fact("text of the control", &it.text, true);
    for (name, state, why) in &it.links {
        fact(name, &format!("{state}: {why}"), false);
    }
    it.facts.iter().for_each(|(name, text)| fact(name, text, false));
    *page += "</dl>\n";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_escaped() {
        let hostile = "<script>alert(1)</script>\u{202e}\u{1b}[31m\" onload='x'";
        let mut control = AuditedControl::new(hostile, hostile, hostile, false);
        (control.by, control.text) = (vec![hostile.to_owned()], hostile.to_owned());
        control.links = vec![(hostile.to_owned(), hostile.to_owned(), hostile.to_owned())];
        control.facts = vec![(hostile.to_owned(), hostile.to_owned())];
        let mut page = AuditPage::new(hostile, hostile);
        (page.inputs, page.summary, page.limits) =
            (vec![hostile.to_owned()], vec![hostile.to_owned()], vec![hostile.to_owned()]);
        page.certificate = Some((hostile.to_owned(), hostile.to_owned()));
        page.controls.push(control);
        let html = page.html();
        for part in ["<script", "\u{202e}", "\u{1b}", "onload='"] {
            assert!(!html.contains(part), "{part:?}");
        }
        assert!(html.matches("&lt;script&gt;").count() > 14, "{html}");
    }
}
