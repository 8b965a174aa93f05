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

type Said = 'idle' | 'busy' | 'silent' | 'gone';

/** The apps that told where they answer; one that is gone for good is forgotten, one that is merely slow is busy. */
export function createApps({ connections }: { connections: () => number }): Apps {
  const apps = new Map<string, App>();
  const ask = async ({ url, pid }: App): Promise<string[]> => {
    const said = await askIdle(url);
    if (said === 'idle') return [];
    const isOver = said === 'gone' && (connections() === 0 || !isAlive(pid));
    if (isOver) apps.delete(url);
    return isOver ? [] : [url];
  };
  return {
    register(app) {
      const url = app.url.replace(/\/$/, '');
      apps.set(url, { ...app, url });
    },
    list: () => [...apps.values()],
    busy: async () => (await Promise.all([...apps.values()].map(ask))).flat(),
  };
}

async function askIdle(url: string): Promise<Said> {
  try {
    const response = await fetch(`${url}/idle`, { signal: AbortSignal.timeout(ASK_MS) });
    return IdleAnswer.parse(await response.json()).idle ? 'idle' : 'busy';
  } catch (fault) {
    // A refused connection is what a stopped program leaves behind; everything else may be one that has much to do.
    return fault instanceof TypeError ? 'gone' : 'silent';
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
