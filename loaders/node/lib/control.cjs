'use strict';

const fs = require('node:fs');
const net = require('node:net');

// The control connection: JSON lines to and from the server. Its end is the server's end.
//
// Messages are written at once, past the event loop: an app that is being loaded may keep the loop
// busy for seconds, or end the process in the middle of it.
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

  send(message) {
    const line = Buffer.from(`${JSON.stringify(message)}\n`);
    const written = this.writeNow(line);
    if (written < line.length) this.socket.write(line.subarray(written));
  }

  step(name, state) {
    this.send({ type: 'step', name, state });
  }

  // Lets the process end although the connection is open.
  unref() {
    this.socket.unref();
  }

  // Returns how many bytes could be written without waiting.
  writeNow(bytes) {
    const descriptor = this.socket._handle?.fd;
    if (!(descriptor >= 0) || this.socket.writableLength > 0) return 0;
    try {
      return fs.writeSync(descriptor, bytes);
    } catch {
      return 0;
    }
  }
}

module.exports = { Control };
