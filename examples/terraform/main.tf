terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "launch" {
  description = "Folder that `npx ecssd template --out <folder>` has made"
  type        = string
  default     = "./launch"
}

variable "code_bucket" {
  description = "Bucket for the archives of the functions, in the Region of the provider"
  type        = string
}

variable "stack_name" {
  description = "Name of the stack, the one that the template was made for"
  type        = string
  default     = "EcsServiceDiscoveryDns"
}

variable "hosted_zone_id" {
  description = "Private hosted zone that receives the record sets"
  type        = string
}

variable "hosted_zone_name" {
  description = "Name of that zone"
  type        = string
}

variable "vpc_id" {
  description = "VPC that the health checker is attached to"
  type        = string
}

variable "private_subnet_ids" {
  description = "Subnets of the health checker"
  type        = list(string)
}

locals {
  prefix = "${var.stack_name}/"
}

# Archives have their digest in their names: an update of the code is another key, which CloudFormation sees.
resource "aws_s3_object" "archive" {
  for_each = fileset(var.launch, "*.zip")
  bucket   = var.code_bucket
  key      = "${local.prefix}${each.value}"
  source   = "${var.launch}/${each.value}"
}

resource "aws_s3_object" "template" {
  bucket       = var.code_bucket
  key          = "${local.prefix}template-${filesha256("${var.launch}/template.json")}.json"
  source       = "${var.launch}/template.json"
  content_type = "application/json"
}

# By URL: the template has more than the 51,200 bytes that CloudFormation takes inline.
resource "aws_cloudformation_stack" "service_discovery" {
  name         = var.stack_name
  template_url = "https://${aws_s3_object.template.bucket}.s3.amazonaws.com/${aws_s3_object.template.key}"
  capabilities = ["CAPABILITY_IAM"]

  parameters = {
    CodeBucket       = var.code_bucket
    CodePrefix       = local.prefix
    HostedZoneId     = var.hosted_zone_id
    HostedZoneName   = var.hosted_zone_name
    VpcId            = var.vpc_id
    PrivateSubnetIds = join(",", var.private_subnet_ids)
  }

  depends_on = [aws_s3_object.archive]
}

output "state_machine_arn" {
  description = "Each of its executions is one run; ecssd takes it as ECSSD_STATE_MACHINE"
  value       = aws_cloudformation_stack.service_discovery.outputs["StateMachineArn"]
}

output "checker_security_group_id" {
  description = "Let it in to the ports of your hosts and tasks"
  value       = aws_cloudformation_stack.service_discovery.outputs["CheckerSecurityGroupId"]
}
