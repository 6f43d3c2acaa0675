import { createServer } from 'node:http';

const name = await Promise.resolve('esm');
createServer((request, response) => response.end(name)).listen({ port: 3000, host: '127.0.0.1' });
