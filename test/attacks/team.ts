// The people of the arena's workspace, as its Slack names them.

export const TEAM = 'T0HOME';
export const LEAD = 'U0000LEAD';
export const ONCALL = 'U00ONCALL';
export const REPORTER = 'U0REPORTER';
