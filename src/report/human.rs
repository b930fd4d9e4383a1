//! Text for people: errors with carets under their places, test runs as a list.

use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::escaped::{Escaped, EscapedLines, pictured};
use crate::limits::EXCERPT_BYTES;
use crate::lint::file::Finding;
use crate::plural::counted;
use crate::rules::{
    Composite, CompositeTest, CompositeTimeline, Origin, Outcome, Rule, RuleError, RuleFile, TestResult,
    Timeline,
};
use crate::sources::Reference;
use crate::span::{LineColumn, Lines, Span};
use crate::syntax::ParseError;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::borrow::Cow;
use std::fmt::Write;

/// Whether colours and other terminal codes may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Text only.
    Plain,
    /// With terminal colours.
    Coloured,
}

impl Style {
    fn renderer(self) -> Renderer {
        match self {
            Style::Plain => Renderer::plain(),
            Style::Coloured => Renderer::styled(),
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub fn paint(self, code: &str, text: &str) -> String {
        match self {
            Style::Plain => text.to_owned(),
            Style::Coloured => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }
}

/// A finding with its places marked. All spans are byte offsets in `source`.
#[must_use]
pub fn finding(path: &str, source: &str, diagnostic: &Diagnostic, style: Style) -> String {
    finding_in(path, &Lines::new(source), diagnostic, style)
}

/// Like [`finding`], for many findings in one text: `lines` is computed once.
#[must_use]
pub fn finding_in(path: &str, lines: &Lines<'_>, diagnostic: &Diagnostic, style: Style) -> String {
    render_finding(path, lines, diagnostic, &[], style)
}

/// A finding of a file, with the references that lead to its place.
#[must_use]
pub fn hosted_finding(path: &str, lines: &Lines<'_>, finding: &Finding, style: Style) -> String {
    render_finding(path, lines, &finding.diagnostic, &finding.uses, style)
}

fn render_finding(
    path: &str,
    lines: &Lines<'_>,
    diagnostic: &Diagnostic,
    uses: &[Reference],
    style: Style,
) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut marks = vec![(&diagnostic.primary, AnnotationKind::Primary)];
    marks.extend(diagnostic.secondary.iter().map(|label| (label, AnnotationKind::Context)));
    let (line, source, spans) =
        excerpt(lines, &marks.iter().map(|(label, _)| label.span).collect::<Vec<_>>());
    let (source, spans) = visible(source, spans.into_iter());
    let path = Escaped(path).to_string();
    let mut snippet = Snippet::source(source.as_ref()).line_start(line).path(path.as_str());
    for ((Label { text, .. }, kind), span) in marks.into_iter().zip(spans) {
        let annotation = kind.span(span);
        snippet = snippet.annotation(if text.is_empty() {
            annotation
        } else {
            annotation.label(Escaped(text).to_string())
        });
    }
    let title = format!("{} [{}]", Escaped(&diagnostic.message), diagnostic.lint);
    let mut group = level.primary_title(title.as_str()).element(snippet);
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(EscapedLines(help).to_string()));
    }
    if let Some(fix) = &diagnostic.fix {
        let fix = format!("{} fix: {}", fix.applicability.name(), Escaped(&fix.pattern));
        group = group.element(Level::HELP.message(fix));
    }
    for it in uses {
        group = group.element(Level::NOTE.message(format!("used as {}", Escaped(it))));
    }
    style.renderer().render(&[group])
}

/// A refused pattern with a caret under the place.
#[must_use]
pub fn parse_error(pattern: &str, error: &ParseError, style: Style) -> String {
    let title = error.kind().to_string();
    snippet(None, pattern, error.span(), &title, Some(error.help()), style)
}

/// An error in a rule file with a caret under the place.
#[must_use]
pub fn rule_error(error: &RuleError, style: Style) -> String {
    let path = Escaped(error.path().display()).to_string();
    match error.span() {
        Some(span) => snippet(Some(&path), error.source_text(), span, error.message(), error.help(), style),
        None => {
            let title = format!("{path}: {}", Escaped(error.message()));
            let group = Group::with_title(Level::ERROR.primary_title(title.as_str()));
            let title = style.renderer().render(&[group]);
            // the renderer would draw the margin of a source that is not there
            match error.help() {
                Some(help) => format!("{title}\n  = help: {}", EscapedLines(help)),
                None => title,
            }
        }
    }
}

