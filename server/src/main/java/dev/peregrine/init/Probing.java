package dev.peregrine.init;

import dev.peregrine.init.ServiceConfig.Probe;
import dev.peregrine.process.ExitStatus;
import dev.peregrine.process.SpawnException;
import java.time.Duration;

/// The questions put to one running service, one at a time: until it is ready, or to see that it
/// still is.
///
/// ```
/// idle ──start──► pausing ──time──► asking ──answer, or none in time──► pausing
///   ▲                └──────────────┴──stop──► idle
/// ```
///
/// Owned by the loop thread. Knows no clock: time is a parameter, in nanoseconds.
final class Probing {
  static final long NEVER = Long.MAX_VALUE;
  private static final int KILL = 9;

  private final ServiceConfig service;
  private final ServiceActions actions;
  private final Listener listener;

  private Probe probe = new Probe.Tcp("", 0);
  private Pace pace = Pace.READINESS;
  private long pauseNanos;
  private boolean isAsking;
  private int pid; // of the command that asks
  private int token; // of the question; older answers do not count
  private long wakeAt = NEVER;

  /// Who learns what came of a question.
  interface Listener {
    /// An answer, or none in time.
    ///
    /// @param fault what is wrong; empty if the service answered well
    void answered(String fault, long now);
  }

  /// How often is asked.
  ///
  /// @param first pause before the first question
  /// @param max pause that the doubling pauses end at
  /// @param timeout time for an answer
  record Pace(Duration first, Duration max, Duration timeout) {
    static final Pace READINESS =
        new Pace(Duration.ofMillis(50), Duration.ofSeconds(1), Duration.ofSeconds(5));

    static Pace of(ServiceConfig.Health health) {
      return new Pace(health.period(), health.period(), health.timeout());
    }
  }

  Probing(ServiceConfig service, ServiceActions actions, Listener listener) {
    this.service = service;
    this.actions = actions;
    this.listener = listener;
  }

  /// Puts questions from now on, until [#stop].
  void start(Probe asked, Pace asking, long now) {
    stop();
    probe = asked;
    pace = asking;
    pauseNanos = pace.first().toNanos();
    wakeAt = now + pauseNanos;
  }

  void stop() {
    if (pid != 0) {
      actions.signalGroup(pid, KILL);
    }
    pid = 0;
    isAsking = false;
    token++;
    wakeAt = NEVER;
  }

  long wakeAt() {
    return wakeAt;
  }

  void woken(long now) {
    if (now < wakeAt) {
      return;
    }
    if (isAsking) {
      if (pid != 0) {
        actions.signalGroup(pid, KILL);
        pid = 0;
      }
      ended("no answer within " + pace.timeout().toMillis() + " ms", now);
      return;
    }
    isAsking = true;
    token++;
    wakeAt = now + pace.timeout().toNanos();
    switch (probe) {
      case Probe.Exec(var command) -> {
        try {
          pid = actions.start(service, ServiceActions.Part.PROBE, command);
        } catch (SpawnException e) {
          ended(e.found(), now);
        }
      }
      case Probe.Tcp _, Probe.Http _ ->
          actions.ask(service, probe, pace.timeout().toNanos(), token);
      case Probe.Watchdog _ -> {}
    }
  }

  /// Takes the end of the command that asks; false if it is not that.
  boolean exited(int ended, ExitStatus status, long now) {
    if (ended != pid || pid == 0) {
      return false;
    }
    pid = 0;
    ended(status.isSuccess() ? "" : "the check " + status.describe(), now);
    return true;
  }

  /// Takes the answer to a question.
  void answered(int answeredToken, String fault, long now) {
    if (isAsking && answeredToken == token) {
      ended(fault, now);
    }
  }

  /// Takes what the service says unasked.
  void heard(String fault, long now) {
    if (isAsking && probe instanceof Probe.Watchdog) {
      ended(fault, now);
    }
  }

  private void ended(String fault, long now) {
    isAsking = false;
    token++;
    wakeAt = now + pauseNanos;
    pauseNanos = Math.min(pauseNanos * 2, pace.max().toNanos());
    listener.answered(fault, now);
  }
}
