'use strict';

const net = require('node:net');

// The control connection: JSON lines to and from the server. Its end is the server's end.
class Control {
  constructor(path, token, onMessage, onEnd) {
    this.socket = net.connect({ path });
    this.socket.setEncoding('utf8');
    let rest = '';
    this.socket.on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) onMessage(JSON.parse(line));
    });
    this.socket.on('error', () => {});
    this.socket.on('close', onEnd);
    this.send({ hello: token, pid: process.pid });
  }

  send(message, onSent) {
    this.socket.write(`${JSON.stringify(message)}\n`, onSent);
  }

  step(name, state) {
    this.send({ type: 'step', name, state });
  }

  // Lets the process end although the connection is open, or keeps it alive for it.
  unref() {
    this.socket.unref();
  }

  ref() {
    this.socket.ref();
  }
}

module.exports = { Control };
