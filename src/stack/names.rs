//! What AWS takes as a name, with the source of each rule.

use crate::cloudtrail::{COMPASS, is_account, is_region};

/// A rule for a text.
pub(crate) struct Name {
    pub(crate) is_valid: fn(&str) -> bool,
    /// Said when a text breaks it.
    pub(crate) rule: &'static str,
}

fn is(text: &str, length: std::ops::RangeInclusive<usize>, others: &str) -> bool {
    length.contains(&text.chars().count())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c))
}

/// Ours: without dots, so that the prefix of one stack is never part of another's.
pub(super) const STACK: Name = Name {
    is_valid: |text| is(text, 1..=64, "-_"),
    rule: "1 to 64 letters, digits, `-` and `_`; a dot would make one stack's prefix part of another's",
};

/// The regular expression of [`STACK`].
#[cfg(feature = "schema")]
pub(super) const STACK_PATTERN: &str = "^[A-Za-z0-9_-]{1,64}$";

/// The topic whose tags are a stack's record of its metric filters.
pub(crate) fn record_topic(stack: &str) -> String {
    format!("cwfilter-{stack}")
}

/// `us-east-1`, `us-gov-west-1`
pub(super) const REGION: Name = Name {
    is_valid: |text| is_region(text) && text.rsplit('-').nth(1).is_some_and(|word| COMPASS.contains(&word)),
    rule: "a region's code, such as `us-east-1`",
};

/// The regular expression of [`REGION`].
#[cfg(feature = "schema")]
pub(super) const REGION_PATTERN: &str =
    "^[a-z]+(-[a-z]+)*-(central|(north|south)(east|west)?|east|west)-[0-9]+$";

/// API reference of `CreateLogGroup`.
pub(crate) const LOG_GROUP: Name = Name {
    is_valid: |text| is(text, 1..=512, "._/#-"),
    rule: "1 to 512 letters, digits and `.` `-` `_` `/` `#`",
};

/// API reference of `PutMetricFilter`, `filterName`.
pub(crate) const FILTER: Name = Name {
    is_valid: |text| (1..=512).contains(&text.chars().count()) && !text.contains([':', '*']),
    rule: "1 to 512 characters without `:` and `*`",
};

/// API reference of `PutMetricAlarm`, `AlarmName`; control characters are refused.
pub(crate) const ALARM: Name = Name {
    is_valid: |text| (1..=255).contains(&text.chars().count()) && !text.chars().any(char::is_control),
    rule: "1 to 255 characters",
};

/// API reference of `MetricTransformation`; a colon was seen to be taken; `AWS/` belongs to AWS (CloudWatch,
/// "Namespaces").
pub(super) const NAMESPACE: Name = Name {
    is_valid: |text| {
        (1..=255).contains(&text.chars().count()) && !text.contains(['*', '$']) && !text.starts_with("AWS/")
    },
    rule: "1 to 255 characters without `*` and `$`, and not `AWS/…`, which is AWS's own",
};

/// API reference of `CreateTopic`.
pub(super) const TOPIC: Name =
    Name { is_valid: |text| is(text, 1..=256, "-_"), rule: "1 to 256 letters, digits, `-` and `_`" };

/// An ARN of a topic: six parts; the last part is its name.
pub(super) const TOPIC_ARN: Name = Name {
    is_valid: |text| {
        let parts: Vec<&str> = text.split(':').collect();
        matches!(parts.as_slice(), ["arn", _, "sns", region, account, name]
            if (REGION.is_valid)(region) && (ACCOUNT.is_valid)(account) && (TOPIC.is_valid)(name.trim_end_matches(".fifo")))
    },
    rule: "`arn:aws:sns:REGION:ACCOUNT:NAME`",
};

/// Whether this is the name or the ARN of a topic.
///
/// ```
/// use cwfilter::stack::check_topic;
/// assert!(check_topic("security-alerts").is_ok());
/// assert_eq!(check_topic("a topic").unwrap_err(), "a topic has 1 to 256 letters, digits, `-` and `_`, or the ARN `arn:aws:sns:REGION:ACCOUNT:NAME`");
/// ```
///
/// # Errors
/// What a topic has to be.
pub fn check_topic(text: &str) -> Result<(), String> {
    let is_valid = match text.starts_with("arn:") {
        true => (TOPIC_ARN.is_valid)(text),
        false => (TOPIC.is_valid)(text.trim_end_matches(".fifo")),
    };
    let rule = || format!("a topic has {}, or the ARN {}", TOPIC.rule, TOPIC_ARN.rule);
    is_valid.then_some(()).ok_or_else(rule)
}

