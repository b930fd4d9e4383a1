# Every CIS control with other quotes, order, blanks and parentheses than any published pattern: `cwfilter audit` finds them all.

resource "aws_cloudwatch_log_metric_filter" "f0" {
  name           = "control-0"
  log_group_name = "trail"
  pattern        = "{($.eventName  != HeadBucket)&&($.sourceIPAddress  != delivery.logs.amazonaws.com)&&(($.errorCode  = AccessDenied*)||($.errorCode  = *UnauthorizedOperation))}"

  metric_transformation {
    name      = "f0"
    namespace = "Security"
    value     = "1"
  }
}

resource "aws_cloudwatch_log_metric_filter" "f1" {
  name           = "control-1"
  log_group_name = "trail"
  pattern        = "{($.responseElements.ConsoleLogin=\"Success\") && ($.userIdentity.type=\"IAMUser\") && ($.additionalEventData.MFAUsed!=\"Yes\") && ($.eventName=\"ConsoleLogin\")}"

  metric_transformation {
    name      = "f1"
    namespace = "Security"
    value     = "1"
  }
}

resource "aws_cloudwatch_log_metric_filter" "f2" {
  name           = "control-2"
  log_group_name = "trail"
  pattern        = "{($.eventType  != AwsServiceEvent)  &&($.userIdentity.invokedBy NOT EXISTS)  &&($.userIdentity.type  = Root)}"

  metric_transformation {
    name      = "f2"
    namespace = "Security"
    value     = "1"
  }
}

resource "aws_cloudwatch_log_metric_filter" "f3" {
  name           = "control-3"
  log_group_name = "trail"
  pattern        = "{(($.eventName=\"DetachGroupPolicy\")|| ($.eventName=\"AttachGroupPolicy\")|| ($.eventName=\"DetachUserPolicy\")|| ($.eventName=\"AttachUserPolicy\")|| ($.eventName=\"DetachRolePolicy\")|| ($.eventName=\"AttachRolePolicy\")|| ($.eventName=\"DeletePolicyVersion\")|| ($.eventName=\"CreatePolicyVersion\")|| ($.eventName=\"DeletePolicy\")|| ($.eventName=\"CreatePolicy\")|| ($.eventName=\"PutUserPolicy\")|| ($.eventName=\"PutRolePolicy\")|| ($.eventName=\"PutGroupPolicy\")|| ($.eventName=\"DeleteUserPolicy\")|| ($.eventName=\"DeleteRolePolicy\")|| ($.eventName=\"DeleteGroupPolicy\"))&& ($.eventSource=\"iam.amazonaws.com\")}"

  metric_transformation {
    name      = "f3"
    namespace = "Security"
    value     = "1"
  }
}

resource "aws_cloudwatch_log_metric_filter" "f4" {
  name           = "control-4"
  log_group_name = "trail"
  pattern        = "{($.eventName  = StopLogging) ||($.eventName  = StartLogging) ||($.eventName  = DeleteTrail) ||($.eventName  = UpdateTrail) ||($.eventName  = CreateTrail)}"

  metric_transformation {
    name      = "f4"
    namespace = "Security"
    value     = "1"
  }
}

resource "aws_cloudwatch_log_metric_filter" "f5" {
  name           = "control-5"
  log_group_name = "trail"
  pattern        = "{($.errorMessage=\"Failed authentication\")  && ($.eventName=\"ConsoleLogin\")}"

  metric_transformation {
    name      = "f5"
    namespace = "Security"
    value     = "1"
  }
}

resource "aws_cloudwatch_log_metric_filter" "f6" {
  name           = "control-6"
  log_group_name = "trail"
  pattern        = "{(($.eventName  = ScheduleKeyDeletion)||($.eventName  = DisableKey))&&($.eventSource  = kms.amazonaws.com)}"

  metric_transformation {
    name      = "f6"
    namespace = "Security"
    value     = "1"
  }
}

resource "aws_cloudwatch_log_metric_filter" "f7" {
  name           = "control-7"
  log_group_name = "trail"
  pattern        = "{(($.eventName=\"DeleteBucketReplication\") || ($.eventName=\"DeleteBucketLifecycle\") || ($.eventName=\"DeleteBucketCors\") || ($.eventName=\"DeleteBucketPolicy\") || ($.eventName=\"PutBucketReplication\") || ($.eventName=\"PutBucketLifecycle\") || ($.eventName=\"PutBucketCors\") || ($.eventName=\"PutBucketPolicy\") || ($.eventName=\"PutBucketAcl\")) && ($.eventSource=\"s3.amazonaws.com\")}"

  metric_transformation {
    name      = "f7"
    namespace = "Security"
    value     = "1"
  }
}

