package dev.peregrine.process;

import java.time.Duration;

/// What an ended process used, as the kernel counted it.
///
/// @param userTime processor time in the program
/// @param systemTime processor time in the kernel
/// @param maxResidentBytes the most memory it held at a time
/// @param lifetime wall time from start to end
public record Resources(
    Duration userTime, Duration systemTime, long maxResidentBytes, Duration lifetime) {}
