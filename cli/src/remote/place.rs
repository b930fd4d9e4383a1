//! `BUCKET/PREFIX`, as it follows `s3://`.

/// The bucket and the prefix, or why there is no such bucket. A prefix may be empty.
pub(super) fn split(place: &str) -> Result<(&str, &str), String> {
    if place.starts_with("arn:") {
        return Err("this is an ARN: name an access point by its alias, which `aws s3control get-access-point` shows, as in s3://ALIAS/PREFIX".to_owned());
    }
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    // AWS: user guide, "General purpose buckets naming rules"; buckets of before 2018 may have capitals, `_` and 255 characters
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if !(3..=255).contains(&bucket.len()) || !bucket.chars().all(is_part) {
        return Err(format!("`{bucket}` is not the name of a bucket; write s3://BUCKET/PREFIX"));
    }
    Ok((bucket, prefix))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn buckets_and_prefixes() {
        assert_eq!(split("trail"), Ok(("trail", "")));
        assert_eq!(split("trail/"), Ok(("trail", "")));
        assert_eq!(split("trail/a//b c"), Ok(("trail", "a//b c")));
        for refused in
            ["", "/a", "ab", "tra il/a", "arn:aws:s3:us-east-1:123456789012:accesspoint/x/AWSLogs/"]
        {
            assert!(split(refused).is_err(), "{refused}");
        }
    }
}
