package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// A plain `http` app on Node.js.
class NodeTest extends RuntimeContract implements HttpWorkerShapes {
  @Override
  Peregrine.Setup setup() {
    return Peregrine.of("node/kitchen").workers(1);
  }

  @Override
  public boolean isGateway() {
    return false;
  }

  @Test
  void app_askingForAPort_opensNone() {
    assertThat(Procs.listensOnTcp(server().awaitWorkers(1).getFirst())).isFalse();
  }
}
