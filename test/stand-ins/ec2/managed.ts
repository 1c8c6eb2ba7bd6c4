import type { OperatorResponse } from '@aws-sdk/client-ec2';

/** Who operates a resource; `hidden` where the account leaves what services manage out of its answers. */
export const operatorOf = (managedBy: string | undefined, hidden: boolean): OperatorResponse =>
  managedBy === undefined ? { Managed: false } : { Managed: true, Principal: managedBy, HiddenByDefault: hidden };

/** What is hidden is shown only to those who ask for it (API_GetManagedResourceVisibility). */
export const isShown =
  ({ IncludeManagedResources: included = false }: { readonly IncludeManagedResources?: boolean | undefined }) =>
  ({ Operator }: { readonly Operator?: OperatorResponse | undefined }): boolean =>
    included || !Operator?.HiddenByDefault;
