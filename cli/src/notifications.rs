//! The messages of a simulation, as subscribers get them.

use cwfilter::alarm::{
    Account, Actions, ChildState, CompositeAlarm, CompositeReason, Notification, State, Suppressor,
    Timestamp, Transition, TriggeringChild,
};
use cwfilter::provision::Stack;
use cwfilter::simulation::{CompositeCourse, Course};

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Rendering {
    /// The JSON message that CloudWatch sends to SNS, one per line
    Json,
    /// An e-mail
    Email,
    /// A text message, one per line
    Sms,
}

/// What notifications are made of.
pub(super) struct Notifications<'a> {
    pub(super) courses: &'a [Course<'a>],
    pub(super) composites: &'a [CompositeCourse<'a>],
    /// The stack that names the alarms.
    pub(super) stack: Option<&'a Stack>,
    pub(super) account: &'a Account,
    /// The ARN of the topic.
    pub(super) topic: &'a str,
    pub(super) format: Rendering,
}

/// All messages, by time.
pub(super) fn messages(of: &Notifications<'_>) -> String {
    let mut all: Vec<(Timestamp, String)> = Vec::new();
    let (account, topic) = (of.account, of.topic);
    for course in of.courses {
        let Some(alarm) = &course.alarm else { continue };
        let actions = Actions::to(topic, &alarm.actions);
        for change in course.notifications() {
            let transition = Transition::from(change);
            let told = Notification::new(alarm, &actions, &transition, account);
            all.push((change.time, of.text(&told)));
        }
    }
    for course in of.composites {
        let alarm = of.composite(course);
        let actions = Actions::to(topic, &course.composite.notify);
        for (time, state) in &course.notifications {
            let Some((transition, children)) = of.transition(course, *time, *state, account) else {
                continue;
            };
            let told = Notification::of_composite(&alarm, &children, &actions, &transition, account);
            all.push((*time, of.text(&told)));
        }
    }
    all.sort();
    all.into_iter().map(|(_, message)| message).collect()
}

impl Notifications<'_> {
    fn text(&self, told: &Notification<'_>) -> String {
        let text = match self.format {
            Rendering::Json => told.message().to_string(),
            Rendering::Email => format!("Subject: {}\n\n{}", told.subject(), told.email()),
            Rendering::Sms => told.sms(),
        };
        text + "\n"
    }

    /// The name of an alarm in the account.
    fn named(&self, id: &str) -> String {
        self.stack.map_or_else(|| id.to_owned(), |stack| stack.alarm_name(id))
    }

    /// The composite alarm over alarms as they are named in the account.
    fn composite(&self, course: &CompositeCourse<'_>) -> CompositeAlarm {
        let composite = course.composite;
        let named = |id: &str| self.named(id);
        let rule = match self.stack {
            None => composite.rule_text.clone(),
            Some(_) => composite.rule.renamed(named).to_string(),
        };
        let mut alarm = CompositeAlarm::new(named(&composite.id), rule);
        alarm.description = composite.title.clone().or_else(|| composite.description.clone());
        alarm.suppressor =
            composite.suppressor.as_ref().map(|it| Suppressor::new(named(&it.alarm), it.wait, it.extension));
        alarm
    }

    /// The change that a notification reports, and the alarms that caused it. Actions that were held back run later: the message then
    /// has the time at which they run.
    fn transition(
        &self,
        course: &CompositeCourse<'_>,
        time: Timestamp,
        state: State,
        account: &Account,
    ) -> Option<(Transition, Vec<TriggeringChild>)> {
        let change = course.change_before(time)?;
        let arn = |child: &ChildState| account.alarm_arn(&self.named(&child.name));
        let reason = match change.cause() {
            Some(child) => CompositeReason::Child(&arn(child), child.since).text(child.state),
            None => {
                let own = account.alarm_arn(&self.named(&course.composite.id));
                CompositeReason::Created(&own).text(state)
            }
        };
        let children =
            change.triggering.iter().map(|it| TriggeringChild::new(arn(it), it.state, it.since)).collect();
        Some((Transition::new(change.old, state, reason, time), children))
    }
}
