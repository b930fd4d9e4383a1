//! AWS IAM: the role by which CloudTrail writes to the log group.

use super::Client;
use super::error::{AwsError, Called, found, unless};
use crate::provision::resource::{Role, Tags};
use crate::provision::{Action, Step};
use aws_sdk_iam::types::Tag;
use serde_json::Value;

const NO_ROLE: &[&str] = &["NoSuchEntity", "NoSuchEntityException"];

impl Client {
    pub(super) async fn observe_role(&self, name: &str) -> Result<Option<Role>, AwsError> {
        let answer = self.iam.get_role().role_name(name).send().await.called("GetRole");
        let Some(role) = found(answer, NO_ROLE)?.and_then(|answer| answer.role) else { return Ok(None) };
        let answer = self.iam.get_role_policy().role_name(name).policy_name(Role::POLICY).send().await;
        let policy = found(answer.called("GetRolePolicy"), NO_ROLE)?;
        Ok(Some(Role {
            name: name.to_owned(),
            assume_role_policy_document: document(&role.assume_role_policy_document.unwrap_or_default()),
            policy_document: policy.map(|answer| document(&answer.policy_document)),
            tags: role.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)).collect(),
        }))
    }

    pub(super) async fn role(&self, step: &Step, it: &Role) -> Result<(), AwsError> {
        self.pace.turn().await;
        let name = &it.name;
        let trust = it.assume_role_policy_document.to_string();
        match step.action {
            Action::Delete => {
                let answer =
                    self.iam.delete_role_policy().role_name(name).policy_name(Role::POLICY).send().await;
                unless(answer.called("DeleteRolePolicy"), NO_ROLE)?;
                return unless(
                    self.iam.delete_role().role_name(name).send().await.called("DeleteRole"),
                    NO_ROLE,
                );
            }
            Action::Create => {
                let request = self.iam.create_role().role_name(name).assume_role_policy_document(trust);
                let request = request.set_tags(Some(role_tags(&it.tags)?));
                unless(request.send().await.called("CreateRole"), &["EntityAlreadyExists"])?;
            }
            Action::Update => {
                if step.touches("assumeRolePolicyDocument") {
                    let request = self.iam.update_assume_role_policy().role_name(name).policy_document(trust);
                    request.send().await.called("UpdateAssumeRolePolicy")?;
                }
                if step.touches("tags") {
                    let request = self.iam.tag_role().role_name(name).set_tags(Some(role_tags(&it.tags)?));
                    request.send().await.called("TagRole")?;
                }
            }
        }
        match it.policy_document.as_ref().filter(|_| step.touches("policyDocument")) {
            None => Ok(()),
            Some(policy) => {
                let request = self.iam.put_role_policy().role_name(name).policy_name(Role::POLICY);
                request.policy_document(policy.to_string()).send().await.called("PutRolePolicy").map(|_| ())
            }
        }
    }
}

fn role_tags(tags: &Tags) -> Result<Vec<Tag>, AwsError> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    let all: Result<Vec<Tag>, _> = tags.iter().map(tag).collect();
    all.map_err(|error| AwsError::new("TagRole", error.to_string()))
}

/// IAM answers with percent signs.
fn document(encoded: &str) -> Value {
    serde_json::from_str(&decoded(encoded)).unwrap_or_else(|_| Value::String(encoded.to_owned()))
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match (first, code.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn percent_signs() {
        for (encoded, text) in
            [("%7B%22a%22%3A1%7D", "{\"a\":1}"), ("a%2", "a%2"), ("%zz%C3%A9", "%zzé"), ("", "")]
        {
            assert_eq!(decoded(encoded), text);
        }
    }
}
