import { startCluster } from '../elasticsearch/cluster.ts';

/** As a server runs it, and not as a short test does. */
const JVM = ['-XX:TieredStopAtLevel=4'];
const HEAP = '1g';

/** A real node: the one that ELASTICSEARCH_URL names, else one of this run alone. */
export async function withNode(use: (url: string) => Promise<void>): Promise<void> {
  const given = process.env.ELASTICSEARCH_URL;
  if (given !== undefined && given !== '') return use(given);
  const cluster = await startCluster({ heap: HEAP, jvm: JVM });
  try {
    await use(cluster.urls.join(','));
  } finally {
    await cluster.stop();
  }
}