/// Twelve digits.
pub(super) const ACCOUNT: Name = Name { is_valid: is_account, rule: "twelve digits, in quotes" };

/// The regular expression of [`ACCOUNT`].
#[cfg(feature = "schema")]
pub(super) const ACCOUNT_PATTERN: &str = "^[0-9]{12}$";

/// API reference of `CreateTrail`.
pub(super) const TRAIL: Name = Name {
    is_valid: |text| {
        let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let is_sign = |byte: &u8| b"._-".contains(byte);
        is(text, 3..=128, "._-")
            && ends(text.chars().next())
            && ends(text.chars().next_back())
            && !text.as_bytes().windows(2).any(|pair| pair.iter().all(is_sign))
            && text.parse::<std::net::Ipv4Addr>().is_err()
    },
    rule: "3 to 128 letters, digits, `.` `_` `-`; a letter or digit at both ends, no two signs side by side",
};

/// Amazon S3, "Bucket naming rules".
pub(super) const BUCKET: Name = Name {
    is_valid: |text| {
        let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        is(text, 3..=63, ".-")
            && !text.contains(char::is_uppercase)
            && !text.contains("..")
            && ends(text.chars().next())
            && ends(text.chars().next_back())
            && text.parse::<std::net::Ipv4Addr>().is_err()
    },
    rule: "3 to 63 small letters, digits, `-` and `.`; a letter or digit at both ends",
};

/// API reference of `CreateTrail`, `S3KeyPrefix`. Ours: no slash at the ends, which would make empty folders.
pub(super) const PREFIX: Name = Name {
    is_valid: |text| is(text, 1..=200, "!_.*'()/-") && !text.starts_with('/') && !text.ends_with('/'),
    rule: "1 to 200 characters that are safe in a key, without a slash at the ends",
};

/// API reference of Organizations.
pub(super) const ORGANIZATION: Name = Name {
    is_valid: |text| {
        text.strip_prefix("o-").is_some_and(|id| is(id, 10..=32, "") && !id.contains(char::is_uppercase))
    },
    rule: "`o-` and 10 to 32 small letters and digits",
};

/// API reference of `CreateRole`.
pub(super) const ROLE: Name = Name {
    is_valid: |text| is(text, 1..=64, "+=,.@_-"),
    rule: "1 to 64 letters, digits and `+` `=` `,` `.` `@` `_` `-`",
};

/// Logs take the key's ARN only, CloudTrail too where the key is another account's.
pub(super) const KMS_KEY: Name = Name {
    is_valid: |text| text.starts_with("arn:") && text.contains(":kms:") && text.contains(":key/"),
    rule: "the ARN of a key: `arn:aws:kms:REGION:ACCOUNT:key/ID`",
};

/// API reference of `PutRetentionPolicy`.
pub(super) const RETENTION_DAYS: [i32; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/// The protocols of subscriptions that a stack may have.
pub(super) const PROTOCOLS: [&str; 7] = ["email", "email-json", "sms", "https", "http", "sqs", "lambda"];

/// Without white space and control characters, which no address has.
fn is_plain(text: &str) -> bool {
    !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// What an endpoint of a protocol looks like (API reference of `Subscribe`).
pub(super) fn endpoint(protocol: &str) -> Option<Name> {
    Some(match protocol {
        "email" | "email-json" => Name {
            is_valid: |text| {
                let (local, domain) = text.split_once('@').unwrap_or_default();
                !local.is_empty() && domain.contains('.') && is_plain(text)
            },
            rule: "an e-mail address",
        },
        "sms" => Name {
            is_valid: |text| {
                text.strip_prefix('+')
                    .is_some_and(|number| is(number, 7..=15, "") && number.parse::<u64>().is_ok())
            },
            rule: "a number with its country code, such as `+15555550100`",
        },
        "https" => Name {
            is_valid: |text| text.len() > "https://".len() && text.starts_with("https://") && is_plain(text),
            rule: "an URL that begins with `https://`",
        },
        "http" => Name {
            is_valid: |text| text.len() > "http://".len() && text.starts_with("http://") && is_plain(text),
            rule: "an URL that begins with `http://`",
        },
        "sqs" => Name {
            is_valid: |text| text.starts_with("arn:") && text.contains(":sqs:") && is_plain(text),
            rule: "the ARN of a queue",
        },
        "lambda" => Name {
            is_valid: |text| text.starts_with("arn:") && text.contains(":lambda:") && is_plain(text),
            rule: "the ARN of a function",
        },
        _ => return None,
    })
}
