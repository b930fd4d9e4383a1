//! Values that a field or column of this name usually has. All ids are those of AWS's documentation.

use serde_json::{Value as Json, json};

/// The usual values of a field, and the shapes of its texts as regular expressions. In a shape, `.*` is as short as the conditions on
/// the field allow.
struct Usual {
    /// Ends of names that begin at a word, in lower case and without `_` and `-`.
    names: &'static [&'static str],
    values: &'static [&'static str],
    shapes: &'static [&'static str],
}

const fn usual(
    names: &'static [&'static str],
    values: &'static [&'static str],
    shapes: &'static [&'static str],
) -> Usual {
    Usual { names, values, shapes }
}

const NAME: &str = "^[a-z]+[a-z0-9-]*$";

/// The first row with an end of the field's name counts.
const ROWS: [Usual; 30] = [
    usual(&["eventname"], &["DescribeInstances", "GetUser"], &["^[A-Z][A-Za-z]+$"]),
    usual(
        &["eventsource"],
        &["ec2.amazonaws.com", "s3.amazonaws.com"],
        &["^[a-z]+[a-z0-9-]*\\.amazonaws\\.com$"],
    ),
    usual(&["eventtype"], &["AwsApiCall", "AwsConsoleSignIn"], &["^Aws[A-Z][A-Za-z]+$"]),
    usual(&["eventcategory"], &["Management", "Data"], &[]),
    usual(&["useridentity.type"], &["IAMUser", "AssumedRole", "Root"], &["^[A-Z][A-Za-z]+$"]),
    usual(&["invokedby"], &["cloudformation.amazonaws.com"], &["^[a-z]+[a-z0-9-]*\\.amazonaws\\.com$"]),
    usual(&["errorcode"], &["AccessDenied", "Client.UnauthorizedOperation"], &["^[A-Z][A-Za-z.]+$"]),
    usual(&["errormessage"], &["Failed authentication", "Rate exceeded"], &[]),
    usual(
        &["arn", "principal"],
        &["arn:aws:iam::123456789012:user/alice", "arn:aws:sts::123456789012:assumed-role/Audit/alice"],
        &[
            "^arn:aws:sts::123456789012:assumed-role\\/.*\\/alice$",
            "^arn:aws:iam::123456789012:user\\/.*$",
            "^arn:aws:[a-z0-9]+[a-z0-9-]*:us-east-1:123456789012:.*$",
            "^arn:aws:[a-z0-9]+[a-z0-9-]*:[a-z0-9-]*:[0-9]*:.*$",
        ],
    ),
    usual(
        &["cidripv6", "ipv6cidr", "ipv6cidrblock"],
        &["2001:db8::/32", "::/0"],
        &["^[0-9a-f:]+\\/[1-9][0-9]?$"],
    ),
    usual(
        &["cidrip", "cidr", "cidrblock", "cidrip4"],
        &["203.0.113.0/24", "0.0.0.0/0", "10.0.0.0/16"],
        &["^[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}\\/[0-9]{1,2}$"],
    ),
    usual(
        &["ip", "ipaddress", "address", "addr"],
        &["203.0.113.10", "198.51.100.7", "192.0.2.44", "10.0.0.12", "172.16.0.4", "192.168.1.20"],
        &[
            "^[1-9][0-9]{0,2}\\.0\\.113\\.10$",
            "^[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[1-9][0-9]?$",
            "^[a-z]+[a-z0-9-]*\\.amazonaws\\.com$",
        ],
    ),
    usual(&["accountid", "account", "owner"], &["123456789012"], &["^[0-9]{12}$"]),
    usual(&["accesskeyid"], &["AKIAIOSFODNN7EXAMPLE"], &["^[A-Z]{4}[A-Z0-9]*EXAMPLE$"]),
    usual(
        &["principalid"],
        &["AIDACKCEVSQ6C2EXAMPLE", "AROACKCEVSQ6C2EXAMPLE:alice"],
        &["^A[A-Z]+[A-Z0-9]*EXAMPLE:?.*$"],
    ),
    usual(&["username", "user", "rolename", "sessionname"], &["alice", "bob"], &[NAME]),
    usual(
        &["useragent", "agent"],
        &["aws-cli/2.27.0", "console.amazonaws.com", "Mozilla/5.0"],
        &["^aws-cli\\/2\\.27\\.0 .*$", "^Mozilla\\/5\\.0 .*$"],
    ),
    usual(&["region"], &["us-east-1", "eu-west-1"], &["^[a-z]{2}-[a-z]+-[0-9]$"]),
    usual(
        &["time", "timestamp", "date"],
        &["2026-03-04T10:15:30Z", "2025-11-20T08:00:00Z"],
        // days of the calendar; the last shape has all hours
        &[
            "^20[0-9]{2}-0[1-9]-[012][1-8]T10:15:30Z$",
            "^20[0-9]{2}-1[0-2]-[012][1-8]T10:15:30Z$",
            "^20[0-9]{2}-0[1-9]-[012][1-8]T[01][0-9]:[0-5][0-9]:[0-5][0-9]Z$|^20[0-9]{2}-1[0-2]-[012][1-8]T[01][0-9]:[0-5][0-9]:[0-5][0-9]Z$",
        ],
    ),
    usual(&["bucketname", "bucket"], &["amzn-s3-demo-bucket"], &[NAME]),
    usual(&["instanceid"], &["i-1234567890abcdef0"], &["^i-[0-9a-f]{17}$"]),
    usual(&["mfaused"], &["No", "Yes"], &[]),
    usual(&["mfaauthenticated"], &["false", "true"], &[]),
    usual(&["consolelogin"], &["Success", "Failure"], &[]),
    usual(&["level", "severity"], &["INFO", "WARN", "ERROR"], &["^[A-Z]+$"]),
    usual(&["method", "verb"], &["GET", "POST"], &["^[A-Z]+$"]),
    usual(&["path", "uri", "url"], &["/index.html", "/api/items"], &["^\\/[a-z]+.*$"]),
    usual(
        &["request"],
        &["GET /index.html HTTP/1.1"],
        &["^GET \\/.* HTTP\\/1\\.1$", "^[A-Z]+ \\/.* HTTP\\/1\\.1$"],
    ),
    usual(&["status", "statuscode", "code"], &["200", "404", "503"], &["^[1-5][0-9]{2}$"]),
    usual(&["port"], &["443", "22"], &["^[1-9][0-9]{1,3}$"]),
];

