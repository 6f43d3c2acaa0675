package dev.peregrine.cache;

/// Hits among requests.
///
/// @param hits requests that spared the app one
/// @param requests all that might have
public record HitRatio(long hits, long requests) {}
