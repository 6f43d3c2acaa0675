package dev.peregrine.listen;

/// What all connections share. `isDraining` is set once, from any thread.
final class Front {
  final ListenConfig config;
  final RequestHandler handler;
  final TrafficObserver observer;
  final Traffic traffic;
  final AddressCounts addressCounts;
  volatile boolean isDraining;

  Front(ListenConfig config, RequestHandler handler, TrafficObserver observer, Traffic traffic) {
    this.config = config;
    this.handler = handler;
    this.observer = observer;
    this.traffic = traffic;
    this.addressCounts = new AddressCounts(config.maxConnectionsPerAddress());
  }
}
