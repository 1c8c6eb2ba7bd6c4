/** What of EC2 is served (`Served`). */
export const EC2_SERVED = {
  DescribeInstances: 'InstanceIds Filters NextToken MaxResults DryRun=false IncludeManagedResources',
  DescribeNetworkInterfaces: 'NetworkInterfaceIds Filters NextToken MaxResults DryRun=false IncludeManagedResources',
  DescribeSubnets: 'SubnetIds Filters NextToken MaxResults DryRun=false',
} as const;
