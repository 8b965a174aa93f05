import { describe, expect, test } from 'vitest';
import { CommandOrder } from '../../../contracts/action-orders.ts';
import type { Parameters } from '../../../contracts/catalogue.ts';
import { Action } from '../../../contracts/catalogue.ts';
import { argvOf } from '../../../src/executors/command/argv.ts';

const order = (argv: string[], dashes_allowed: string[] = []) => CommandOrder.parse({ argv, dashes_allowed });

describe('a template gives one argument an element, whatever the values hold', () => {
  test.each<[string, string[], Parameters, string[]]>([
    ['a literal stays', ['/bin/x', '--fast'], {}, ['--fast']],
    [
      'a value is one argument',
      ['/bin/x', '{name}'],
      { name: 'a b; rm -rf / $(id) `id` && "\'*' },
      ['a b; rm -rf / $(id) `id` && "\'*'],
    ],
    ['a value inside a literal', ['/bin/x', '--replicas={count}'], { count: 3 }, ['--replicas=3']],
    ['two values in one element', ['/bin/x', '{a}/{b}'], { a: 'one', b: 'two' }, ['one/two']],
    ['a value that looks like a place is not filled again', ['/bin/x', '{a}'], { a: '{b}', b: 'two' }, ['{b}']],
    ['a replacement pattern means nothing', ['/bin/x', '{a}'], { a: '$&$1' }, ['$&$1']],
    ['a flag', ['/bin/x', '{yes}'], { yes: true }, ['true']],
  ])('%s', (_claim, argv, parameters, args) => {
    expect(argvOf(order(argv), parameters)).toEqual({ ok: true, program: '/bin/x', args });
  });
});

describe('refused', () => {
  test.each<[string, string[], Parameters]>([
    ['a value that could pass for an option', ['/bin/x', '{name}'], { name: '--force' }],
    ['the same inside a literal', ['/bin/x', '--name={name}'], { name: '-f' }],
    ['a number below zero', ['/bin/x', '{count}'], { count: -1 }],
    ['a missing value', ['/bin/x', '{name}'], {}],
    ['a line break', ['/bin/x', '{name}'], { name: 'a\nb' }],
    ['a character that ends a text', ['/bin/x', '{name}'], { name: 'a\u0000b' }],
    ['a name of the prototype', ['/bin/x', '{constructor}'], {}],
  ])('%s', (_claim, argv, parameters) => {
    expect(argvOf(order(argv), parameters)).toMatchObject({ ok: false });
  });

  test('unless the entry allows the dash for that parameter', () => {
    expect(argvOf(order(['/bin/x', '{offset}'], ['offset']), { offset: -1 })).toMatchObject({ ok: true, args: ['-1'] });
  });
});

describe('an entry of the catalogue is refused where its order could not be filled in', () => {
  const entry = (change: object) =>
    Action.safeParse({
      id: 'flush_cache',
      title: 'Flush',
      description: 'Flushes.',
      executor: 'command',
      risk: 'low',
      recovery: { settle_s: 1, window_s: 5, error_rate_max: 0.05 },
      parameters: { name: { type: 'name', title: 'Name' } },
      command: { argv: ['/bin/x', '{name}'] },
      ...change,
    });
  test('a whole one is taken', () => expect(entry({}).success).toBe(true));
  test.each<[string, object]>([
    ['a program that is no absolute path', { command: { argv: ['x'] } }],
    ['a program that a parameter chooses', { command: { argv: ['/bin/{name}'] } }],
    ['a place for no parameter', { command: { argv: ['/bin/x', '{other}'] } }],
    ['a brace that is no place', { command: { argv: ['/bin/x', '{Name}'] } }],
    ['a parameter that may be absent', { parameters: { name: { type: 'name', title: 'Name', required: false } } }],
    ['a dash allowed for nobody', { command: { argv: ['/bin/x'], dashes_allowed: ['nobody'] } }],
    ['no command at all', { command: undefined }],
    ['a command of another executor', { executor: 'sandbox' }],
    ['a kubernetes action without its order', { executor: 'kubernetes', command: undefined }],
    [
      'a kubernetes order with a place for no parameter',
      { executor: 'kubernetes', command: undefined, kubernetes: { operation: 'cordon', name: '{node}' } },
    ],
  ])('%s', (_claim, change) => expect(entry(change).success).toBe(false));
});
