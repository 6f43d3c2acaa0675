package dev.peregrine.pool;

import dev.peregrine.pool.JourneyStep.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The way of one worker from nothing to ready, as it is travelled. Not thread-safe.
final class Journey {
  private final Map<Step, Entry> entries = new EnumMap<>(Step.class);
  private final long startedAt;
  private Step current = Step.PREPARE;

  Journey(long now) {
    this.startedAt = now;
  }

  /// Enters a step; those before it that are still open have succeeded.
  void begin(Step step, long now) {
    for (Entry entry : entries.values()) {
      entry.end(State.DONE, now);
    }
    entries.put(step, new Entry(now));
    current = step;
  }

  /// Ends a step; one that was never entered counts as entered now.
  void end(Step step, State state, long now) {
    entries.computeIfAbsent(step, _ -> new Entry(now)).end(state, now);
  }

  /// Marks the step under way as failed.
  void fail(long now) {
    entries.computeIfAbsent(current, _ -> new Entry(now)).failUnlessFailed(now);
  }

  Step current() {
    return current;
  }

  Duration took(long now) {
    return Duration.ofNanos(now - startedAt);
  }

  /// The steps in order; those of the loader are left out for a worker without one.
  List<JourneyStep> steps(boolean hasLoader) {
    List<JourneyStep> steps = new ArrayList<>();
    for (Step step : Step.values()) {
      Entry entry = entries.get(step);
      boolean isLoaders = step == Step.BOOT_LOADER || step == Step.LOAD_APP;
      if (entry == null && isLoaders && !hasLoader) {
        continue;
      }
      steps.add(
          entry == null
              ? new JourneyStep(step.label(), State.NOT_STARTED, Optional.empty())
              : new JourneyStep(step.label(), entry.state, entry.took));
    }
    return steps;
  }

  /// The steps that a start consists of.
  enum Step {
    PREPARE,
    SPAWN,
    BOOT_LOADER,
    LOAD_APP,
    LISTEN,
    READY;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Step> of(String label) {
      for (Step step : values()) {
        if (step.label().equals(label)) {
          return Optional.of(step);
        }
      }
      return Optional.empty();
    }
  }

  private static final class Entry {
    private final long begunAt;
    private State state = State.IN_PROGRESS;
    private Optional<Duration> took = Optional.empty();

    Entry(long begunAt) {
      this.begunAt = begunAt;
    }

    void end(State end, long now) {
      if (state == State.IN_PROGRESS) {
        state = end;
        took = Optional.of(Duration.ofNanos(now - begunAt));
      }
    }

    void failUnlessFailed(long now) {
      state = State.FAILED;
      if (took.isEmpty()) {
        took = Optional.of(Duration.ofNanos(now - begunAt));
      }
    }
  }
}
