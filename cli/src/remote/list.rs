//! Lists the objects below `s3://BUCKET/PREFIX`: of the layout of CloudTrail only the accounts, regions and days that are wanted.

use super::layout::{self, Passed, Step};
use super::object::Object;
use super::refusal::{self, Failure};
use super::{place, retry, settings};
use aws_sdk_s3::Client;
use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output;
use aws_sdk_s3::types::{EncodingType, ObjectStorageClass};
use cwfilter::hit::Selection;
use cwfilter::limits::{FOLDER_ENTRIES, LISTS_AT_ONCE};
use std::sync::Arc;
use tokio::task::JoinSet;

/// What is below a prefix.
#[derive(Default)]
pub(crate) struct Listed {
    /// Sorted as files of a folder are.
    pub(crate) objects: Vec<Object>,
    /// LIST requests.
    pub(crate) requests: u64,
    /// Prefixes that were not listed, with the reason.
    pub(crate) passed: Vec<(String, Passed)>,
}

/// Lists `BUCKET/PREFIX`.
pub(crate) fn list(place: &str, selection: &Selection) -> Result<Listed, Failure> {
    let (bucket, prefix) = place::split(place).map_err(Failure::of_all)?;
    let runtime = settings::runtime()?;
    let all = |client: Client| runtime.block_on(all(client, bucket, prefix, selection));
    let listed = all(settings::client(bucket)?).or_else(|failure| match &failure.region {
        Some(region) => all(settings::moved(bucket, region)?),
        None => Err(failure),
    });
    listed.map(|mut listed| {
        if let Some(named) = listed.objects.iter_mut().find(|object| object.key == prefix) {
            named.is_named = true;
            listed.objects.retain(|object| object.is_named);
        }
        listed.objects.sort_by(|one, other| one.key.split('/').cmp(other.key.split('/')));
        listed
    })
}

async fn all(client: Client, bucket: &str, prefix: &str, selection: &Selection) -> Result<Listed, Failure> {
    let bucket: Arc<str> = bucket.into();
    let mut listed = Listed::default();
    let mut waiting = vec![layout::first(prefix, selection)];
    let mut running = JoinSet::new();
    loop {
        while running.len() < LISTS_AT_ONCE
            && let Some(step) = waiting.pop()
        {
            running.spawn(pages(client.clone(), Arc::clone(&bucket), step));
        }
        let Some(done) = running.join_next().await else { return Ok(listed) };
        let pages = done.map_err(|error| Failure::of_all(format!("listing stopped: {error}")))??;
        listed.requests += pages.requests;
        let is_layout = layout::is_known(prefix) || pages.folders.iter().any(|it| it.ends_with("AWSLogs/"));
        if matches!(&pages.step, Step::Folders(folder) if folder == prefix) && !is_layout {
            waiting.push(Step::Whole(prefix.to_owned()));
            continue;
        }
        listed.objects.extend(pages.objects);
        if listed.objects.len() > FOLDER_ENTRIES {
            return Err(too_many());
        }
        for folder in pages.folders {
            match layout::unwanted(&folder, selection) {
                Some(why) => listed.passed.push((folder, why)),
                None => waiting.push(layout::step(&folder, selection)),
            }
        }
    }
}

fn too_many() -> Failure {
    Failure::of_all(format!("more than {FOLDER_ENTRIES} objects; give a longer prefix, --since and --until"))
}

/// The pages of one step.
struct Pages {
    step: Step,
    objects: Vec<Object>,
    folders: Vec<String>,
    requests: u64,
}

async fn pages(client: Client, bucket: Arc<str>, step: Step) -> Result<Pages, Failure> {
    let mut pages = Pages { step, objects: Vec::new(), folders: Vec::new(), requests: 0 };
    let mut token: Option<String> = None;
    loop {
        let page = page(&client, &bucket, &pages.step, token.clone(), &mut pages.requests).await?;
        let folders = page.common_prefixes().iter().filter_map(|it| it.prefix());
        pages.folders.extend(folders.map(decoded));
        for found in page.contents() {
            let key = decoded(found.key().unwrap_or_default());
            let bytes = u64::try_from(found.size().unwrap_or_default()).unwrap_or_default();
            // the console makes empty objects for folders
            if bytes > 0 || !key.ends_with('/') {
                let etag = found.e_tag().unwrap_or_default().to_owned();
                let mut object = Object::new(Arc::clone(&bucket), key, bytes, etag);
                let class = found.storage_class();
                object.is_archived =
                    matches!(class, Some(ObjectStorageClass::Glacier | ObjectStorageClass::DeepArchive));
                pages.objects.push(object);
            }
        }
        let next = page.next_continuation_token().map(str::to_owned);
        if next.is_none() {
            return match page.is_truncated() {
                Some(true) => Err(Failure::of_all(
                    "S3 says that the list goes on, and not how; what follows is not known".to_owned(),
                )),
                _ => Ok(pages),
            };
        }
        if next == token {
            return Err(Failure::of_all("the list of objects does not end".to_owned()));
        }
        token = next;
        if pages.objects.len() + pages.folders.len() > FOLDER_ENTRIES {
            return Err(too_many());
        }
    }
}

/// One page. Keys come encoded, because XML cannot hold every character of a key.
async fn page(
    client: &Client,
    bucket: &str,
    step: &Step,
    token: Option<String>,
    requests: &mut u64,
) -> Result<ListObjectsV2Output, Failure> {
    let (prefix, delimiter) = match step {
        Step::Whole(prefix) => (prefix, None),
        Step::Folders(prefix) => (prefix, Some("/".to_owned())),
    };
    let mut attempts = retry::Attempts::default();
    loop {
        let call = client.list_objects_v2().bucket(bucket).prefix(prefix).encoding_type(EncodingType::Url);
        let call = call.set_delimiter(delimiter.clone()).set_continuation_token(token.clone());
        *requests += 1;
        let answer = call.send().await;
        let failure = match answer {
            Ok(page) => return Ok(page),
            Err(error) => refusal::failure(bucket, "s3:ListBucket", &error),
        };
        if !failure.is_transient {
            return Err(failure);
        }
        if !attempts.wait().await {
            return Err(attempts.used_up(failure));
        }
    }
}

/// A key of a list with `encoding-type=url`, which has `+` for a space.
fn decoded(key: &str) -> String {
    let spaces = key.replace('+', " ");
    percent_encoding::percent_decode_str(&spaces).decode_utf8_lossy().into_owned()
}
