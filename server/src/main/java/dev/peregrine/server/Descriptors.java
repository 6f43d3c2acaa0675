package dev.peregrine.server;

import dev.peregrine.config.Config;
import dev.peregrine.listen.ListenConfig;
import dev.peregrine.log.EventLog;
import dev.peregrine.process.posix.Posix;

/// Shares out the open files that the system allows: connections of clients get what the workers'
/// connections, pipes, logs and spool files leave, so that neither can starve the other.
final class Descriptors {
  private static final int OWN = 64;
  private static final int PER_WORKER = 4;

  /// So many connections are worth no word.
  private static final int AMPLE = 4096;

  private Descriptors() {}

  static ListenConfig fit(Config config, EventLog log) {
    ListenConfig listen = config.listen();
    int workers = config.pool().maxInstances();
    long reserved = OWN + (long) workers * (PER_WORKER + config.app().threads());
    long limit = Posix.maxOpenFiles();
    long room = Math.max(16, Math.min(limit - reserved, limit * 3 / 4));
    if (room >= listen.maxConnections()) {
      return listen;
    }
    if (room >= AMPLE) {
      return listen.withMaxConnections((int) room);
    }
    log.warn(
        "connections.limited",
        "limit",
        room,
        "wanted",
        listen.maxConnections(),
        "open_files",
        limit,
        "remedy",
        "raise ulimit -n");
    return listen.withMaxConnections((int) room);
  }
}
