//! The time range, accounts and regions of a scan.

use cwfilter::hit::{
    MomentError, NameError, Selection as Wanted, account_id, end_moment, moment, region_name,
};
use cwfilter::time::duration;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

/// Which files and hits a scan wants. Moments are fixed when it is made; it can be pickled.
///
/// `since` and `until` are a moment as `2026-03-04T10:15:00Z` (UTC without a zone) or a duration before now: `90m`, `24h`, `7d`. `accounts` are
/// 12 digits each, `regions` have the form `us-east-1`; none means all. `late` is how long after its events a file may have been delivered:
/// `24h` if it is not given.
#[pyclass(frozen, module = "cwfilter._cwfilter", from_py_object)]
#[derive(Clone, Default)]
pub(crate) struct Selection {
    pub(crate) wanted: Wanted,
}

fn refused(name: &str, text: &str, why: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(format!("{name}={text:?}: {why}"))
}

/// Accounts or regions, read as the program reads them.
fn names(
    name: &str,
    texts: &[String],
    read: fn(&str) -> Result<String, NameError>,
) -> PyResult<BTreeSet<String>> {
    texts.iter().map(|text| read(text).map_err(|why| refused(name, text, why))).collect()
}

#[pymethods]
impl Selection {
    #[new]
    #[pyo3(signature = (since = None, until = None, accounts = Vec::new(), regions = Vec::new(), late = None))]
    fn new(
        since: Option<&str>,
        until: Option<&str>,
        accounts: Vec<String>,
        regions: Vec<String>,
        late: Option<&str>,
    ) -> PyResult<Self> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map(|since| since.as_secs());
        let now = now.ok().and_then(|now| i64::try_from(now).ok()).unwrap_or_default();
        type Read = fn(&str, i64) -> Result<i64, MomentError>;
        let read = |name: &str, text: Option<&str>, read: Read| {
            text.map(|text| read(text, now).map_err(|why| refused(name, text, why))).transpose()
        };
        let mut wanted = Wanted::default();
        (wanted.since, wanted.until) = (read("since", since, moment)?, read("until", until, end_moment)?);
        if wanted.since.zip(wanted.until).is_some_and(|(since, until)| since >= until) {
            return Err(PyValueError::new_err("`since` is not before `until`"));
        }
        wanted.accounts = names("account", &accounts, account_id)?;
        wanted.regions = names("region", &regions, region_name)?;
        if let Some(text) = late {
            wanted.late =
                duration(text).ok_or_else(|| refused("late", text, "write `90m`, `24h` or `30d`"))?;
        }
        Ok(Selection { wanted })
    }

    /// Why no record of a file can be wanted, by its name; `None` for a file that has to be read.
    fn of_file(&self, path: &str) -> Option<&'static str> {
        self.wanted.of_file(path).map(|outside| outside.name())
    }

    /// What pickle needs: the moments, not the texts, which may be relative to now.
    fn __getnewargs__(&self) -> (Option<String>, Option<String>, Vec<String>, Vec<String>, String) {
        let Wanted { since, until, accounts, regions, late, .. } = &self.wanted;
        let text = |time: &Option<i64>| time.map(cwfilter::time::rfc3339);
        let all = |set: &std::collections::BTreeSet<String>| set.iter().cloned().collect();
        (text(since), text(until), all(accounts), all(regions), format!("{late}s"))
    }
}
