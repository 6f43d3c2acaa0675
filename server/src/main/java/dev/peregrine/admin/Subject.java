package dev.peregrine.admin;

import dev.peregrine.admin.api.ConfigView;
import dev.peregrine.admin.api.OutputView;
import dev.peregrine.admin.api.RestartOutcome;
import dev.peregrine.admin.api.RestartRequest;
import dev.peregrine.admin.api.Status;
import dev.peregrine.admin.api.StopRequest;
import java.util.Optional;

/// What the admin server reports on and steers: the running server. Called on virtual threads, from
/// several at once; each call may block.
public interface Subject {
  /// The state of all, as of now.
  Status status();

  /// Replaces the workers; returns when that is done or has failed.
  RestartOutcome restart(RestartRequest request) throws InterruptedException;

  /// Begins to shut down and returns at once.
  void stop(StopRequest request);

  /// The configuration in force, secrets masked.
  ConfigView config();

  /// The response cache; empty if it is off.
  Optional<CacheDesk> cache();

  /// What the workers printed last.
  OutputView output();
}
