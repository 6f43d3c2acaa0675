// A Node.js app that can do everything a conformance test asks of an app.
'use strict';

const { spawn } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const { WebSocketServer } = require('ws');

const larder = [];

function text(response, content, status = 200, fields = {}) {
  response.writeHead(status, { 'Content-Type': 'text/plain', 'Content-Length': content.length, ...fields });
  response.end(content);
}

function json(response, value) {
  const content = JSON.stringify(value);
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(content) });
  response.end(content);
}

async function waitFor(file) {
  while (!fs.existsSync(file)) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function contentOf(request) {
  const pieces = [];
  for await (const piece of request) {
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

// Field names in the spelling of CGI, so that one test reads every runtime's answer.
function cgiFields(request) {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      'HTTP_' + name.toUpperCase().replaceAll('-', '_'),
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}

const dishes = {
  root: (request, response) => text(response, 'hello\n'),

  async echo(request, response) {
    const content = await contentOf(request);
    const [path, query] = split(request.url);
    json(response, {
      method: request.method,
      uri: request.url,
      path,
      query,
      script: '',
      protocol: 'HTTP/' + request.httpVersion,
      address: (request.headers['x-forwarded-for'] || '').split(', ').at(-1),
      scheme: request.headers['x-forwarded-proto'],
      type: request.headers['content-type'] ?? null,
      length: request.headers['content-length'] ?? null,
      fields: cgiFields(request),
      bytes: content.length,
      digest: crypto.createHash('sha256').update(content).digest('hex'),
      content: content.toString('utf8').slice(0, 10000),
      trailers: request.trailers,
    });
  },

  async upload(request, response, query) {
    const digest = crypto.createHash('sha256');
    let bytes = 0;
    for await (const piece of request) {
      bytes += piece.length;
      if (query.has('digest')) digest.update(piece);
    }
    json(response, { bytes, digest: digest.digest('hex') });
  },

  ignore_content: (request, response) => text(response, 'not read\n'),

  status(request, response, query, rest) {
    response.writeHead(Number(rest));
    response.end();
  },

  cookies: (request, response) =>
    text(response, 'cookies\n', 200, { 'Set-Cookie': ['a=1; path=/', 'b=2; path=/'] }),

  async wait(request, response, query) {
    if (query.has('started')) fs.writeFileSync(query.get('started'), '');
    await waitFor(query.get('file'));
    text(response, 'waited\n');
  },

  sleep: (request, response, query) => setTimeout(() => text(response, 'slept\n'), Number(query.get('ms'))),

  async stream(request, response, query) {
    const sse = query.has('sse');
    response.writeHead(200, { 'Content-Type': sse ? 'text/event-stream' : 'text/plain' });
    response.write(sse ? 'data: one\n\n' : 'one\n');
    await waitFor(query.get('file'));
    response.end(sse ? 'data: two\n\n' : 'two\n');
  },

  async blob(request, response, query) {
    let left = Number(query.get('size'));
    const fields = { 'Content-Type': 'application/octet-stream' };
    if (!query.has('chunked')) fields['Content-Length'] = left;
    response.writeHead(200, fields);
    const piece = Buffer.alloc(65536, 'b');
    while (left > 0) {
      const more = response.write(left >= piece.length ? piece : piece.subarray(0, left));
      left -= piece.length;
      if (!more) await new Promise((resolve) => response.once('drain', resolve));
    }
    response.end();
  },

  no_length(request, response) {
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    response.write('a');
    response.write('b');
    response.end('c');
  },

  lying_length(request, response, query) {
    response.strictContentLength = false;
    const content = 'x'.repeat(Number(query.get('actual')));
    request.socket.write(
      `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${query.get('claim')}\r\n\r\n${content}`,
    );
    request.socket.end();
  },

  bad_field(request, response, query) {
    request.socket.write(
      `HTTP/1.1 200 OK\r\nContent-Length: 4\r\n${query.get('name')}: ${query.get('value')}\r\n\r\nbad\n`,
    );
  },

  field: (request, response, query) => text(response, 'field\n', 200, { [query.get('name')]: query.get('value') }),

  sendfile: (request, response, query) =>
    text(response, 'from the app\n', 200, { [query.get('by')]: query.get('path') }),

  hints(request, response) {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' });
    text(response, 'hinted\n');
  },

  raise() {
    throw new Error('secret of the kitchen');
  },

  raise_midway(request, response) {
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    response.write('begun\n', () => response.destroy());
  },

  pid: (request, response) => text(response, String(process.pid)),

  environment: (request, response) => json(response, process.env),

  async ledger(request, response, query) {
    await contentOf(request);
    fs.appendFileSync(process.env.LEDGER, query.get('id') + '\n');
    if (query.has('file')) await waitFor(query.get('file'));
    text(response, 'noted\n');
  },

  print(request, response, query) {
    if (query.has('out')) process.stdout.write(query.get('out') + '\n');
    if (query.has('err')) process.stderr.write(query.get('err') + '\n');
    text(response, 'printed\n');
  },

  grow(request, response, query) {
    larder.push(Buffer.alloc(Number(query.get('mb')) * 1048576, 'g'));
    text(response, 'grown\n');
  },

  spawn_child: (request, response) => text(response, String(spawn('sleep', ['1000']).pid)),

  exit: () => process.exit(3),

  trailers(request, response) {
    response.writeHead(200, { 'Content-Type': 'text/plain', Trailer: 'X-Sum' });
    response.write('content\n');
    response.addTrailers({ 'X-Sum': '42' });
    response.end();
  },

  close_delimited(request, response) {
    request.socket.end('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nuntil close\n');
  },

  surplus(request) {
    request.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdefHTTP/1.1 200 OK\r\n\r\n');
  },

  garbage(request, response, query) {
    request.socket.end(query.get('raw'));
  },
};

function split(url) {
  const mark = url.indexOf('?');
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
}

const server = http.createServer((request, response) => {
  const [path, query] = split(request.url);
  const name = path.split('/')[1].replaceAll('-', '_') || 'root';
  const rest = path.split('/').slice(2).join('/');
  const dish = dishes[name];
  if (!dish) return text(response, 'no such dish\n', 404);
  return attempt(dish, request, response, new URLSearchParams(query), rest);
});

async function attempt(dish, request, response, ...rest) {
  try {
    await dish(request, response, ...rest);
  } catch (error) {
    console.error(error);
    text(response, 'failed\n', 500);
  }
}

const webSockets = new WebSocketServer({ noServer: true });
server.on('upgrade', (request, socket, head) => {
  if (request.headers.upgrade === 'raw') {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n');
    socket.on('data', (data) => socket.write(Buffer.concat([Buffer.from('echo '), data])));
    socket.on('end', () => socket.end());
    socket.on('error', () => socket.destroy());
    return;
  }
  webSockets.handleUpgrade(request, socket, head, (client) => {
    client.on('message', (message, isBinary) => client.send(message, { binary: isBinary }));
  });
});

server.listen(process.env.PORT || 3000);
