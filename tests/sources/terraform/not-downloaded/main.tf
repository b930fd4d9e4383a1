module "network" {
  source = "terraform-aws-modules/vpc/aws"
}

module "cluster" {
  source = "terraform-aws-modules/eks/aws"
}
