import { completable, type McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { PIXEL } from './pictures.ts';

// The prompts and resources that the conformance suite asks for by name.

const text = (words: string) => ({ type: 'text' as const, text: words });
const user = <C>(content: C) => ({ role: 'user' as const, content });

export function addPrompts(server: McpServer): void {
  server.registerPrompt('test_simple_prompt', { description: 'The same words always.' }, () => ({
    messages: [user(text('plain words'))],
  }));
  const filled = z.object({
    arg1: completable(z.string(), (begun) => ['test', 'testing'].filter((one) => one.startsWith(begun))),
    arg2: z.string(),
  });
  server.registerPrompt(
    'test_prompt_with_arguments',
    { description: 'Two words put in.', argsSchema: filled },
    ({ arg1, arg2 }) => ({ messages: [user(text(`first ${arg1}, then ${arg2}`))] }),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'A document and a question.', argsSchema: z.object({ resourceUri: z.string() }) },
    ({ resourceUri }) => ({
      messages: [
        user({ type: 'resource' as const, resource: { uri: resourceUri, mimeType: 'text/plain', text: 'its words' } }),
        user(text('what does it say?')),
      ],
    }),
  );
  server.registerPrompt('test_prompt_with_image', { description: 'A picture and a question.' }, () => ({
    messages: [user({ type: 'image' as const, data: PIXEL, mimeType: 'image/png' }), user(text('what is seen here?'))],
  }));
}

export function addResources(server: McpServer): void {
  const plain = { description: 'Plain words.', mimeType: 'text/plain' };
  server.registerResource('static-text', 'test://static-text', plain, ({ href }) => ({
    contents: [{ uri: href, mimeType: 'text/plain', text: 'words that never change' }],
  }));
  server.registerResource('watched', 'test://watched-resource', plain, ({ href }) => ({
    contents: [{ uri: href, mimeType: 'text/plain', text: 'words that somebody watches' }],
  }));
  const image = { description: 'A picture.', mimeType: 'image/png' };
  server.registerResource('static-binary', 'test://static-binary', image, ({ href }) => ({
    contents: [{ uri: href, mimeType: 'image/png', blob: PIXEL }],
  }));
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { description: 'One for each id.', mimeType: 'application/json' },
    ({ href }, { id }) => ({ contents: [{ uri: href, mimeType: 'application/json', text: JSON.stringify({ id }) }] }),
  );
  // Nothing is kept between two requests: whoever subscribes is told that it is well, and hears of no change.
  server.server.setRequestHandler('resources/subscribe', () => ({}));
  server.server.setRequestHandler('resources/unsubscribe', () => ({}));
}
