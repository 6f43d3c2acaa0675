package dev.peregrine.pool;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// How many workers one app has and how they come and go.
///
/// @param minInstances workers kept alive even when idle
/// @param maxInstances most workers alive at once
/// @param concurrency overrides the number of requests that a worker takes at once; 0 stands for no
///   bound, empty for what the worker says itself
/// @param maxQueueLength requests that may wait for a slot
/// @param maxQueueTime longest wait for a slot
/// @param idleTime how long a worker above the minimum may rest before it is stopped; empty: for
///   ever
/// @param startTimeout longest time from spawn to ready
/// @param parallelSpawns workers being started at once
/// @param maxRequests requests after which a worker is replaced
/// @param memoryLimitBytes resident bytes beyond which a worker is replaced after its requests
/// @param hardMemoryLimitBytes resident bytes beyond which a worker is killed
/// @param heartbeatTimeout silence after which a worker counts as frozen
/// @param stopTimeout how long a worker told to stop may take before it is killed
/// @param resistDeploymentErrors whether the old workers stay when a restart fails
public record PoolConfig(
    int minInstances,
    int maxInstances,
    OptionalInt concurrency,
    int maxQueueLength,
    Optional<Duration> maxQueueTime,
    Optional<Duration> idleTime,
    Duration startTimeout,
    int parallelSpawns,
    OptionalInt maxRequests,
    OptionalLong memoryLimitBytes,
    OptionalLong hardMemoryLimitBytes,
    Duration heartbeatTimeout,
    Duration stopTimeout,
    boolean resistDeploymentErrors) {}
