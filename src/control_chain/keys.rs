//! Whether a service may use the key that encrypts a topic or a queue: the policy of the key has to let it. The policies of the keys that AWS
//! manages for SNS and SQS let no other service, and nobody can change them.

use super::asked::{Asked, Stop, Writer, judged};
use super::links::LinkState;
use crate::metric_settings::{ChainKey, ChainParts, ChainReceiver, ReceiverPolicy, Setting};

/// What a service does with the key (SNS developer guide, "Enabling server-side encryption"; SQS developer guide, "Configure KMS permissions
/// for AWS services").
const USES: [&str; 2] = ["kms:Decrypt", "kms:GenerateDataKey"];

/// The keys of AWS for one of its services.
const OF_AWS: [(&str, &str); 2] = [("alias/aws/sns", "SNS"), ("alias/aws/sqs", "SQS")];

/// Something whose messages a key encrypts.
pub(super) struct Encrypted<'a> {
    /// As a sentence names it: `its topic`.
    pub(super) what: &'a str,
    pub(super) key: &'a Setting,
    pub(super) scope: &'a str,
}

/// `Err` with the state of the link and the reason, if the input says that a service may not use a key, or leaves it open.
pub(super) fn usable(it: &Encrypted<'_>, by: Writer<'_>, parts: &ChainParts) -> Result<(), Stop> {
    if !it.key.is_set() {
        return Ok(());
    }
    let (what, who) = (it.what, by.name);
    let name = it.key.text.as_deref().unwrap_or_default();
    let of_aws = OF_AWS.iter().find(|(alias, _)| name == *alias || name.ends_with(&format!(":{alias}")));
    if let Some((_, service)) = of_aws {
        let why = format!("{what} is encrypted with the key of AWS for {service}, which {who} may not use");
        return Err((LinkState::Broken, why));
    }
    let Some(key) = named(it.key, it.scope, parts) else {
        let why =
            format!("{what} is encrypted, and the policy of its key is not in the input: {}", it.key.shown());
        return Err((LinkState::NotInInput, why));
    };
    if let Some(why) = &key.open {
        return Err((LinkState::NotInInput, format!("the key of {what}: {why}")));
    }
    let is_of = |policy: &&ReceiverPolicy| {
        let is = |it: &Setting| named(it, &policy.scope, parts).is_some_and(|it| std::ptr::eq(it, key));
        policy.of.iter().any(is)
    };
    let own = parts.key_policies.iter().find(is_of).or(key.policy.as_ref());
    let Some(policy) = own else {
        let why = format!("the key of {what} has the default policy, which does not let {who} use it");
        return Err((LinkState::Broken, why));
    };
    let text = key.name.text.iter().filter(|name| name.starts_with("arn:")).cloned();
    let address = (!key.address.is_empty()).then(|| ChainReceiver::stand_in(&key.address));
    let resources: Vec<String> = text.chain(address).collect();
    USES.into_iter().try_for_each(|action| {
        let asked = Asked { action, resources: &resources, by };
        judged(policy, &asked, &format!("the policy of the key of {what}"), &format!("use it ({action})"))
    })
}

/// The key that a setting names, also by an alias.
fn named<'a>(setting: &Setting, scope: &str, parts: &'a ChainParts) -> Option<&'a ChainKey> {
    let is_it = |name: &Setting, address: &str, of: &str| {
        let is_address = setting.address.as_deref() == Some(address) && !address.is_empty() && scope == of;
        is_address || id(name).is_some() && id(name) == id(setting)
    };
    let direct = parts.keys.iter().find(|key| is_it(&key.name, &key.address, &key.scope));
    direct.or_else(|| {
        let alias = parts.aliases.iter().find(|it| is_it(&it.name, &it.address, &it.scope))?;
        let is_target = |key: &&ChainKey| {
            let is_address = alias.target.address.as_ref() == Some(&key.address) && key.scope == alias.scope;
            is_address && !key.address.is_empty()
                || id(&key.name).is_some() && id(&key.name) == id(&alias.target)
        };
        parts.keys.iter().find(is_target)
    })
}

/// The id of a key, or the name of an alias, also of an ARN.
fn id(setting: &Setting) -> Option<&str> {
    let text = setting.text.as_deref()?;
    let after = |mark: &str| text.rsplit_once(mark).map(|(_, id)| id);
    Some(after(":key/").or_else(|| after(":alias/")).unwrap_or(text.trim_start_matches("alias/")))
}
