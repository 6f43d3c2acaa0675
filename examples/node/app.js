'use strict';

// An app on plain Node.js.

const http = require('node:http');

const server = http.createServer((request, response) => {
  if (request.url === '/') {
    response.setHeader('Content-Type', 'text/plain; charset=utf-8');
    response.end(`Hello from Node.js ${process.versions.node}, process ${process.pid}\n`);
  } else {
    response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(`There is no ${request.url} here.\n`);
  }
});

server.listen(process.env.PORT || 3000);
