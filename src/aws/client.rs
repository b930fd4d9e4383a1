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
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::ProvideCredentials;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::{RetryConfig, RetryMode};
use aws_smithy_types::timeout::TimeoutConfig;
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
    /// If there is no async runtime.
    pub fn from_environment(settings: &Settings) -> Result<Self, CallError> {
        let runtime = runtime()?;
        let mut loader =
            aws_config::defaults(BehaviorVersion::latest()).region(Region::new(settings.region.clone()));
        if let Some(profile) = &settings.profile {
            // by itself the SDK prefers keys in the environment
            let of_profile = ProfileFileCredentialsProvider::builder().profile_name(profile).build();
            let found = block_on(&runtime, of_profile.provide_credentials())?;
            found.map_err(|error| no_profile(profile, &protocol::with_sources(&error)))?;
            loader = loader.profile_name(profile).credentials_provider(of_profile);
        }
        if let Some(timeout) = settings.timeout {
            loader =
                loader.timeout_config(TimeoutConfig::builder().operation_attempt_timeout(timeout).build());
        }
        let config = block_on(&runtime, loader.load())?;
        let mut client = Self::with_runtime(&config, runtime);
        client.writes_per_second = settings.writes_per_second.unwrap_or(client.writes_per_second);
        Ok(client)
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
        let mut builder = config.clone().into_builder();
        let timeouts = config.timeout_config().cloned().unwrap_or_else(TimeoutConfig::disabled);
        if timeouts.operation_attempt_timeout().is_none() {
            builder =
                builder.timeout_config(timeouts.into_builder().operation_attempt_timeout(ATTEMPT).build());
        }
        // a rate that services slow down when they refuse, in place of fixed pauses
        let retry = config.retry_config().cloned().unwrap_or_else(RetryConfig::standard);
        builder = builder.retry_config(retry.with_retry_mode(RetryMode::Adaptive));
        let http = config.http_client().unwrap_or_else(|| {
            let tls = Provider::Rustls(CryptoMode::AwsLc);
            aws_smithy_http_client::Builder::new().tls_provider(tls).build_https()
        });
        Client {
            config: builder.build(),
            http,
            runtime,
            paces: Mutex::default(),
            writes_per_second: WRITES_PER_SECOND,
        }
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

    async fn one(&self, request: &Request) -> Result<Value, CallError> {
        let wait = self.wait(request);
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        protocol::invoke(&self.config, &self.http, request).await
    }

    /// All calls, `CALLS_AT_ONCE` at a time; writes to CloudWatch Logs one after the other, because concurrent writes to a log
    /// group are refused.
    async fn all(&self, requests: &[Request]) -> Vec<Result<Value, CallError>> {
        let logs = tokio::sync::Mutex::new(());
        let call = async |request: &Request| {
            let is_alone = request.service == Service::Logs && request.is_write();
            let _alone = if is_alone { Some(logs.lock().await) } else { None };
            self.one(request).await
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

/// Why a profile gives no credentials. The SDK says of a profile that does not exist that its provider is not enabled.
fn no_profile(profile: &str, why: &str) -> CallError {
    let message = match why {
        _ if why.contains("was not defined") => {
            format!("the AWS configuration files have no profile `{profile}`")
        }
        "the credential provider was not enabled" => {
            format!("the AWS configuration files have no profile `{profile}`, or no credentials for it")
        }
        why => format!("the profile `{profile}` gives no credentials: {why}"),
    };
    CallError::new("profile", message)
}

fn runtime() -> Result<Runtime, CallError> {
    let built = Builder::new_current_thread().enable_all().build();
    built.map_err(|error| CallError::new("start", format!("no async runtime: {error}")))
}
