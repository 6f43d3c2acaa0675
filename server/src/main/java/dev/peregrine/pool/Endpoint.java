package dev.peregrine.pool;

import java.nio.file.Path;

/// The address at which a worker takes requests.
public sealed interface Endpoint {
  /// A Unix stream socket.
  record Unix(Path path) implements Endpoint {}

  /// A TCP port.
  record Tcp(String host, int port) implements Endpoint {}
}
