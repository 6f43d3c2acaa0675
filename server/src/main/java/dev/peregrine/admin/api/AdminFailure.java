package dev.peregrine.admin.api;

/// What a server answers that does not do what it was asked for.
///
/// @param status status code
/// @param error what is wrong, one line
public record AdminFailure(int status, String error) {}
