'use strict';

// Preloaded into a Node.js app (`node --require worker.cjs APP`): the app's first HTTP server
// listens on the worker's Unix socket, whatever it asked for, and the process does what Peregrine
// says on the control connection. Without a token in the environment it does nothing, so that the
// app's own child processes and worker threads are left alone.

const { isMainThread } = require('node:worker_threads');

if (isMainThread && process.env.PEREGRINE_TOKEN) {
  const { Worker } = require('./lib/worker.cjs');
  Worker.start(process.env);
}
