package dev.peregrine.pool;

import dev.peregrine.app.WorkerProtocol;

final class Worker {
  final Pool pool;
  final String name;

  Worker(Pool pool, String name) {
    this.pool = pool;
    this.name = name;
  }

  WorkerProtocol protocol() {
    return WorkerProtocol.HTTP;
  }

  int pid() {
    return 0;
  }
}
