import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { Problem } from './problem';

/** What Node refuses before anybody of ours sees it is a problem, too: Node alone says a status and nothing else. */
export function refuseUnreadable(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex & { _httpMessage?: { headersSent: boolean } | null }) => {
    // Who has hung up hears nothing; and half an answer is not to be followed by another.
    if (error.code === 'ECONNRESET' || !socket.writable || socket._httpMessage?.headersSent) return void socket.destroy();
    const problem = unreadable(error.code);
    const body = JSON.stringify(problem);
    const headers = `Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close`;
    socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${headers}\r\n\r\n${body}`);
  });
  server.on('checkExpectation', ({ headers }: IncomingMessage, response: ServerResponse) => {
    const problem = Problem.of(
      417,
      `Nothing here can do what the header Expect asks for: ${JSON.stringify(headers.expect?.slice(0, 100))}.`,
    );
    response.writeHead(problem.status, { 'Content-Type': type, Connection: 'close' }).end(JSON.stringify(problem));
  });
}

const type = 'application/problem+json';

function unreadable(code: string | undefined): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return Problem.of(431, 'The path and the headers are longer than 16 KiB.');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return Problem.of(413, 'The chunks say more of themselves than is read.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return Problem.of(408, 'The request did not come to its end in time.');
    default:
      return Problem.badRequest(`This is no HTTP${code === undefined ? '' : ` (${code})`}.`);
  }
}
