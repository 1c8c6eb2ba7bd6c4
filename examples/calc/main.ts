import { readCredentials } from '../service/basic-auth.ts';
import { BadRequestError, runService } from '../service/http-service.ts';
import { readIdentity } from '../service/identity.ts';
import { notFound, pathArgument } from '../service/path-argument.ts';
import { computeFormula, FORMULA_SYNTAX, FormulaError } from './formula.ts';

/** `GET /calc/<formula>`: the formula's value. A literal `%` in a path is written `%25`. */

const shape = { prefix: '/calc/', allowed: `a formula of ${FORMULA_SYNTAX}`, maxLength: 200 };
const identity = await readIdentity(process.env);

runService(
  {
    name: 'calc',
    // A clean drain outlasts event, window, run, 60 s of propagation and the TTL: set the task's stopTimeout above it.
    defaults: { port: 8081, drainSeconds: 90 },
    credentials: readCredentials('CALC', process.env),
  },
  (request) => {
    const formula = pathArgument(request, shape);
    if (formula === undefined) return notFound(request, shape);
    return { status: 200, body: { value: compute(formula), ...identity } };
  },
);

function compute(formula: string): number {
  try {
    return computeFormula(formula);
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    throw new BadRequestError(error.message, { got: formula, allowed: FORMULA_SYNTAX });
  }
}
