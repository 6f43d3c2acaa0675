"use strict";

// 1 KB, with its length, as fast as Node.js allows: what is measured is the server.
const http = require("node:http");

const body = Buffer.from("Hello from Node. ".repeat(64).slice(0, 1024));
const fields = { "Content-Type": "text/plain", "Content-Length": "1024" };

http
  .createServer((_request, response) => {
    response.writeHead(200, fields);
    response.end(body);
  })
  .listen(Number(process.env.PORT || 3000), "127.0.0.1");
