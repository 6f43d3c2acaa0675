package dev.peregrine.init;

import dev.peregrine.init.ServiceConfig.Health;
import dev.peregrine.init.ServiceConfig.Program;
import dev.peregrine.init.ServiceConfig.Readiness;
import dev.peregrine.init.ServiceConfig.Restart;
import dev.peregrine.init.ServiceConfig.Start;
import dev.peregrine.init.ServiceConfig.Stop;
import dev.peregrine.init.ServiceConfig.When;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Makes configurations of services for tests, part by part.
final class TestServices {
  private final String name;
  private Set<String> after = Set.of();
  private Readiness readiness = new Readiness.Running();
  private Optional<Duration> startLimit = Optional.empty();
  private boolean isEnabled = true;
  private Optional<Health> health = Optional.empty();
  private When when = When.ALWAYS;
  private OptionalInt attempts = OptionalInt.empty();
  private Duration stopLimit = Duration.ofSeconds(3);
  private Optional<String> schedule = Optional.empty();
  private boolean isEssential;
  private boolean isDirectory;

  private TestServices(String name) {
    this.name = name;
  }

  static TestServices service(String name) {
    return new TestServices(name);
  }

  TestServices after(String... names) {
    after = Set.of(names);
    return this;
  }

  TestServices ready(Readiness how) {
    readiness = how;
    return this;
  }

  TestServices within(Duration limit) {
    startLimit = Optional.of(limit);
    return this;
  }

  TestServices disabled() {
    isEnabled = false;
    return this;
  }

  TestServices watched(Health how) {
    health = Optional.of(how);
    return this;
  }

  TestServices restarted(When ends) {
    when = ends;
    return this;
  }

  TestServices attempts(int most) {
    attempts = OptionalInt.of(most);
    return this;
  }

  TestServices stoppedIn(Duration limit) {
    stopLimit = limit;
    return this;
  }

  TestServices at(String table) {
    schedule = Optional.of(table);
    return this;
  }

  TestServices essential() {
    isEssential = true;
    return this;
  }

  TestServices directory() {
    isDirectory = true;
    return this;
  }

  ServiceConfig config() {
    return new ServiceConfig(
        name,
        new Program(List.of("./run"), Optional.empty(), Map.of(), Path.of("/"), isDirectory),
        new Start(after, readiness, startLimit, isEnabled),
        health,
        new Restart(
            when, Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofSeconds(30), attempts),
        new Stop(15, stopLimit),
        schedule,
        isEssential,
        name + ": ");
  }
}
