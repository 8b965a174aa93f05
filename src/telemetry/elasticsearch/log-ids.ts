import { Id, ServiceName } from '../../../contracts/words.ts';

/** A log line as a line of one service: the maps of two services may fit the same line. */
export type LogRef = { service: string; line: string };

const FORM = /^log:(?<service>[^:]+):(?<line>.+)$/;

/** `log:SERVICE:ID`; undefined where the line's own id has characters that no citation can hold. */
export function logIdOf(service: string, line: string): string | undefined {
  const id = Id.safeParse(`log:${service}:${line}`);
  return id.success ? id.data : undefined;
}

/** Undefined where the id is of another form, so that no such line can exist. */
export function parseLogId(id: string): LogRef | undefined {
  const { service, line } = FORM.exec(id)?.groups ?? {};
  if (line === undefined || !ServiceName.safeParse(service).success || service === undefined) return undefined;
  return { service, line };
}
