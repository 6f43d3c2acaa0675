package dev.peregrine.process;

import java.time.Duration;

/// What an ended process used, as the kernel counted it. (Its greatest memory is not among it: the
/// kernel counts that of the server in, whose memory a process shares until its program starts.)
///
/// @param userTime processor time in the program
/// @param systemTime processor time in the kernel
/// @param lifetime wall time from start to end
public record Resources(Duration userTime, Duration systemTime, Duration lifetime) {}
