'use strict';

// The gateway's connections to the app's server.
//
// A connection comes from the gateway, on behalf of one client after the other; the app sees the
// client of the request at hand. This costs nothing until it is asked for.

function requestOf(socket) {
  const incoming = socket.parser && socket.parser.incoming;
  return incoming || socket._httpMessage?.req;
}

function lastElement(field) {
  return field && field.slice(field.lastIndexOf(',') + 1).trim();
}

const CLIENT = {
  remoteAddress: {
    configurable: true,
    get() {
      const request = requestOf(this);
      if (request) this.peregrineClient = lastElement(request.headers['x-forwarded-for']);
      return this.peregrineClient || '127.0.0.1';
    },
  },
  remoteFamily: {
    configurable: true,
    get() {
      return this.remoteAddress.includes(':') ? 'IPv6' : 'IPv4';
    },
  },
  remotePort: { configurable: true, value: 0 },
  encrypted: {
    configurable: true,
    get() {
      return requestOf(this)?.headers['x-forwarded-proto'] === 'https';
    },
  },
};

// Leaves all limits in time to the gateway, and follows the connections of a server.
class Connections {
  constructor(server) {
    this.server = server;
    this.sockets = new Set();
    server.on('connection', (socket) => {
      Object.defineProperties(socket, CLIENT);
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    server.on('listening', () => {
      server.keepAliveTimeout = 0;
      server.requestTimeout = 0;
      server.headersTimeout = 0;
      server.timeout = 0;
      server.maxRequestsPerSocket = 0;
    });
  }

  // Takes no other request, lets the running ones finish, ends the tunnels; then calls back.
  drain(onDrained) {
    this.server.close(onDrained);
    this.server.closeIdleConnections();
    for (const socket of this.sockets) {
      if (!socket.parser) socket.end();
    }
    // A connection whose request ends only now stays open if nobody closes it.
    setInterval(() => this.server.closeIdleConnections(), 20).unref();
  }
}

module.exports = { Connections };
