package dev.peregrine.admin.api;

import java.util.Optional;

/// Asks for new workers: the body of `POST /v1/restart`.
///
/// @param resistDeploymentErrors whether the old workers stay if the new ones do not start; empty
///   for what is configured
public record RestartRequest(Optional<Boolean> resistDeploymentErrors) {}
