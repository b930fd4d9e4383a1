"""Prowler's checks of CIS's monitoring controls, by proof instead of by regular expressions over the pattern's text."""

import boto3
from cwfilter import coverage

CHECKS = {
    "4.1": "cloudwatch_log_metric_filter_unauthorized_api_calls",
    "4.2": "cloudwatch_log_metric_filter_sign_in_without_mfa",
    "4.3": "cloudwatch_log_metric_filter_root_usage",
    "4.4": "cloudwatch_log_metric_filter_policy_changes",
    "4.5": "cloudwatch_log_metric_filter_and_alarm_for_cloudtrail_configuration_changes_enabled",
    "4.6": "cloudwatch_log_metric_filter_authentication_failures",
    "4.7": "cloudwatch_log_metric_filter_disable_or_scheduled_deletion_of_kms_cmk",
    "4.8": "cloudwatch_log_metric_filter_for_s3_bucket_policy_changes",
    "4.9": "cloudwatch_log_metric_filter_and_alarm_for_aws_config_configuration_changes_enabled",
    "4.10": "cloudwatch_log_metric_filter_security_group_changes",
    "4.11": "cloudwatch_changes_to_network_acls_alarm_configured",
    "4.12": "cloudwatch_changes_to_network_gateways_alarm_configured",
    "4.13": "cloudwatch_changes_to_network_route_tables_alarm_configured",
    "4.14": "cloudwatch_changes_to_vpcs_alarm_configured",
    "4.15": "cloudwatch_log_metric_filter_aws_organizations_changes",
}


def checks(logs, cloudwatch):
    """What covers each control, and an event that is missed. A metric filter counts if an alarm with an action watches its metric."""
    pages = cloudwatch.get_paginator("describe_alarms").paginate()
    alarms = [alarm for page in pages for alarm in page["MetricAlarms"] if alarm.get("AlarmActions")]
    watched = {(alarm.get("Namespace"), alarm.get("MetricName")) for alarm in alarms}
    groups = {}
    for page in logs.get_paginator("describe_metric_filters").paginate():
        for it in page["metricFilters"]:
            metric = it["metricTransformations"][0]
            if (metric["metricNamespace"], metric["metricName"]) in watched:
                groups.setdefault(it["logGroupName"], {})[it["filterName"]] = it["filterPattern"]
    # filters of several log groups do not add up: each group has other events
    found = [coverage(patterns, "cis-aws-5.0") for patterns in groups.values()]
    return {name: [coverage_of[control] for coverage_of in found] for control, name in CHECKS.items()}


if __name__ == "__main__":
    for name, controls in checks(boto3.client("logs"), boto3.client("cloudwatch")).items():
        print("PASS" if any(controls) else "FAIL", name, *{it.missed for it in controls if it.missed and not any(controls)})
