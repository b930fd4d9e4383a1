//! The fields of a CloudTrail record that responders ask for, in one pass over the record.

use super::identity::Identity;
use super::value::{object, start, text};
use std::borrow::Cow;

/// What a record says about itself. A field is `None` if the record does not have it as text.
///
/// Of an EventBridge event it is what the record in `detail` says, and for what that lacks, `time`, `region` and `account` of the event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Facts<'a> {
    /// `eventTime`, as it is written: UTC, such as `2026-03-01T12:00:00Z`
    pub event_time: Option<Cow<'a, str>>,
    /// `eventSource`, such as `cloudtrail.amazonaws.com`
    pub event_source: Option<Cow<'a, str>>,
    /// `eventName`
    pub event_name: Option<Cow<'a, str>>,
    /// Who did it, from `userIdentity`: the ARN, which names the session of an assumed role; `anonymous`; or the type and the
    /// name, such as `AWSService ec2.amazonaws.com` and `IAMUser anaya (123456789012)`.
    pub who: Option<Cow<'a, str>>,
    /// `userIdentity.invokedBy`: the service that called on behalf of `who`
    pub invoked_by: Option<Cow<'a, str>>,
    /// `sourceIPAddress`: an address, or the name of a service
    pub source_ip_address: Option<Cow<'a, str>>,
    /// `awsRegion`
    pub aws_region: Option<Cow<'a, str>>,
    /// `recipientAccountId`, or else `userIdentity.accountId`
    pub account: Option<Cow<'a, str>>,
    /// `errorCode`
    pub error_code: Option<Cow<'a, str>>,
    /// `userAgent`
    pub user_agent: Option<Cow<'a, str>>,
    /// `eventID`
    pub event_id: Option<Cow<'a, str>>,
}

impl Facts<'_> {
    /// The same, without the record.
    #[must_use]
    pub fn into_owned(self) -> Facts<'static> {
        let own = |text: Option<Cow<'_, str>>| text.map(|text| Cow::Owned(text.into_owned()));
        Facts {
            event_time: own(self.event_time),
            event_source: own(self.event_source),
            event_name: own(self.event_name),
            who: own(self.who),
            invoked_by: own(self.invoked_by),
            source_ip_address: own(self.source_ip_address),
            aws_region: own(self.aws_region),
            account: own(self.account),
            error_code: own(self.error_code),
            user_agent: own(self.user_agent),
            event_id: own(self.event_id),
        }
    }
}

/// Reads the facts of a record, which has to be valid JSON. A record that is no JSON object has none.
///
/// Names of members are compared without regard to case, because Athena writes them in lower case.
///
/// ```
/// let facts = cwfilter::hit::facts(br#"{"eventName":"StopLogging","userIdentity":{"type":"AWSService","invokedBy":"ec2.amazonaws.com"}}"#);
/// assert_eq!(facts.event_name.as_deref(), Some("StopLogging"));
/// assert_eq!(facts.who.as_deref(), Some("AWSService ec2.amazonaws.com"));
/// ```
#[must_use]
pub fn facts(record: &[u8]) -> Facts<'_> {
    let begin = start(record);
    let (facts, bridge) = read(record, begin);
    match bridge {
        Bridge { detail: Some(detail), has_type: true, time, region, account } => {
            let (of_detail, _) = read(record, detail);
            Facts {
                event_time: of_detail.event_time.or(time),
                aws_region: of_detail.aws_region.or(region),
                account: of_detail.account.or(account),
                ..of_detail
            }
        }
        _ => facts,
    }
}

/// The members of EventBridge's envelope.
#[derive(Default)]
struct Bridge<'a> {
    has_type: bool,
    detail: Option<usize>,
    time: Option<Cow<'a, str>>,
    region: Option<Cow<'a, str>>,
    account: Option<Cow<'a, str>>,
}

fn read(record: &[u8], begin: usize) -> (Facts<'_>, Bridge<'_>) {
    let (mut facts, mut bridge) = (Facts::default(), Bridge::default());
    let mut identity = None;
    for (key, value) in object(record, begin) {
        // the length tells most of the keys apart before their texts are compared
        let is = |name: &str| key.eq_ignore_ascii_case(name.as_bytes());
        let slot = match key.len() {
            4 if is("time") => &mut bridge.time,
            6 if is("region") => &mut bridge.region,
            6 if is("detail") => {
                bridge.detail = (record.get(value) == Some(&b'{')).then_some(value);
                continue;
            }
            7 if is("eventID") => &mut facts.event_id,
            7 if is("account") => &mut bridge.account,
            9 if is("eventTime") => &mut facts.event_time,
            9 if is("eventName") => &mut facts.event_name,
            9 if is("awsRegion") => &mut facts.aws_region,
            9 if is("errorCode") => &mut facts.error_code,
            9 if is("userAgent") => &mut facts.user_agent,
            11 if is("eventSource") => &mut facts.event_source,
            11 if is("detail-type") => {
                bridge.has_type = true;
                continue;
            }
            12 if is("userIdentity") => {
                identity = Some(Identity::read(record, value));
                continue;
            }
            15 if is("sourceIPAddress") => &mut facts.source_ip_address,
            18 if is("recipientAccountId") => &mut facts.account,
            _ => continue,
        };
        *slot = text(record, value);
    }
    if let Some(identity) = identity {
        facts.who = identity.who();
        facts.account = facts.account.or(identity.account_id);
        facts.invoked_by = identity.invoked_by;
    }
    (facts, bridge)
}
