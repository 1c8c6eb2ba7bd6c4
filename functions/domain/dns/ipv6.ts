/** Eight groups of 16 bits. */
type Groups = readonly number[];

/** The first six groups of an IPv4-mapped address, `::ffff:10.0.0.1` (RFC 4291 section 2.5.5.2): it is no IPv6 host. */
const MAPPED = [0, 0, 0, 0, 0, 0xffff];

/**
 * The one form in which IPv6 addresses are written, compared and published: that of RFC 5952, whatever the spelling that
 * RFC 4291 allows; undefined for anything else, an IPv4-mapped address and one with a zone (`%eth0`) too.
 *
 * | given                        | canonical            |
 * | ---------------------------- | -------------------- |
 * | `2001:DB8:0:0:0:0:0:1`       | `2001:db8::1`        |
 * | `2001:db8:0:1:1:1:1:1`       | `2001:db8:0:1:1:1:1:1` |
 * | `64:ff9b::192.0.2.33`        | `64:ff9b::c000:221`  |
 * | `::ffff:10.0.0.1`            | none                 |
 */
export function canonicalIpv6(text: string): string | undefined {
  const groups = parse(text);
  return groups && !startsWith(groups, MAPPED) ? format(groups) : undefined;
}

/** The 32 hex digits of an address: `2001:db8::1` → `20010db8000000000000000000000001`. */
export function hexOfIpv6(address: string): string {
  return (parse(address) ?? []).map((group) => group.toString(16).padStart(4, '0')).join('');
}

/** The address of 32 hex digits, canonical; undefined where these are of an IPv4-mapped one. */
export function ipv6OfHex(digits: string): string | undefined {
  return canonicalIpv6((digits.match(/.{4}/g) ?? []).join(':'));
}

/** An address that others can reach: not of this host alone, of one link, of no host, or of a group (RFC 4291, RFC 6890). */
export function reachesOthersByIpv6(address: string): boolean {
  const [first = 0, ...others] = parse(address) ?? [];
  const last = others.pop() ?? 0;
  if (first === 0 && last <= 1 && others.every((group) => group === 0)) return false;
  return (first & 0xff_c0) !== 0xfe80 && first >> 8 !== 0xff;
}

function parse(text: string): Groups | undefined {
  const halves = withoutDots(text)?.split('::');
  if (!halves || halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  if (!head || [...head, ...(tail ?? [])].some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  // `::` stands for one group of zeros at least.
  if (tail ? missing < 1 : missing !== 0) return undefined;
  const groups = tail ? [...head, ...Array.from({ length: missing }, () => '0'), ...tail] : head;
  return groups.map((group) => Number.parseInt(group, 16));
}

/** The last two groups may be written as an IPv4 address (RFC 4291 section 2.2). */
function withoutDots(text: string): string | undefined {
  const [, before, ...octets] = /^(.*:)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text) ?? [];
  if (before === undefined) return text;
  if (octets.some((octet) => Number(octet) > 255 || String(Number(octet)) !== octet)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = octets.map(Number);
  return `${before}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

/** Lower case, no leading zeros, `::` for the longest run of two or more zeros, the first of several (RFC 5952 section 4). */
function format(groups: Groups): string {
  const texts = groups.map((group) => group.toString(16));
  const runs = groups.map((_, at) => {
    const end = groups.findIndex((group, index) => index >= at && group !== 0);
    return { at, length: (end === -1 ? groups.length : end) - at };
  });
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), { at: 0, length: 1 });
  if (longest.length < 2) return texts.join(':');
  return `${texts.slice(0, longest.at).join(':')}::${texts.slice(longest.at + longest.length).join(':')}`;
}

const startsWith = (groups: Groups, prefix: Groups) => prefix.every((group, index) => groups[index] === group);
