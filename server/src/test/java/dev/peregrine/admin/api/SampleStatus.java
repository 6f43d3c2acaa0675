package dev.peregrine.admin.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A status with something in every place.
public final class SampleStatus {
  private SampleStatus() {}

  /// The status.
  public static Status status() {
    return new Status(
        new Status.Server(
            "blog",
            "0.1.0",
            100,
            "running",
            Instant.EPOCH,
            3725,
            88L << 20,
            "/run/peregrine/blog",
            "production"),
        new Status.App("/srv/blog", "ruby", "ruby 3.1.2 (/usr/bin/ruby)"),
        List.of("http://127.0.0.1:3000"),
        new Status.Connections(12, 10_000, 400),
        new Status.Requests(1200, 3, Map.of("2xx", 1190L, "5xx", 10L), 2),
        new Status.Pool("failing", 1, 6, 1, 4, 100, 2, Optional.of(2.5)),
        List.of(
            new Status.Worker("web-1", 101, "ready", 1, 2, 600, 61L << 20, 3700),
            new Status.Worker("web-10", 12_345, "draining", 0, 0, 5, 2L << 30, 2)),
        Optional.of(
            new Status.StartFailed(
                "7f3a",
                Instant.EPOCH,
                "web-2",
                "app_error",
                "NameError: x\u001b[2J",
                "mend it",
                List.of("line 1", "line\t2\u009b"))),
        List.of("the log cannot be written"));
  }
}
