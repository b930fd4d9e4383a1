//! The links of a chain, and the judgement on each.

use serde::Serialize;

/// A link of the chain after a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Link {
    /// The filter publishes a metric.
    Metric,
    /// An alarm on the metric rings for one event.
    Alarm,
    /// The alarm publishes to a topic.
    Action,
    /// The topic has a confirmed subscriber.
    Subscriber,
}

impl Link {
    /// All, in the order of the chain.
    pub const ALL: [Link; 4] = [Link::Metric, Link::Alarm, Link::Action, Link::Subscriber];

    /// The name: `metric`, `alarm`, `action`, `subscriber`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Link::Metric => "metric",
            Link::Alarm => "alarm",
            Link::Action => "action",
            Link::Subscriber => "subscriber",
        }
    }
}

/// The state of a link, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum LinkState {
    /// The input shows that it works.
    #[serde(rename = "met")]
    Met,
    /// The input does not show it.
    #[serde(rename = "not in the input")]
    NotInInput,
    /// The input shows that it does not work.
    #[serde(rename = "broken")]
    Broken,
}

impl LinkState {
    /// The name: `met`, `broken` or `not in the input`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            LinkState::Met => "met",
            LinkState::NotInInput => "not in the input",
            LinkState::Broken => "broken",
        }
    }
}

/// The judgement on a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Judged {
    /// The link.
    pub link: Link,
    /// Its state.
    pub state: LinkState,
    /// What the link is if it is met; otherwise why it is not.
    pub what: String,
}

impl Judged {
    pub(super) fn met(link: Link, what: impl Into<String>) -> Self {
        Judged { link, state: LinkState::Met, what: what.into() }
    }

    pub(super) fn broken(link: Link, why: impl Into<String>) -> Self {
        Judged { link, state: LinkState::Broken, what: why.into() }
    }

    pub(super) fn not_in_input(link: Link, why: impl Into<String>) -> Self {
        Judged { link, state: LinkState::NotInInput, what: why.into() }
    }
}

/// The links of the chain after a filter, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct Chain {
    /// One judgement for each link.
    pub links: Vec<Judged>,
}

impl Chain {
    /// A chain that ends with this link: the later ones are not in the input.
    pub(super) fn ends(mut links: Vec<Judged>) -> Self {
        let last = links.last().map(|it| it.link);
        for link in Link::ALL.into_iter().filter(|link| last.is_none_or(|last| *link > last)) {
            let before = last.map_or("the filter is not known", |last| match last {
                Link::Metric => "it is not known which metric an alarm would watch",
                Link::Alarm => "it is not known which alarm would act",
                Link::Action | Link::Subscriber => "it is not known which topic has to be subscribed to",
            });
            links.push(Judged::not_in_input(link, before));
        }
        Chain { links }
    }

    /// The chain of several filters that only together match all events: of each link the worst judgement. `None` if there is no chain.
    #[must_use]
    pub fn all<'a>(chains: impl IntoIterator<Item = &'a Chain>) -> Option<Chain> {
        let worse = |a: Judged, b: &Judged| if b.state > a.state { b.clone() } else { a };
        chains.into_iter().fold(None, |all: Option<Chain>, chain| {
            let Some(all) = all else { return Some(chain.clone()) };
            let links = all.links.into_iter().zip(&chain.links).map(|(a, b)| worse(a, b));
            Some(Chain { links: links.collect() })
        })
    }

    /// The state of a link.
    #[must_use]
    pub fn state(&self, link: Link) -> LinkState {
        self.links.iter().find(|it| it.link == link).map_or(LinkState::NotInInput, |it| it.state)
    }

    /// The state of the whole chain: that of its worst link.
    #[must_use]
    pub fn worst(&self) -> LinkState {
        self.links.iter().map(|it| it.state).max().unwrap_or(LinkState::NotInInput)
    }

    /// How good the chain is: first the worst link, then how many links are met. Smaller is better.
    #[must_use]
    pub fn rank(&self) -> (LinkState, usize) {
        (self.worst(), self.links.iter().filter(|it| it.state != LinkState::Met).count())
    }
}