fn snippet(
    path: Option<&str>,
    source: &str,
    span: Span,
    title: &str,
    help: Option<&str>,
    style: Style,
) -> String {
    let (line, source, spans) = excerpt(&Lines::new(source), &[span]);
    let (source, spans) = visible(source, spans.into_iter());
    let mut snippet = Snippet::source(source.as_ref()).line_start(line);
    for span in spans {
        snippet = snippet.annotation(AnnotationKind::Primary.span(span));
    }
    if let Some(path) = path {
        snippet = snippet.path(path);
    }
    let title = Escaped(title).to_string();
    let mut group = Level::ERROR.primary_title(title.as_str()).element(snippet);
    if let Some(help) = help {
        group = group.element(Level::HELP.message(EscapedLines(help).to_string()));
    }
    style.renderer().render(&[group])
}

/// The number of the first line with a span, the lines with the spans, and the spans within them. The renderer reads all of the text
/// that it gets, which is slow for many findings in a large file.
fn excerpt<'a>(lines: &Lines<'a>, spans: &[Span]) -> (usize, &'a str, Vec<Span>) {
    let length = lines.text.len();
    let first = spans.iter().map(|span| span.start.min(length)).min().unwrap_or_default();
    let last = spans.iter().map(|span| span.end.min(length)).max().unwrap_or_default();
    let mut line = lines.line(first);
    // a line without text is shown with the one before it
    if lines.start(line) == length && line > 1 {
        line -= 1;
    }
    let start = lines.start(line);
    let end = lines.start(lines.line(last.max(first)) + 1).min(first.saturating_add(EXCERPT_BYTES));
    let text = lines.text.get(start..lines.text.floor_char_boundary(end)).unwrap_or_default();
    let inside = |at: usize| at.saturating_sub(start).min(text.len());
    let spans = spans.iter().map(|span| Span::new(inside(span.start), inside(span.end))).collect();
    (line, text, spans)
}

/// The source without hidden characters, and spans that the renderer can mark: within the text and on character boundaries.
fn visible(source: &str, spans: impl Iterator<Item = Span>) -> (Cow<'_, str>, Vec<std::ops::Range<usize>>) {
    let floor = |at: usize| source.floor_char_boundary(at.min(source.len()));
    let mut places: Vec<usize> =
        spans.flat_map(|span| [floor(span.start), floor(span.end.max(span.start))]).collect();
    let shown = pictured(source, &mut places);
    let spans = places.chunks_exact(2).filter_map(|pair| Some(*pair.first()?..*pair.last()?)).collect();
    (shown, spans)
}

/// The report of a test run: a line per rule, the failures in full, a summary line.
#[must_use]
pub fn test_run(
    files: &[RuleFile],
    run: impl Fn(&Rule) -> Vec<TestResult<'_>>,
    verbose: bool,
    style: Style,
) -> TestRun {
    let mut report = TestRun::default();
    for file in files {
        let _ = writeln!(report.text, "{}", style.paint("1", &Escaped(file.path.display()).to_string()));
        for rule in &file.rules {
            report.add(file, rule, &run(rule), verbose, style);
            report.add_timelines(file, rule, verbose, style);
        }
        file.composites.iter().for_each(|composite| report.add_composite(file, composite, verbose, style));
    }
    report.summary();
    report
}

/// The report of a test run, and its totals.
#[derive(Debug, Default)]
pub struct TestRun {
    /// The report.
    pub text: String,
    /// Rules.
    pub rules: usize,
    /// Tests that passed.
    pub passed: usize,
    /// Tests that failed.
    pub failed: usize,
    /// Rules without a test.
    pub untested: usize,
}

