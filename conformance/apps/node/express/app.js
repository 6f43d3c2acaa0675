'use strict';

const express = require('express');

const app = express();
app.set('env', 'production');
app.use(express.urlencoded({ extended: false }));

app.get('/', (request, response) => response.send('express'));
app.get('/hello/:name', (request, response) => response.send(`hello ${request.params.name}`));
app.post('/form', (request, response) => response.send(`${request.body.dish} for ${request.body.guests}`));
app.put('/item', express.raw({ type: () => true }), (request, response) =>
  response.send(request.body.toString().split('').reverse().join('')),
);
app.get('/count', (request, response) => {
  const count = Number((request.headers.cookie || '').replace(/^.*count=/, '') || 0) + 1;
  response.cookie('count', count).send(String(count));
});
app.get('/away', (request, response) => response.redirect('/'));
app.get('/stream', (request, response) => {
  response.type('text/plain');
  for (let i = 0; i < 3; i++) response.write(`${i}\n`);
  response.end();
});
app.get('/raise', () => {
  throw new Error('express failed');
});

app.listen(process.env.PORT || 3000);
