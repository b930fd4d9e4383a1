//! A client of AWS for the calls of [`CALLS`](super::CALLS).
//!
//! AWS's own runtime finds credentials, signs, retries and times out. There is no generated client of a service: requests and
//! answers are the JSON documents of the API reference; SNS and STS get them as a form and answer in XML.
//!
//! ```no_run
//! use cwfilter::aws::{Account, Client, Service, Settings};
//!
//! let client = Client::from_environment(&Settings::new("us-east-1"))?;
//! let alarms = client.call(Service::CloudWatch, "DescribeAlarms", serde_json::json!({}))?;
//! # Ok::<(), cwfilter::provision::CallError>(())
//! ```

use super::calls::{Account, CallError, Request, Service};
use super::pace::Pace;
use super::protocol;
use crate::limits::{CALLS_AT_ONCE, READS_PER_SECOND, WRITES_PER_SECOND};
use aws_config::profile::{self, ProfileFileCredentialsProvider};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::ProvideCredentials;
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::{RetryConfig, RetryMode};
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::os_shim_internal::{Env, Fs};
use futures_util::{StreamExt, stream};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// Where to find an account, and how to call it.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Settings {
    /// The region.
    pub region: String,
    /// A profile of the AWS configuration files, also where the environment has keys.
    pub profile: Option<String>,
    /// A limit for one attempt of a call, in place of 30 seconds.
    pub timeout: Option<Duration>,
    /// Writes a second to each service, in place of 3.
    pub writes_per_second: Option<f64>,
}

impl Settings {
    /// In a region.
    #[must_use]
    pub fn new(region: impl Into<String>) -> Self {
        Settings { region: region.into(), ..Self::default() }
    }
}

/// The services of one account and region. It blocks the thread that calls; an async program calls it on a thread for blocking work.
#[derive(Debug)]
pub struct Client {
    config: SdkConfig,
    http: SharedHttpClient,
    runtime: Runtime,
    paces: Mutex<BTreeMap<(Service, bool), Pace>>,
    writes_per_second: f64,
}

impl Client {
    /// A client with credentials as the AWS command line finds them: environment, profile, role.
    ///
    /// # Errors
    /// If there is no async runtime, and if there is no such profile.
    pub fn from_environment(settings: &Settings) -> Result<Self, CallError> {
        let runtime = runtime()?;
        let mut loader =
            aws_config::defaults(BehaviorVersion::latest()).region(Region::new(settings.region.clone()));
        block_on(&runtime, check_profile(settings.profile.as_deref()))??;
        if let Some(profile) = &settings.profile {
            // by itself the SDK prefers keys in the environment
            let of_profile = ProfileFileCredentialsProvider::builder().profile_name(profile).build();
            block_on(&runtime, of_profile.provide_credentials())?.map_err(|error| {
                // so the SDK says that the files have none
                let why = protocol::with_sources(&error)
                    .replace("the credential provider was not enabled", "it has none");
                CallError::new("profile", format!("the profile `{profile}` gives no credentials: {why}"))
            })?;
            loader = loader.profile_name(profile).credentials_provider(of_profile);
        }
        if let Some(timeout) = settings.timeout {
            loader =
                loader.timeout_config(TimeoutConfig::builder().operation_attempt_timeout(timeout).build());
        }
        let client = Self::with_runtime(&block_on(&runtime, loader.load())?, runtime);
        Ok(settings.writes_per_second.into_iter().fold(client, Client::writes_per_second))
    }

    /// A client with a configuration of the caller.
    ///
    /// # Errors
    /// As [`from_environment`](Client::from_environment).
    pub fn new(config: &SdkConfig) -> Result<Self, CallError> {
        Ok(Self::with_runtime(config, runtime()?))
    }