impl TestRun {
    fn add(&mut self, file: &RuleFile, rule: &Rule, results: &[TestResult<'_>], verbose: bool, style: Style) {
        let failed = results.iter().filter(|result| !result.passed()).count();
        self.rules += 1;
        self.failed += failed;
        self.passed += results.len() - failed;
        self.untested += usize::from(results.is_empty());
        let mark = match (failed, results.is_empty()) {
            (0, false) => style.paint("32", "ok  "),
            (0, true) => style.paint("33", "none"),
            _ => style.paint("31", "FAIL"),
        };
        let tests = counted(results.len(), "test ", "tests");
        let title = rule.title.as_deref().unwrap_or_default();
        let line = format!("  {mark}  {:<36} {tests:>8}  {}", Escaped(&rule.id), Escaped(title));
        let _ = writeln!(self.text, "{}", line.trim_end());
        for result in results {
            if !result.passed() {
                self.text.push_str(&failure(file, rule, result, style));
            } else if verbose {
                let _ = writeln!(
                    self.text,
                    "          {} {}",
                    style.paint("32", "✓"),
                    Escaped(&result.test.name)
                );
            }
        }
    }

    fn add_timelines(&mut self, file: &RuleFile, rule: &Rule, verbose: bool, style: Style) {
        for timeline in &rule.timelines {
            match timeline_failure(rule, timeline) {
                None => {
                    self.passed += 1;
                    if verbose {
                        let _ = writeln!(
                            self.text,
                            "          {} {}",
                            style.paint("32", "✓"),
                            Escaped(&timeline.name)
                        );
                    }
                }
                Some(why) => {
                    self.failed += 1;
                    let place = LineColumn::of(&file.source, timeline.span.start);
                    let why = why.replace('\n', "\n            ");
                    let mark = style.paint("31", "✗");
                    let at = format!("at {}:{place}", Escaped(file.path.display()));
                    let _ = writeln!(
                        self.text,
                        "          {mark} {}: {why}\n            {at}",
                        Escaped(&timeline.name)
                    );
                }
            }
        }
    }

    fn add_composite(&mut self, file: &RuleFile, composite: &Composite, verbose: bool, style: Style) {
        let tests = composite.tests.iter().map(|test| (&test.name, test.span, test_failure(composite, test)));
        let timelines = composite
            .timelines
            .iter()
            .map(|timeline| (&timeline.name, timeline.span, composite_timeline_failure(composite, timeline)));
        let all: Vec<_> = tests.chain(timelines).collect();
        let failed = all.iter().filter(|(.., why)| why.is_some()).count();
        self.failed += failed;
        self.passed += all.len() - failed;
        let mark = match (failed, all.is_empty()) {
            (0, false) => style.paint("32", "ok  "),
            (0, true) => style.paint("33", "none"),
            _ => style.paint("31", "FAIL"),
        };
        let tests = counted(all.len(), "test ", "tests");
        let title = composite.title.as_deref().unwrap_or_default();
        let line = format!("  {mark}  {:<36} {tests:>8}  {}", Escaped(&composite.id), Escaped(title));
        let _ = writeln!(self.text, "{}", line.trim_end());
        for (name, span, why) in all {
            let name = Escaped(name);
            if let Some(why) = why {
                let place = LineColumn::of(&file.source, span.start);
                let at = format!("at {}:{place}", Escaped(file.path.display()));
                let mark = style.paint("31", "✗");
                let why = why.replace('\n', "\n            ");
                let _ = writeln!(self.text, "          {mark} {name}: {why}\n            {at}");
            } else if verbose {
                let _ = writeln!(self.text, "          {} {name}", style.paint("32", "✓"));
            }
        }
    }

    fn summary(&mut self) {
        let _ = write!(
            self.text,
            "{}, {}: {} passed, {} failed",
            counted(self.rules, "rule", "rules"),
            counted(self.passed + self.failed, "test", "tests"),
            self.passed,
            self.failed
        );
        if self.untested > 0 {
            let untested = counted(self.untested, "rule has", "rules have");
            let _ = write!(self.text, "; {untested} no tests");
        }
        self.text.push('\n');
    }
}

/// How many outcomes of the rules' conditions have decided a test.
#[derive(Debug, Default)]
pub struct CoverageReport {
    /// The conditions with an outcome that decided no test, then the summary.
    pub text: String,
    /// Outcomes that have decided a test.
    pub seen: usize,
    /// All outcomes: true and false for each condition.
    pub all: usize,
    /// Outcomes that have decided a test with a recorded event.
    pub recorded: usize,
    /// Outcomes that have decided only tests with generated events, which do not count.
    pub generated: usize,
    /// Conditions on a field or a value that no recorded event has.
    pub not_recorded: usize,
}

impl CoverageReport {
    /// The percentage of outcomes that have decided a test, 0 to 100. `None` without conditions: nothing was measured.
    #[must_use]
    pub fn percent(&self) -> Option<f64> {
        (self.all > 0).then(|| 100.0 * self.seen as f64 / self.all as f64)
    }
}

/// The report of clause coverage: the missing outcomes, then the percentage.
#[must_use]
pub fn coverage(files: &[RuleFile]) -> CoverageReport {
    let mut report = CoverageReport::default();
    for (file, rule) in files.iter().flat_map(|file| file.rules.iter().map(move |rule| (file, rule))) {
        let coverage = crate::rules::coverage(rule);
        let (seen, all) = coverage.ways();
        (report.seen, report.all) = (report.seen + seen, report.all + all);
        report.recorded += coverage.ways_by(Origin::Recorded);
        report.generated += coverage.ways_by(Origin::Generated);
        let not_recorded = crate::rules::not_recorded(rule);
        report.not_recorded += not_recorded.len();
        let has_gaps = seen < all || !coverage.impossible.is_empty() || !coverage.failing.is_empty();
        if !has_gaps && not_recorded.is_empty() && coverage.not_cloudtrail.is_none() {
            continue;
        }
        let place = LineColumn::of(&file.source, rule.pattern_span.start);
        let _ = writeln!(report.text, "{}:{place}: {}", Escaped(file.path.display()), Escaped(&rule.id));
        if let Some(why) = &coverage.not_cloudtrail {
            let why = Escaped(why);
            let _ = writeln!(report.text, "  not about CloudTrail, each event counts: {why}");
        }
        for test in &coverage.failing {
            let _ = writeln!(report.text, "  not counted, the test fails: `{}`", Escaped(test));
        }
        for event in &coverage.impossible {
            let (test, reason) = (Escaped(&event.test), Escaped(event));
            let _ = writeln!(
                report.text,
                "  not counted, no CloudTrail record can be this: test `{test}`: {reason}"
            );
        }
        for clause in coverage.clauses.iter().filter(|clause| !clause.is_covered()) {
            let missing = match (clause.seen_true, clause.seen_false) {
                (false, false) => "true and false",
                (false, true) => "true",
                _ => "false",
            };
            let by_generated = [(clause.seen_true, clause.true_by), (clause.seen_false, clause.false_by)];
            let is_generated = by_generated.iter().any(|(seen, by)| !seen && by.is_some());
            let but = if is_generated { " (only on generated events)" } else { "" };
            let text = Escaped(&clause.text);
            let _ = writeln!(report.text, "  never decided by being {missing}{but}: {text}");
        }
        for condition in not_recorded {
            let (text, evidence) = (&condition.condition, condition.to_string());
            let _ = writeln!(report.text, "  not recorded: {}: {}", Escaped(text), Escaped(&evidence));
        }
    }
    let CoverageReport { seen, all, recorded, generated, not_recorded, .. } = report;
    let _ = match report.percent() {
        None => write!(report.text, "clause coverage: none, the patterns have no conditions"),
        Some(percent) => write!(
            report.text,
            "clause coverage: {seen} of {all}, {percent:.1} %; {recorded} of {all} from recorded events"
        ),
    };
    if generated > 0 {
        let _ = write!(report.text, "; {generated} more only from generated events, which do not count");
    }
    if not_recorded > 0 {
        let conditions = counted(not_recorded, "condition", "conditions");
        let _ = write!(report.text, "; {conditions} on what no recorded event has");
    }
    report.text.push('\n');
    report
}

fn failure(file: &RuleFile, rule: &Rule, result: &TestResult<'_>, style: Style) -> String {
    let place = LineColumn::of(&file.source, result.test.span.start);
    let name = Escaped(&result.test.name);
    let at = format!("at {}:{place}", Escaped(file.path.display()));
    let why = why(rule, &result.outcome).replace('\n', "\n            ");
    format!("          {} {name}: {why}\n            {at}\n", style.paint("31", "✗"))
}

/// Why a timeline failed; `None` if it passed.
#[must_use]
pub fn timeline_failure(rule: &Rule, timeline: &Timeline) -> Option<String> {
    let result = timeline.run(rule)?;
    let list =
        |changes: &[String]| if changes.is_empty() { "nothing".to_owned() } else { changes.join(", ") };
    (!timeline.is_expected(&result)).then(|| {
        let sent = |count| format!(" and {}", counted(count, "notification", "notifications"));
        let count = timeline.notifications.map_or(String::new(), sent);
        let unseen = match result.unseen {
            0 => String::new(),
            count => format!(
                "\nthe alarm does not see {}: the dimensions or the unit differ from the alarm's",
                counted(count, "datapoint", "datapoints")
            ),
        };
        format!(
            "expected {}{count}\nfound    {}{}{unseen}",
            Escaped(list(&timeline.alarm)),
            Escaped(list(&result.alarm)),
            sent(result.notifications)
        )
    })
}

/// Why a test of a composite alarm failed. `None` if it passed.
#[must_use]
pub fn test_failure(composite: &Composite, test: &CompositeTest) -> Option<String> {
    let state = test.state(composite);
    (state != test.expect).then(|| format!("the rule gives {state}, not {}", test.expect))
}

/// Why a timeline of a composite alarm failed. `None` if it passed.
#[must_use]
pub fn composite_timeline_failure(composite: &Composite, timeline: &CompositeTimeline) -> Option<String> {
    let result = composite.run(timeline);
    let list =
        |changes: &[String]| if changes.is_empty() { "nothing".to_owned() } else { changes.join(", ") };
    (!timeline.is_expected(&result)).then(|| {
        let sent = |count| format!(" and {}", counted(count, "notification", "notifications"));
        format!(
            "expected {}{}\nfound    {}{}",
            Escaped(list(&timeline.alarm)),
            timeline.notifications.map_or(String::new(), sent),
            Escaped(list(&result.alarm)),
            sent(result.notifications)
        )
    })
}

/// Why a test failed: the error, the event, and the outcome of every clause. Empty if it passed.
#[must_use]
pub fn why(rule: &Rule, outcome: &Outcome) -> String {
    let (what, message) = match outcome {
        Outcome::Passed => return String::new(),
        Outcome::WrongVerdict { matched: true, message } => {
            ("expected no match, the pattern matches".to_owned(), message)
        }
        Outcome::WrongVerdict { matched: false, message } => {
            ("expected a match, the pattern does not match".to_owned(), message)
        }
        Outcome::DecidedOtherwise { clause, message } => {
            (format!("the verdict is right, but `{}` does not decide it", Escaped(clause)), message)
        }
        Outcome::WrongDatapoint { found: None, message } => ("nothing is published".to_owned(), message),
        Outcome::WrongDatapoint { found: Some(point), message } => {
            let dimensions: Vec<String> =
                point.dimensions.iter().map(|(name, text)| format!("{name}={text}")).collect();
            let (unit, dimensions) = (Escaped(&point.unit), dimensions.join(" "));
            (format!("published is {} {unit} {}", point.value, Escaped(dimensions)), message)
        }
    };
    format!(
        "{what}\npattern {}\nevent   {}\n{}",
        Escaped(rule.pattern.ast()),
        Escaped(shortened(message)),
        rule.pattern.explain(message)
    )
}

/// The beginning of an event, to recognise it.
fn shortened(message: &str) -> String {
    const CHARACTERS: usize = 400;
    match message.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}…", message.get(..end).unwrap_or_default()),
        None => message.to_owned(),
    }
}
