import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../src/config/catalogue-file.ts';
import { loadLibrary } from '../../src/library-files/load-library.ts';
import { memoryLibrary } from '../fixtures/memory-library.ts';

// Runbooks that other teams published lie beside the project where its checks are run; a copy of the project alone lacks them.
const dir = fileURLToPath(new URL('../../../shared/real-data/runbooks', import.meta.url));
const catalogue = loadCatalogue(fileURLToPath(new URL('../../data/catalogue.json', import.meta.url)));

describe.skipIf(!existsSync(dir))('runbooks as they are published (skipped where they do not lie beside the project)', () => {
  const files = () => readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));

  it('are all imported, each with a title, a text and an id of its own', async () => {
    const { library, documents } = memoryLibrary([]);
    const summary = await loadLibrary({ dir }, { library, catalogue });
    expect(summary.problems).toEqual([]);
    expect(summary.runbooks).toBe(files().length);
    expect(documents.size).toBe(files().length);
    for (const document of documents.values())
      expect(document).toMatchObject({
        kind: 'runbook',
        service: '*',
        title: expect.stringMatching(/\S/),
        body: expect.stringMatching(/\S/),
      });
  });

  it('are found by the name of their file, which is the name of the alert', async () => {
    const { library, documents } = memoryLibrary([]);
    await loadLibrary({ dir }, { library, catalogue });
    const names = files().map((file) => file.replace(/\.md$/, '').toLowerCase());
    expect(names.filter((name) => !documents.has(name))).toEqual([]);
  });

  it('full of commands as they are, recommend no action', async () => {
    const { library, documents } = memoryLibrary([]);
    await loadLibrary({ dir }, { library, catalogue });
    const recommending = [...documents.values()].filter(
      (document) => document.kind === 'runbook' && document.recommended_action !== '',
    );
    expect(recommending).toEqual([]);
  });
});
