// A Fastify app as an ES module; run `npm install` in this directory first.

import Fastify from 'fastify';

const app = Fastify();

app.get('/', async (request, reply) => {
  reply.type('text/plain');
  return 'Hello from Fastify\n';
});

app.get('/greet/:name', async (request) => ({
  greeting: `Hello, ${request.params.name}`,
  client: request.ip,
}));

await app.listen({ port: Number(process.env.PORT || 3000) });
