package dev.peregrine.admin.api;

import java.util.Optional;

/// How a restart ended.
///
/// @param done whether all workers are new ones
/// @param replaced number of workers replaced
/// @param seconds how long it took
/// @param failure why not
public record RestartOutcome(
    boolean done, int replaced, double seconds, Optional<Status.StartFailed> failure) {}
