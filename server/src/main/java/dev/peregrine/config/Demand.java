package dev.peregrine.config;

import dev.peregrine.listen.ListenConfig.ListenAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/// What a configuration asks of the machine, in terms of the machine.
///
/// @param addresses addresses that have to be free; host names are resolved
/// @param backlog connections that the kernel should keep waiting
/// @param connections most connections of clients
/// @param workers most workers
/// @param workerBytes memory that a worker is allowed
/// @param bufferDirectory directory that has to have room for large content
/// @param startTimeout how long a worker may take to start
public record Demand(
    List<SocketAddress> addresses,
    int backlog,
    int connections,
    int workers,
    OptionalLong workerBytes,
    Path bufferDirectory,
    Duration startTimeout) {
  public Demand {
    addresses = List.copyOf(addresses);
  }

  /// The demand of a configuration.
  public static Demand of(Config config) {
    return new Demand(
        config.listen().addresses().stream().map(Demand::socketAddress).toList(),
        config.listen().backlog(),
        config.listen().maxConnections(),
        config.pool().maxInstances(),
        config.pool().memoryLimitBytes(),
        config.exchange().bufferDirectory(),
        config.pool().startTimeout());
  }

  private static SocketAddress socketAddress(ListenAddress address) {
    return switch (address) {
      case ListenAddress.Tcp(String host, int port) -> new InetSocketAddress(host, port);
      case ListenAddress.Unix(Path path) -> UnixDomainSocketAddress.of(path);
    };
  }
}
