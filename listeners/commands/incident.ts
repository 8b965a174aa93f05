import type { Command } from '../../pipeline/intake/command.ts';
import { parseCommand } from '../../pipeline/intake/command.ts';
import { problemText } from '../answers.ts';
import type { ListenerParts } from '../parts.ts';
import { decide } from './decide.ts';
import { open } from './open.ts';
import { openForm } from './open-form.ts';
import { help, list, show, who } from './read.ts';
import { pause, resume } from './switch.ts';
import type { CommandArgs, Turn } from './turn.ts';
import { turnOf } from './turn.ts';

export const INCIDENT = '/incident';

/** The app's one command. */
export function incident(parts: ListenerParts) {
  return async (args: CommandArgs): Promise<void> => {
    const turn = turnOf(args);
    await carryOut(parts, turn, parseCommand(turn.typed.text));
  };
}

function carryOut(parts: ListenerParts, turn: Turn, command: Command): Promise<void> {
  if (!command.ok) return help(parts, turn, problemText(command.problem));
  switch (command.does) {
    case 'open':
      return open(parts, turn, command);
    case 'decide':
      return decide(parts, turn, command);
    case 'modal':
      return openForm(parts, turn);
    case 'list':
      return list(parts, turn);
    case 'show':
      return show(parts, turn, command);
    case 'who':
      return who(parts, turn, command);
    case 'pause':
      return pause(parts, turn, command);
    case 'resume':
      return resume(parts, turn, command);
    case 'help':
      return help(parts, turn, null);
  }
}
