import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fold, sharedWords, simpleWords, words } from '../../pipeline/words.ts';

describe('words', () => {
  test.each<[string, string, string[]]>([
    ['grammar and what every incident text says are left out', 'There is an issue with the service, because it was', []],
    ['a compound gives its parts and itself', 'restart_api_pods', ['restart_api_pods', 'restart', 'api', 'pod']],
    ['a name with dashes does too', 'error-rate', ['error-rate', 'error', 'rat']],
    ['humps are words, and so is the whole', 'KubePodCrashLooping', ['kub', 'pod', 'crash', 'loop', 'kubepodcrashloop']],
    ['a run of capitals before a word is one hump', 'HTTPServer', ['http', 'server', 'httpserver']],
    ['case does not matter', 'LATENCY Latency latency', ['latency']],
    ['compatible letters are the same letters', 'ｐｏｏｌ ﬁlter', ['pool', 'filter']],
    ['invisible characters do not split a word', 'con\u200bnec\u00adtion', ['connect']],
    ['HTTP error statuses are words, other figures are not', '503 404 200 1400 2024 12', ['503', '404']],
    ['letters with digits are words', 'P99 k8s ipv6', ['p99', 'k8s', 'ipv6']],
    ['scripts without spaces are read in pairs', '再起動', ['再起', '起動']],
    ['accents stay', 'café', ['café']],
    ['a blob is no word', 'x'.repeat(65), []],
  ])('%s', (_claim, text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  test.each([
    [['scale', 'scales', 'scaled', 'scaling']],
    [['restart', 'restarts', 'restarted', 'restarting']],
    [['connection', 'connections', 'connected', 'connecting']],
    [['saturated', 'saturation', 'saturating']],
    [['exhausted', 'exhaustion']],
    [['retry', 'retries', 'retried', 'retrying']],
    [['stop', 'stops', 'stopped', 'stopping']],
    [['queue', 'queues', 'queued', 'queuing']],
    [['process', 'processes']],
    [['add', 'adds', 'added', 'adding']],
  ])('%j are one word', (forms) => {
    expect(new Set(forms.map(fold)).size).toBe(1);
  });

  test.each([
    ['feed', 'fed'],
    ['string', 'strings of'],
    ['status', 'state'],
    ['pool', 'poll'],
    ['release', 'lease'],
  ])('%s and %s are not', (one, other) => {
    expect(fold(one)).not.toBe(fold(other));
  });

  test('compounds can be left out, so that one of them is not counted beside its parts', () => {
    expect(simpleWords('restart_api_pods')).toEqual(['restart', 'api', 'pod']);
  });

  test('shared words are counted once each', () => {
    expect(sharedWords(['pool', 'queue', 'pool'], new Set(['pool', 'lag']))).toEqual(['pool']);
  });

  test('any text gives distinct words of bounded length, the same ones in capitals as in small letters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const found = words(text);
        expect(new Set(found).size).toBe(found.length);
        expect(found.every((word) => word.length > 0 && word.length <= 64)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z ]{0,80}$/), (text) => {
        expect(words(text.toUpperCase())).toEqual(words(text));
      }),
    );
  });

  test('words of words are themselves', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{4,12}$/), (word) => {
        for (const one of words(word)) expect(words(one).length).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('two hundred thousand characters take well under a second', () => {
    const text = 'the worker pool of billing was scaled and_the_queue drained; '.repeat(3_300);
    const began = performance.now();
    expect(words(text)).toContain('pool');
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
