import { isIPv4, isIPv6 } from 'node:net';
import { isProblem, readName } from './name.ts';

// Codes marked "seen" occur in public logs; the others follow their pattern.
type Check = (value: string) => string | undefined;

const CHECKS: Readonly<Record<string, Check>> = {
  A: (value) => {
    if (/\s/.test(value)) return fatal('ARRDATANotSingleField', 'Value contains spaces', value); // seen
    return isIPv4(value) ? undefined : fatal('ARRDATAIllegalIPv4Address', 'Value is not a valid IPv4 address', value); // seen
  },
  AAAA: (value) =>
    isIPv6(value) && !value.includes('%') // a zone, which Node allows, is of one host
      ? undefined
      : fatal('AAAARRDATAIllegalIPv6Address', 'Value is not a valid IPv6 address', value),
  SRV: (value) => {
    const fields = value.split(' ');
    if (fields.length !== 4) return fatal('SRVRRDATANotFourFields', "SRV record doesn't have 4 fields", value);
    const [priority = '', weight = '', port = '', target = ''] = fields;
    if (![priority, weight, port].every((number) => isNumber(number, 0xffff))) {
      return fatal('SRVRRDATAIllegalNumber', 'Priority, weight and port must be between 0 and 65535', value);
    }
    return domainName(target);
  },
  MX: (value) => {
    const [preference = '', exchange = '', ...more] = value.split(' ');
    if (exchange === '' || more.length > 0) {
      return fatal('MXRRDATANotTwoFields', "MX record doesn't have 2 fields", value); // seen
    }
    if (!isNumber(preference, 0xffff)) return fatal('MXRRDATAIllegalNumber', 'Preference is not a number', value);
    return domainName(exchange);
  },
  CNAME: domainName,
  NS: domainName,
  PTR: domainName,
  SOA: (value) => {
    const [primary = '', mailbox = '', ...numbers] = value.split(' ');
    if (numbers.length !== 5) return fatal('SOARRDATANotSevenFields', "SOA record doesn't have 7 fields", value);
    if (!numbers.every((number) => isNumber(number, 0xffff_ffff))) {
      return fatal('SOARRDATAIllegalNumber', 'Serial and intervals must be between 0 and 4294967295', value);
    }
    return domainName(primary) ?? domainName(mailbox);
  },
  TXT: characterStrings,
  SPF: characterStrings,
};

/**
 * Checks one value of a record set.
 *
 * @returns Route 53's message, undefined for a good value; types that we never write are only checked for emptiness
 */
export function valueProblem(type: string, value: string): string | undefined {
  const check = CHECKS[type];
  if (check) return check(value);
  return value.trim() === '' ? fatal('EmptyRRDATA', 'Value is empty', value) : undefined;
}

function domainName(text: string): string | undefined {
  const name = readName(text);
  return isProblem(name) ? fatal(name.code, name.explanation, name.part) : undefined;
}

// RFC 1035 section 3.3: a character-string holds at most 255 octets; quotation marks inside it are escaped.
const CHARACTER_STRING = /^"((?:[^"\\]|\\.)*)"/s;

function characterStrings(value: string): string | undefined {
  if (value.length > 4000) return fatal('TXTRDATATooLong', 'Value is too long', value); // seen
  let rest = value;
  for (;;) {
    const match = CHARACTER_STRING.exec(rest);
    if (!match) {
      return fatal('InvalidCharacterString', 'Value should be enclosed in quotation marks', value); // seen
    }
    const text = (match[1] ?? '').replace(/\\(?:[0-3][0-7]{2}|.)/gs, '?');
    if (Buffer.byteLength(text) > 255) return fatal('CharacterStringTooLong', 'Value is too long', value);
    rest = rest.slice(match[0].length);
    if (rest === '') return undefined;
    if (!rest.startsWith(' ')) {
      return fatal('InvalidCharacterString', 'Value should be enclosed in quotation marks', value);
    }
    rest = rest.trimStart();
  }
}

function isNumber(text: string, largest: number): boolean {
  return /^\d{1,10}$/.test(text) && Number(text) <= largest;
}

function fatal(code: string, explanation: string, value: string): string {
  return `Invalid Resource Record: FATAL problem: ${code} (${explanation}) encountered with '${value}'`;
}
