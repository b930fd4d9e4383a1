use super::{all_right, lines, same, text};
use cwfilter::alarm::{Alarm, Metric, Period, Reading, Sample, Series, State, Timestamp};
use serde_json::Value;

fn time(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

/// The samples of every put that was made before `shift` seconds after the query.
fn series(line: &Value, alarm: &Alarm, shift: f64) -> Series {
    let mut series = Series::default();
    for put in line["puts"].as_array().into_iter().flatten() {
        if put.pointer("/put_s/0").and_then(Value::as_f64).is_some_and(|start| start >= shift) {
            continue;
        }
        for point in put["data"].as_array().unwrap() {
            if !alarm.takes_unit(point["unit"].as_str()) {
                continue;
            }
            let moment = time(text(point, "/timestamp"));
            if let Some(value) = point["value"].as_f64() {
                series.add(moment, value.into());
            }
            for (at, value) in point["values"].as_array().into_iter().flatten().enumerate() {
                let count = point["counts"][at].as_f64().unwrap_or(1.0);
                series.add(moment, Sample::Value { value: value.as_f64().unwrap(), count });
            }
        }
    }
    series
}

/// The periods of the evaluation at `at`. Alarms on metric queries leave out one whole period or none, and nothing
/// in the recording says which: it is taken from the answer.
fn periods(line: &Value, alarm: &Alarm, at: Timestamp, shift: f64) -> Vec<Period> {
    let series = series(line, alarm, shift);
    let newest =
        match line.pointer("/expected/reasonData/evaluatedDatapoints/0/timestamp").and_then(Value::as_str) {
            Some(newest) if !alarm.queries.is_empty() => {
                let period = alarm.period as i64;
                let count = at.seconds().div_euclid(period) - time(newest).seconds().div_euclid(period) - 1;
                alarm.newest_period_leaving_out(at, u32::try_from(count).unwrap())
            }
            _ => alarm.newest_period(at),
        };
    alarm.periods_of(&alarm.periods_before(newest), |_: &Metric| Some(&series))
}

/// When AWS evaluated. A look without a transition: the moment of the SetAlarmState before, plus the seconds since.
fn query_date(line: &Value) -> Option<Timestamp> {
    if let Some(date) = line["query_date"].as_str() {
        return Some(time(date));
    }
    let since = line.pointer("/prior/set_by_SetAlarmState_s")?.as_f64()?;
    let updated = time(line["StateUpdatedTimestamp"].as_str()?);
    Some(Timestamp::from_millis(updated.millis() - (since * 1000.0) as i64))
}

fn expected(line: &Value) -> Result<(), String> {
    let (alarm, _) = Alarm::from_request(&line["alarm"]).map_err(|error| error.to_string())?;
    let at = query_date(line).unwrap();
    let prior: Option<State> =
        line.pointer("/prior/state").map(|state| state.as_str().unwrap().parse().unwrap());
    let before = prior.unwrap_or(State::InsufficientData);
    let periods = periods(line, &alarm, at, 0.0);
    let state = alarm.evaluate(before, &periods);
    if state.name() != text(line, "/expected/state") {
        return Err(format!("{state}"));
    }
    if prior == Some(state) {
        return Ok(());
    }
    let reason = alarm.state_reason(state, &periods);
    if line.pointer("/expected/reason").is_some_and(|expected| *expected != reason.as_str()) {
        return Err(reason);
    }
    let data = alarm.state_reason_data(state, at, &periods);
    let is_right = line
        .pointer("/expected/reasonData")
        .is_none_or(|expected| same(&serde_json::to_value(&data).unwrap(), expected));
    if is_right { Ok(()) } else { Err(data.to_string()) }
}

/// The evaluations every 10 s since the transition before, which changed nothing; not within 3 s of a put.
fn kept(line: &Value) -> Vec<(String, Result<(), String>)> {
    let (Some(state), Some(since)) = (text_of(line, "/prior/state"), line["prior_query_s"].as_f64()) else {
        return Vec::new();
    };
    let (alarm, _) = Alarm::from_request(&line["alarm"]).unwrap();
    if !alarm.queries.is_empty() {
        return Vec::new();
    }
    let number = |value: &Value, pointer: &str| value.pointer(pointer).unwrap().as_f64().unwrap();
    let before: State = state.parse().unwrap();
    let mut answers = Vec::new();
    let mut shift = -10.0;
    while shift > since.trunc() - 1.0 {
        let is_near_a_put = line["puts"]
            .as_array()
            .unwrap()
            .iter()
            .any(|put| number(put, "/put_s/0") < shift && shift < number(put, "/put_s/1") + 3.0);
        if shift > (since + 5.0).max(number(line, "/alarm_put_s/1")) && !is_near_a_put {
            let at = query_date(line).unwrap().plus_seconds(shift as i64);
            let new = alarm.evaluate(before, &periods(line, &alarm, at, shift));
            let answer = if new == before { Ok(()) } else { Err(format!("{new}, not {before}")) };
            answers.push((format!("{}@{shift}", text(line, "/id")), answer));
        }
        shift -= 10.0;
    }
    answers
}

fn text_of<'a>(line: &'a Value, pointer: &str) -> Option<&'a str> {
    line.pointer(pointer).and_then(Value::as_str)
}

#[test]
fn every_recorded_evaluation() {
    let mut answers = Vec::new();
    for line in lines(include_str!("alarm_evaluations.jsonl")) {
        if line["alarm"].is_null() || query_date(&line).is_none() || text(&line, "/expected/state").is_empty()
        {
            continue;
        }
        answers.push((text(&line, "/id").to_owned(), expected(&line)));
        answers.extend(kept(&line));
    }
    all_right("evaluations", 80, answers);
}

/// What others published: the reason of an alarm, from the values that its reason shows.
#[test]
fn every_published_reason() {
    let mut answers = Vec::new();
    for line in lines(include_str!("public_samples.jsonl")) {
        let (reason, state) = (text(&line, "/reason"), text(&line, "/state"));
        let starts: Vec<Timestamp> = line["slots"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|start| time(&format!("{}:00Z", start.as_str().unwrap())))
            .collect();
        let threshold = reason.split("the threshold (").nth(1).and_then(|rest| rest.split(')').next());
        let words = reason.split(" the threshold").next().unwrap_or_default();
        let comparison =
            [" greater than or equal to", " greater than", " less than or equal to", " less than"]
                .into_iter()
                .zip([">=", ">", "<=", "<"])
                .find(|(wording, _)| words.ends_with(wording));
        let (Some(threshold), Some((_, comparison)), false) = (threshold, comparison, starts.is_empty())
        else {
            continue;
        };
        let values = line["values"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap());
        let periods: Vec<Period> =
            starts.iter().copied().zip(values.map(|value| Some(Reading::new(value, 1.0)))).collect();
        let mut alarm = Alarm::new(
            "a",
            text(&line, "/statistic").parse().unwrap_or(cwfilter::alarm::Statistic::Sum),
            60,
            threshold.parse().unwrap(),
        )
        .comparison(comparison.parse().unwrap());
        alarm.evaluation_periods =
            line["evaluation_periods"].as_u64().map_or(periods.len(), |count| count as usize);
        let has_m = reason.contains("out of the last");
        alarm.datapoints_to_alarm = has_m.then(|| line["datapoints_to_alarm"].as_u64().unwrap_or(1) as usize);
        let told = alarm.state_reason(state.parse().unwrap(), &periods);
        answers.push((text(&line, "/id").to_owned(), if told == reason { Ok(()) } else { Err(told) }));
    }
    all_right("published reasons", 12, answers);
}
