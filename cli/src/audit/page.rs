//! `--format html`: the audit as a page that an assessor signs.

use super::judged::{Judged, Verdict, links};
use super::report::{by, chains, summary};
use super::set::Set;
use cwfilter::analysis::Domain;
use cwfilter::report::audit::{AuditPage, AuditedControl};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// What the page says beside the judgements.
pub(super) struct About<'a> {
    pub(super) framework: &'a str,
    pub(super) domain: Domain,
    pub(super) inputs: &'a [PathBuf],
    /// The certificate that was written.
    pub(super) certificate: Option<&'a Path>,
}

/// The page.
///
/// # Errors
/// If the certificate cannot be read again.
pub(super) fn html(about: &About<'_>, judged: &[Judged], set: &Set) -> std::io::Result<String> {
    let mut page = AuditPage::new(about.framework, about.domain.events());
    page.inputs = about.inputs.iter().map(|path| path.display().to_string()).collect();
    let made = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok();
    page.made = made.and_then(|made| i64::try_from(made.as_secs()).ok());
    page.summary = vec![summary(judged, set), chains(judged)];
    let skipped = crate::skipped_entries::count();
    page.limits = set.not_read().iter().map(|it| format!("Not read: {it}")).collect();
    page.limits.extend(set.refused.iter().map(|it| format!("Covers nothing: {it}")));
    page.limits.extend(set.absent.iter().map(|it| format!("Covers nothing: {it}")));
    page.limits.extend(set.open().into_iter().map(|it| format!("Open: {it}")));
    if skipped > 0 {
        page.limits.push(format!("Files and folders that are not read: {skipped}"));
    }
    page.limits.push("Not judged: the trail".to_owned());
    if let Some(path) = about.certificate {
        let digest = Sha256::digest(std::fs::read(path)?);
        let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        page.certificate = Some((path.display().to_string(), digits));
    }
    page.controls = judged.iter().map(|it| control(it, set)).collect();
    Ok(page.html())
}

fn control(it: &Judged, set: &Set) -> AuditedControl {
    let Judged { covered, verdict, group, .. } = it;
    let of = covered.control;
    let is_covered = *verdict == Verdict::Covered;
    let mut control = AuditedControl::new(&of.id, of.title, verdict.name(), is_covered);
    control.text = of.text.to_owned();
    let covering = covered.by.into_iter().chain(covered.together.iter().copied());
    control.by = covering.map(|at| set.name(at).to_owned()).collect();
    control.links = links(it, &by(it, set))
        .into_iter()
        .map(|(name, state, what)| (name.to_string(), state.name().to_owned(), what))
        .collect();
    let (all, matched) = covered.typical;
    let mut fact = |name: &str, text: Option<String>| {
        control.facts.extend(text.map(|text| (name.to_owned(), text)));
    };
    fact("log group", group.clone());
    fact("typical events", (all > 0).then(|| format!("{matched} of {all} are matched")));
    fact("event that is missed", covered.missed.clone());
    fact("everyday event that matches", covered.noise.map(str::to_owned));
    fact("reason", covered.reason.clone());
    for (at, why) in &covered.unknown {
        fact("unknown", Some(format!("{}: {why}", set.name(*at))));
    }
    control
}
