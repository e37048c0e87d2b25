/**
 * Answers what a plan file looks like to another program, and whether a text is one: the zod schema and the JSON Schema
 * written from it. Loaded only where a plan file is read or its schema asked for.
 */
import { z } from 'zod';
import type { Mac } from '../model/mac.ts';
import { FIELD_NAMES, MODES } from '../model/macvtap.ts';
import { PLAN_FILE_VERSION, type SavedLogin, type SavedPlan } from '../model/plan-file.ts';
import { HOST_ORDERS } from '../model/rollout.ts';
import { reportSchema } from '../report/schema.ts';

const count = z.int().min(0);
const position = z.strictObject({ file: z.string(), line: count, column: count });
const mac = z
  .string()
  .regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/)
  .transform((text) => text as Mac);

const fields = z.strictObject({
  lower: z.string(),
  mode: z.enum(MODES),
  mac: mac.exactOptional(),
  mtu: count.exactOptional(),
  txqueuelen: count.exactOptional(),
  bcqueuelen: count.exactOptional(),
  queues: z.union([count, z.string()]).exactOptional(),
  source_macs: z.array(mac).readonly().exactOptional(),
  nopromisc: z.boolean().exactOptional(),
  promisc: z.boolean().exactOptional(),
  allmulticast: z.boolean().exactOptional(),
  addrgenmode: z.string().exactOptional(),
  alias: z.string().exactOptional(),
  state: z.enum(['up', 'down']),
} satisfies Record<(typeof FIELD_NAMES)[number], unknown>);

const declared = {
  name: z.string(),
  owner: z.string(),
  disruption: z.enum(['refuse', 'allow']),
  where: position,
};

const manifest = z.strictObject({
  host: z.string(),
  present: z
    .array(z.strictObject({ ...declared, fields, aliasBefore: z.string().exactOptional() }))
    .readonly(),
  absent: z.array(z.strictObject({ ...declared, ownedOnly: z.boolean().exactOptional() })).readonly(),
  pruneOwners: z.array(z.string()).readonly(),
  ignore: z
    .array(
      z.strictObject({
        owner: z.string(),
        interfaces: z.array(z.string()).readonly(),
        fields: z.array(z.enum(FIELD_NAMES)).readonly().optional(),
        where: position,
      }),
    )
    .readonly(),
  become: z.boolean(),
});

const login: z.ZodType<SavedLogin> = z.lazy(() =>
  z.strictObject({
    kind: z.literal('ssh'),
    address: z.string(),
    port: z.int().min(1).max(65535),
    user: z.string(),
    privateKeyFiles: z.array(z.string()).readonly(),
    identitiesOnly: z.boolean(),
    withoutDefaultKeys: z.literal(true).exactOptional(),
    withoutMethods: z
      .array(z.enum(['publickey', 'password', 'keyboard-interactive']))
      .readonly()
      .exactOptional(),
    addressFamily: z.union([z.literal(4), z.literal(6)]).exactOptional(),
    hostKeyAlias: z.string().exactOptional(),
    knownHostsFiles: z.array(z.string()).readonly(),
    hostKeyChecking: z.enum(['yes', 'accept-new', 'no']),
    connectTimeoutMs: count,
    keepalive: z.strictObject({ intervalS: z.number(), countMax: z.number() }),
    algorithms: z.strictObject({
      ciphers: z.string().exactOptional(),
      kex: z.string().exactOptional(),
      macs: z.string().exactOptional(),
      hostKeys: z.string().exactOptional(),
    }),
    proxy: z.union([z.literal('command'), z.strictObject({ through: login })]).exactOptional(),
    become: z.boolean(),
  }),
);

const holder = z.strictObject({ pid: count, command: z.string(), guest: z.string().exactOptional() });

const host = z.strictObject({
  host: z.string(),
  connection: z.union([z.strictObject({ kind: z.literal('local'), become: z.boolean() }), login]),
  manifest,
  batch: z.string().describe('the steps as lines of "ip -batch"'),
  prints: z
    .record(z.string(), z.string().nullable())
    .describe('the links that the plan rests on, a line each'),
  holders: z.record(z.string(), z.union([z.array(holder).readonly(), z.literal('unknown')])),
});

const batchSize = z.union([z.strictObject({ count: z.number() }), z.strictObject({ percent: z.number() })]);

const rollout = z.strictObject({
  title: z.string(),
  hosts: z.array(z.string()).readonly(),
  order: z.enum(HOST_ORDERS),
  serial: z.array(batchSize).readonly(),
  maxFailPercentage: z.number().nullable(),
  anyErrorsFatal: z.boolean(),
  throttle: z.strictObject({ limit: z.number(), groupOf: z.record(z.string(), z.string()) }).nullable(),
});

export const planFileSchema: z.ZodType<SavedPlan> = z
  .strictObject({
    tapfleet_plan: z.literal(PLAN_FILE_VERSION),
    tapfleet: z.string().describe('the version that made it, and alone may apply it'),
    created: z.string(),
    inputs: z.string().describe('SHA-256 of what the playbooks and the inventory came to'),
    playbooks: z.array(z.string()).readonly(),
    allow_disruption: z.boolean(),
    allow_lockout: z.boolean(),
    max_delete: count.nullable(),
    report: reportSchema,
    rollouts: z.array(rollout).readonly(),
    hosts: z.array(host).readonly().describe('those on which something is to be done'),
    digest: z.string().describe('SHA-256 over everything above'),
  })
  .meta({ title: 'tapfleet plan', description: `The file of plan --out, version ${PLAN_FILE_VERSION}` });

export function planFileJsonSchema(): object {
  return z.toJSONSchema(planFileSchema, { target: 'draft-2020-12', io: 'input' });
}
