package dev.peregrine.cache;

/// How full the store is.
///
/// @param keys keys under which something is stored
/// @param responses responses stored, each variant counted
/// @param contentBytes bytes that contents take outside the heap
/// @param bytes what counts against the budget: contents, gaps between them, heads and tables
/// @param maxBytes the budget
/// @param refusedForRoom contents for which there was no room at the moment
public record StoreTotals(
    long keys, long responses, long contentBytes, long bytes, long maxBytes, long refusedForRoom) {}
