'use strict';

const { Readable } = require('node:stream');
const fastify = require('fastify')();

fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (request, body, done) =>
  done(null, Object.fromEntries(new URLSearchParams(body))),
);
fastify.addContentTypeParser('text/plain', { parseAs: 'string' }, (request, body, done) => done(null, body));

fastify.get('/', async () => 'fastify');
fastify.get('/hello/:name', async (request) => `hello ${request.params.name}`);
fastify.post('/form', async (request) => `${request.body.dish} for ${request.body.guests}`);
fastify.put('/item', async (request) => request.body.split('').reverse().join(''));
fastify.get('/count', async (request, reply) => {
  const count = Number((request.headers.cookie || '').replace(/^.*count=/, '') || 0) + 1;
  reply.header('set-cookie', `count=${count}; path=/`);
  return String(count);
});
fastify.get('/away', async (request, reply) => reply.redirect('/'));
fastify.get('/stream', async (request, reply) => {
  reply.type('text/plain');
  return Readable.from(['0\n', '1\n', '2\n']);
});
fastify.get('/raise', async () => {
  throw new Error('fastify failed');
});

fastify.listen({ port: Number(process.env.PORT || 3000), host: '127.0.0.1' }).catch((error) => {
  console.error(error);
  process.exit(1);
});
