import { describe, expect, it } from 'vitest';
import { FIELD_KEYS } from '../../../src/playbook/fields.ts';
import { playbookJsonSchema, playbookSchema } from '../../../src/playbook/schema.ts';

interface Schema {
  readonly items: {
    readonly properties: Record<string, { readonly description?: string } & Record<string, unknown>>;
  };
}

describe('the JSON Schema of a playbook', () => {
  it('describes every field of a macvtap and every key of a play', () => {
    const { properties } = (playbookJsonSchema() as Schema).items;
    const entry = properties.macvtaps as unknown as Schema;
    expect(Object.keys(entry.items.properties).sort()).toEqual(
      [...FIELD_KEYS, 'loop', 'name', 'when'].sort(),
    );
    for (const one of [...Object.values(properties), ...Object.values(entry.items.properties)]) {
      expect(one.description).toBeTruthy();
    }
  });

  it.each([
    ['a plain entry', { name: 'a', lower: 'e0' }, true],
    ['templates', { name: 'a{{ item }}', lower: '{{ up }}', mtu: '{{ 1 }}', loop: '{{ list }}' }, true],
    ['an unknown key', { name: 'a', mdoe: 'vepa' }, false],
    ['a bad name', { name: 'a b' }, false],
    ['an mtu out of range', { name: 'a', mtu: 1 }, false],
    ['no name', { lower: 'e0' }, false],
  ])('%s', (_, entry, right) => {
    expect(playbookSchema().safeParse([{ hosts: 'all', macvtaps: [entry] }]).success).toBe(right);
  });
});
