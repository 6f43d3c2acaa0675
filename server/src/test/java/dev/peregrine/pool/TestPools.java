package dev.peregrine.pool;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// A configuration under construction, for tests.
final class TestPools {
  private int min = 1;
  private int max = 2;
  private int queue = 100;
  private Optional<Duration> queueTime = Optional.empty();
  private Optional<Duration> idleTime = Optional.empty();
  private int parallelSpawns = 2;
  private OptionalInt concurrency = OptionalInt.empty();
  private OptionalInt maxRequests = OptionalInt.empty();
  private OptionalLong memory = OptionalLong.empty();
  private OptionalLong hardMemory = OptionalLong.empty();
  private Duration startTimeout = Duration.ofSeconds(60);
  private Duration stopTimeout = Duration.ofSeconds(10);

  static TestPools config() {
    return new TestPools();
  }

  TestPools instances(int min, int max) {
    this.min = min;
    this.max = max;
    return this;
  }

  TestPools queue(int limit) {
    this.queue = limit;
    return this;
  }

  TestPools queueTime(Duration limit) {
    this.queueTime = Optional.of(limit);
    return this;
  }

  TestPools idleTime(Duration limit) {
    this.idleTime = Optional.of(limit);
    return this;
  }

  TestPools parallelSpawns(int limit) {
    this.parallelSpawns = limit;
    return this;
  }

  TestPools concurrency(int requests) {
    this.concurrency = OptionalInt.of(requests);
    return this;
  }

  TestPools maxRequests(int limit) {
    this.maxRequests = OptionalInt.of(limit);
    return this;
  }

  TestPools memory(long soft, long hard) {
    this.memory = OptionalLong.of(soft);
    this.hardMemory = OptionalLong.of(hard);
    return this;
  }

  TestPools stopTimeout(Duration limit) {
    this.stopTimeout = limit;
    return this;
  }

  TestPools startTimeout(Duration limit) {
    this.startTimeout = limit;
    return this;
  }

  PoolConfig build() {
    return new PoolConfig(
        min,
        max,
        concurrency,
        queue,
        queueTime,
        idleTime,
        startTimeout,
        parallelSpawns,
        maxRequests,
        memory,
        hardMemory,
        Duration.ofSeconds(10),
        stopTimeout,
        true);
  }
}
