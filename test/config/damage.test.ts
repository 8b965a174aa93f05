import fc from 'fast-check';
import { expect, it } from 'vitest';
import { GovernorConfig } from '../../contracts/config.ts';
import { parseJson } from '../../src/config/json-file.ts';

const written = JSON.stringify({
  approvers: [{ users: ['U0A'], kinds: ['approve'], quorum: 2 }],
  gate: { contradictions_max: 1, thin_coverage_min: 0.5 },
  services: { web: { severity_min: 'high' } },
  freezes: [{ service: 'web', from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' }],
});

/** One slip of a person: a letter dropped, added or changed. */
const slip = fc.record({ at: fc.nat(written.length - 1), dropped: fc.nat(2), added: fc.string({ maxLength: 1 }) });

it('a config with one slip in it is refused or has every guard it was written with, but for one value', () => {
  fc.assert(
    fc.property(slip, ({ at, dropped, added }) => {
      const read = parseJson('c.json', written.slice(0, at) + added + written.slice(at + dropped), GovernorConfig);
      if (!read.ok) return read.problems.length > 0 && read.problems.every(({ reason }) => reason !== '');
      const { approvers, freezes, services, gate } = read.value;
      expect([approvers.length, freezes.length, Object.keys(services).length]).toEqual([1, 1, 1]);
      expect(Object.values(services)[0]?.severity_min).toBeDefined();
      expect(gate.thin_coverage_min).not.toBeNull();
      return true;
    }),
    { numRuns: 2_000 },
  );
});
