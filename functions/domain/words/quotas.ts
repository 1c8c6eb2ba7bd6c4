/**
 * Quotas of the services as named constants (L11). Sources as of 2026:
 * Route 53: DeveloperGuide/DNSLimitations; ECS and EC2: their API models; Step Functions: dg/service-quotas.
 */

/** ResourceRecord elements in one change batch; those of an UPSERT count twice, those of DELETE and CREATE once each. */
export const MAX_ELEMENTS_PER_BATCH = 1_000;
/** Characters of all Value elements in one change batch, DELETE included. */
export const MAX_CHARACTERS_PER_BATCH = 32_000;
/** Values in one record set. */
export const MAX_VALUES_PER_SET = 400;
/** Weighted or multivalue sets of one name and type. */
export const MAX_SETS_PER_NAME = 100;
/**
 * Octets of an answer that holds one part of a spread name: the most that HAProxy takes (`accepted_payload_size`), where
 * clients differ; over UDP without fragments none of them would do.
 */
export const MAX_PART_OCTETS = 8_192;
/** Largest weight of a weighted set; the smallest is 0 (R53-MODEL, ResourceRecordSetWeight). */
export const MAX_SET_WEIGHT = 255;
/** Record sets in one hosted zone, adjustable. */
export const MAX_SETS_PER_ZONE = 10_000;
/** Change tokens of an account, of which each CREATE and each DELETE costs one: at most so many, so many more a second (R53-THR). */
export const CHANGE_TOKENS = { capacity: 1_500, refill: 100 } as const;
/** Record sets on one page of ListResourceRecordSets. */
export const RECORD_SETS_PER_PAGE = 300;
/**
 * Requests that taking one refused batch apart may cost, as many as an account may send at once (R53-THR: 50, then 10 a
 * second). What is left over is planned again.
 */
export const MAX_CALLS_PER_BATCH = 50;
/** Characters in the comment of a change batch. */
export const MAX_COMMENT_CHARACTERS = 256;

/** Tasks, and container instances, in one describe call of ECS, and on one page of its lists. */
export const ECS_BATCH = 100;
/** Services in one DescribeServices, deployments in one DescribeServiceDeployments. */
export const SERVICES_PER_CALL = 10;
export const DEPLOYMENTS_PER_CALL = 20;
/** Values of one filter, and machines on one page, of DescribeInstanceInformation (SSM API model). */
export const SSM_FILTER_VALUES = 100;
export const SSM_PAGE = 50;
/** Values of one EC2 filter. */
export const EC2_FILTER_VALUES = 200;

/** Bytes of one state's input or output in Step Functions, a wall that nothing may come near. */
export const MAX_STATE_BYTES = 262_144;

/** Endpoints in one input of the health checker (design, section 4). */
export const ENDPOINTS_PER_PROBE_BATCH = 400;
/** Bytes of one input of the health checker (design, section 4). */
export const BYTES_PER_PROBE_BATCH = 48 * 1024;

/** Milliseconds within which the prober ends, whatever hangs; then come the timeouts of its function and of its state. */
export const CHECKER_DEADLINE = 120_000;

/** Events in the history of one execution, hard: the next one ends it, and no Catch runs (SFN-QUO). */
export const MAX_HISTORY_EVENTS = 25_000;
/** What a run may plan of them (design, section 4); the rest is for faults of several kinds at once. */
export const HISTORY_BUDGET = 20_000;
/** Seconds that an execution may take: `TimeoutSeconds` of the state machine. */
export const RUN_SECONDS = 3_300;

/**
 * Groups of clusters in one pass: each has about 700 bytes in the state. How many fit into the history as well, with a
 * batch of probes each, `domain/reading/budget.ts` says.
 */
export const MAX_GROUPS_PER_RUN = 150;
/** Groups of clusters that are read at a time, and batches of probes of one group: `MaxConcurrency` of the state machine. */
export const OBSERVED_AT_ONCE = 10;
/**
 * Change batches of one pass. They go one after the other, about a second each, and a plan is applied for two minutes
 * (`domain/sending/slices.ts`); each is one request at least, of 50 at once and then 10 a second for the whole account (R53-THR).
 */
export const MAX_BATCHES_PER_PASS = 100;
