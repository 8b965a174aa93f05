import { describe, expect, test } from 'vitest';
import { speaksTo, subjectOf } from '../../pipeline/speaks-to.ts';
import { aContradiction, aLogLine, anAction, anEvidence, aRestart, aRunbook } from '../fixtures/builders.ts';

const scale = anAction();
const restart = aRestart();
const filler = 'Nothing of note was seen on the dashboards that evening, and the people on call went home early. '.repeat(8);

describe('a document that names actions', () => {
  test.each<[string, string[], boolean]>([
    ['speaks to the one it names', ['scale_worker_pool'], true],
    ['speaks to it among others', ['restart_api_pods', 'scale_worker_pool'], true],
    ['speaks to it by an alias', ['scale out the workers'], true],
    ['speaks to it however it is spelled', ['Scale-Worker-Pool'], true],
    ['speaks to no other, whatever its words say', ['restart_api_pods'], false],
    ['speaks to none that only begins alike', ['scale_worker'], false],
    ['speaks to nothing where it names what nobody knows', ['scаle_worker_pool'], false],
  ])('%s', (_claim, actions, expected) => {
    expect(speaksTo(anEvidence({ actions }), 'Scaling the worker pool clears the queue', scale)).toBe(expected);
  });

  test('speaks to nothing where the plan resolved to no action', () => {
    expect(speaksTo(anEvidence({ actions: ['scale_worker_pool'] }), 'Scaling the worker pool', null)).toBe(false);
  });

  test('speaks to nothing by signs alone', () => {
    expect(speaksTo(anEvidence({ actions: ['...'] }), 'x', anAction({ aliases: ['?!'] }))).toBe(false);
  });

  test('needs no shared word with the claim', () => {
    expect(speaksTo(anEvidence({ actions: ['scale_worker_pool'], text: 'It ended badly.' }), 'All will be well', scale)).toBe(
      true,
    );
  });

  test('may be a runbook, which names the action it recommends', () => {
    expect(speaksTo(aRunbook(), 'anything', scale)).toBe(true);
    expect(speaksTo(aRunbook(), 'raise the worker pool to eight', restart)).toBe(false);
  });
});

describe('a document that names none', () => {
  test.each<[string, string, string, boolean]>([
    [
      'speaks where it shares two words with the claim',
      'Latency of checkout rose after the release',
      'The release raised checkout errors',
      true,
    ],
    ['is silent where it shares one', 'Latency rose at noon', 'The latency will fall', false],
    ['speaks where it shares two words with the action’s names', 'The worker pool was too large', 'All will be well', true],
    [
      'is silent where it shares only grammar',
      'There is nothing that we could have done about it',
      'There is nothing about it that could be',
      false,
    ],
    ['is silent where it shares only the name of the service', 'billing-batch was fine', 'billing-batch will be fine', false],
    ['speaks in other forms of the same words', 'Connections were saturating', 'the connection was saturated', true],
    ['is silent where one compound is all they share in two spellings of one word', 'Look at dashboards', 'dashboard', false],
    [
      'reads log-like words',
      'upstream timed out (503) while reading response',
      'requests end in 503 with an upstream timeout of 503',
      true,
    ],
  ])('%s', (_claim, text, claim, expected) => {
    expect(speaksTo(aContradiction({ text }), claim, scale)).toBe(expected);
  });

  test('an empty list of actions names none', () => {
    expect(speaksTo(anEvidence({ actions: [], text: 'The worker pool was scaled' }), 'x', scale)).toBe(true);
  });

  test('a runbook without a recommended action is read by its words', () => {
    expect(speaksTo(aRunbook({ recommended_action: '' }), 'x', scale)).toBe(true);
  });

  test('a log line is read by its words', () => {
    expect(speaksTo(aLogLine(), 'Jobs end in 503 because the pool is exhausted', null)).toBe(true);
    expect(speaksTo(aLogLine(), 'Disks are full', null)).toBe(false);
  });
});

describe('a long text', () => {
  test('speaks about the action where two words of its names stand together', () => {
    const text = `${filler}\nWe made the worker pool larger.\n${filler}`;
    expect(speaksTo(aContradiction({ text }), 'x', scale)).toBe(true);
  });

  test('is silent where they stand far apart', () => {
    const text = `The pool of the hotel was closed.\n${filler}\nA worker fixed the roof.`;
    expect(speaksTo(aContradiction({ text }), 'x', scale)).toBe(false);
  });

  test('needs three words of a claim in one passage, because two are shared by chance', () => {
    const claim = 'Checkout latency rose after the release';
    expect(speaksTo(aContradiction({ text: `${filler}\nThe latency of checkout was fine.` }), claim, scale)).toBe(false);
    expect(
      speaksTo(aContradiction({ text: `${filler}\nThe latency of checkout was fine before the release.` }), claim, scale),
    ).toBe(true);
  });

  test('without a line or a sentence in it is still read', () => {
    const text = `${'x '.repeat(2_000)}the worker pool${' y'.repeat(2_000)}`;
    expect(speaksTo(aContradiction({ text }), 'x', scale)).toBe(true);
  });

  test('of the largest size is read in reasonable time', () => {
    const text = 'The pool was idle. Nothing else.\n'.repeat(6_000);
    const began = performance.now();
    expect(speaksTo(aContradiction({ text }), 'the latency of checkout', scale)).toBe(false);
    expect(performance.now() - began).toBeLessThan(3_000);
  });
});

test('the service’s own name is no subject, its parts elsewhere are', () => {
  expect([...subjectOf('payments-api: the payments latency of an api', 'payments-api')]).toEqual(['payment', 'latency', 'api']);
  expect([...subjectOf('ads load in the ad service', 'ad')]).toEqual(['ads', 'load']);
  expect([...subjectOf('a.b and axb', 'a.b')]).toEqual(['axb']);
  expect([...subjectOf('pool', '*')]).toEqual(['pool']);
});