resource "aws_cloudwatch_log_metric_filter" "f8" {
  name           = "control-8"
  log_group_name = "trail"
  pattern        = "{(($.eventName  = PutConfigurationRecorder)  ||($.eventName  = PutDeliveryChannel)  ||($.eventName  = DeleteDeliveryChannel)  ||($.eventName  = StopConfigurationRecorder))  &&($.eventSource  = config.amazonaws.com)}"

  metric_transformation {
    name      = "f8"
    namespace = "Security"
    value     = "1"
  }
}

resource "aws_cloudwatch_log_metric_filter" "f9" {
  name           = "control-9"
  log_group_name = "trail"
  pattern        = "{($.eventName=\"ModifySecurityGroupRules\")|| ($.eventName=\"DeleteSecurityGroup\")|| ($.eventName=\"CreateSecurityGroup\")|| ($.eventName=\"RevokeSecurityGroupEgress\")|| ($.eventName=\"RevokeSecurityGroupIngress\")|| ($.eventName=\"AuthorizeSecurityGroupEgress\")|| ($.eventName=\"AuthorizeSecurityGroupIngress\")}"

  metric_transformation {
    name      = "f9"
    namespace = "Security"
    value     = "1"
  }
}

resource "aws_cloudwatch_log_metric_filter" "f10" {
  name           = "control-10"
  log_group_name = "trail"
  pattern        = "{($.eventName  = ReplaceNetworkAclAssociation) ||($.eventName  = ReplaceNetworkAclEntry) ||($.eventName  = DeleteNetworkAclEntry) ||($.eventName  = DeleteNetworkAcl) ||($.eventName  = CreateNetworkAclEntry) ||($.eventName  = CreateNetworkAcl)}"

  metric_transformation {
    name      = "f10"
    namespace = "Security"
    value     = "1"
  }
}

resource "aws_cloudwatch_log_metric_filter" "f11" {
  name           = "control-11"
  log_group_name = "trail"
  pattern        = "{($.eventName=\"DetachInternetGateway\")  || ($.eventName=\"DeleteInternetGateway\")  || ($.eventName=\"CreateInternetGateway\")  || ($.eventName=\"AttachInternetGateway\")  || ($.eventName=\"DeleteCustomerGateway\")  || ($.eventName=\"CreateCustomerGateway\")}"

  metric_transformation {
    name      = "f11"
    namespace = "Security"
    value     = "1"
  }
}

resource "aws_cloudwatch_log_metric_filter" "f12" {
  name           = "control-12"
  log_group_name = "trail"
  pattern        = "{(($.eventName  = DisassociateRouteTable)||($.eventName  = DeleteRoute)||($.eventName  = DeleteRouteTable)||($.eventName  = ReplaceRouteTableAssociation)||($.eventName  = ReplaceRoute)||($.eventName  = CreateRouteTable)||($.eventName  = CreateRoute))&&($.eventSource  = ec2.amazonaws.com)}"

  metric_transformation {
    name      = "f12"
    namespace = "Security"
    value     = "1"
  }
}

resource "aws_cloudwatch_log_metric_filter" "f13" {
  name           = "control-13"
  log_group_name = "trail"
  pattern        = "{($.eventName=\"EnableVpcClassicLink\") || ($.eventName=\"DisableVpcClassicLink\") || ($.eventName=\"DetachClassicLinkVpc\") || ($.eventName=\"AttachClassicLinkVpc\") || ($.eventName=\"RejectVpcPeeringConnection\") || ($.eventName=\"DeleteVpcPeeringConnection\") || ($.eventName=\"CreateVpcPeeringConnection\") || ($.eventName=\"AcceptVpcPeeringConnection\") || ($.eventName=\"ModifyVpcAttribute\") || ($.eventName=\"DeleteVpc\") || ($.eventName=\"CreateVpc\")}"

  metric_transformation {
    name      = "f13"
    namespace = "Security"
    value     = "1"
  }
}

resource "aws_cloudwatch_log_metric_filter" "f14" {
  name           = "control-14"
  log_group_name = "trail"
  pattern        = "{(($.eventName  = UpdateOrganizationalUnit)  ||($.eventName  = UpdatePolicy)  ||($.eventName  = RemoveAccountFromOrganization)  ||($.eventName  = MoveAccount)  ||($.eventName  = LeaveOrganization)  ||($.eventName  = InviteAccountToOrganization)  ||($.eventName  = EnablePolicyType)  ||($.eventName  = DisablePolicyType)  ||($.eventName  = DetachPolicy)  ||($.eventName  = DeletePolicy)  ||($.eventName  = DeleteOrganizationalUnit)  ||($.eventName  = DeleteOrganization)  ||($.eventName  = DeclineHandshake)  ||($.eventName  = CreatePolicy)  ||($.eventName  = CreateOrganizationalUnit)  ||($.eventName  = CreateAccount)  ||($.eventName  = AttachPolicy)  ||($.eventName  = AcceptHandshake))  &&($.eventSource  = organizations.amazonaws.com)}"

  metric_transformation {
    name      = "f14"
    namespace = "Security"
    value     = "1"
  }
}
