package dev.peregrine.exchange;

/// Whether and from which size on responses of the app are compressed.
///
/// @param isEnabled whether any are
/// @param minBytes shortest content that is; content of unknown length always is
public record CompressionConfig(boolean isEnabled, long minBytes) {}
