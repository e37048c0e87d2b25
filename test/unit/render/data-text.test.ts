import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ObservedMacvtap, ObservedState } from '../../../src/model/observed.ts';
import type { Problem } from '../../../src/model/problem.ts';
import { renderFacts } from '../../../src/render/facts-text.ts';
import { renderManifests } from '../../../src/render/manifest-text.ts';
import { MAC_A, observedMacvtap, observedState, QEMU } from './builders.ts';

const where = { file: 'p.yaml', line: 1, column: 1 };

describe('renderManifests', () => {
  const manifests = [
    {
      host: 'hv01',
      present: [
        {
          name: 'web0',
          owner: 'default',
          disruption: 'refuse',
          where,
          fields: { state: 'up', mac: MAC_A, mode: 'bridge', lower: 'eno1' },
        },
      ],
      absent: [{ name: 'old0', owner: 'default', disruption: 'allow', where }],
      pruneOwners: ['default'],
      ignore: [],
      become: false,
    },
  ] as const;

  it('writes per host its interfaces by name', () => {
    expect(renderManifests(manifests)).toBe(
      [
        'hv01:',
        '  macvtaps:',
        '    old0:',
        '      state: absent',
        '      owner: default',
        '      disruption: allow',
        '    web0:',
        '      lower: eno1',
        '      mode: bridge',
        '      mac: "52:54:00:10:00:01"',
        '      state: up',
        '      owner: default',
        '      disruption: refuse',
        '  prune_owners:',
        '    - default',
        '',
      ].join('\n'),
    );
  });

  it('says the same as JSON', () => {
    expect(JSON.parse(renderManifests(manifests, 'json'))).toEqual(parse(renderManifests(manifests)));
  });
});

describe('renderFacts', () => {
  const web = { ...observedMacvtap('web0', { lower: 'eno1', mtu: 1500 }), holders: [QEMU] };
  const hidden = { ...observedMacvtap('x', {}), holders: 'unknown' } as const;
  const facts = new Map<string, ObservedState | Problem>([
    [
      'hv01',
      observedState({
        macvtaps: new Map<string, ObservedMacvtap>([
          ['web0', web],
          ['x', hidden],
        ]),
      }),
    ],
    ['hv02', { kind: 'connect-timeout', message: 'silent' }],
  ]);

  it('writes what was seen, and what could not be', () => {
    expect(parse(renderFacts(facts))).toEqual({
      hv01: {
        kernel: '6.18.0',
        iproute2: 'iproute2-6.1.0',
        root: true,
        management_device: 'eno1',
        macvtaps: {
          web0: {
            lower: 'eno1',
            mtu: 1500,
            ifindex: 7,
            owner: null,
            holders: [{ pid: 4711, command: 'qemu-system-x86' }],
          },
          x: { ifindex: 7, owner: null, holders: null },
        },
        links: {},
      },
      hv02: { error: { kind: 'connect-timeout', message: 'silent' } },
    });
  });

  it('says the same as JSON', () => {
    expect(JSON.parse(renderFacts(facts, 'json'))).toEqual(parse(renderFacts(facts)));
  });
});
