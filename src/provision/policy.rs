//! The policies of a stack: least privilege, as AWS's documentation has them.

use super::resource::Statements;
use super::stack::Trail;
use super::target::Target;
use serde_json::{Value, json};

/// Lets alarms of the account publish ("Setting up Amazon SNS notifications": the condition on the source).
pub(super) fn topic(stack: &str, target: &Target, topic_arn: &str) -> Statements {
    let sid = format!("cwfilter-{stack}-alarms");
    let statement = json!({
        "Sid": sid,
        "Effect": "Allow",
        "Principal": { "Service": "cloudwatch.amazonaws.com" },
        "Action": "SNS:Publish",
        "Resource": topic_arn,
        "Condition": {
            "ArnLike": { "aws:SourceArn": target.arn("cloudwatch", "alarm:*") },
            "StringEquals": { "aws:SourceAccount": target.account },
        },
    });
    Statements::from([(sid, statement)])
}

/// Lets the trail write its files ("Amazon S3 bucket policy for CloudTrail").
pub(super) fn bucket(stack: &str, target: &Target, trail: &Trail) -> Statements {
    let bucket_arn = format!("arn:{}:s3:::{}", target.partition, trail.bucket);
    let prefix = trail.prefix.as_ref().map(|prefix| format!("{prefix}/")).unwrap_or_default();
    let folder = |owner: &str| json!(format!("{bucket_arn}/{prefix}AWSLogs/{owner}/*"));
    let resource = match &trail.organization {
        None => folder(&target.account),
        Some(organization) => json!([folder(&target.account), folder(organization)]),
    };
    let source = json!(target.arn("cloudtrail", &format!("trail/{}", trail.name)));
    let principal = json!({ "Service": "cloudtrail.amazonaws.com" });
    let (acl, write) = (format!("cwfilter-{stack}-acl"), format!("cwfilter-{stack}-write"));
    let acl_statement = json!({
        "Sid": acl,
        "Effect": "Allow",
        "Principal": principal,
        "Action": "s3:GetBucketAcl",
        "Resource": bucket_arn,
        "Condition": { "StringEquals": { "aws:SourceArn": source } },
    });
    let write_statement = json!({
        "Sid": write,
        "Effect": "Allow",
        "Principal": principal,
        "Action": "s3:PutObject",
        "Resource": resource,
        "Condition": { "StringEquals": { "s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceArn": source } },
    });
    Statements::from([(acl, acl_statement), (write, write_statement)])
}

/// Lets CloudTrail take the role.
pub(super) fn trust() -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "cloudtrail.amazonaws.com" },
            "Action": "sts:AssumeRole",
        }],
    })
}

/// Lets the role write to the log streams that CloudTrail makes ("Role policy document for CloudTrail to use
/// CloudWatch Logs for monitoring").
pub(super) fn role(target: &Target, log_group: &str, organization: Option<&str>) -> Value {
    let stream = |owner: &str| {
        let name = format!("log-group:{log_group}:log-stream:{owner}_CloudTrail_{}*", target.region);
        json!(target.arn("logs", &name))
    };
    let resource = match organization {
        None => stream(&target.account),
        Some(id) => {
            let of_all = target.arn("logs", &format!("log-group:{log_group}:log-stream:{id}_*"));
            json!([stream(&target.account), of_all])
        }
    };
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": resource,
        }],
    })
}

/// The policy with the statements `to` in place of `from`; all others stay as they are. `None` if there is nothing to
/// change, an empty text when no statement is left.
#[cfg(feature = "aws")]
pub(super) fn replaced(policy: &str, from: &Statements, to: &Statements) -> Result<Option<String>, String> {
    let mut document = match policy.trim() {
        "" => json!({ "Version": "2012-10-17", "Statement": [] }),
        text => serde_json::from_str::<Value>(text)
            .map_err(|error| format!("the policy that is there cannot be read: {error}"))?,
    };
    let list = document
        .as_object_mut()
        .map(|object| object.entry("Statement").or_insert_with(|| json!([])))
        .ok_or("the policy that is there is no JSON object")?;
    // a single statement may stand without a list
    if list.is_object() {
        *list = json!([list.take()]);
    }
    let list = list.as_array_mut().ok_or("the policy that is there has no list of statements")?;
    let before = list.clone();
    let sid = |it: &Value| it.get("Sid").and_then(Value::as_str).unwrap_or_default().to_owned();
    list.retain(|it| !from.contains_key(&sid(it)) || to.contains_key(&sid(it)));
    for (name, statement) in to {
        match list.iter_mut().find(|it| sid(it) == *name) {
            Some(it) => *it = statement.clone(),
            None => list.push(statement.clone()),
        }
    }
    let (is_changed, is_empty) = (*list != before, list.is_empty());
    Ok(is_changed.then(|| if is_empty { String::new() } else { document.to_string() }))
}

/// The statements of a policy whose names begin so.
#[cfg(feature = "aws")]
pub(super) fn named(policy: &str, prefix: &str) -> Statements {
    let document: Value = serde_json::from_str(policy).unwrap_or_default();
    let list = document.get("Statement").and_then(Value::as_array).cloned().unwrap_or_default();
    let named = list.into_iter().filter_map(|it| {
        let sid = it.get("Sid")?.as_str()?.to_owned();
        sid.starts_with(prefix).then_some((sid, it))
    });
    named.collect()
}

#[cfg(all(test, feature = "aws"))]
mod tests {
    use super::*;

    fn ours() -> Statements {
        Statements::from([("cwfilter-a-x".to_owned(), json!({ "Sid": "cwfilter-a-x", "Effect": "Allow" }))])
    }

    #[test]
    fn statements_of_others_stay() {
        let one = r#"{"Version":"2008-10-17","Id":"i","Statement":[{"Sid":"theirs"}]}"#;
        let single = r#"{"Version":"2008-10-17","Id":"i","Statement":{"Sid":"theirs"}}"#;
        for policy in [one, single] {
            let both = replaced(policy, &Statements::new(), &ours()).unwrap().unwrap();
            let document: Value = serde_json::from_str(&both).unwrap();
            assert_eq!(document["Id"], "i");
            assert_eq!(document["Statement"], json!([{ "Sid": "theirs" }, ours()["cwfilter-a-x"]]));
            assert_eq!(replaced(&both, &ours(), &ours()).unwrap(), None, "nothing to change");
            assert_eq!(named(&both, "cwfilter-a-"), ours());
            let back = replaced(&both, &ours(), &Statements::new()).unwrap().unwrap();
            let (back, one): (Value, Value) =
                (serde_json::from_str(&back).unwrap(), serde_json::from_str(one).unwrap());
            assert_eq!(back, one);
        }
    }

    #[test]
    fn the_last_statement_leaves_nothing() {
        let alone = replaced("", &Statements::new(), &ours()).unwrap().unwrap();
        assert_eq!(replaced(&alone, &ours(), &Statements::new()).unwrap(), Some(String::new()));
    }

    #[test]
    fn what_is_no_policy_is_not_replaced() {
        for policy in ["{", "[]", r#"{"Statement":1}"#] {
            assert!(replaced(policy, &Statements::new(), &ours()).is_err(), "{policy}");
        }
    }
}
