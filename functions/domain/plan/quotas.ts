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
/** Largest weight of a weighted set; the smallest is 0 (R53-MODEL, ResourceRecordSetWeight). */
export const MAX_SET_WEIGHT = 255;
/** Record sets in one hosted zone, adjustable. */
export const MAX_SETS_PER_ZONE = 10_000;
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
/** Values of one EC2 filter. */
export const EC2_FILTER_VALUES = 200;

/** Bytes of one state's input or output in Step Functions, a wall that nothing may come near. */
export const MAX_STATE_BYTES = 262_144;

/** Endpoints in one input of the health checker (design, section 4). */
export const ENDPOINTS_PER_PROBE_BATCH = 400;
/** Bytes of one input of the health checker (design, section 4). */
export const BYTES_PER_PROBE_BATCH = 48 * 1024;

/**
 * Clusters in one run: each adds about 40 events to the history (25,000 at most) and, with its ARN, about 700 bytes to
 * the state. Beyond it the run asks for a narrower `clusters` setting.
 */
export const MAX_CLUSTERS_PER_RUN = 150;
