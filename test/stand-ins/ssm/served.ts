/** What of Systems Manager is served (`Served`). */
export const SSM_SERVED = {
  DescribeInstanceInformation: 'Filters NextToken MaxResults',
} as const;
