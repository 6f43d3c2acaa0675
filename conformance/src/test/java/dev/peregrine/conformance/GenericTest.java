package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Any command that listens on `$PORT`.
class GenericTest extends RuntimeContract implements HttpWorkerShapes {
  @Override
  Peregrine.Setup setup() {
    return Peregrine.of("node/kitchen").workers(1).option("app_start_command", "node app.js");
  }

  @Override
  public boolean isGateway() {
    return false;
  }

  @Test
  void command_started_hasAPortOfItsOwn() {
    assertThat(server().get("/environment").json().get("PORT").asInt())
        .isNotEqualTo(server().port())
        .isPositive();
  }
}
