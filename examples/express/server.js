'use strict';

// An Express app; run `npm install` in this directory first.

const express = require('express');

const app = express();

app.get('/', (request, response) => {
  response.type('text').send('Hello from Express\n');
});

app.get('/greet/:name', (request, response) => {
  response.json({ greeting: `Hello, ${request.params.name}`, client: request.ip });
});

app.listen(process.env.PORT || 3000);
