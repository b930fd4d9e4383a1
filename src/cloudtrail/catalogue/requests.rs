//! What recorded events of each name have in `requestParameters`.

use super::rows;
use std::collections::HashMap;
use std::sync::OnceLock;

/// What most recorded events of one name have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// Whether `readOnly` is true.
    pub is_read_only: bool,
    /// The value of `requestParameters` as JSON: an object with AWS's documentation values, or `null`.
    pub parameters: &'static str,
}

/// The request of a recorded event. `None` if no event of this name and source was recorded.
///
/// ```
/// use cwfilter::cloudtrail::catalogue::recorded_request;
/// let request = recorded_request("s3.amazonaws.com", "DeleteBucket").unwrap();
/// assert!(!request.is_read_only && request.parameters.contains("\"bucketName\":\"amzn-s3-demo-bucket\""));
/// assert!(recorded_request("s3.amazonaws.com", "DisableKey").is_none());
/// ```
#[must_use]
pub fn recorded_request(source: &str, name: &str) -> Option<&'static RecordedRequest> {
    static REQUESTS: OnceLock<Requests> = OnceLock::new();
    REQUESTS.get_or_init(read).get(source)?.get(name)
}

/// By source and name.
type Requests = HashMap<&'static str, HashMap<&'static str, RecordedRequest>>;

fn read() -> Requests {
    let of_row = |mut row: std::str::Split<'static, char>| {
        let (source, name) = (row.next()?, row.next()?);
        let is_read_only = row.next()? == "true";
        Some((source, name, RecordedRequest { is_read_only, parameters: row.next()? }))
    };
    let mut requests = Requests::new();
    for (source, name, request) in rows(include_str!("requests.tsv")).filter_map(of_row) {
        requests.entry(source).or_default().insert(name, request);
    }
    requests
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloudtrail::catalogue::recorded_sources;
    use serde_json::Value;

    /// Calls `visit` with the path of each key; elements of arrays have no step.
    fn keys(value: &Value, path: &str, visit: &mut impl FnMut(&str)) {
        match value {
            Value::Object(object) => object.iter().for_each(|(key, value)| {
                let path = format!("{path}.{key}");
                visit(&path);
                keys(value, &path, visit);
            }),
            Value::Array(list) => list.iter().for_each(|value| keys(value, path, visit)),
            _ => {}
        }
    }

    #[test]
    fn every_row_has_only_fields_of_recorded_events() {
        let requests = read();
        let count: usize = requests.values().map(HashMap::len).sum();
        assert_eq!(count, rows(include_str!("requests.tsv")).count());
        let all =
            requests.iter().flat_map(|(source, all)| all.iter().map(move |(name, it)| (source, name, it)));
        for (source, name, request) in all {
            let recorded = &recorded_sources()[source];
            assert!(recorded.names.contains(name), "{source} {name}");
            let parameters: Value = serde_json::from_str(request.parameters).unwrap();
            assert!(parameters.is_object() || parameters.is_null(), "{source} {name}");
            keys(&parameters, "requestParameters", &mut |path| {
                assert!(recorded.may_have(path), "{source} {name}: {path}");
            });
        }
    }
}
