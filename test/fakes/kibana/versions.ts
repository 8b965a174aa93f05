/** The versions of Kibana that the planner has to live with. */
export const VERSIONS = ['9.2', '9.3', '9.4', '9.5', '9.6'] as const;
export type KibanaVersion = (typeof VERSIONS)[number];

/** Fields of a request that came after 9.2, with the version that knows them first. */
const SINCE: Readonly<Record<string, KibanaVersion>> = {
  attachments: '9.3',
  capabilities: '9.3',
  browser_api_tools: '9.3',
  prompts: '9.4',
  configuration_overrides: '9.4',
  action: '9.4',
  _execution_mode: '9.4',
  execution_id: '9.5',
  inference_id: '9.5',
  access_control: '9.5',
};

export const isAtLeast = (version: KibanaVersion, wanted: KibanaVersion): boolean =>
  VERSIONS.indexOf(version) >= VERSIONS.indexOf(wanted);

/** The first field that this version does not know. */
export const unknownField = (version: KibanaVersion, body: object): string | undefined =>
  Object.keys(body).find((field) => {
    const since = Object.hasOwn(SINCE, field) ? SINCE[field] : undefined;
    return since !== undefined && !isAtLeast(version, since);
  });
