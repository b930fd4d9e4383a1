//! How many patterns were found, and how many of them were checked.

use crate::sources::HostedPattern;
use crate::span::Span;
use std::collections::HashSet;

/// The numbers of patterns of a file or of several files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Patterns found. Several filters that share a literal and its text count once.
    pub found: usize,
    /// Patterns whose text is known and was checked.
    pub checked: usize,
    /// Files with patterns.
    pub files: usize,
}

impl Counts {
    /// The counts of one file with these patterns.
    #[must_use]
    pub fn of(patterns: &[HostedPattern]) -> Self {
        let counted = || patterns.iter().filter(|hosted| hosted.is_counted());
        let known: HashSet<(Span, &str)> =
            counted().filter_map(|hosted| Some((hosted.literal, hosted.text.as_deref().ok()?))).collect();
        let unknown: HashSet<(Span, &str)> = counted()
            .filter_map(|hosted| Some((hosted.literal, hosted.text.as_ref().err()?.why.as_ref())))
            .collect();
        let found = known.len() + unknown.len();
        Counts { found, checked: known.len(), files: usize::from(found > 0) }
    }

    /// The count of one pattern that is not in a file.
    #[must_use]
    pub fn one() -> Self {
        Counts { found: 1, checked: 1, files: 1 }
    }

    /// The same counts with every pattern unchecked.
    #[must_use]
    pub fn unchecked(self) -> Self {
        Counts { checked: 0, ..self }
    }

    /// Patterns that were not checked.
    #[must_use]
    pub fn not_checked(&self) -> usize {
        self.found.saturating_sub(self.checked)
    }

    /// The sums of all files.
    pub fn sum<'a>(files: impl IntoIterator<Item = &'a Counts>) -> Self {
        files.into_iter().fold(Counts::default(), |sum, it| Counts {
            found: sum.found + it.found,
            checked: sum.checked + it.checked,
            files: sum.files + it.files,
        })
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use crate::plural::counted;
        let (patterns, files) =
            (counted(self.found, "pattern", "patterns"), counted(self.files, "file", "files"));
        write!(f, "{patterns} in {files}: {} checked", self.checked)?;
        match self.not_checked() {
            0 => Ok(()),
            count => write!(f, ", {count} not checked"),
        }
    }
}

/// How many alarms were found, and how many of them were compared with the datapoints of metric filters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AlarmCounts {
    /// Alarms found.
    pub found: usize,
    /// Alarms whose metric is known, and a metric filter of the files publishes to it or to the metric that was meant.
    pub checked: usize,
}

impl AlarmCounts {
    /// The sums of all files.
    pub fn sum<'a>(files: impl IntoIterator<Item = &'a AlarmCounts>) -> Self {
        files.into_iter().fold(AlarmCounts::default(), |sum, it| AlarmCounts {
            found: sum.found + it.found,
            checked: sum.checked + it.checked,
        })
    }
}

impl std::fmt::Display for AlarmCounts {
    /// `3 alarms: 2 checked, 1 not checked`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let alarms = crate::plural::counted(self.found, "alarm", "alarms");
        write!(f, "{alarms}: {} checked", self.checked)?;
        match self.found.saturating_sub(self.checked) {
            0 => Ok(()),
            count => write!(f, ", {count} not checked"),
        }
    }
}
