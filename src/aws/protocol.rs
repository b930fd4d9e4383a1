//! One call over HTTP: endpoint, protocol, signature and answer.

use super::calls::{CallError, Request, call};
use super::query;
use super::retry::Refusals;
use crate::table::rows;
use aws_config::SdkConfig;
use aws_runtime::auth::SigV4OperationSigningConfig;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::service_clock_skew::ServiceClockSkewInterceptor;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::HttpStatusCodeClassifier;
use aws_smithy_runtime::client::retries::classifiers::TransientErrorClassifier;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{
    AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver,
};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::identity::SharedIdentityResolver;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SigningName;
use aws_types::region::{Region, SigningRegion};
use aws_types::service_config::ServiceConfigKey;
use serde_json::{Value, json};

/// The service's endpoint: of the environment or the configuration files, or AWS's own.
fn endpoint(config: &SdkConfig, host: &str, id: &str, region: &str) -> String {
    let key = ServiceConfigKey::builder().service_id(id).env("AWS_ENDPOINT_URL").profile("endpoint_url");
    let of_service = key.build().ok().and_then(|key| config.service_config()?.load_config(key));
    if let Some(url) = of_service.or_else(|| config.endpoint_url().map(str::to_owned)) {
        return url;
    }
    let mut partitions = rows(include_str!("partitions.tsv"));
    let of_region = partitions.find(|[start, ..]: &[&str; 3]| region.starts_with(start));
    let [_, suffix, dual] = of_region.unwrap_or_default();
    let suffix = if config.use_dual_stack() == Some(true) { dual } else { suffix };
    let fips = if config.use_fips() == Some(true) { "-fips" } else { "" };
    format!("https://{host}{fips}.{region}.{suffix}")
}

fn request(target: &str, version: &str, operation: &str, input: &Value) -> HttpRequest {
    let (kind, body) = match target {
        "" => ("x-www-form-urlencoded".to_owned(), query::form(operation, version, input)),
        _ => (format!("x-amz-json-{version}"), input.to_string()),
    };
    let length = body.len().to_string();
    let mut request = HttpRequest::new(SdkBody::from(body));
    let _ = request.set_method("POST");
    let _ = request.set_uri("/");
    request.headers_mut().insert("content-type", format!("application/{kind}"));
    request.headers_mut().insert("content-length", length);
    if !target.is_empty() {
        request.headers_mut().insert("x-amz-target", format!("{target}.{operation}"));
    }
    request
}

fn answer(operation: &str, is_json: bool, response: &HttpResponse) -> Result<Value, CallError> {
    let body = response.body().bytes().unwrap_or_default();
    if !response.status().is_success() {
        let (code, message) = query::refusal(body);
        let code = code.unwrap_or_else(|| format!("HTTP {}", response.status().as_u16()));
        return Err(CallError::answered(operation, code, message.unwrap_or_default()));
    }
    let read = match is_json {
        true if body.is_empty() => Ok(json!({})),
        true => serde_json::from_slice(body).map_err(|error| error.to_string()),
        false => query::value(body).map(|mut it| {
            let result = it.pointer_mut(&format!("/{operation}Response/{operation}Result"));
            result.map_or_else(|| json!({}), Value::take)
        }),
    };
    read.map_err(|why| CallError::new(operation, format!("the answer cannot be read: {why}")))
}

/// The signature: credentials, service and region.
fn signature(config: &SdkConfig, host: &'static str) -> StaticRuntimePlugin {
    let mut layer = Layer::new("signature");
    layer.store_put(SigV4OperationSigningConfig {
        region: config.region().cloned().map(SigningRegion::from),
        name: Some(SigningName::from_static(host)),
        ..Default::default()
    });
    layer.store_put(AuthSchemeOptionResolverParams::new(()));
    let schemes = SharedAuthSchemeOptionResolver::new(StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID]));
    let mut components = RuntimeComponentsBuilder::new("signature")
        .with_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()))
        .with_auth_scheme_option_resolver(Some(schemes))
        .with_identity_cache(config.identity_cache())
        .with_interceptor(ServiceClockSkewInterceptor::new());
    if let Some(credentials) = config.credentials_provider() {
        components.set_identity_resolver(SCHEME_ID, SharedIdentityResolver::new(credentials));
    }
    StaticRuntimePlugin::new().with_config(layer.freeze()).with_runtime_components(components)
}

pub(super) async fn invoke(
    config: &SdkConfig,
    http: &SharedHttpClient,
    it: &Request,
) -> Result<Value, CallError> {
    let operation = it.operation;
    if call(it.service, operation).is_none() {
        return Err(CallError::new(operation, "the call is not in the table of calls"));
    }
    let [_, host, id, target, version, ..] = it.service.row();
    let region = config.region().map(Region::to_string).unwrap_or_default();
    let mut builder = Operation::builder()
        .service_name(host)
        .operation_name(operation)
        .http_client(http.clone())
        .endpoint_url(&endpoint(config, host, id, &region))
        .standard_retry(&config.retry_config().cloned().unwrap_or_else(RetryConfig::adaptive))
        .retry_classifier(TransientErrorClassifier::<CallError>::new())
        .retry_classifier(HttpStatusCodeClassifier::default())
        .retry_classifier(Refusals)
        .timeout_config(config.timeout_config().cloned().unwrap_or_else(TimeoutConfig::disabled))
        .runtime_plugin(signature(config, host));
    if let Some(sleep) = config.sleep_impl() {
        builder = builder.sleep_impl(sleep);
    }
    if let Some(time) = config.time_source() {
        builder = builder.time_source(time);
    }
    let called = builder
        .serializer(move |input: Value| Ok(request(target, version, operation, &input)))
        .deserializer(move |response: &HttpResponse| {
            answer(operation, !target.is_empty(), response).map_err(OrchestratorError::operation)
        })
        .build();
    called.invoke(it.input.clone()).await.map_err(|error| match error {
        SdkError::ServiceError(refused) => refused.into_err(),
        SdkError::TimeoutError(_) => {
            CallError::new(operation, "no answer in time; it may have been done or not")
        }
        other => CallError::new(operation, with_sources(&other)),
    })
}

/// The error and its causes, each once.
pub(super) fn with_sources(error: &dyn std::error::Error) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(it) = next {
        // a list of attempts has a line for each
        let text = it.to_string();
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let word = lines.collect::<Vec<_>>().join("; ").replace(":; ", ": ");
        if !words.iter().any(|known| known.contains(&word)) {
            words.push(word);
        }
        next = it.source();
    }
    words.join(": ")
}
