import { createHash } from 'node:crypto';
import type { Inside } from './inside.ts';

/** What `npm sbom --sbom-format cyclonedx` prints (CycloneDX 1.5), as far as it is changed here. */
export interface Sbom {
  readonly serialNumber?: string;
  readonly metadata: { readonly component: Component } & Readonly<Record<string, unknown>>;
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version?: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

/** npm calls everything a development dependency here, since it is bundled and nothing is installed. */
const DEVELOPMENT = 'cdx:npm:package:development';
const PRIVATE = 'cdx:npm:package:private';

/**
 * The SBOM of the package: of everything that is installed for the build only what stands in the bundles, each with what it
 * depends on among those. The same tree gives the same text: the time is the day of the release, the serial number is made of
 * the content.
 *
 * @param all what npm says of the checkout
 * @param inside every package whose code is in the bundles
 * @param date of the release, `2026-11-28`; none: no time is stated
 * @throws Error where npm does not know what was bundled
 */
export function sbomOf(
  all: Sbom,
  inside: readonly Inside[],
  { name, date }: { name: string; date?: string | undefined },
): Sbom {
  const components = inside.map(({ name: wanted, version }) => {
    const found = all.components.find((one) => one.name === wanted && one.version === version);
    if (!found) throw new Error(`${wanted}@${version} is bundled and npm sbom does not list it: run npm ci`);
    return withoutProperty(found, DEVELOPMENT);
  });
  const own = all.metadata.component['bom-ref'];
  const known = new Set(components.map((component) => component['bom-ref']));
  const { timestamp: _, ...metadata } = all.metadata;
  const sbom: Sbom = {
    ...all,
    metadata: {
      ...(date ? { timestamp: `${date}T00:00:00Z` } : {}),
      ...metadata,
      // npm names the component after the folder of the checkout.
      component: { ...withoutProperty(all.metadata.component, PRIVATE), name },
    },
    components,
    dependencies: [
      { ref: own, dependsOn: [...known] },
      ...all.dependencies
        .filter(({ ref }) => known.has(ref))
        .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => known.has(one)) })),
    ],
  };
  return { ...sbom, serialNumber: serialOf({ ...sbom, serialNumber: '' }) };
}

function withoutProperty(component: Component, name: string): Component {
  const { properties = [], ...rest } = component;
  const kept = properties.filter((property) => property.name !== name);
  return kept.length > 0 ? { ...rest, properties: kept } : rest;
}

/** A UUID of version 8 (RFC 9562, section 5.8), made of the content. */
function serialOf(content: unknown): string {
  const hex = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
