import type { GovernorConfig } from '../contracts/config.ts';
import type { Stress } from '../contracts/findings.ts';
import type { Source } from '../contracts/words.ts';

/**
 * Every claim of a plan may be true and its action follow from none of them. An action that no counted document is about
 * runs only with a person's consent, whatever the gate says of the claims.
 */
export const isDocumented = ({ about_action }: Pick<Stress, 'about_action'>): boolean =>
  about_action !== undefined && about_action.length > 0;

/** An incident that a person typed does not vouch for a plan that somebody else sent for it: each has to be listed. */
const areListed = ({ auto_execute }: Pick<GovernorConfig, 'auto_execute'>, sources: readonly (Source | undefined)[]): boolean =>
  sources.every((source) => source === undefined || auto_execute.sources.includes(source));

/** Whether a plan that the gate lets through may run without anybody's consent. `plan` is undefined for our own planners. */
export const mayRunByItself = (
  config: Pick<GovernorConfig, 'auto_execute'>,
  stress: Pick<Stress, 'about_action'>,
  sources: { incident: Source; plan: Source | undefined },
): boolean => areListed(config, [sources.incident, sources.plan]) && isDocumented(stress);
