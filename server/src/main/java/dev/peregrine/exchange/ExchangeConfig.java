package dev.peregrine.exchange;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How a request is carried to the app and its response back.
///
/// @param requestBuffering whether content is received whole before a worker is taken
/// @param maxContentBytes longest request content; longer is answered 413
/// @param bufferMemoryBytes content kept in memory before it goes to a file
/// @param responseHighWatermarkBytes response content buffered for a slow client before the worker
///   is throttled
/// @param bufferDirectory directory of the temporary files
/// @param maxRequestTime longest time that an app may be silent before it answers 504; empty for no
///   limit
/// @param trustedProxies CIDR blocks whose forwarding fields are believed
/// @param via pseudonym added as `Via`; empty for none
/// @param staticFiles directory whose files win over the app; empty to serve none
/// @param sendfileRoots directories below which the app may name files to send
/// @param passUnderscores whether field names with `_` reach the app
/// @param development whether errors show their details to the client
/// @param customErrorPage HTML file sent for generated errors
/// @param compression which responses are compressed
/// @param fragments which pages are put together of fragments
public record ExchangeConfig(
    boolean requestBuffering,
    long maxContentBytes,
    int bufferMemoryBytes,
    long responseHighWatermarkBytes,
    Path bufferDirectory,
    Optional<Duration> maxRequestTime,
    List<String> trustedProxies,
    Optional<String> via,
    Optional<Path> staticFiles,
    List<Path> sendfileRoots,
    boolean passUnderscores,
    boolean development,
    Optional<Path> customErrorPage,
    CompressionConfig compression,
    FragmentConfig fragments) {
  public ExchangeConfig {
    trustedProxies = List.copyOf(trustedProxies);
    sendfileRoots = List.copyOf(sendfileRoots);
  }
}
