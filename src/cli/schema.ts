/** The command `schema`: JSON Schemas for editors and for programs that read reports. */
import { type Output, refuse } from './output.ts';

export async function schema(output: Output, what: string): Promise<number> {
  const schemas: Readonly<Record<string, () => Promise<object>>> = {
    playbook: async () => (await import('../playbook/schema.ts')).playbookJsonSchema(),
    plan: async () => (await import('../plan-file/schema.ts')).planFileJsonSchema(),
    report: async () => (await import('../report/schema.ts')).reportJsonSchema(),
  };
  const make = Object.hasOwn(schemas, what) ? schemas[what] : undefined;
  if (!make) refuse(output, `there is no schema "${what}"`, `schemas: ${Object.keys(schemas).join(', ')}`);
  output.result(`${JSON.stringify(await make(), null, 2)}\n`);
  return 0;
}
