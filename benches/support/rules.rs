//! Rules in a neutral form, so that every engine gets the same ones in its own language.

use super::Random;
use super::records::{EVENT_NAMES, event_name};

/// True if all clauses of some alternative are true.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) name: String,
    pub(crate) alternatives: Vec<Vec<Clause>>,
}

/// A field and a condition on it.
#[derive(Debug, Clone)]
pub(crate) enum Clause {
    /// is one of these texts
    AnyOf(&'static str, Vec<String>),
    /// matches one of these texts, in which `*` matches any text
    Like(&'static str, Vec<String>),
    /// is present and differs from all these texts
    NoneOf(&'static str, Vec<String>),
    /// is missing
    Missing(&'static str),
}

impl Rule {
    fn new(name: &str, alternatives: Vec<Vec<Clause>>) -> Rule {
        Rule { name: name.to_owned(), alternatives }
    }

    /// As a CloudWatch Logs filter pattern.
    pub(crate) fn pattern(&self) -> String {
        let alternatives: Vec<String> = self
            .alternatives
            .iter()
            .map(|clauses| {
                let clauses: Vec<String> = clauses.iter().map(Clause::pattern).collect();
                clauses.join(" && ")
            })
            .collect();
        match alternatives.as_slice() {
            [only] => format!("{{ {only} }}"),
            _ => format!("{{ ({}) }}", alternatives.join(") || (")),
        }
    }
}

impl Clause {
    fn pattern(&self) -> String {
        let join = |path: &str, operator: &str, texts: &[String], joint: &str| {
            let parts: Vec<String> =
                texts.iter().map(|text| format!("$.{path} {operator} \"{text}\"")).collect();
            if parts.len() == 1 { parts.concat() } else { format!("({})", parts.join(joint)) }
        };
        match self {
            Clause::AnyOf(path, texts) | Clause::Like(path, texts) => join(path, "=", texts, " || "),
            Clause::NoneOf(path, texts) => join(path, "!=", texts, " && "),
            Clause::Missing(path) => format!("$.{path} NOT EXISTS"),
        }
    }
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

fn any_of(path: &'static str, list: &[&str]) -> Clause {
    Clause::AnyOf(path, texts(list))
}

/// The fifteen CIS controls (`patterns/cis-aws`).
pub(crate) fn cis() -> Vec<Rule> {
    let name = |list: &[&str]| any_of("eventName", list);
    let of = |source: &str, list: &[&str]| vec![vec![any_of("eventSource", &[source]), name(list)]];
    vec![
        Rule::new(
            "unauthorized-api-calls",
            vec![vec![
                Clause::Like("errorCode", texts(&["*UnauthorizedOperation", "AccessDenied*"])),
                Clause::NoneOf("sourceIPAddress", texts(&["delivery.logs.amazonaws.com"])),
                Clause::NoneOf("eventName", texts(&["HeadBucket"])),
            ]],
        ),
        Rule::new(
            "console-sign-in-without-mfa",
            vec![vec![
                name(&["ConsoleLogin"]),
                Clause::NoneOf("additionalEventData.MFAUsed", texts(&["Yes"])),
                any_of("userIdentity.type", &["IAMUser"]),
                any_of("responseElements.ConsoleLogin", &["Success"]),
            ]],
        ),
        Rule::new(
            "root-usage",
            vec![vec![
                any_of("userIdentity.type", &["Root"]),
                Clause::Missing("userIdentity.invokedBy"),
                Clause::NoneOf("eventType", texts(&["AwsServiceEvent"])),
            ]],
        ),
        Rule::new(
            "iam-policy-changes",
            of(
                "iam.amazonaws.com",
                &[
                    "DeleteGroupPolicy",
                    "DeleteRolePolicy",
                    "DeleteUserPolicy",
                    "PutGroupPolicy",
                    "PutRolePolicy",
                    "PutUserPolicy",
                    "CreatePolicy",
                    "DeletePolicy",
                    "CreatePolicyVersion",
                    "DeletePolicyVersion",
                    "AttachRolePolicy",
                    "DetachRolePolicy",
                    "AttachUserPolicy",
                    "DetachUserPolicy",
                    "AttachGroupPolicy",
                    "DetachGroupPolicy",
                ],
            ),
        ),
        Rule::new(
            "cloudtrail-changes",
            vec![vec![name(&["CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging"])]],
        ),
        Rule::new(
            "console-authentication-failures",
            vec![vec![name(&["ConsoleLogin"]), any_of("errorMessage", &["Failed authentication"])]],
        ),
        Rule::new("cmk-disabled-or-deleted", of("kms.amazonaws.com", &["DisableKey", "ScheduleKeyDeletion"])),
        Rule::new(
            "s3-bucket-policy-changes",
            of(
                "s3.amazonaws.com",
                &[
                    "PutBucketAcl",
                    "PutBucketPolicy",
                    "PutBucketCors",
                    "PutBucketLifecycle",
                    "PutBucketReplication",
                    "DeleteBucketPolicy",
                    "DeleteBucketCors",
                    "DeleteBucketLifecycle",
                    "DeleteBucketReplication",
                ],
            ),
        ),
        Rule::new(
            "config-changes",
            of(
                "config.amazonaws.com",
                &[
                    "StopConfigurationRecorder",
                    "DeleteDeliveryChannel",
                    "PutDeliveryChannel",
                    "PutConfigurationRecorder",
                ],
            ),
        ),
        Rule::new(
            "security-group-changes",
            vec![vec![name(&[
                "AuthorizeSecurityGroupIngress",
                "AuthorizeSecurityGroupEgress",
                "RevokeSecurityGroupIngress",
                "RevokeSecurityGroupEgress",
                "CreateSecurityGroup",
                "DeleteSecurityGroup",
            ])]],
        ),
        Rule::new(
            "network-acl-changes",
            vec![vec![name(&[
                "CreateNetworkAcl",
                "CreateNetworkAclEntry",
                "DeleteNetworkAcl",
                "DeleteNetworkAclEntry",
                "ReplaceNetworkAclEntry",
                "ReplaceNetworkAclAssociation",
            ])]],
        ),
        Rule::new(
            "network-gateway-changes",
            vec![vec![name(&[
                "CreateCustomerGateway",
                "DeleteCustomerGateway",
                "AttachInternetGateway",
                "CreateInternetGateway",
                "DeleteInternetGateway",
                "DetachInternetGateway",
            ])]],
        ),
        Rule::new(
            "route-table-changes",
            of(
                "ec2.amazonaws.com",
                &[
                    "CreateRoute",
                    "CreateRouteTable",
                    "ReplaceRoute",
                    "ReplaceRouteTableAssociation",
                    "DeleteRouteTable",
                    "DeleteRoute",
                    "DisassociateRouteTable",
                ],
            ),
        ),
        Rule::new(
            "vpc-changes",
            vec![vec![name(&[
                "CreateVpc",
                "DeleteVpc",
                "ModifyVpcAttribute",
                "AcceptVpcPeeringConnection",
                "CreateVpcPeeringConnection",
                "DeleteVpcPeeringConnection",
                "RejectVpcPeeringConnection",
            ])]],
        ),
        Rule::new(
            "organizations-changes",
            of(
                "organizations.amazonaws.com",
                &[
                    "AcceptHandshake",
                    "AttachPolicy",
                    "CreateAccount",
                    "CreateOrganizationalUnit",
                    "CreatePolicy",
                    "DeclineHandshake",
                    "DeleteOrganization",
                    "DeletePolicy",
                    "DetachPolicy",
                    "InviteAccountToOrganization",
                    "LeaveOrganization",
                    "MoveAccount",
                    "RemoveAccountFromOrganization",
                    "UpdatePolicy",
                ],
            ),
        ),
    ]
}

/// `count` rules: the CIS controls first, then seeded rules of the same shapes over more fields. About one
/// in a hundred tests only for missing fields. A record matches about two of a thousand, as in the study
/// that the targets are from.
pub(crate) fn rules(count: usize) -> Vec<Rule> {
    let mut random = Random::new(count as u64);
    let mut rules = cis();
    rules.truncate(count);
    while rules.len() < count {
        let name = format!("rule-{}", rules.len());
        let mut clauses = vec![seldom(&mut random)];
        if random.per_mille(500) {
            clauses.push(often(&mut random));
        }
        if random.per_mille(12) {
            clauses = negative(&mut random);
        }
        rules.push(Rule { name, alternatives: vec![clauses] });
    }
    rules
}

/// True of few events.
fn seldom(random: &mut Random) -> Clause {
    match random.below(10) {
        0..6 => {
            let names = 1 + random.below(3);
            let mut list: Vec<String> =
                (0..names).map(|_| event_name(20 + random.below(EVENT_NAMES - 20)).1).collect();
            list.sort();
            list.dedup();
            Clause::AnyOf("eventName", list)
        }
        6 => Clause::AnyOf("sourceIPAddress", vec![format!("203.0.113.{}", random.below(4096))]),
        7 => Clause::AnyOf("userIdentity.userName", vec![format!("svc-{}", random.below(800))]),
        8 => Clause::AnyOf(
            "userIdentity.sessionContext.sessionIssuer.userName",
            vec![format!("app-role-{}", random.below(800))],
        ),
        _ => Clause::Like("userIdentity.arn", vec![format!("*/session-{}", random.below(400))]),
    }
}

/// No clause asks for a value; true of some events.
fn negative(random: &mut Random) -> Vec<Clause> {
    let missing = ["userIdentity.invokedBy", "resources", "errorCode"];
    let unusual = match random.below(2) {
        0 => Clause::NoneOf("eventType", texts(&["AwsApiCall"])),
        _ => Clause::NoneOf("awsRegion", texts(&["us-east-1", "eu-west-1", "eu-central-1", "us-west-2"])),
    };
    vec![unusual, Clause::Missing(random.pick(&missing))]
}

/// True of many events.
fn often(random: &mut Random) -> Clause {
    match random.below(5) {
        0 => any_of("awsRegion", &[random.pick(&["us-east-1", "eu-west-1"])]),
        1 => Clause::NoneOf("eventType", texts(&["AwsServiceEvent"])),
        2 => Clause::NoneOf("userAgent", texts(&["AWS Internal"])),
        3 => Clause::Missing("errorCode"),
        _ => Clause::NoneOf("eventSource", texts(&["config.amazonaws.com"])),
    }
}