    fn with_runtime(config: &SdkConfig, runtime: Runtime) -> Self {
        const ATTEMPT: Duration = Duration::from_secs(30);
        let mut timeouts = config.timeout_config().cloned().unwrap_or_else(TimeoutConfig::disabled);
        if timeouts.operation_attempt_timeout().is_none() {
            timeouts = timeouts.into_builder().operation_attempt_timeout(ATTEMPT).build();
        }
        // a rate that services slow down when they refuse, in place of fixed pauses
        let retry = config.retry_config().cloned().unwrap_or_else(RetryConfig::standard);
        let retry = retry.with_retry_mode(RetryMode::Adaptive);
        let http = config.http_client().unwrap_or_else(|| {
            let tls = Provider::Rustls(CryptoMode::AwsLc);
            aws_smithy_http_client::Builder::new().tls_provider(tls).build_https()
        });
        let config = config.clone().into_builder().timeout_config(timeouts).retry_config(retry).build();
        Client { config, http, runtime, paces: Mutex::default(), writes_per_second: WRITES_PER_SECOND }
    }

    /// Sets the number of writes a second to each service, in place of 3.
    #[must_use]
    pub fn writes_per_second(mut self, writes: f64) -> Self {
        self.writes_per_second = writes;
        self
    }

    /// When the next call of this kind may start.
    fn wait(&self, request: &Request) -> Duration {
        let is_write = request.is_write();
        let (per_second, burst) =
            if is_write { (self.writes_per_second, 1.0) } else { (READS_PER_SECOND, READS_PER_SECOND) };
        let mut paces = self.paces.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        paces
            .entry((request.service, is_write))
            .or_insert_with(|| Pace::new(per_second.max(self.writes_per_second), burst))
            .turn()
    }

    /// All calls, `CALLS_AT_ONCE` at a time; writes to CloudWatch Logs one after the other, because concurrent writes to a log
    /// group are refused.
    async fn all(&self, requests: &[Request]) -> Vec<Result<Value, CallError>> {
        let logs = tokio::sync::Mutex::new(());
        let call = async |request: &Request| {
            let is_alone = request.service == Service::Logs && request.is_write();
            let _alone = if is_alone { Some(logs.lock().await) } else { None };
            tokio::time::sleep(self.wait(request)).await;
            protocol::invoke(&self.config, &self.http, request).await
        };
        stream::iter(requests.iter().map(call)).buffered(CALLS_AT_ONCE).collect().await
    }
}

impl Account for Client {
    fn calls(&self, requests: &[Request]) -> Vec<Result<Value, CallError>> {
        block_on(&self.runtime, self.all(requests))
            .unwrap_or_else(|error| requests.iter().map(|_| Err(error.clone())).collect())
    }
}

/// Runs a future on a thread of its own: the caller's may belong to a runtime, which would refuse to block.
fn block_on<F: Future + Send>(runtime: &Runtime, future: F) -> Result<F::Output, CallError>
where
    F::Output: Send,
{
    let run = || runtime.block_on(future);
    std::thread::scope(|scope| scope.spawn(run).join())
        .map_err(|_| CallError::new("start", "it was not completed"))
}

/// Whether the configuration files have a profile: the one that is asked for, or the one that `AWS_PROFILE` names. The SDK leaves out a
/// profile that does not exist, and takes keys of the environment. The profile `default` need not be there.
///
/// # Errors
/// If they do not have it, or cannot be read.
pub async fn check_profile(profile: Option<&str>) -> Result<(), CallError> {
    let of_environment =
        || std::env::var("AWS_PROFILE").ok().filter(|it| !matches!(it.as_str(), "" | "default"));
    let Some(profile) = profile.map(str::to_owned).or_else(of_environment) else { return Ok(()) };
    let error = |message| Err(CallError::new("profile", message));
    match profile::load(&Fs::real(), &Env::real(), &EnvConfigFiles::default(), None).await {
        Err(why) => error(protocol::with_sources(&why)),
        Ok(all) if all.get_profile(&profile).is_none() => {
            error(format!("the AWS configuration files have no profile `{profile}`"))
        }
        Ok(_) => Ok(()),
    }
}

fn runtime() -> Result<Runtime, CallError> {
    let built = Builder::new_current_thread().enable_all().build();
    built.map_err(|error| CallError::new("start", format!("no async runtime: {error}")))
}
