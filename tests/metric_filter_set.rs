//! A set of metric filters publishes what each of them publishes alone.

use cwfilter::FilterPattern;
use cwfilter::metric::{
    Datapoint, MetricFilter, MetricFilterSet, MissingDimension, SystemFields, Transformation,
};

fn filter(pattern: &str, transformation: Transformation) -> MetricFilter {
    let pattern: FilterPattern = pattern.parse().unwrap_or_else(|error| panic!("{pattern}: {error}"));
    MetricFilter::new(pattern, transformation).unwrap_or_else(|error| panic!("{error}"))
}

fn filters() -> Vec<(String, MetricFilter)> {
    let to = |value: &str| Transformation::new("Test", "Metric", value);
    let of_user = || to("1").dimension("User", "$.user");
    let plain = [
        filter("{ $.latency = * }", to("$.latency").unit("Milliseconds")),
        filter("{ $.status >= 500 }", to("1").default_value(0.0)),
        filter("{ $.status = * }", of_user()),
        filter("{ $.status = * }", of_user()).missing_dimension(MissingDimension::Omit),
        filter("[ip, ..., status = 5*, bytes]", to("$bytes").dimension("Ip", "$ip")),
        filter("ERROR", to("1").default_value(0.5)),
        filter("", to("1")),
        filter("{ $.status = * }", to("1").default_value(7.0)).on_transformed_logs(true),
        filter("", to("2").default_value(3.0))
            .field_selection(r#"@aws.region = "eu-west-1""#.parse().unwrap()),
        filter("%never%", to("1").default_value(9.0))
            .field_selection(r#"@aws.region = "us-east-1""#.parse().unwrap()),
    ];
    plain.into_iter().enumerate().map(|(at, filter)| (format!("f{at}"), filter)).collect()
}

const EVENTS: [&str; 8] = [
    r#"{"latency":11.5,"status":503,"user":"a"}"#,
    r#"{"latency":"banana","status":200}"#,
    r#"{"latency":null,"status":"x","user":5}"#,
    "10.0.0.1 GET /x 503 1234",
    "10.0.0.1 GET /x 503 many",
    "ERROR: disk full",
    "",
    r#"{"status":500"#,
];

#[test]
fn a_set_publishes_what_its_filters_publish_alone() {
    let filters = filters();
    let set = MetricFilterSet::new(filters.clone()).unwrap();
    let mut published = vec![0; filters.len()];
    for region in [None, Some("us-east-1"), Some("eu-west-1")] {
        let system = SystemFields { region: region.map(str::to_owned), ..SystemFields::default() };
        for event in EVENTS {
            let alone = filters.iter().enumerate();
            let alone: Vec<(usize, Datapoint)> = alone
                .filter_map(|(at, (_, filter))| Some((at, filter.datapoint_in(event, &system)?)))
                .collect();
            alone.iter().for_each(|(at, _)| published[*at] += 1);
            let together = set.datapoints_in(event, &system).into_iter();
            assert_eq!(together.map(|(id, point)| (id.index(), point)).collect::<Vec<_>>(), alone, "{event}");
            if region.is_none() {
                assert_eq!(set.datapoints(event), set.datapoints_in(event, &system));
            }
        }
    }
    let silent: Vec<usize> = (0..filters.len()).filter(|at| published[*at] == 0).collect();
    assert_eq!(silent, [7], "all but the one on transformed logs publish something");
    for id in set.patterns().ids() {
        let (name, filter) = &filters[id.index()];
        assert_eq!(set.name(id), name);
        assert_eq!(set.filter(id).map(MetricFilter::pattern), Some(filter.pattern()));
    }
}
