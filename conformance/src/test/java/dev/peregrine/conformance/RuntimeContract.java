package dev.peregrine.conformance;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/// What holds for an app whatever it is written in; one server for all of a class' tests.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RuntimeContract implements RequestShapes, ResponseShapes {
  private Peregrine server;

  abstract Peregrine.Setup setup();

  @BeforeAll
  void start() {
    server = setup().ready();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Override
  public Peregrine server() {
    return server;
  }
}
