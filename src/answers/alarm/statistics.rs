//! The operation `statistics`: statistics of the samples of one period.

use super::answer::{Answer, at, wrong};
use super::put::{PutEntry, checked};
use crate::alarm::{Document, Samples, Statistic};
use crate::answers::ServiceError;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Statistics {
    puts: Vec<PutEntry>,
    statistics: Vec<String>,
}

impl Statistics {
    pub(super) fn answer(self) -> Result<Answer, ServiceError> {
        let mut samples = Samples::default();
        for put in checked(self.puts)? {
            put.samples.into_iter().for_each(|sample| samples.add(sample));
        }
        let mut statistics = BTreeMap::new();
        for (number, name) in self.statistics.into_iter().enumerate() {
            let statistic: Statistic = name.parse().map_err(at(format!("statistics[{number}]")))?;
            if statistics.contains_key(&name) {
                return Err(wrong(format!("statistics[{number}]: {name} is given twice")));
            }
            let value = samples.statistic(statistic).map_or(Document::Null, Document::Number);
            statistics.insert(name, value);
        }
        Ok(Answer::Computed { statistics })
    }
}
