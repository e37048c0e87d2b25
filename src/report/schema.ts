/**
 * Answers what a report looks like to another program: the zod schema, and the JSON Schema written from it. The one
 * file of the report that loads zod; nothing that runs for every command may import it.
 */
import { z } from 'zod';
import { ACTIONS, type Cause } from '../model/change.ts';
import { PROBLEM_KINDS } from '../model/problem.ts';
import { FORMAT_VERSION, type Report, type ReportValue, STATUSES } from '../model/report.ts';

const CAUSES = ['drift', 'pending', 'both'] as const satisfies readonly Cause[];
const count = z.int().min(0);

const value: z.ZodType<ReportValue> = z
  .union([z.null(), z.boolean(), z.number(), z.string(), z.array(z.string()).readonly()])
  .describe('null: not there, or not to be seen on this host');

const cause = z
  .enum(CAUSES)
  .describe(
    'drift: the host no longer has what was last applied; pending: the playbook asks for something not applied yet',
  );

const position = z.strictObject({ file: z.string(), line: count.min(1), column: count.min(1) });
const state = z.record(z.string(), value).readonly().nullable();

const field = z.strictObject({
  field: z.string(),
  before: value,
  after: value,
  forces_replacement: z.boolean(),
  replacement_reason: z.string().exactOptional().describe('why the kernel cannot change it in place'),
  cause,
});

const holder = z.strictObject({
  pid: count,
  command: z.string(),
  guest: z.string().exactOptional().describe('the guest’s name where QEMU’s command line tells it'),
});

const change = z.strictObject({
  interface: z.string(),
  action: z.enum(ACTIONS),
  cause,
  adopts: z.boolean().exactOptional().describe('a foreign interface that the play takes over'),
  fields: z.array(field).readonly(),
  holders: z.array(holder).readonly().describe('processes that have the tap device open'),
  holders_known: z
    .boolean()
    .describe('false: the login could not look for holders, and an empty list means nothing'),
  disruptions: z.array(z.string()).readonly().exactOptional().describe('what holders would lose'),
  result: z
    .enum(['done', 'not-done', 'undone', 'unknown'])
    .exactOptional()
    .describe('after an apply: whether the host was seen to have the change'),
  before: state.describe('the whole interface as it is; null for one that is created'),
  after: state.describe('the whole interface as it is to be; null for one that is deleted'),
  declared_at: position.exactOptional().describe('where the playbook declares it'),
});

const ignored = z.strictObject({
  interface: z.string(),
  action: z.enum(ACTIONS).describe('what would be done because of it'),
  fields: z.array(field).readonly(),
});

const problem = z.strictObject({
  kind: z.string().describe(
    `one of: ${Object.entries(PROBLEM_KINDS)
      .map(([kind, { meaning }]) => `${kind} (${meaning})`)
      .join('; ')}`,
  ),
  message: z.string(),
  interface: z.string().exactOptional(),
  declared_at: position.exactOptional().describe('where the playbook declares that interface'),
});

const host = z.strictObject({
  host: z.string(),
  status: z.enum(STATUSES),
  changes: z.array(change).readonly().describe('in interface order'),
  ignored: z
    .array(ignored)
    .readonly()
    .exactOptional()
    .describe('differences that a play’s ignore leaves to others; in interface order, absent where none'),
  confirm_over: z
    .enum(['new-connection', 'same-connection'])
    .exactOptional()
    .describe('how changes are confirmed to the dead-man switch; absent where there are none'),
  management_device: z
    .string()
    .exactOptional()
    .describe('what carries the management connection, where that is why a new one must confirm'),
  error: problem.exactOptional(),
  errors: z.array(problem).readonly().exactOptional().describe('where there are several; error is the first'),
  warnings: z.array(z.string()).readonly().exactOptional(),
});

const summary = z.strictObject({
  hosts: count,
  in_sync: count,
  changes: count,
  changed: count,
  failed: count,
  rolled_back: count,
  refused: count,
  unreachable: count,
  skipped: count,
  create: count,
  update: count,
  replace: count,
  delete: count,
  ignored: count
    .exactOptional()
    .describe('differences left to others: fields, creations and deletions; absent where none'),
});

const warning = z.strictObject({
  message: z.string(),
  hint: z.string().exactOptional(),
  declared_at: position.exactOptional(),
});

const shard = z.strictObject({
  index: count.min(1),
  count: count.min(1),
  positions: z
    .array(count)
    .readonly()
    .describe('where each host of this report stands among all hosts of the run, from 0'),
  run: z.string().describe('SHA-256 over the names of all hosts of the run, as a JSON array in their order'),
});

export const reportSchema = z
  .strictObject({
    format_version: z.literal(FORMAT_VERSION),
    command: z.enum(['plan', 'apply', 'drift']),
    shard: shard.exactOptional().describe('which part of a run this is, where --shard cut it'),
    outcome: z.enum(STATUSES).describe('the status of the worst host'),
    summary,
    warnings: z
      .array(warning)
      .readonly()
      .exactOptional()
      .describe('what loading the playbooks and the inventory found worth a warning'),
    hosts: z.array(host).readonly().describe('in inventory order'),
  })
  .meta({ title: 'tapfleet report', description: `The answer of --format json, version ${FORMAT_VERSION}` });

/** Draft 2020-12. Minor versions of the format may add keys, so a reader's schema lets unknown ones pass. */
export function reportJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(reportSchema, {
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => {
      delete jsonSchema.additionalProperties;
    },
  });
}

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
/** Compiles only while the schema and the model say the same. */
export const schemaAgreesWithModel: Same<z.infer<typeof reportSchema>, Report> = true;
