"""The example of `docs/python.md`: CIS's checks by proof, over the metric filters and alarms of an account."""

import sys
from pathlib import Path

import pytest
from cwfilter import FilterPattern, load_rules
from test_moto import METRIC, alarm, aws, log_group  # noqa: F401 (a fixture)

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "python/examples"))
import prowler_checks  # noqa: E402

TOPIC = "arn:aws:sns:us-east-1:123456789012:alerts"


@pytest.mark.parametrize("layout", ["as in the pack", "laid out otherwise"])
def test_the_pack_of_cis_passes_and_gaps_fail_with_an_event(aws, layout):  # noqa: F811
    log_group(aws["logs"])
    for number, rule in enumerate(load_rules(ROOT / "patterns/cis-aws").values()):
        pattern = " ".join(str(rule).split()) if layout == "laid out otherwise" else str(rule)
        metric = [{**METRIC[0], "metricName": f"M{number}"}]
        aws["logs"].put_metric_filter(logGroupName="trail", filterName=rule.id, filterPattern=pattern, metricTransformations=metric)
        # the alarm of route tables does not send anything
        actions = [] if rule.id == "cis-route-table-changes" else [TOPIC]
        alarm(aws, TOPIC, rule.id, MetricName=f"M{number}", AlarmActions=actions)
    found = prowler_checks.checks(aws["logs"], aws["cloudwatch"])
    failed = {name for name, controls in found.items() if not any(controls)}
    assert len(found) == 15 and failed == {"cloudwatch_changes_to_network_route_tables_alarm_configured"}
    gap = found["cloudwatch_changes_to_network_route_tables_alarm_configured"][0]
    assert FilterPattern(gap.text).matches(gap.missed)
