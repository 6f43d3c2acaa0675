package dev.peregrine.listen;

import dev.peregrine.http.HeadLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Where connections are accepted and how long and how much a client may take.
///
/// @param addresses where to listen; sockets passed in by the service manager come on top
/// @param backlog length of the kernel's accept queue
/// @param eventLoops number of event loops, at least 1
/// @param limits limits in size of a head and of chunked framing
/// @param maxConnections connections open at once, over all addresses
/// @param maxConnectionsPerAddress connections open at once from one client address
/// @param maxRequestsPerConnection requests answered on one connection before it is closed
/// @param headerTimeout time from the first byte of a head to its last
/// @param idleTimeout time a connection may rest between two requests
/// @param contentTimeout time between two pieces of content that a client sends
/// @param sendTimeout time in which a client takes nothing of what is sent to it
/// @param minContentRate bytes a second that a client must send or take once 10 s have passed
public record ListenConfig(
    List<ListenAddress> addresses,
    int backlog,
    int eventLoops,
    HeadLimits limits,
    int maxConnections,
    int maxConnectionsPerAddress,
    int maxRequestsPerConnection,
    Duration headerTimeout,
    Duration idleTimeout,
    Duration contentTimeout,
    Duration sendTimeout,
    long minContentRate) {
  public ListenConfig {
    addresses = List.copyOf(addresses);
  }

  /// The same with another limit of connections.
  public ListenConfig withMaxConnections(int limit) {
    return new ListenConfig(
        addresses,
        backlog,
        eventLoops,
        limits,
        limit,
        maxConnectionsPerAddress,
        maxRequestsPerConnection,
        headerTimeout,
        idleTimeout,
        contentTimeout,
        sendTimeout,
        minContentRate);
  }

  /// One place to listen at.
  public sealed interface ListenAddress {
    /// A TCP socket; a host name that resolves to several addresses listens on each.
    record Tcp(String host, int port) implements ListenAddress {}

    /// A Unix stream socket.
    record Unix(Path path) implements ListenAddress {}
  }
}
