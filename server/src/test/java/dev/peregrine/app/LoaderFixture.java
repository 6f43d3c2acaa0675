package dev.peregrine.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A loader under test, driven through its sockets as the server does: a worker a test.
@Timeout(20)
abstract class LoaderFixture {
  @TempDir Path root;
  private @Nullable WorkerUnderTest worker;

  /// Starts a worker for an app of one file.
  WorkerUnderTest start(String file, String app, TestConfig config) throws IOException {
    Files.writeString(root.resolve(file), app);
    WorkerUnderTest started = WorkerUnderTest.start(config);
    worker = started;
    return started;
  }

  @AfterEach
  void stop() throws IOException {
    if (worker != null) {
      worker.close();
    }
  }
}
