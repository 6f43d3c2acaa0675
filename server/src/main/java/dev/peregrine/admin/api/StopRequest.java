package dev.peregrine.admin.api;

/// Asks the server to end: the body of `POST /v1/stop`.
///
/// @param now whether running requests are given up
public record StopRequest(boolean now) {}
