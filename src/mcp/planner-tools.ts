/**
 * The tools for whoever makes a plan: they answer from the governor's own sources and change nothing. `get_case` only
 * reads too, but it follows a plan that was handed in, which no planner of ours does.
 */
export const PLANNER_TOOLS = [
  'search_runbooks',
  'search_evidence',
  'check_policy_conflicts',
  'query_live_logs',
  'ddft_score',
  'cdct_score',
  'eect_score',
  'reliability_profile',
] as const;
export type PlannerTool = (typeof PLANNER_TOOLS)[number];
