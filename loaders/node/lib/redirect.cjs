'use strict';

const http = require('node:http');
const net = require('node:net');
const path = require('node:path');

// Makes the first `listen` of an `http.Server` listen on a Unix socket, whatever its arguments.
// Later ones behave as ever, but for those on the first one's port: frameworks open such twins for
// each address of a host name; they listen on sockets that nobody connects to.
function redirectFirstListen(directory, onServer) {
  const listen = net.Server.prototype.listen;
  let firstPort;
  let count = 0;

  http.Server.prototype.listen = function redirectedListen(...args) {
    const wanted = listenOptions(args);
    if (count > 0 && (wanted.port === undefined || wanted.port !== firstPort)) {
      return listen.apply(this, args);
    }
    const isFirst = count === 0;
    const socketPath = path.join(directory, isFirst ? 'http.sock' : `twin-${count}.sock`);
    count += 1;
    if (isFirst) firstPort = wanted.port;
    pretendAddress(this, wanted);
    if (isFirst) onServer(this, socketPath);
    const umask = process.umask(0o177);
    try {
      return listen.call(this, { path: socketPath }, wanted.callback);
    } finally {
      process.umask(umask);
    }
  };
}

// Reads the arguments of `listen([port[, host[, backlog]]][, callback])` and its other forms.
function listenOptions(args) {
  const last = args[args.length - 1];
  const callback = typeof last === 'function' ? last : undefined;
  const [first, second] = args;
  if (first !== null && typeof first === 'object') {
    return { port: number(first.port), host: first.host, callback };
  }
  return { port: number(first), host: typeof second === 'string' ? second : undefined, callback };
}

function number(value) {
  if (value === undefined || value === null || value === '') return undefined;
  const port = Number(value);
  return Number.isInteger(port) ? port : undefined;
}

// Apps print the port of their `address()`; that of a Unix socket has none.
function pretendAddress(server, wanted) {
  const address = {
    address: wanted.host && net.isIP(wanted.host) ? wanted.host : '127.0.0.1',
    family: net.isIPv6(wanted.host || '') ? 'IPv6' : 'IPv4',
    port: wanted.port || Number(process.env.PORT) || 3000,
  };
  server.address = () => (server.listening ? address : null);
}

module.exports = { redirectFirstListen };
