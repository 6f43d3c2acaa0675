'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { Connections } = require('./connections.cjs');
const { Control } = require('./control.cjs');
const { Exit, errorMessage } = require('./failure.cjs');
const { redirectFirstListen } = require('./redirect.cjs');

const FRAMEWORKS = ['express', 'fastify', 'koa', '@hapi/hapi', '@nestjs/core', 'next', 'nuxt'];

// One worker process, from the first message to the last.
//
//   loading -- first listen --> listening -- ready --> serving -- drain --> draining -- exit
//      `-------- exception, or nothing left to do ------> failed
class Worker {
  static start(environment) {
    const worker = new Worker(environment);
    worker.run(environment);
  }

  constructor(environment) {
    this.state = 'loading';
    this.connections = null;
    this.directory = environment.PEREGRINE_SOCKET_DIR;
    this.control = new Control(
      environment.PEREGRINE_CONTROL_SOCKET,
      environment.PEREGRINE_TOKEN,
      (message) => this.receive(message),
      () => this.drain(),
    );
    delete environment.PEREGRINE_CONTROL_SOCKET;
    delete environment.PEREGRINE_TOKEN;
    this.onException = (error) => this.fail(error);
    this.onIdle = () => this.fail(new Error('the app ended without an HTTP server that listens'));
    this.onExit = (status) => {
      if (this.state === 'failed') return;
      this.report(new Exit(`the app ended itself with exit status ${status} while it was loaded`));
    };
  }

  run(environment) {
    process.title = `peregrine worker: ${environment.PEREGRINE_WORKER} (${environment.PEREGRINE_APP_NAME})`;
    this.control.step('boot_loader', 'done');
    this.control.step('load_app', 'begin');
    this.control.unref();
    process.on('uncaughtException', this.onException);
    process.on('beforeExit', this.onIdle);
    process.on('exit', this.onExit);
    process.on('SIGTERM', () => this.drain());
    process.on('SIGINT', () => this.drain());
    process.on('SIGQUIT', () => process.stderr.write(`${stackOfNow()}\n`));
    redirectFirstListen(this.directory, (server, socket) => this.listen(server, socket));
  }

  listen(server, socket) {
    this.state = 'listening';
    this.control.step('load_app', 'done');
    this.control.step('listen', 'begin');
    this.connections = new Connections(server);
    server.once('listening', () => this.serve(socket));
  }

  serve(socket) {
    this.state = 'serving';
    process.off('uncaughtException', this.onException);
    process.off('beforeExit', this.onIdle);
    process.off('exit', this.onExit);
    this.control.step('listen', 'done');
    this.control.send({
      type: 'ready',
      sockets: [socket],
      concurrency: 0,
      protocol: 'http',
      runtime: `node ${process.versions.node}`,
      framework: frameworks(),
    });
  }

  // An exception before the app serves: tells the server, then ends as Node.js would have.
  fail(error) {
    console.error(error);
    this.report(error);
    process.exit(1);
  }

  report(error) {
    const step = this.state === 'loading' ? 'load_app' : 'listen';
    this.state = 'failed';
    this.control.step(step, 'error');
    this.control.send(errorMessage(error));
  }

  receive(message) {
    switch (message.type) {
      case 'ping':
        this.control.send({ type: 'pong', id: message.id });
        break;
      case 'drain':
        this.drain();
        break;
      case 'stop':
        process.exit(0);
        break;
      case 'backtraces':
        this.control.send({ type: 'backtraces', threads: [{ name: 'main', frames: frames(stackOfNow()) }] });
        break;
      default:
    }
  }

  drain() {
    if (this.state === 'draining' || this.state === 'failed') return;
    this.state = 'draining';
    process.off('exit', this.onExit);
    if (this.connections) this.connections.drain(() => process.exit(0));
    else process.exit(0);
  }
}

function stackOfNow() {
  return new Error('backtrace').stack;
}

function frames(stack) {
  return stack.split('\n').slice(1).map((line) => line.trim());
}

// Returns the names and versions of what the app is made with, such as "express 5.1.0".
function frameworks() {
  const found = [];
  for (const name of FRAMEWORKS) {
    const file = path.join(process.cwd(), 'node_modules', name, 'package.json');
    try {
      found.push(`${name} ${JSON.parse(fs.readFileSync(file, 'utf8')).version}`);
    } catch {
      // not one of this app's
    }
  }
  return found.join(', ');
}

module.exports = { Worker };
