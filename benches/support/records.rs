//! CloudTrail records.

use super::Random;
use std::fmt::Write;

const VERBS: [&str; 9] = ["Describe", "List", "Get", "Create", "Delete", "Put", "Update", "Modify", "Start"];
const NOUNS: [(&str, &str); 30] = [
    ("ec2", "Instances"),
    ("ec2", "SecurityGroups"),
    ("ec2", "Volumes"),
    ("ec2", "Snapshots"),
    ("ec2", "RouteTables"),
    ("ec2", "Vpcs"),
    ("s3", "BucketPolicy"),
    ("s3", "BucketAcl"),
    ("s3", "BucketEncryption"),
    ("s3", "Object"),
    ("iam", "Role"),
    ("iam", "User"),
    ("iam", "Policy"),
    ("iam", "AccessKey"),
    ("iam", "LoginProfile"),
    ("kms", "Key"),
    ("kms", "Alias"),
    ("kms", "Grant"),
    ("lambda", "Function20150331"),
    ("lambda", "EventSourceMapping"),
    ("rds", "DBInstances"),
    ("rds", "DBClusterSnapshots"),
    ("logs", "LogGroups"),
    ("logs", "MetricFilter"),
    ("cloudtrail", "Trails"),
    ("config", "ConfigurationRecorder"),
    ("secretsmanager", "SecretValue"),
    ("sts", "CallerIdentity"),
    ("ssm", "Parameters"),
    ("dynamodb", "Table"),
];
/// Rare event names, which CIS rules match.
const WATCHED: [(&str, &str); 14] = [
    ("signin", "ConsoleLogin"),
    ("iam", "PutUserPolicy"),
    ("iam", "AttachRolePolicy"),
    ("cloudtrail", "StopLogging"),
    ("kms", "DisableKey"),
    ("s3", "PutBucketPolicy"),
    ("s3", "DeleteBucketPolicy"),
    ("config", "StopConfigurationRecorder"),
    ("ec2", "AuthorizeSecurityGroupIngress"),
    ("ec2", "CreateNetworkAclEntry"),
    ("ec2", "AttachInternetGateway"),
    ("ec2", "CreateRoute"),
    ("ec2", "ModifyVpcAttribute"),
    ("organizations", "AttachPolicy"),
];
const REGIONS: [&str; 5] = ["us-east-1", "eu-west-1", "us-west-2", "eu-central-1", "ap-southeast-2"];
const AGENTS: [&str; 5] = [
    "aws-cli/2.17.0 md/awscrt#0.21.2 ua/2.0 os/linux#6.1.0 md/arch#x86_64 lang/python#3.11.9 md/prompt#off md/command#ec2.describe",
    "Boto3/1.34.100 md/Botocore#1.34.100 ua/2.0 os/linux#5.10.214 md/arch#x86_64 lang/python#3.9.18 md/pyimpl#CPython cfg/retry-mode#legacy",
    "APN/1.0 HashiCorp/1.0 Terraform/1.8.2 (+https://www.terraform.io) terraform-provider-aws/5.47.0 aws-sdk-go-v2/1.26.1",
    "AWS Internal",
    "cloudformation.amazonaws.com",
];

/// `count` records, one on each line, the same for the same seed.
pub(crate) fn records(seed: u64, count: usize) -> Vec<u8> {
    let mut random = Random::new(seed);
    let mut out = String::with_capacity(count * 1600);
    for number in 0..count {
        record(&mut random, number, &mut out);
        out.push('\n');
    }
    out.into_bytes()
}

/// Event source and name, by rank.
pub(crate) fn event_name(rank: usize) -> (&'static str, String) {
    let (source, noun) = NOUNS[rank % NOUNS.len()];
    (source, format!("{}{noun}", VERBS[rank / NOUNS.len() % VERBS.len()]))
}

/// The number of event names besides the watched ones.
pub(crate) const EVENT_NAMES: usize = VERBS.len() * NOUNS.len();

