import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Telemetry as FiguresShape } from '../../contracts/telemetry.ts';
import type { Telemetry, Window } from '../../pipeline/ports.ts';

export type TelemetryStage = {
  telemetry: Telemetry;
  /** A service with a mapping, and one without. */
  service: string;
  unmapped: string;
  /** Two past windows of the service, of whole seconds and equally long: an ordinary one, and a later one full of errors. */
  quiet: Window;
  troubled: Window;
  faults: {
    /** From now on no question is answered; the stage is then closed. */
    goSilent(): Promise<void>;
    /** The next figures say of themselves that they are incomplete; null where they cannot. */
    bePartial: (() => Promise<void>) | null;
    /** Every question is refused from now on. */
    refuse(): Promise<void>;
  };
  close(): Promise<void>;
};

const lengthS = ({ from, to }: Window): number => (Date.parse(to) - Date.parse(from)) / 1_000;

/** What every source of telemetry must do. */
export function telemetrySuite(name: string, open: () => Promise<TelemetryStage>): void {
  describe(`the telemetry ${name}`, () => {
    let stage: TelemetryStage;
    const figures = async (window: Window) => {
      const found = await stage.telemetry.figures(stage.service, window);
      if (found === null) throw new Error('the service has no figures');
      return found;
    };

    beforeEach(async () => {
      stage = await open();
    });
    afterEach(() => stage.close());

    test('gives figures in the agreed shape whose rate is their errors by their requests', async () => {
      const found = await figures(stage.troubled);
      expect(FiguresShape.parse(found)).toEqual(found);
      expect(found.requests).toBeGreaterThan(0);
      expect(found.error_rate).toBeCloseTo(found.errors / found.requests, 6);
    });

    test('tells a troubled window from a quiet one', async () => {
      const [quiet, troubled] = [await figures(stage.quiet), await figures(stage.troubled)];
      expect(troubled.error_rate).toBeGreaterThan(quiet.error_rate);
      expect(troubled.baseline).toBe(quiet.baseline);
    });

    test('counts the asked window and nothing beside it: two halves make the whole', async () => {
      const { from, to } = stage.troubled;
      const middle = new Date(Date.parse(from) + Math.floor(lengthS(stage.troubled) / 2) * 1_000).toISOString();
      const [whole, first, second] = [
        await figures({ from, to }),
        await figures({ from, to: middle }),
        await figures({ from: middle, to }),
      ];
      expect(whole.window_s).toBe(lengthS(stage.troubled));
      expect(first.requests + second.requests).toBe(whole.requests);
      expect(first.errors + second.errors).toBe(whole.errors);
    });

    test('gives the same figures of a past window whenever it is asked', async () => {
      expect(await figures(stage.quiet)).toEqual(await figures(stage.quiet));
    });

    test('its sample ids name log lines of this service and this window', async () => {
      const { sample_ids: ids } = await figures(stage.troubled);
      expect(ids.length).toBeGreaterThan(0);
      const lines = await Promise.all(ids.map((id) => stage.telemetry.logLine(id)));
      for (const [index, line] of lines.entries()) {
        expect(line).toMatchObject({ id: ids[index], service: stage.service });
        expect(Date.parse(line?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(stage.troubled.from));
        expect(Date.parse(line?.at ?? '')).toBeLessThanOrEqual(Date.parse(stage.troubled.to));
      }
    });

    test('has null for a service without a mapping, and figures only for those it names', async () => {
      const services = await stage.telemetry.services();
      expect(services).toContain(stage.service);
      expect(services).not.toContain(stage.unmapped);
      expect(await stage.telemetry.figures(stage.unmapped, stage.quiet)).toBeNull();
    });

    test.each(['log:no-such-line', 'log:', 'log:x:1:1', 'ev-001', 'log:ünïcode/…'])(
      'has null for the line `%s`, which does not exist',
      async (id) => {
        expect(await stage.telemetry.logLine(id)).toBeNull();
      },
    );

    test('silence throws; it is never told as "no mapping" or "no such line"', async () => {
      const [id = ''] = (await figures(stage.troubled)).sample_ids;
      await stage.faults.goSilent();
      await expect(figures(stage.troubled)).rejects.toThrow('did not answer');
      await expect(stage.telemetry.services()).rejects.toThrow('did not answer');
      await expect(stage.telemetry.logLine(id)).rejects.toThrow('did not answer');
    });

    test('a refusal throws', async () => {
      await stage.faults.refuse();
      await expect(figures(stage.troubled)).rejects.toMatchObject({ code: 'telemetry_refused' });
    });

    test('incomplete figures throw', async ({ skip }) => {
      if (stage.faults.bePartial === null) return skip('these figures cannot be incomplete');
      await stage.faults.bePartial();
      await expect(figures(stage.troubled)).rejects.toMatchObject({ code: 'telemetry_partial' });
    });
  });
}
