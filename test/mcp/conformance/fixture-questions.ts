import type { CallToolResult, ElicitRequestFormParams, McpServer, ServerContext } from '@modelcontextprotocol/server';
import { inputRequired, inputResponse } from '@modelcontextprotocol/server';
import { z } from 'zod';

// The tools of the conformance suite that ask the caller's side something before they answer.

type Schema = ElicitRequestFormParams['requestedSchema'];

const said = (answer: unknown): CallToolResult => ({ content: [{ type: 'text', text: `answered: ${JSON.stringify(answer)}` }] });

/** Asks once; what comes back, a refusal too, is the answer, else it would be asked for ever. */
function asksForm(message: string, requestedSchema: Schema) {
  return ({ mcpReq }: ServerContext) => {
    const response = inputResponse(mcpReq.inputResponses, 'form');
    if (response.kind !== 'missing') return said(response);
    return inputRequired({ inputRequests: { form: inputRequired.elicit({ message, requestedSchema }) } });
  };
}

export function addQuestions(server: McpServer): void {
  server.registerTool(
    'test_elicitation',
    { description: 'Asks the person for a name and an address.', inputSchema: z.object({ message: z.string() }) },
    ({ message }, context) => asksForm(message, PERSON)(context),
  );
  server.registerTool(
    'test_elicitation_sep1034_defaults',
    { description: 'Asks with an answer filled in for each kind of field.' },
    asksForm('Is this right?', FILLED_IN),
  );
  server.registerTool(
    'test_elicitation_sep1330_enums',
    { description: 'Asks to choose, in each form a choice may have.' },
    asksForm('Which ones?', CHOICES),
  );
  server.registerTool(
    'test_sampling',
    { description: 'Asks the model of the caller.', inputSchema: z.object({ prompt: z.string() }) },
    ({ prompt }, { mcpReq }) => {
      const response = inputResponse(mcpReq.inputResponses, 'words');
      if (response.kind !== 'missing') return said(response);
      const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: prompt } }];
      return inputRequired({ inputRequests: { words: inputRequired.createMessage({ messages, maxTokens: 100 }) } });
    },
  );
}

const PERSON: Schema = {
  type: 'object',
  properties: { username: { type: 'string' }, email: { type: 'string' } },
  required: ['username', 'email'],
};

const FILLED_IN: Schema = {
  type: 'object',
  properties: {
    name: { type: 'string', default: 'John Doe' },
    age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', default: true },
  },
};

const OPTIONS = ['option1', 'option2', 'option3'];
const TITLED = [
  { const: 'value1', title: 'First' },
  { const: 'value2', title: 'Second' },
];

const CHOICES: Schema = {
  type: 'object',
  properties: {
    untitledSingle: { type: 'string', enum: OPTIONS },
    titledSingle: { type: 'string', oneOf: TITLED },
    legacyEnum: { type: 'string', enum: OPTIONS, enumNames: ['One', 'Two', 'Three'] },
    untitledMulti: { type: 'array', items: { type: 'string', enum: OPTIONS } },
    titledMulti: { type: 'array', items: { anyOf: TITLED } },
  },
};
