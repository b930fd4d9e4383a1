//! The same without a runtime of one's own.

use super::{AwsError, StepReport};
use crate::provision::{Observed, Plan, Stack};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use std::future::Future;
use std::time::Duration;
use tokio::runtime::{Builder, Handle, Runtime};

/// A client with its own runtime, on the thread that calls.
#[derive(Debug)]
pub struct Client {
    inner: super::Client,
    runtime: Runtime,
}

impl Client {
    /// Of credentials and settings as the AWS command line finds them: environment, profile, role.
    ///
    /// # Errors
    /// Within an async runtime, where blocking would stop everything else: use [`super::Client`] there.
    pub fn from_environment(settings: &Settings) -> Result<Self, AwsError> {
        let runtime = runtime()?;
        let mut loader =
            aws_config::defaults(BehaviorVersion::latest()).region(Region::new(settings.region.clone()));
        if let Some(profile) = &settings.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(timeout) = settings.timeout {
            let timeouts = aws_config::timeout::TimeoutConfig::builder().operation_attempt_timeout(timeout);
            loader = loader.timeout_config(timeouts.build());
        }
        let config = runtime.block_on(loader.load());
        let mut inner = super::Client::new(&config);
        if let Some(writes) = settings.writes_per_second {
            inner = inner.writes_per_second(writes);
        }
        Ok(Client { inner, runtime })
    }

    /// Of a configuration that is there.
    ///
    /// # Errors
    /// As [`from_environment`](Client::from_environment).
    pub fn new(config: &SdkConfig) -> Result<Self, AwsError> {
        Ok(Client { inner: super::Client::new(config), runtime: runtime()? })
    }

    /// Of an async client.
    ///
    /// # Errors
    /// As [`from_environment`](Client::from_environment).
    pub fn of(inner: super::Client) -> Result<Self, AwsError> {
        Ok(Client { inner, runtime: runtime()? })
    }

    /// See [`super::Client::observe`].
    ///
    /// # Errors
    /// As there.
    pub fn observe(&self, stack: &Stack) -> Result<Observed, AwsError> {
        self.wait_for(self.inner.observe(stack))
    }

    /// See [`super::Client::apply`].
    pub fn apply(&self, plan: &Plan, each: impl FnMut(&StepReport)) -> Vec<StepReport> {
        self.wait_for(self.inner.apply(plan, each))
    }

    /// Runs what `call` makes of the async client.
    pub fn block_on<'a, F: Future>(&'a self, call: impl FnOnce(&'a super::Client) -> F) -> F::Output {
        self.wait_for(call(&self.inner))
    }

    fn wait_for<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }
}

/// Where to find an account, and how to treat it.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Settings {
    region: String,
    profile: Option<String>,
    timeout: Option<Duration>,
    writes_per_second: Option<f64>,
}

impl Settings {
    /// In a region.
    #[must_use]
    pub fn new(region: impl Into<String>) -> Self {
        Settings { region: region.into(), ..Self::default() }
    }

    /// With a profile of the AWS configuration files.
    #[must_use]
    pub fn profile(mut self, profile: Option<String>) -> Self {
        self.profile = profile;
        self
    }

    /// With a time that one attempt may take.
    #[must_use]
    pub fn timeout(mut self, timeout: Option<Duration>) -> Self {
        self.timeout = timeout;
        self
    }

    /// With another rate of writes.
    #[must_use]
    pub fn writes_per_second(mut self, writes: Option<f64>) -> Self {
        self.writes_per_second = writes;
        self
    }
}

fn runtime() -> Result<Runtime, AwsError> {
    if Handle::try_current().is_ok() {
        return Err(AwsError::new("start", "a blocking client within an async runtime would stop it"));
    }
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| AwsError::new("start", format!("no async runtime: {error}")))
}