fn row(name: &str) -> Option<&'static Usual> {
    let ends = ends(name);
    ROWS.iter().find(|row| row.names.iter().any(|end| ends.iter().any(|it| it == end)))
}

/// The ends of a name that begin at a word, in lower case: of `$.sourceIPAddress` they are `sourceipaddress`, `ipaddress` and `address`.
fn ends(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut ends = Vec::new();
    let (mut before, mut is_start) = (' ', true);
    for (at, c) in chars.iter().enumerate() {
        let next = chars.get(at + 1).copied().unwrap_or(' ');
        is_start |= c.is_uppercase() && (before.is_lowercase() || next.is_lowercase());
        if c.is_alphanumeric() && is_start {
            let rest = chars.get(at..).unwrap_or_default().iter();
            let plain: String = rest.filter(|c| c.is_alphanumeric() || **c == '.').collect();
            ends.push(plain.to_lowercase());
        }
        is_start = !c.is_alphanumeric();
        before = *c;
    }
    ends
}

/// The usual values of a field or column, the most usual first. Those of numbers are texts.
pub(in crate::rules) fn values(name: &str) -> &'static [&'static str] {
    row(name).map_or(&[], |row| row.values)
}

/// The shapes of the texts of a field or column, as bodies of regular expressions.
pub(in crate::rules) fn shapes(name: &str) -> &'static [&'static str] {
    row(name).map_or(&[], |row| row.shapes)
}

/// A whole CloudTrail record of a principal.
pub(super) fn record(identity: Json) -> Json {
    json!({
        "eventVersion": "1.11",
        "userIdentity": identity,
        "eventTime": "2026-03-04T10:15:30Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "GetUser",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "203.0.113.10",
        "userAgent": "aws-cli/2.27.0",
        "requestID": "a1b2c3d4-5678-90ab-cdef-EXAMPLE11111",
        "eventID": "a1b2c3d4-5678-90ab-cdef-EXAMPLE22222",
        "readOnly": true,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "123456789012",
        "eventCategory": "Management"
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FilterPattern;

    #[test]
    fn every_shape_is_a_regular_expression_of_the_language_and_fits_a_value() {
        for row in &ROWS {
            for shape in row.shapes {
                let pattern = format!("{{ $.x = %{shape}% }}").parse::<FilterPattern>();
                pattern.unwrap_or_else(|error| panic!("{shape}: {error}"));
            }
            for name in row.names {
                assert_eq!(values(name), row.values, "{name}: an earlier row has its end");
            }
        }
    }
}
