import type { DescribeSubnetsCommandInput, Subnet } from '@aws-sdk/client-ec2';
import { ServiceFault } from '../service.ts';
import { type FilterFields, matcher, pageOf } from './describe.ts';

/** A subnet as a test gives it. */
export interface NewSubnet {
  readonly vpcId: string;
  /** `10.0.0.0/16` unless given. */
  readonly cidrBlock?: string;
}

const fields: FilterFields<Subnet> = {
  'subnet-id': ({ SubnetId }) => [SubnetId],
  'vpc-id': ({ VpcId }) => [VpcId],
  'availability-zone': ({ AvailabilityZone }) => [AvailabilityZone],
};

/** The subnets of one account and Region. */
export class Subnets {
  readonly #place: { readonly region: string; readonly accountId: string };
  readonly #subnets = new Map<string, Subnet>();

  constructor(place: { readonly region: string; readonly accountId: string }) {
    this.#place = place;
  }

  put(id: string, { vpcId, cidrBlock = '10.0.0.0/16' }: NewSubnet): void {
    this.#subnets.set(id, {
      SubnetId: id,
      VpcId: vpcId,
      CidrBlock: cidrBlock,
      State: 'available',
      OwnerId: this.#place.accountId,
      AvailabilityZone: `${this.#place.region}a`,
    });
  }

  describe({ SubnetIds: ids = [], Filters = [], MaxResults, NextToken }: DescribeSubnetsCommandInput) {
    const isWanted = matcher(Filters, fields);
    const selection = { ids, idsName: 'subnetSet', maxResults: MaxResults, nextToken: NextToken };
    const { page, ...rest } = pageOf(() => this.#asked(ids).filter(isWanted), selection);
    return { Subnets: page, ...rest };
  }

  #asked(ids: readonly string[]): readonly Subnet[] {
    if (ids.length === 0) return [...this.#subnets.values()];
    return [...new Set(ids)].map((id) => {
      const found = this.#subnets.get(id);
      if (found) return found;
      throw new ServiceFault('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`);
    });
  }
}
