//! The clients of S3: credentials and region as the AWS command line finds them.

use super::refusal::{self, Failure, PATIENCE};
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::ProvideCredentials;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use tokio::runtime::{Builder, Handle};

/// A runtime on one thread of its own, for all that is listed and fetched.
pub(super) fn runtime() -> Result<&'static Handle, Failure> {
    static RUNTIME: OnceLock<Result<Handle, String>> = OnceLock::new();
    let started = RUNTIME.get_or_init(|| {
        let runtime =
            Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
        let handle = runtime.handle().clone();
        let run = move || runtime.block_on(std::future::pending::<()>());
        let thread = std::thread::Builder::new().name("s3".to_owned()).spawn(run);
        thread.map(|_| handle).map_err(|error| error.to_string())
    });
    started.as_ref().map_err(|error| Failure::of_all(format!("no async runtime: {error}")))
}

/// The clients of this run, by bucket; most buckets share one.
#[derive(Default)]
struct Clients {
    config: Option<SdkConfig>,
    of_bucket: BTreeMap<String, Client>,
}

fn clients() -> MutexGuard<'static, Clients> {
    static CLIENTS: Mutex<Clients> = Mutex::new(Clients { config: None, of_bucket: BTreeMap::new() });
    CLIENTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The client for a bucket. Without credentials the error says how to give some.
pub(super) fn client(bucket: &str) -> Result<Client, Failure> {
    in_region(bucket, None)
}

/// The client for a bucket in another region than the configured one, from now on.
pub(super) fn moved(bucket: &str, region: &str) -> Result<Client, Failure> {
    clients().of_bucket.remove(bucket);
    in_region(bucket, Some(region))
}

/// Region and credentials.
pub(super) fn config() -> Result<SdkConfig, Failure> {
    let mut clients = clients();
    if let Some(config) = &clients.config {
        return Ok(config.clone());
    }
    let config = runtime()?.block_on(configure())?;
    clients.config = Some(config.clone());
    Ok(config)
}

fn in_region(bucket: &str, region: Option<&str>) -> Result<Client, Failure> {
    if let Some(client) = clients().of_bucket.get(bucket) {
        return Ok(client.clone());
    }
    let config = config()?;
    let is_own = config.endpoint_url().is_some() || std::env::var_os("AWS_ENDPOINT_URL_S3").is_some();
    // an endpoint of one's own rarely has a name for each bucket
    let mut builder = aws_sdk_s3::config::Builder::from(&config).force_path_style(is_own);
    if let Some(region) = region {
        builder = builder.region(Region::new(region.to_owned()));
    }
    let client = Client::from_conf(builder.build());
    clients().of_bucket.insert(bucket.to_owned(), client.clone());
    Ok(client)
}

async fn configure() -> Result<SdkConfig, Failure> {
    cwfilter::aws::check_profile(None).await.map_err(|error| Failure::of_all(error.message))?;
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(PATIENCE).build();
    let region = aws_config::meta::region::RegionProviderChain::default_provider();
    let loader = aws_config::defaults(BehaviorVersion::latest())
        .region(region.or_else(Region::from_static("us-east-1")))
        // attempts are counted in one place, which also knows of bodies that are cut
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts);
    let config = loader.load().await;
    if let Some(provider) = config.credentials_provider() {
        provider.provide_credentials().await.map_err(|error| refusal::no_credentials(&error))?;
    }
    Ok(config)
}
