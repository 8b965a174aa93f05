import { connect } from 'node:net';

/** The bytes of one request, built once and sent many times. */
export const requestBytes = (head: readonly string[], body: string): Buffer =>
  Buffer.from(`${[...head, `content-length: ${Buffer.byteLength(body)}`].join('\r\n')}\r\n\r\n${body}`);

export type HttpLine = {
  /** Resolves with the whole answer as it came; empty where the line broke. */
  send(request: Buffer): Promise<string>;
  end(): void;
};

/** A keep-alive connection with one request outstanding: the server and not the client is what is measured. */
export function openHttpLine(port: number): HttpLine {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  socket.setEncoding('latin1');
  let text = '';
  let answered: (text: string) => void = () => undefined;
  socket.on('data', (chunk) => {
    text += String(chunk);
    if (!isWhole(text)) return;
    const whole = text;
    text = '';
    answered(whole);
  });
  socket.on('close', () => answered(''));
  socket.on('error', () => answered(''));
  return {
    send: (request) =>
      new Promise((resolve) => {
        answered = resolve;
        socket.write(request);
      }),
    end: () => socket.destroy(),
  };
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /content-length: (\d+)/i.exec(text.slice(0, end));
  return length === null ? text.endsWith('0\r\n\r\n') : text.length >= end + 4 + Number(length[1]);
}

export const isOk = (answer: string): boolean => answer.startsWith('HTTP/1.1 200');
