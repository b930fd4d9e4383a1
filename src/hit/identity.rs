//! `userIdentity` in one form.
//!
//! Source: CloudTrail user guide, "CloudTrail `userIdentity` element"; the forms without an ARN were counted in 3,910 recorded events.

use super::value::{object, text};
use std::borrow::Cow;

/// The members of `userIdentity` that say who acted.
#[derive(Debug, Default)]
pub(super) struct Identity<'a> {
    kind: Option<Cow<'a, str>>,
    arn: Option<Cow<'a, str>>,
    principal_id: Option<Cow<'a, str>>,
    pub(super) account_id: Option<Cow<'a, str>>,
    user_name: Option<Cow<'a, str>>,
    pub(super) invoked_by: Option<Cow<'a, str>>,
    identity_provider: Option<Cow<'a, str>>,
    /// `sessionContext.sessionIssuer.userName`
    role: Option<Cow<'a, str>>,
    /// `onBehalfOf.userId`
    on_behalf_of: Option<Cow<'a, str>>,
}

/// What CloudTrail and S3 write for a caller without credentials, as `accountId` or `principalId`.
const ANONYMOUS: [&str; 2] = ["anonymous", "ANONYMOUS_PRINCIPAL"];

impl<'a> Identity<'a> {
    /// Reads the object at `at`.
    pub(super) fn read(record: &'a [u8], at: usize) -> Self {
        let mut identity = Identity::default();
        let (mut session, mut behalf) = (None, None);
        for (key, value) in object(record, at) {
            let is = |name: &str| key.eq_ignore_ascii_case(name.as_bytes());
            let slot = match key.len() {
                3 if is("arn") => &mut identity.arn,
                4 if is("type") => &mut identity.kind,
                8 if is("userName") => &mut identity.user_name,
                9 if is("accountId") => &mut identity.account_id,
                9 if is("invokedBy") => &mut identity.invoked_by,
                10 if is("onBehalfOf") => {
                    behalf = Some(value);
                    continue;
                }
                11 if is("principalId") => &mut identity.principal_id,
                14 if is("sessionContext") => {
                    session = Some(value);
                    continue;
                }
                16 if is("identityProvider") => &mut identity.identity_provider,
                _ => continue,
            };
            *slot = text(record, value);
        }
        if identity.arn.is_none() {
            let issuer = session.and_then(|at| member(record, at, "sessionIssuer"));
            identity.role = issuer
                .and_then(|at| text(record, member(record, at, "userName").or(member(record, at, "arn"))?));
            identity.on_behalf_of = behalf.and_then(|at| text(record, member(record, at, "userId")?));
        }
        identity
    }

    /// The actor.
    pub(super) fn who(&self) -> Option<Cow<'a, str>> {
        let is_assumed = self.kind.as_deref() == Some("AssumedRole");
        if let Some(arn) = &self.arn {
            return Some(match self.session().filter(|_| is_assumed && !arn.contains(":assumed-role/")) {
                Some(session) => format!("{arn}/{session}").into(),
                None => arn.clone(),
            });
        }
        let is_anonymous = |id: &str| ANONYMOUS.iter().any(|known| id.eq_ignore_ascii_case(known));
        if [&self.account_id, &self.principal_id].into_iter().flatten().any(|id| is_anonymous(id)) {
            return Some("anonymous".into());
        }
        let name = match (&self.user_name, &self.role, self.session()) {
            (Some(role), _, Some(session)) | (None, Some(role), Some(session)) if is_assumed => {
                Some(format!("{role}/{session}").into())
            }
            (Some(name), ..) | (None, Some(name), _) => Some(name.clone()),
            _ => self.on_behalf_of.clone().or_else(|| self.principal_id.clone()),
        };
        let name = name.or_else(|| self.invoked_by.clone());
        let place = self.account_id.as_ref().or(self.identity_provider.as_ref());
        match (&self.kind, name, place) {
            // a service acts for itself, in whichever account
            (Some(kind), Some(name), _) if kind == "AWSService" => Some(format!("{kind} {name}").into()),
            (Some(kind), Some(name), Some(place)) => Some(format!("{kind} {name} ({place})").into()),
            (Some(kind), Some(name), None) => Some(format!("{kind} {name}").into()),
            (Some(kind), None, Some(place)) => Some(format!("{kind} ({place})").into()),
            (Some(kind), None, None) => Some(kind.clone()),
            (None, Some(name), _) => Some(name),
            (None, None, Some(place)) => Some(format!("account {place}").into()),
            (None, None, None) => None,
        }
    }

    /// The name of the session, which follows the colon of `principalId`.
    fn session(&self) -> Option<&str> {
        self.principal_id.as_deref()?.split_once(':').map(|(_, session)| session).filter(|it| !it.is_empty())
    }
}

/// The value of a member of the object at `at`.
fn member(record: &[u8], at: usize, name: &str) -> Option<usize> {
    object(record, at).find(|(key, _)| key.eq_ignore_ascii_case(name.as_bytes())).map(|(_, value)| value)
}
