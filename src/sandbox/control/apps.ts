import { z } from 'zod';

export const AppCall = z.strictObject({ url: z.url({ protocol: /^https?$/ }), pid: z.number().int().positive() });
type App = z.infer<typeof AppCall>;

export type Apps = {
  register(app: App): void;
  list(): App[];
  /** The urls of the apps that are busy or do not answer. */
  busy(): Promise<string[]>;
};

const ASK_MS = 2000;
const IdleAnswer = z.looseObject({ idle: z.boolean() });

/** The apps that told where they answer; one that is gone for good is forgotten. */
export function createApps({ connections }: { connections: () => number }): Apps {
  const apps = new Map<string, App>();
  const ask = async ({ url, pid }: App): Promise<string[]> => {
    const idle = await askIdle(url);
    if (idle !== undefined) return idle ? [] : [url];
    if (connections() > 0 && isAlive(pid)) return [url];
    apps.delete(url);
    return [];
  };
  return {
    register: (app) => void apps.set(app.url.replace(/\/$/, ''), { ...app, url: app.url.replace(/\/$/, '') }),
    list: () => [...apps.values()],
    busy: async () => (await Promise.all([...apps.values()].map(ask))).flat(),
  };
}

/** `undefined` = it does not answer. */
async function askIdle(url: string): Promise<boolean | undefined> {
  try {
    const response = await fetch(`${url}/idle`, { signal: AbortSignal.timeout(ASK_MS) });
    return IdleAnswer.parse(await response.json()).idle;
  } catch {
    // Gone, or not yet there: the caller decides by its connections which of the two it is.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (fault) {
    // A process of another user is alive although it may not be signalled.
    return fault instanceof Error && 'code' in fault && fault.code === 'EPERM';
  }
}
