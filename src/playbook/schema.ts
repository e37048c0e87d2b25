/**
 * The JSON Schema of a playbook as people write it, for editors. Made from the same field table as the checks; it judges
 * no playbook itself. Imported only where the schema is printed: zod takes about 50 ms to load.
 */
import { z } from 'zod';
import { FIELD_NAMES } from '../model/macvtap.ts';
import { INTERFACE_NAME, LOWER_NAME, OWNER_NAME } from '../model/names.ts';
import { HOST_ORDERS } from '../model/rollout.ts';
import { FIELD_DEFAULTS, FIELD_KEYS, FIELDS, type FieldRule, MAX_SOURCE_MACS, NAME_RULE } from './fields.ts';
import { INTERFACE_GLOB, RULE_KEYS } from './ignore-rules.ts';
import { PLAY_KEYS } from './play-keys.ts';

const template = z
  .string()
  .regex(/\{\{|\{%|\{#/)
  .describe('a Jinja template');
const macText = z.string().regex(/^\s*[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}\s*$/);
const text = z.string().regex(/^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/);
/** Ansible's spellings, as text in quotes or as YAML 1.2 reads `yes`; JSON Schema knows no flag for their case. */
const booleanText = ['true', 'yes', 'on', '1', 'false', 'no', 'off', '0']
  .map((word) => word.replace(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`))
  .join('|');
const boolean = z.union([z.boolean(), z.string().regex(new RegExp(`^\\s*(${booleanText})\\s*$`))]);
/** A number in quotes is taken too; its range is then for the checks to judge. */
const integerText = z.string().regex(/^\s*\d{1,15}\s*$/);
const count = z.union([z.int().min(1), z.string().regex(/^\s*0*[1-9]\d{0,14}\s*$/)]);
const percent = z.string().regex(/^\s*(0{0,2}[1-9]|0?[1-9]\d|100)\s*%\s*$/);
const percentage = z.union([
  z.number().min(0).max(100),
  z.string().regex(/^\s*(0?\d{1,2}(\.\d{1,6})?|100(\.0{1,6})?)\s*%?\s*$/),
]);
const variable = z.string().regex(/^[A-Za-z_]\w*$/);
const condition = z.union([z.boolean(), z.string().regex(/\S/)]);

/** Draft 2020-12. Every templatable value is the typed value or a string with a template. */
export function playbookJsonSchema(): object {
  const schema = z.toJSONSchema(playbookSchema(), { io: 'input' });
  return { ...schema, title: 'tapfleet playbook' };
}

/** A playbook as written: a list of plays. */
export function playbookSchema(): z.ZodType {
  const batch = z.union([count, percent, template]);
  const pattern = z.string().regex(/\S/);
  const play = {
    name: z.union([z.string(), z.number(), z.boolean()]).optional(),
    hosts: z.union([pattern, z.array(pattern).min(1)]),
    vars: z.record(variable, z.json()).nullable().optional(),
    serial: z.union([batch, z.array(batch).min(1)]).optional(),
    max_fail_percentage: z.union([percentage, template]).optional(),
    any_errors_fatal: z.union([boolean, template]).optional(),
    throttle_by: z
      .union([
        z.strictObject({
          var: z.union([variable, template]),
          limit: z.union([count, template]).default(1),
        }),
        template,
      ])
      .optional(),
    order: z.union([z.enum([...HOST_ORDERS, 'reverse']), template]).optional(),
    become: z.union([boolean, template]).optional(),
    owner: z.union([z.string().regex(OWNER_NAME), template]).default('default'),
    prune: z.union([z.enum(['owned', 'none']), template]).default('owned'),
    ignore: z.union([z.array(z.union([ruleSchema(), template])), template]).optional(),
    defaults: z
      .strictObject(fieldSchemas(['up', 'down']))
      .nullable()
      .optional(),
    macvtaps: z.array(entrySchema()),
  } satisfies { readonly [key in keyof typeof PLAY_KEYS]: z.ZodType };
  const described = Object.fromEntries(
    Object.entries(play).map(([key, type]) => [key, type.describe(PLAY_KEYS[key as keyof typeof PLAY_KEYS])]),
  );
  return z.array(z.strictObject(described)).min(1);
}

function ruleSchema(): z.ZodType {
  const glob = z.union([z.string().regex(INTERFACE_GLOB), template]);
  const field = z.union([z.enum(FIELD_NAMES), template]);
  return z.strictObject({
    interfaces: z.union([glob, z.array(glob).min(1)]).describe(RULE_KEYS.interfaces),
    fields: z
      .union([field, z.array(field).min(1)])
      .optional()
      .describe(RULE_KEYS.fields),
  });
}

function entrySchema(): z.ZodType {
  return z.strictObject({
    name: templatable(typeOf(NAME_RULE)).describe(NAME_RULE.description),
    ...fieldSchemas(['up', 'down', 'absent']),
    loop: z
      .union([z.array(z.json()), template])
      .optional()
      .describe('Repeats the entry for each item, which templates know as item.'),
    when: z
      .union([condition, z.array(condition)])
      .optional()
      .describe(
        'A condition, or a list of conditions that must all hold; evaluated for each item of a loop.',
      ),
  });
}

function fieldSchemas(states: readonly string[]): Record<string, z.ZodType> {
  return Object.fromEntries(
    FIELD_KEYS.map((key) => {
      const rule: FieldRule = FIELDS[key];
      const type = templatable(key === 'state' ? z.enum(states as [string]) : typeOf(rule));
      const described = type.describe(rule.description);
      const fallback = Object.hasOwn(FIELD_DEFAULTS, key)
        ? FIELD_DEFAULTS[key as keyof typeof FIELD_DEFAULTS]
        : undefined;
      return [
        key,
        fallback === undefined ? described.optional() : described.meta({ default: fallback }).optional(),
      ];
    }),
  );
}

function templatable(type: z.ZodType): z.ZodType {
  return type instanceof z.ZodString && !type.format ? type : z.union([type, template]);
}

function typeOf({ is }: FieldRule): z.ZodType {
  switch (is.type) {
    case 'interface-name':
      return z.string().regex(INTERFACE_NAME);
    case 'lower-name':
      return z.string().regex(LOWER_NAME);
    case 'mac':
      return z.union([z.literal('auto'), macText]);
    case 'mac-list':
      return z.array(z.union([macText, template])).max(MAX_SOURCE_MACS);
    case 'text':
      return text;
    case 'boolean':
      return boolean;
    case 'integer':
      return z.union([z.int().min(is.min).max(is.max), integerText]);
    case 'one-of':
      return z.enum([...is.values, ...Object.keys(is.aliases ?? {})] as [string]);
  }
}
