import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Evidence } from '../../contracts/documents.ts';
import { decide } from '../../pipeline/gate.ts';
import { redact } from '../../pipeline/redaction.ts';
import { speaksTo } from '../../pipeline/speaks-to.ts';
import { aClaim, anEvidence, anIncident, aPlan, aRunbook, limits, stressOf } from '../fixtures/builders.ts';

// Texts of public projects that nobody here wrote, kept beside the project; without them these tests are left out.
const dir = fileURLToPath(new URL('../../../shared/real-data', import.meta.url));

const rows = <T>(file: string, row: z.ZodType<T>): T[] =>
  readFileSync(join(dir, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => row.parse(JSON.parse(line)));

const runbooks = (folder: string) =>
  readdirSync(join(dir, 'runbooks', folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => ({
      name: (file.split('/').at(-1) ?? file).replace(/\.md$/, '').toLowerCase(),
      text: readFileSync(join(dir, 'runbooks', folder, file), 'utf8'),
    }));

const Alert = z.object({ source: z.string(), annotations: z.record(z.string(), z.string()) });
const Text = z.object({ text: z.string() });
const Command = z.object({ command: z.string(), paraphrase: z.string() });

describe.skipIf(!existsSync(dir))('texts from the world', () => {
  const general = (text: string): Evidence => anEvidence({ id: 'ev-x', service: '*', stance: 'contradict', text });

  /** How many of the runbooks that are and are not meant for an alert speak to what the alert says. */
  function spokenTo(texts: readonly { name: string; text: string }[]): { meant: number; other: number } {
    const alerts = rows('alerts/alert-rules.jsonl', Alert).filter(({ source }) => source === 'kube-prometheus');
    const seen = { meant: [0, 0], other: [0, 0] };
    for (const { annotations } of alerts) {
      const claim = `${annotations.summary ?? ''} ${annotations.description ?? ''}`.replaceAll(/\{\{[^}]*\}\}/g, '');
      for (const { name, text } of texts) {
        const count = annotations.runbook_url?.endsWith(`/${name}`) ? seen.meant : seen.other;
        count[0] = (count[0] ?? 0) + 1;
        count[1] = (count[1] ?? 0) + (speaksTo(general(text), claim, null) ? 1 : 0);
      }
    }
    return { meant: (seen.meant[1] ?? 0) / (seen.meant[0] ?? 1), other: (seen.other[1] ?? 0) / (seen.other[0] ?? 1) };
  }

  test('whole runbooks speak to the alerts they were written for, and seldom to others', () => {
    const { meant, other } = spokenTo([...runbooks('prometheus-operator'), ...runbooks('openshift')]);
    expect(meant).toBeGreaterThanOrEqual(0.95);
    expect(other).toBeLessThanOrEqual(0.1);
  });

  test('short texts do so too', () => {
    const meaning = ({ name, text }: { name: string; text: string }) => ({
      name,
      text: (text.split('## Meaning')[1]?.split('##')[0] ?? text).trim().slice(0, 400),
    });
    const { meant, other } = spokenTo(runbooks('prometheus-operator').map(meaning));
    expect(meant).toBeGreaterThanOrEqual(0.95);
    expect(other).toBeLessThanOrEqual(0.06);
  });

  test('texts that only quote attacks, and commands that only read, change at most two decisions in a hundred', () => {
    const benign = rows('attacks/benign-security-text.jsonl', Text).map(({ text }) => text);
    const reading = rows('commands/readonly.jsonl', Command).flatMap(({ command, paraphrase }) => [command, paraphrase]);
    const texts = [...benign, ...reading];
    const remedy = aClaim({
      claim: 'Scaling the worker pool is the documented remedy for queue lag',
      document_ids: ['rbk-batch-01'],
    });
    const changed = texts.filter((text) => {
      const documents = [anEvidence(), aRunbook(), ...['ev-x', 'ev-y'].map((id) => ({ ...general(text), id }))];
      const plan = aPlan({ key_claims: [aClaim(), remedy] });
      const { findings } = stressOf({ documents, plan, incident: anIncident({ summary: text.slice(0, 2_000) }) });
      return decide(findings, limits).decision !== 'execute';
    });
    expect(changed.length / texts.length).toBeLessThanOrEqual(0.02);
  });

  test('attacks in every text of incident, plan and evidence support nothing and hide nothing', () => {
    const attacks = rows('attacks/injections.jsonl', Text);
    expect(attacks.length).toBeGreaterThan(100);
    for (const { text } of attacks) {
      const words = text.slice(0, 2_000);
      const documents = [
        anEvidence({ id: 'ev-attack', text }),
        { ...general(`The worker pool melted. ${text}`), id: 'ev-against' },
      ];
      const plan = aPlan({ rationale: words, key_claims: [aClaim({ claim: words, document_ids: ['ev-invented'] })] });
      const { findings } = stressOf({
        documents,
        plan,
        incident: anIncident({ severity: 'critical', summary: words, symptoms: [words] }),
      });
      expect(findings).toMatchObject({ severity: 'critical', supports: 0, fabricated_ids: ['ev-invented'] });
      expect(decide(findings, limits).reasons).toEqual(
        expect.arrayContaining(['unsupported', 'critical_severity', 'fabricated_authority']),
      );
    }
  });

  test('destructive commands and their paraphrases are never an action', () => {
    for (const { command, paraphrase } of rows('commands/destructive.jsonl', Command)) {
      for (const proposed of [command, paraphrase]) {
        const { findings } = stressOf({ plan: aPlan({ proposed_action: proposed.slice(0, 2_000) }) });
        expect(decide(findings, limits).reasons).toContain('unknown_action');
      }
    }
  });

  test('runbooks, alerts and logs are full of ids and hashes, and hold nothing that is taken for a secret', () => {
    const files = [
      'alerts/alert-rules.jsonl',
      'commands/readonly.jsonl',
      'incidents/mybinder-incidents.jsonl',
      'logs/apache-access.jsonl',
      'logs/kafka-broker.jsonl',
    ];
    const lines = files.flatMap((file) => readFileSync(join(dir, file), 'utf8').split('\n'));
    const texts = [...runbooks('prometheus-operator'), ...runbooks('openshift'), ...runbooks('mybinder')].map(({ text }) => text);
    expect([...lines, ...texts].filter((text) => redact(text) !== text)).toEqual([]);
  });
});
