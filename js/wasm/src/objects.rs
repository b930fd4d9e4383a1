//! The patterns, sets and metric filters that the host holds, by number.

use crate::reply::Failure;
use cwfilter::evidence::Scanner;
use cwfilter::metric::{MetricFilter, MissingDimension};
use cwfilter::{FilterPattern, Matcher, PatternSet};

/// A set with its working memory.
pub(crate) struct Set {
    pub(crate) matcher: Matcher,
    pub(crate) scanner: Scanner,
    pub(crate) is_json_only: bool,
}

/// A metric filter, and what it does with a matching event that lacks the field of a dimension.
pub(crate) struct Metric {
    pub(crate) filter: MetricFilter,
    /// `None`: such an event is an error.
    pub(crate) assumed: Option<MissingDimension>,
}

/// What has a number.
pub(crate) enum Object {
    Pattern(FilterPattern),
    Set(Box<Set>),
    Metric(Box<Metric>),
}

/// The numbers are places in a list; the places of freed objects are used again.
#[derive(Default)]
pub(crate) struct Objects {
    list: Vec<Option<Object>>,
    free: Vec<u32>,
}

impl Set {
    pub(crate) fn new(set: &PatternSet) -> Self {
        let is_json_only = set.ids().all(|id| set.pattern(id).is_some_and(FilterPattern::is_json));
        Set { matcher: set.matcher(), scanner: Scanner::new(set), is_json_only }
    }
}

impl Objects {
    /// Keeps an object and returns its number.
    pub(crate) fn add(&mut self, object: Object) -> u32 {
        if let Some(number) = self.free.pop()
            && let Some(place) = self.list.get_mut(number as usize)
        {
            *place = Some(object);
            return number;
        }
        self.list.push(Some(object));
        u32::try_from(self.list.len() - 1).unwrap_or(u32::MAX)
    }

    /// Ends an object. A number that is none changes nothing.
    pub(crate) fn remove(&mut self, number: u32) {
        if self.list.get_mut(number as usize).and_then(Option::take).is_some() {
            self.free.push(number);
        }
    }

    /// How many objects there are.
    pub(crate) fn len(&self) -> usize {
        self.list.len() - self.free.len()
    }

    pub(crate) fn get(&mut self, number: u32) -> Option<&mut Object> {
        self.list.get_mut(number as usize)?.as_mut()
    }

    pub(crate) fn pattern(&mut self, number: u32) -> Result<&FilterPattern, Failure> {
        match self.get(number) {
            Some(Object::Pattern(pattern)) => Ok(pattern),
            _ => Err(Failure::request(format!("no pattern has the number {number}"))),
        }
    }

    pub(crate) fn set(&mut self, number: u32) -> Result<&mut Set, Failure> {
        match self.get(number) {
            Some(Object::Set(set)) => Ok(set),
            _ => Err(Failure::request(format!("no set has the number {number}"))),
        }
    }

    pub(crate) fn metric(&mut self, number: u32) -> Result<&Metric, Failure> {
        match self.get(number) {
            Some(Object::Metric(metric)) => Ok(metric),
            _ => Err(Failure::request(format!("no metric filter has the number {number}"))),
        }
    }
}