fn record(random: &mut Random, number: usize, out: &mut String) {
    let (source, name) = match random.per_mille(20) {
        true => {
            let (source, name) = WATCHED[random.below(WATCHED.len())];
            (source, name.to_owned())
        }
        false => event_name(random.zipf(EVENT_NAMES)),
    };
    let is_read = ["Describe", "List", "Get"].iter().any(|verb| name.starts_with(verb));
    out.push_str(r#"{"eventVersion":"1.09","userIdentity":"#);
    identity(random, out);
    let (minute, second) = (number / 60 % 60, number % 60);
    let hour = number / 3600 % 24;
    let _ = write!(
        out,
        r#","eventTime":"2026-03-04T{hour:02}:{minute:02}:{second:02}Z","eventSource":"{source}.amazonaws.com","eventName":"{name}","awsRegion":"{}","sourceIPAddress":"203.0.113.{}","userAgent":"{}""#,
        random.pick(&REGIONS),
        random.below(256),
        random.pick(&AGENTS),
    );
    if random.per_mille(50) {
        let code = if random.per_mille(460) {
            random.pick(&["AccessDenied", "Client.UnauthorizedOperation", "AccessDeniedException"])
        } else {
            random.pick(&[
                "ThrottlingException",
                "NoSuchEntity",
                "ResourceNotFoundException",
                "ValidationException",
            ])
        };
        let _ = write!(
            out,
            r#","errorCode":"{code}","errorMessage":"User: arn:aws:iam::123456789012:user/svc-{} is not authorized to perform: {source}:{name}""#,
            random.below(40)
        );
    }
    parameters(random, is_read, out);
    let _ = write!(
        out,
        r#","requestID":"{}-{}","eventID":"{}-{}","readOnly":{is_read},"#,
        random.hex(8),
        random.hex(12),
        random.hex(8),
        random.hex(12),
    );
    if random.per_mille(250) {
        let _ = write!(
            out,
            r#""resources":[{{"accountId":"123456789012","type":"AWS::{}::Thing","ARN":"arn:aws:{source}:us-east-1:123456789012:thing/{}"}}],"#,
            source.to_uppercase(),
            random.hex(12)
        );
    }
    let _ = write!(
        out,
        r#""eventType":"{}","managementEvent":true,"recipientAccountId":"123456789012","eventCategory":"Management","tlsDetails":{{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"{source}.{}.amazonaws.com"}}}}"#,
        if name == "ConsoleLogin" { "AwsConsoleSignIn" } else { "AwsApiCall" },
        random.pick(&REGIONS),
    );
}

fn identity(random: &mut Random, out: &mut String) {
    let who = random.below(40);
    let key = random.hex(12).to_uppercase();
    let _ = match random.below(1000) {
        0..2 => write!(
            out,
            r#"{{"type":"Root","principalId":"123456789012","arn":"arn:aws:iam::123456789012:root","accountId":"123456789012","accessKeyId":""}}"#
        ),
        2..250 => write!(
            out,
            r#"{{"type":"IAMUser","principalId":"AIDA{key}","arn":"arn:aws:iam::123456789012:user/svc-{who}","accountId":"123456789012","accessKeyId":"AKIA{key}","userName":"svc-{who}"}}"#
        ),
        250..400 => write!(
            out,
            r#"{{"type":"AWSService","invokedBy":"{}.amazonaws.com"}}"#,
            random.pick(&["autoscaling", "config", "ec2", "lambda"])
        ),
        _ => write!(
            out,
            r#"{{"type":"AssumedRole","principalId":"AROA{key}:session-{who}","arn":"arn:aws:sts::123456789012:assumed-role/app-role-{who}/session-{who}","accountId":"123456789012","accessKeyId":"ASIA{key}","sessionContext":{{"sessionIssuer":{{"type":"Role","principalId":"AROA{key}","arn":"arn:aws:iam::123456789012:role/app-role-{who}","accountId":"123456789012","userName":"app-role-{who}"}},"webIdFederationData":{{}},"attributes":{{"creationDate":"2026-03-04T08:00:00Z","mfaAuthenticated":"false"}}}}}}"#
        ),
    };
}

fn parameters(random: &mut Random, is_read: bool, out: &mut String) {
    let items = 1 + random.below(3);
    out.push_str(r#","requestParameters":{"#);
    let _ = write!(
        out,
        r#""name":"thing-{}","maxResults":{},"filterSet":{{"items":["#,
        random.hex(8),
        random.below(1000)
    );
    for item in 0..items {
        let comma = if item > 0 { "," } else { "" };
        let _ = write!(
            out,
            r#"{comma}{{"name":"vpc-id","valueSet":{{"items":[{{"value":"vpc-0{}"}}]}}}}"#,
            random.hex(16)
        );
    }
    out.push_str("]}}");
    if is_read {
        out.push_str(r#","responseElements":null"#);
        return;
    }
    let _ = write!(
        out,
        r#","responseElements":{{"requestId":"{}","status":"Success","thing":{{"arn":"arn:aws:ec2:us-east-1:123456789012:thing/{}","state":"active","created":"Mar 4, 2026 8:00:00 AM"}}}}"#,
        random.hex(24),
        random.hex(12)
    );
    if random.per_mille(100) {
        // a policy document inside a string, with its escapes
        out.push_str(r#","additionalEventData":{"policy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}]}","MFAUsed":"No"}"#);
    }
}
