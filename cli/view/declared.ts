import { type Check, checkText } from '../../functions/domain/ecs/check.ts';
import type { Claim } from '../../functions/domain/ecs/claim.ts';
import type { Judged } from '../../functions/domain/health/judged.ts';
import type { Disposition } from '../../functions/domain/words/reason.ts';
import { MAX_DECLARATION, printable } from '../../functions/domain/words/text.ts';
import { durationText, plural } from './style.ts';

/** Gives what a claim declares of its checks and its TTL, for people; undefined where nothing, or none is known. */
export type DeclaredOf = (disposition: Disposition) => string | undefined;

/** @param judged the claims of a reading; absent where it could not be read */
export function declaredIn(judged: readonly Judged[] = []): DeclaredOf {
  const claims = Map.groupBy(
    judged.map(({ claim }) => claim),
    ({ task }) => task,
  );
  return ({ name, task = '', target, port }) => {
    const named = (claims.get(task) ?? []).filter((one) =>
      [one.name, printable(one.name, MAX_DECLARATION)].includes(name),
    );
    const found = named.find(({ endpoint, containerPort }) =>
      target === undefined ? containerPort === port : endpoint?.target === target && endpoint.port === port,
    );
    return found && declaredText(found);
  };
}

/** `check http /health, 3 attempts of 2 s; grace 60 s; TTL 10 s` */
export function declaredText({ check, containerHealth, startedAt, graceEndsAt, ttl }: Claim): string | undefined {
  const checks = [
    ...(containerHealth === undefined ? [] : ['container health check']),
    ...(check ? [`check ${attempted(check)}`] : []),
  ];
  const grace = startedAt === undefined || graceEndsAt === undefined ? undefined : graceEndsAt - startedAt;
  const parts = [
    ...checks,
    ...(checks.length > 0 && grace !== undefined ? [`grace ${durationText(grace)}`] : []),
    ...(ttl === undefined ? [] : [`TTL ${ttl} s`]),
  ];
  return parts.length > 0 ? printable(parts.join('; '), MAX_DECLARATION) : undefined;
}

const attempted = (check: Check): string =>
  `${checkText(check)}, ${plural(check.attempts, 'attempt')} of ${check.timeout / 1_000} s`;
